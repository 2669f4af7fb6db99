#include <charconv>

#include <tocsin/data/detail/text.hpp>

namespace tocsin::data {
std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return result;
}

std::string_view trim_blanks(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n\v\f", no_break = "\xC2\xA0";
  for (bool changed = true; changed;) {
    changed = false;
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    text = text.substr(first, text.find_last_not_of(blank) - first + 1);
    if (text.starts_with(no_break)) text.remove_prefix(no_break.size()), changed = true;
    if (text.ends_with(no_break)) text.remove_suffix(no_break.size()), changed = true;
  }
  return text;
}

std::optional<double> parse_number(std::string_view text) {
  text = trim(text);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace tocsin::data
