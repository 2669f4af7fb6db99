#include <charconv>
#include <cstdint>

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

namespace {

/// Most numbers of tables are a few digits, which are exact without further ado.
std::optional<double> short_whole_number(std::string_view text) {
  constexpr std::size_t exact_digits = 15;
  if (text.empty() || text.size() > exact_digits) return {};
  std::int64_t value = 0;
  for (const char letter : text) {
    if (letter < '0' || letter > '9') return {};
    value = value * 10 + (letter - '0');
  }
  return static_cast<double>(value);
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  text = trim(text);
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  if (const auto whole = short_whole_number(text)) return whole;
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace tocsin::data
