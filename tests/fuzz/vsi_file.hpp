#pragma once

#include <string>
#include <string_view>

#include <cpl_vsi.h>

namespace tocsin::fuzz {

/// A file in GDAL's memory that is gone at the end of the scope. The bytes are not copied.
class VsiFile {
 public:
  VsiFile(std::string path, std::string_view bytes) : path_(std::move(path)) {
    VSIFCloseL(VSIFileFromMemBuffer(path_.c_str(),
                                    reinterpret_cast<GByte*>(const_cast<char*>(bytes.data())),  // GDAL only reads it
                                    bytes.size(), FALSE));
  }
  ~VsiFile() { VSIUnlink(path_.c_str()); }
  VsiFile(const VsiFile&) = delete;
  VsiFile& operator=(const VsiFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace tocsin::fuzz
