#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include <tocsin/data/detail/spreadsheet_text.hpp>

namespace tocsin::data {
namespace {

constexpr std::array<std::string_view, 8> triggers{
    "=", "+", "-", "@", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
/// What spreadsheet programs may drop before they look: spaces, no-break spaces, byte order marks.
constexpr std::array<std::string_view, 5> dropped{" ", "\t", "\xC2\xA0", "\xEF\xBB\xBF", "\xE2\x80\x8B"};

std::string_view without_dropped(std::string_view text) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const std::string_view blank : dropped)
      if (text.starts_with(blank)) text.remove_prefix(blank.size()), changed = true;
  }
  return text;
}

/// A sign, digits and at most one point.
bool is_plain_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const bool has_digit = text.find_first_of("0123456789") != std::string_view::npos;
  return has_digit && text.find_first_not_of("0123456789.") == std::string_view::npos &&
         text.find('.') == text.rfind('.');
}

bool runs(std::string_view part) {
  const std::string_view begin = without_dropped(part);
  for (const std::string_view trigger : triggers)
    if (begin.starts_with(trigger)) return true;
  return false;
}

/// A number with words behind it, as in the middle of our own sentences: no formula can be made of these letters.
bool is_number_with_words(std::string_view part) {
  const std::string_view text = without_dropped(part);
  if (text.size() < 2 || (text[0] != '-' && text[0] != '+') || text[1] < '0' || text[1] > '9') return false;
  for (const char letter : text.substr(1))
    if (!((letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
          letter == ' ' || letter == '.' || letter == '%'))
      return false;
  return true;
}

}  // namespace

std::string without_formula(const std::string& text) {
  if (is_plain_number(text)) return text;
  constexpr std::string_view splits = ";\t\r\n";
  std::string result;
  const bool begins_blank = !text.empty() && splits.substr(1).find(text.front()) != std::string_view::npos;
  if (begins_blank) result += '\'';
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(splits, begin), text.size());
    const std::string_view part = std::string_view(text).substr(begin, end - begin);
    if (runs(part) && !(begin > 0 && is_number_with_words(part))) result += '\'';
    result += part;
    if (end < text.size()) result += text[end];
    begin = end + 1;
  }
  return result;
}

}  // namespace tocsin::data
