#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <tocsin/ports/source_spec.hpp>

namespace tocsin::data {

/// Bytes in pieces, as often as one likes.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// Fills `to` with up to `bytes` bytes. @return how many; fewer than asked for only at the end
  /// @throws Error input: damaged, or beyond a limit
  virtual std::size_t read(char* to, std::size_t bytes) = 0;
  virtual void rewind() = 0;
};

/// The file through GDAL's file system, so that /vsizip/ and /vsigzip/ paths and .gz work. Unpacking stops at
/// TableLimits::text_bytes and archive_ratio.
/// @throws Error input: missing, a directory, not readable
std::unique_ptr<ByteStream> open_bytes(const SourceSpec& spec);

/// All bytes of a file, through GDAL's file system.
/// @throws Error as open_bytes; also when it is larger than 2 GB unpacked
std::string read_text_file(const std::string& source, const std::string& path);

/// Bytes in memory.
std::unique_ptr<ByteStream> bytes_of(std::string text);

}  // namespace tocsin::data
