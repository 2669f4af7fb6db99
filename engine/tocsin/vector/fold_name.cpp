#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <tocsin/vector/placement.hpp>

namespace tocsin {
namespace {

/// Base letters of U+00C0 to U+00FF and of U+0100 to U+017F. A space is "not a letter", a star a letter pair (below).
constexpr std::string_view latin_1 = "aaaaaa*ceeeeiiiidnooooo ouuuuy**aaaaaa*ceeeeiiiidnooooo ouuuuy*y";
constexpr std::string_view latin_extended_a =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkkllllllllll"
    "nnnnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(latin_1.size() == 64 && latin_extended_a.size() == 128);

std::string_view letter_pair(char32_t code) {
  switch (code) {
    case 0xC6:
    case 0xE6:
      return "ae";
    case 0xDE:
    case 0xFE:
      return "th";
    case 0xDF:
      return "ss";
    case 0x132:
    case 0x133:
      return "ij";
    default:
      return "oe";  // U+0152 and U+0153
  }
}

struct Decoded {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

/// The code point at the start of a text that is not empty.
Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1, true};
  const std::size_t bytes = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < bytes) return {};
  constexpr std::array<std::uint8_t, 5> mask{0, 0, 0x1F, 0x0F, 0x07};
  char32_t code = byte(0) & mask[bytes];
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = (code << 6) | (byte(i) & 0x3F);
  }
  return {code, bytes, true};
}

bool is_accent(char32_t code) {
  return code >= 0x300 && code <= 0x36F;
}  // written after its letter

bool is_punctuation(char32_t code) {
  return (code >= 0x80 && code < 0xC0) || (code >= 0x2000 && code <= 0x206F) || (code >= 0x3000 && code <= 0x303F) ||
         code == 0x60C || code == 0x61B || code == 0x61F || code == 0x640 || code == 0xFEFF;
}

/// Appends the folded form of a character; false when it separates words.
bool append_folded(const Decoded& character, std::string_view bytes, std::string& folded) {
  const char32_t code = character.code;
  if (!character.valid || is_punctuation(code)) return false;
  if (code < 0x80) {
    const char c = static_cast<char>(code);
    if (c >= 'A' && c <= 'Z')
      folded += static_cast<char>(c - 'A' + 'a');
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      folded += c;
    else
      return false;
    return true;
  }
  if (code < 0x180) {
    const char base = code < 0x100 ? latin_1[code - 0xC0] : latin_extended_a[code - 0x100];
    if (base == ' ') return false;
    if (base == '*')
      folded += letter_pair(code);
    else
      folded += base;
    return true;
  }
  folded += bytes;  // letters of other scripts stay as they are
  return true;
}

}  // namespace

std::string fold_name(std::string_view name) {
  std::string folded;
  bool gap = false;
  std::string letters;
  while (!name.empty()) {
    const Decoded character = decode(name);
    const std::string_view bytes = name.substr(0, character.bytes);
    name.remove_prefix(character.bytes);
    if (character.valid && is_accent(character.code)) continue;
    letters.clear();
    if (!append_folded(character, bytes, letters)) {
      gap = true;
      continue;
    }
    if (gap && !folded.empty()) folded += ' ';
    gap = false;
    folded += letters;
  }
  return folded;
}

}  // namespace tocsin
