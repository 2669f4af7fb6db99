#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tocsin/data/table/byte_stream.hpp>

namespace tocsin::data {

/// A way to write text as bytes.
struct Encoding {
  std::string name;       ///< as people know it: "Windows-1252"
  std::string converter;  ///< as iconv knows it; empty for UTF-8, which needs no conversion
  std::size_t mark = 0;   ///< bytes of the byte order mark to skip
};

/// The names that a source's `encoding` may have, "auto" left out.
std::vector<std::string> known_encodings();

/// Says that there is such an encoding, before anything is read.
/// @throws Error scenario: unknown name
void require_encoding(const std::string& declared, const std::string& what);

/// The encoding of all bytes of a stream, read once from its beginning to its end: as declared, or by its byte order
/// mark, by the zero bytes of UTF-16, else UTF-8 where all of it is, else Windows-1252 with a warning (Latin-1 differs
/// from it only in control characters). The stream is rewound.
/// @param what  named in messages, such as "source 'incidents': 'incidents.csv'"
/// @throws Error scenario: unknown name; input: not a text, or not what was declared
Encoding encoding_of(ByteStream& bytes, const std::string& declared, const std::string& what,
                     std::vector<std::string>& warnings);

/// The number of leading bytes that are whole UTF-8 characters; what is left is wrong or, within the last three bytes,
/// cut short.
std::size_t valid_utf8(std::string_view text);

}  // namespace tocsin::data
