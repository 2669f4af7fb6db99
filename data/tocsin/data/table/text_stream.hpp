#pragma once

#include <memory>
#include <string>
#include <vector>

#include <tocsin/data/table/byte_stream.hpp>
#include <tocsin/data/table/encoding.hpp>

namespace tocsin::data {

/// A text as UTF-8 without byte order mark, in pieces, whatever encoding its bytes are in.
class TextStream {
 public:
  /// Reads the bytes once, to know their encoding.
  /// @param declared  SourceSpec::encoding
  /// @param what      named in messages
  /// @throws Error as encoding_of
  TextStream(std::unique_ptr<ByteStream> bytes, const std::string& declared, std::string what);
  ~TextStream();
  TextStream(TextStream&&) noexcept;

  /// Appends about so many bytes to `text`; false when nothing follows them.
  /// @throws Error input: bytes that the encoding does not have
  bool read(std::size_t bytes, std::string& text);
  void rewind();
  [[nodiscard]] const Encoding& encoding() const;
  [[nodiscard]] const std::vector<std::string>& warnings() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin::data
