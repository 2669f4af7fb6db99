#include <algorithm>
#include <cstring>
#include <optional>

#include <cpl_vsi.h>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/gdal.hpp>
#include <tocsin/data/network.hpp>
#include <tocsin/data/table/byte_stream.hpp>

namespace tocsin::data {
namespace {

/// The archive that a path leads into; empty when it leads into none. Of archives within archives it is the outermost,
/// whose bytes are all that there are.
std::string archive_of(const std::string& path) {
  std::string inner = vsi_path(path);
  bool is_packed = false;
  for (bool found = true; found;) {
    found = false;
    for (const std::string_view prefix : {"/vsigzip/", "/vsizip/", "/vsitar/", "/vsi7z/", "/vsirar/", "{"})
      if (inner.starts_with(prefix)) {
        inner.erase(0, prefix.size());
        found = is_packed = true;
      }
  }
  if (!is_packed) return {};
  if (const auto brace = inner.find('}'); brace != std::string::npos) return inner.substr(0, brace);
  const std::string folded = lower(inner);
  std::size_t end = inner.size();
  for (const std::string_view extension :
       {".zip/", ".tar/", ".tgz/", ".gz/", ".7z/", ".rar/", ".kmz/", ".ods/", ".xlsx/"})
    if (const auto at = folded.find(extension); at != std::string::npos) end = std::min(end, at + extension.size() - 1);
  return inner.substr(0, end);
}

double size_of(const std::string& path) {
  const ErrorTrap trap;
  const NetworkScope network(path);
  VSIStatBufL status;
  return path.empty() || VSIStatL(path.c_str(), &status) != 0 ? 0 : static_cast<double>(status.st_size);
}

class FileStream final : public ByteStream {
 public:
  explicit FileStream(const SourceSpec& spec)
      : name_(spec.name), path_(spec.path), limits_(spec.limits), packed_bytes_(size_of(archive_of(spec.path))) {
    require_file(name_, path_);
    const ErrorTrap trap;
    const NetworkScope network(vsi_path(path_));
    file_.reset(VSIFOpenL(vsi_path(path_).c_str(), "rb"));
    if (!file_)
      throw Error(ErrorCode::input, fmt::format("source '{}': '{}' cannot be opened; check that it may be read{}",
                                                name_, path_, trap.note()));
  }

  std::size_t read(char* to, std::size_t bytes) override {
    const ErrorTrap trap;
    const NetworkScope network(vsi_path(path_));
    const std::size_t got = VSIFReadL(to, 1, bytes, file_.get());
    at_ += static_cast<std::int64_t>(got);
    // A short read without the end of the file is an error that GDAL keeps to itself; of what is packed it tells.
    const bool is_cut = got < bytes && packed_bytes_ == 0 && VSIFEofL(file_.get()) == 0;
    if (trap.failed() || is_cut)
      throw Error(ErrorCode::input, fmt::format("source '{}': '{}' cannot be read to its end; it is damaged{}", name_,
                                                path_, trap.note()));
    if (at_ > limits_.text_bytes)
      throw Error(ErrorCode::input,
                  fmt::format("source '{}': '{}' holds more than {:g} MB of text; split it, or raise `text_mb` of "
                              "the source's limits",
                              name_, path_, static_cast<double>(limits_.text_bytes) / 1e6));
    if (packed_bytes_ > 0 && at_ > limits_.ratio_from_bytes &&
        static_cast<double>(at_) > packed_bytes_ * limits_.archive_ratio)
      throw Error(ErrorCode::input,
                  fmt::format("source '{}': '{}' unpacks to more than {:g} times its size, as archives made to fill "
                              "memory do; if it is sound, raise `archive_ratio` of the source's limits",
                              name_, path_, limits_.archive_ratio));
    return got;
  }

  void rewind() override {
    if (at_ == 0) return;
    const ErrorTrap trap;
    const NetworkScope network(vsi_path(path_));  // an archive is opened again to go back in it
    at_ = 0;
    if (VSIFSeekL(file_.get(), 0, SEEK_SET) != 0)
      throw Error(ErrorCode::input, fmt::format("source '{}': '{}' cannot be read twice{}", name_, path_, trap.note()));
  }

 private:
  struct Closer {
    void operator()(VSILFILE* file) const { VSIFCloseL(file); }
  };
  std::string name_, path_;
  TableLimits limits_;
  double packed_bytes_;
  std::unique_ptr<VSILFILE, Closer> file_;
  std::int64_t at_ = 0;
};

class MemoryStream final : public ByteStream {
 public:
  explicit MemoryStream(std::string text) : text_(std::move(text)) {}
  std::size_t read(char* to, std::size_t bytes) override {
    const std::size_t count = std::min(bytes, text_.size() - at_);
    std::memcpy(to, text_.data() + at_, count);
    at_ += count;
    return count;
  }
  void rewind() override { at_ = 0; }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

std::unique_ptr<ByteStream> open_bytes(const SourceSpec& spec) {
  return std::make_unique<FileStream>(spec);
}

std::string read_text_file(const std::string& source, const std::string& path) {
  SourceSpec spec;
  spec.name = source;
  spec.path = path;
  spec.limits.text_bytes = 2'000'000'000;
  FileStream file(spec);
  constexpr std::size_t piece = std::size_t{1} << 20;
  std::string text;
  for (std::size_t got = piece; got == piece;) {
    const std::size_t before = text.size();
    text.resize(before + piece);
    got = file.read(text.data() + before, piece);
    text.resize(before + got);
  }
  return text;
}

std::unique_ptr<ByteStream> bytes_of(std::string text) {
  return std::make_unique<MemoryStream>(std::move(text));
}

}  // namespace tocsin::data
