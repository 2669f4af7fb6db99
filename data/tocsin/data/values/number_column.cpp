#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/values/number_column.hpp>

namespace tocsin::data {
namespace {

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

/// Spaces and apostrophes that group thousands: U+00A0, U+202F, U+2009, ' and U+2019.
constexpr std::array<std::string_view, 6> groupers{" ", "\xC2\xA0",    "\xE2\x80\xAF", "\xE2\x80\x89",
                                                   "'", "\xE2\x80\x99"};

std::size_t grouper_at(std::string_view text, std::size_t at) {
  for (const std::string_view grouper : groupers)
    if (text.substr(at).starts_with(grouper)) return grouper.size();
  return 0;
}

/// The text without spaces and apostrophes between groups of three digits; empty when they stand anywhere else.
std::optional<std::string> without_groupers(std::string_view text) {
  std::string plain;
  bool grouped = false;
  std::size_t digits = 0;  // since the last grouper
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t size = grouper_at(text, at)) {
      if (grouped ? digits != 3 : digits == 0 || digits > 3) return {};
      if (plain.find_first_of(".,") != std::string::npos) return {};
      grouped = true;
      digits = 0;
      at += size;
      continue;
    }
    if (grouped && !is_digit(text[at]) && digits != 3) return {};
    if (grouped && !is_digit(text[at])) grouped = false;
    digits += is_digit(text[at]) ? 1 : 0;
    plain += text[at++];
  }
  if (grouped && digits != 3) return {};
  return plain;
}

/// What the marks in one number say.
enum class Evidence { none, point_is_decimal, comma_is_decimal, lone_comma, lone_point, nonsense };

/// True when the digits before the first mark and between marks make groups of thousands.
bool makes_groups(std::string_view text, char mark) {
  const std::size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  std::size_t digits = 0;
  bool first = true;
  for (std::size_t at = sign; at <= text.size(); ++at) {
    if (at < text.size() && is_digit(text[at])) {
      ++digits;
      continue;
    }
    if (first ? digits == 0 || digits > 3 : digits != 3) return false;
    first = false;
    digits = 0;
    if (at < text.size() && text[at] != mark) return false;
  }
  return text.substr(sign, 1) != "0";
}

Evidence evidence_of(std::string_view text) {
  const auto points = std::count(text.begin(), text.end(), '.'), commas = std::count(text.begin(), text.end(), ',');
  if (points == 0 && commas == 0) return Evidence::none;
  const bool both = points > 0 && commas > 0;
  const char last = text[text.find_last_of(".,")];
  if (both) {
    if ((last == '.' ? points : commas) > 1) return Evidence::nonsense;
    const char grouping = last == '.' ? ',' : '.';
    if (!makes_groups(text.substr(0, text.find_last_of(last)), grouping)) return Evidence::nonsense;
    return last == '.' ? Evidence::point_is_decimal : Evidence::comma_is_decimal;
  }
  const bool groups = makes_groups(text, last);
  if (points + commas > 1) {
    if (!groups) return Evidence::nonsense;
    return last == '.' ? Evidence::comma_is_decimal : Evidence::point_is_decimal;
  }
  if (groups) return last == '.' ? Evidence::lone_point : Evidence::lone_comma;
  return last == '.' ? Evidence::point_is_decimal : Evidence::comma_is_decimal;
}

/// A number whose marks are known.
std::optional<double> with_mark(std::string_view text, DecimalMark decimal) {
  const char grouping = decimal == DecimalMark::comma ? '.' : ',', mark = decimal == DecimalMark::comma ? ',' : '.';
  const std::string_view before = text.substr(0, std::min(text.find(mark), text.size()));
  if (before.find(grouping) != std::string_view::npos && !makes_groups(before, grouping)) return {};
  std::string plain;
  bool decimals = false;
  for (const char letter : text) {
    if (letter == grouping) {
      if (decimals) return {};
      continue;
    }
    decimals = decimals || letter == mark;
    plain += letter == mark ? '.' : letter;
  }
  return parse_number(plain);
}

}  // namespace

std::optional<DecimalMark> parse_decimal_mark(std::string_view text) {
  if (text == "auto") return DecimalMark::automatic;
  if (text == ".") return DecimalMark::point;
  if (text == ",") return DecimalMark::comma;
  return {};
}

bool says_unknown(std::string_view text) {
  constexpr std::array words{"-",    "--",      "---",         "\xE2\x80\x93", "\xE2\x80\x94", "?",
                             "??",   "n/a",     "na",          "nd",           "n.d.",         "null",
                             "none", "unknown", "unk",         "not known",    "inconnu",      "inconnue",
                             "nan",  "#n/a",    "desconocido", "non connu"};
  const std::string folded = lower(trim(text));
  return std::any_of(words.begin(), words.end(), [&](const char* word) { return folded == word; });
}

std::string_view unless_unknown(std::string_view text) {
  constexpr std::size_t longest_word = 16;
  const bool begins_as_value = !text.empty() && is_digit(text[text.size() > 1 && text[0] == '-' ? 1 : 0]);
  if (text.empty() || begins_as_value || text.size() > longest_word) return text;
  return says_unknown(text) ? std::string_view() : text;
}

void NumberColumn::observe(std::string_view text, std::int64_t row) {
  if (text.find_first_of(".,") == std::string_view::npos) return;
  const auto plain = without_groupers(trim(text));
  if (!plain) return;
  const auto count = [row](std::int64_t& number, std::int64_t& where) {
    if (++number == 1) where = row;
  };
  switch (evidence_of(*plain)) {
    case Evidence::point_is_decimal:
      return count(point_, row_point_);
    case Evidence::comma_is_decimal:
      return count(comma_, row_comma_);
    case Evidence::lone_comma:
      return count(either_comma_, row_either_comma_);
    case Evidence::lone_point:
      return count(either_point_, row_either_point_);
    case Evidence::none:
    case Evidence::nonsense:
      return;
  }
}

void NumberColumn::decide() {
  if (mark_ != DecimalMark::automatic) return;
  if (point_ > 0 && comma_ > 0) {
    if (either_comma_ + either_point_ > 0)
      throw Error(
          ErrorCode::input,
          fmt::format("{}: column '{}' has a decimal point in row {} and a decimal comma in row {}, and {} numbers "
                      "that could be either; correct them, or say decimal = \".\" or decimal = \",\"",
                      source_, name_, row_point_, row_comma_, either_comma_ + either_point_));
    return;  // each is read by itself
  }
  if (point_ > 0) {
    mark_ = DecimalMark::point;
  } else if (comma_ > 0) {
    mark_ = DecimalMark::comma;
  } else if (whole_) {
    thousands_ = either_comma_ + either_point_ > 0;
  } else if (either_comma_ > 0) {
    throw Error(
        ErrorCode::input,
        fmt::format("{}: column '{}' has {} numbers whose comma could be decimal or group thousands (first in row "
                    "{}), and none that tells; say decimal = \".\" or decimal = \",\"",
                    source_, name_, either_comma_, row_either_comma_));
  }
}

std::optional<double> NumberColumn::read(std::string_view text) const {
  text = trim(text);
  if (text.find_first_of(", '\xC2\xE2") == std::string_view::npos && mark_ != DecimalMark::comma && !thousands_)
    return parse_number(text);
  const auto plain = without_groupers(text);
  if (!plain) return {};
  if (mark_ != DecimalMark::automatic) return with_mark(*plain, mark_);
  switch (evidence_of(*plain)) {
    case Evidence::none:
      return parse_number(*plain);
    case Evidence::point_is_decimal:
      return with_mark(*plain, DecimalMark::point);
    case Evidence::comma_is_decimal:
      return with_mark(*plain, DecimalMark::comma);
    case Evidence::lone_comma:
      return thousands_ ? with_mark(*plain, DecimalMark::point) : std::nullopt;
    case Evidence::lone_point:
      return with_mark(*plain, thousands_ ? DecimalMark::comma : DecimalMark::point);
    case Evidence::nonsense:
      return {};
  }
  return {};
}

std::vector<std::string> NumberColumn::notes() const {
  std::vector<std::string> notes;
  if (thousands_)
    notes.push_back(
        fmt::format("{}: the marks in the numbers of column '{}' were taken to group thousands, as in row {}", source_,
                    name_, either_comma_ > 0 ? row_either_comma_ : row_either_point_));
  else if (comma_ > 0 && mark_ == DecimalMark::comma)
    notes.push_back(
        fmt::format("{}: column '{}' was read with a decimal comma, as in row {}", source_, name_, row_comma_));
  else if (either_comma_ > 0 && mark_ == DecimalMark::point)
    notes.push_back(
        fmt::format("{}: the commas in the numbers of column '{}' were taken to group thousands, as in row {}", source_,
                    name_, row_either_comma_));
  return notes;
}

}  // namespace tocsin::data
