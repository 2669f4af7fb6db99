#include "printable.hpp"

#include <cstddef>

#include <fmt/format.h>

namespace tocsin::cli {
namespace {

unsigned char at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

/// Number of bytes at `i` that a terminal must not see: 0 for plain text.
std::size_t control_at(std::string_view text, std::size_t i) {
  const unsigned char first = at(text, i), second = at(text, i + 1), third = at(text, i + 2);
  constexpr unsigned char first_printable = 0x20, erase = 0x7f;
  if ((first < first_printable && first != '\n') || first == erase) return 1;
  if (first == 0xC2 && second >= 0x80 && second <= 0x9F) return 2;  // C1 controls
  const bool turns = first == 0xE2 && ((second == 0x80 && third >= 0xAA && third <= 0xAE) ||
                                       (second == 0x81 && third >= 0xA6 && third <= 0xA9));
  return turns ? 3 : 0;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t bytes = control_at(text, i);
    if (bytes == 0) {
      result += text[i++];
      continue;
    }
    for (const std::size_t end = i + bytes; i < end; ++i) result += fmt::format("\\x{:02x}", at(text, i));
  }
  return result;
}

}  // namespace tocsin::cli
