#include <algorithm>
#include <array>
#include <charconv>

#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/values/month_names.hpp>
#include <tocsin/data/values/written_date.hpp>

namespace tocsin::data {
namespace {

namespace chrono = std::chrono;

constexpr int first_year = 1900, last_year = 2100;
/// Serials of 1954 to 2064: other numbers of five digits are hardly dates.
constexpr int least_serial = 20000, most_serial = 60000;

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}
bool is_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         static_cast<unsigned char>(letter) >= 0x80;
}

struct Number {
  int value = 0;
  int digits = 0;
};

/// The numbers of a text and the month that it names; empty when it holds anything else than a date does.
struct Parts {
  std::array<Number, 3> numbers{};
  std::size_t count = 0;
  std::optional<unsigned> month;
  bool month_first = false;  ///< the month stands before all numbers
};

std::optional<Parts> parts_of(std::string_view text) {
  Parts parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (is_digit(text[at])) {
      while (at < text.size() && is_digit(text[at])) ++at;
      const std::string_view digits = text.substr(begin, at - begin);
      if (parts.count == parts.numbers.size() || digits.size() > 8) return {};
      Number& number = parts.numbers[parts.count++];
      number.digits = static_cast<int>(digits.size());
      std::from_chars(digits.data(), digits.data() + digits.size(), number.value);
    } else if (is_letter(text[at])) {
      while (at < text.size() && is_letter(text[at])) ++at;
      const std::string_view word = text.substr(begin, at - begin);
      if (const auto month = month_of(word)) {
        if (parts.month) return {};
        parts.month = month;
        parts.month_first = parts.count == 0;
      } else if (!is_filler(word)) {
        return {};
      }
    } else {
      constexpr std::string_view between = " /-.,_\t";
      if (between.find(text[at++]) == std::string_view::npos) return {};
    }
  }
  return parts;
}

/// Moves past digits. @return how many
std::size_t skip_digits(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at - begin;
}

/// True for a time zone alone: "Z", "UTC", "+02:00", "-0500".
bool is_zone(std::string_view text) {
  const std::string word = lower(trim(text));
  if (word.empty() || word == "z" || word == "utc" || word == "gmt") return true;
  if (word[0] != '+' && word[0] != '-') return false;
  std::size_t at = 1, digits = skip_digits(word, at);
  if (at < word.size() && word[at] == ':') digits += skip_digits(word, ++at);
  return at == word.size() && (digits == 2 || digits == 4);
}

/// True for a time of day with or without its zone: "14:30", "2:30:15.5 pm", "00:00:00.000Z".
bool is_time(std::string_view text) {
  std::size_t at = 0;
  const std::size_t hours = skip_digits(text, at);
  if (hours == 0 || hours > 2 || at == text.size() || text[at] != ':') return false;
  for (int part = 0; part < 2 && at < text.size() && text[at] == ':'; ++part)
    if (skip_digits(text, ++at) != 2) return false;
  if (at < text.size() && (text[at] == '.' || text[at] == ',') && skip_digits(text, ++at) == 0) return false;
  std::string_view rest = trim(text.substr(at));
  const std::string half = lower(rest.substr(0, 2));
  if (half == "am" || half == "pm") rest.remove_prefix(2);
  const bool is_name = rest.size() >= 3 && rest.size() <= 4 && std::all_of(rest.begin(), rest.end(), [](char letter) {
                         return letter >= 'A' && letter <= 'Z';  // "EAT", "CEST"
                       });
  return is_name || is_zone(rest);
}

/// Without the time of day: "31/08/2021 14:30", "2021-08-31T00:00:00.000Z".
std::string_view without_time(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return text;
  std::size_t begin = colon;
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  if (begin == colon || colon - begin > 2 || begin == 0) return text;
  const char before = text[begin - 1];
  if (before != ' ' && before != 'T' && before != 't' && before != ',') return text;
  return is_time(text.substr(begin)) ? trim(text.substr(0, begin - 1)) : text;
}

std::optional<int> year_of(const Number& number) {
  if (number.digits == 4)
    return number.value >= first_year && number.value <= last_year ? std::optional(number.value) : std::nullopt;
  if (number.digits == 2) return number.value + (number.value < 69 ? 2000 : 1900);
  return {};
}

WrittenDate as_span(Day first, Day last) {
  WrittenDate date;
  date.span = {first, last};
  return date;
}

std::optional<WrittenDate> as_day(int year, int month, int day) {
  const auto found = day_of_parts(year, month, day);
  if (!found) return {};
  return as_span(*found, *found);
}

std::optional<WrittenDate> as_month(int year, int month) {
  const auto first = day_of_parts(year, month, 1);
  if (!first) return {};
  const chrono::year_month_day date{*first};
  return as_span(*first, Day{date.year() / date.month() / chrono::last});
}

std::optional<WrittenDate> as_serial(int serial) {
  if (serial < least_serial || serial > most_serial) return {};
  WrittenDate date;
  date.kind = WrittenDate::Kind::serial;
  date.serial = serial;
  return date;
}

std::optional<WrittenDate> with_month_name(const Parts& parts, std::string_view text) {
  const int month = static_cast<int>(*parts.month);
  const auto& [a, b, c] = parts.numbers;
  if (parts.count == 1) {
    // "Aug-21" is how spreadsheets show a month; "31 August" and "Aug 21" are days of a year that is not told.
    const bool as_shown = parts.month_first && text.find('-') != std::string_view::npos;
    const auto year = a.digits == 4 || as_shown ? year_of(a) : std::nullopt;
    return year ? as_month(*year, month) : std::nullopt;
  }
  if (parts.count != 2) return {};
  const bool year_first = a.digits == 4;
  const auto year = year_of(year_first ? a : b);
  const Number& day = year_first ? b : a;
  if (!year || day.digits > 2) return {};
  return as_day(*year, month, day.value);
}

std::optional<WrittenDate> of_one_number(const Number& number) {
  if (number.digits == 8) return as_day(number.value / 10000, number.value / 100 % 100, number.value % 100);
  if (number.digits == 5) return as_serial(number.value);
  if (number.digits != 4) return {};
  const auto year = year_of(number);
  if (!year) return {};
  return as_span(make_day(*year, 1, 1), make_day(*year, 12, 31));
}

std::optional<WrittenDate> of_numbers(const Parts& parts, std::string_view text) {
  const auto& [a, b, c] = parts.numbers;
  if (parts.count == 1) return of_one_number(a);
  if (parts.count == 2) {
    // "44412.604": a serial with its time of day.
    if (a.digits == 5 && (text[5] == '.' || text[5] == ',')) return as_serial(a.value);
    if (a.digits == 4 && b.digits <= 2) return year_of(a) ? as_month(a.value, b.value) : std::nullopt;
    if (b.digits == 4 && a.digits <= 2) return year_of(b) ? as_month(b.value, a.value) : std::nullopt;
    return {};
  }
  if (parts.count != 3) return {};
  if (a.digits == 4 && b.digits <= 2 && c.digits <= 2) return as_day(a.value, b.value, c.value);
  const auto year = year_of(c);
  if (!year || a.digits > 2 || b.digits > 2) return {};
  const bool day_first = day_of_parts(*year, b.value, a.value).has_value();
  if (!day_first && !day_of_parts(*year, a.value, b.value)) return {};
  WrittenDate date;
  date.kind = WrittenDate::Kind::parts;
  date.first = a.value;
  date.second = b.value;
  date.year = *year;
  return date;
}

/// "2021-08-31" and the same with a time of day, which is what most programs write.
std::optional<WrittenDate> iso_day(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return {};
  if (text.size() > 10) {
    const bool has_time = (text[10] == ' ' || text[10] == 'T') && is_time(trim(text.substr(11)));
    if (!has_time && !is_zone(text.substr(10))) return {};
  }
  const auto two = [&](std::size_t at) {
    return is_digit(text[at]) && is_digit(text[at + 1]) ? (text[at] - '0') * 10 + text[at + 1] - '0' : -1;
  };
  const int century = two(0), rest = two(2), month = two(5), day = two(8);
  if (century < 0 || rest < 0) return {};
  return as_day(century * 100 + rest, month, day);
}

/// "2021-08-02 to 2021-08-09": both ends in a way that can be read by itself.
std::optional<WrittenDate> as_range(std::string_view text) {
  for (const std::string_view mark : {" to ", " - ", " \xE2\x80\x93 ", " au ", " a ", "/"}) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos || text.find(mark, at + 1) != std::string_view::npos) continue;
    const std::string_view halves[] = {trim(text.substr(0, at)), trim(text.substr(at + mark.size()))};
    if (halves[0].size() < 10 || halves[1].size() < 10) continue;
    const auto first = iso_day(halves[0]), last = iso_day(halves[1]);
    if (first && last && first->span.first <= last->span.first) return as_span(first->span.first, last->span.last);
  }
  return {};
}

}  // namespace

Day day_of_serial(int serial, bool epoch_1904) {
  return (epoch_1904 ? make_day(1904, 1, 1) : make_day(1899, 12, 30)) + chrono::days{serial};
}

std::optional<Day> day_of_parts(int year, int month, int day) {
  if (year < first_year || year > last_year || month < 1 || month > 12 || day < 1 || day > 31) return {};
  const chrono::year_month_day date{chrono::year{year}, chrono::month{static_cast<unsigned>(month)},
                                    chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return {};
  return Day{date};
}

std::optional<WrittenDate> read_written_date(std::string_view text) {
  text = trim(text);
  if (const auto day = iso_day(text)) return day;
  constexpr std::size_t longest = 64;
  if (text.empty() || text.size() > longest) return {};
  if (const auto period = parse_period(text)) {
    const int year = static_cast<int>(chrono::year_month_day{period->first}.year());
    if (year < first_year || year > last_year) return {};
    return as_span(period->first, period->last);
  }
  if (const auto range = as_range(text)) return range;
  text = without_time(text);
  const auto parts = parts_of(text);
  if (!parts) return {};
  return parts->month ? with_month_name(*parts, text) : of_numbers(*parts, text);
}

}  // namespace tocsin::data
