#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

/// A calendar day in the proleptic Gregorian calendar.
using Day = std::chrono::sys_days;

Day make_day(int year, unsigned month, unsigned day_of_month);

/// Reads an ISO date, "2021-08-31"; anything after the date that begins with a space or 'T' (a time of day) is ignored.
/// Empty when the text is not a valid date.
std::optional<Day> parse_day(std::string_view text);

/// "2021-08-31"
std::string to_string(Day day);

/// Whole days from `from` to `to`; negative when `to` is earlier.
int days_between(Day from, Day to);

enum class Every { week, dekad, month, quarter, year };

/// Reads "week", "dekad", "month", "quarter", "year"; empty otherwise.
std::optional<Every> parse_every(std::string_view text);

/// Both ends belong to the period.
struct Period {
  Day first;
  Day last;
  std::string label;  ///< "2021-W31", "2021-08-D2", "2021-08", "2021-Q3", "2021"

  [[nodiscard]] int days() const { return days_between(first, last) + 1; }
  [[nodiscard]] bool contains(Day day) const { return first <= day && day <= last; }
  friend bool operator==(const Period&, const Period&) = default;
};

/// The share of the days from first to last, both included, that lie in a period.
double share_of_days(Day first, Day last, const Period& period);

/// The period of the given kind that contains a day. Weeks are ISO 8601 weeks; dekads are days 1-10, 11-20 and 21-end.
Period period_of(Day day, Every every);

/// Reads the label of a whole period: "2021-W31", "2021-08-D2", "2021-08", "2021-Q3", "2021", also without the hyphen
/// before W, Q. Empty when it is none.
std::optional<Period> parse_period(std::string_view label);

/// Consecutive periods that tile [from, to]; the first and the last are cut at `from` and `to`, and keep their label.
/// @throws Error invalid_argument when `to` is before `from`.
std::vector<Period> periods_between(Day from, Day to, Every every);

}  // namespace tocsin
