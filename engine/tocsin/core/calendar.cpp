#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <tocsin/core/calendar.hpp>
#include <tocsin/core/error.hpp>

namespace tocsin {
namespace {

namespace chrono = std::chrono;

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || text.front() == '-') return {};
  return value;
}

Period week_of(Day day) {
  const Day monday = day - (chrono::weekday{day} - chrono::Monday);
  // ISO 8601: a week belongs to the year of its Thursday.
  const Day thursday = monday + chrono::days{3};
  const chrono::year year = chrono::year_month_day{thursday}.year();
  const int week = days_between(Day{year / chrono::January / 1}, thursday) / 7 + 1;
  return {monday, monday + chrono::days{6}, fmt::format("{}-W{:02}", static_cast<int>(year), week)};
}

Period dekad_of(const chrono::year_month_day& date) {
  const unsigned dekad = std::min((static_cast<unsigned>(date.day()) - 1) / 10, 2U);
  const Day first = Day{date.year() / date.month() / chrono::day{dekad * 10 + 1}};
  const Day last = dekad == 2 ? Day{date.year() / date.month() / chrono::last} : first + chrono::days{9};
  return {first, last,
          fmt::format("{}-{:02}-D{}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), dekad + 1)};
}

Period months_of(chrono::year_month first, int count, std::string label) {
  return {Day{first / 1}, Day{(first + chrono::months{count - 1}) / chrono::last}, std::move(label)};
}

}  // namespace

Day make_day(int year, unsigned month, unsigned day_of_month) {
  return Day{chrono::year{year} / chrono::month{month} / chrono::day{day_of_month}};
}

std::optional<Day> parse_day(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return {};
  if (text.size() > 10 && text[10] != ' ' && text[10] != 'T') return {};
  const auto year = digits(text.substr(0, 4)), month = digits(text.substr(5, 2)), day = digits(text.substr(8, 2));
  if (!year || !month || !day) return {};
  const chrono::year_month_day date{chrono::year{*year}, chrono::month{static_cast<unsigned>(*month)},
                                    chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return {};
  return Day{date};
}

std::string to_string(Day day) {
  const chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

int days_between(Day from, Day to) {
  return static_cast<int>((to - from).count());
}

std::optional<Every> parse_every(std::string_view text) {
  if (text == "week") return Every::week;
  if (text == "dekad") return Every::dekad;
  if (text == "month") return Every::month;
  if (text == "quarter") return Every::quarter;
  if (text == "year") return Every::year;
  return {};
}

Period period_of(Day day, Every every) {
  const chrono::year_month_day date{day};
  const int year = static_cast<int>(date.year());
  const unsigned month = static_cast<unsigned>(date.month());
  switch (every) {
    case Every::week:
      return week_of(day);
    case Every::dekad:
      return dekad_of(date);
    case Every::month:
      return months_of(date.year() / date.month(), 1, fmt::format("{}-{:02}", year, month));
    case Every::quarter: {
      const unsigned quarter = (month - 1) / 3;
      return months_of(date.year() / chrono::month{quarter * 3 + 1}, 3, fmt::format("{}-Q{}", year, quarter + 1));
    }
    case Every::year:
      return months_of(date.year() / chrono::January, 12, fmt::format("{}", year));
  }
  throw Error(ErrorCode::internal, "unknown kind of period");
}

std::optional<Period> parse_period(std::string_view label) {
  const auto year = label.size() < 4 ? std::optional<int>{} : digits(label.substr(0, 4));
  if (!year || *year < 1) return {};
  std::string_view rest = label.substr(4);
  if (rest.empty()) return period_of(make_day(*year, 1, 1), Every::year);
  if (rest.front() == '-') rest.remove_prefix(1);
  std::optional<Period> period;
  if (rest.size() == 2 && rest[0] == 'Q') {
    const auto quarter = digits(rest.substr(1));
    if (quarter && *quarter >= 1 && *quarter <= 4)
      period = period_of(make_day(*year, static_cast<unsigned>(*quarter) * 3, 1), Every::quarter);
  } else if (rest.size() == 3 && rest[0] == 'W') {
    const auto week = digits(rest.substr(1));
    // The fourth of January lies in the first week; the 53rd is one of the next year where there are 52.
    if (week && *week >= 1) period = period_of(make_day(*year, 1, 4) + std::chrono::days{7 * (*week - 1)}, Every::week);
    if (period && period->label.substr(0, 4) != label.substr(0, 4)) period.reset();
  } else if (label[4] == '-' && (rest.size() == 2 || (rest.size() == 5 && rest.substr(2, 2) == "-D"))) {
    const auto month = digits(rest.substr(0, 2));
    if (!month || *month < 1 || *month > 12) return {};
    const auto dekad = rest.size() == 5 ? digits(rest.substr(4)) : std::optional<int>{};
    if (rest.size() == 2)
      period = period_of(make_day(*year, static_cast<unsigned>(*month), 1), Every::month);
    else if (dekad && *dekad >= 1 && *dekad <= 3)
      period = period_of(make_day(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*dekad) * 10 - 9),
                         Every::dekad);
  }
  return period;
}

std::vector<Period> periods_between(Day from, Day to, Every every) {
  if (to < from)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("'to' ({}) is before 'from' ({})", to_string(to), to_string(from)));
  std::vector<Period> periods;
  for (Day next = from; next <= to; next = periods.back().last + chrono::days{1}) {
    Period period = period_of(next, every);
    period.first = std::max(period.first, from);
    period.last = std::min(period.last, to);
    periods.push_back(std::move(period));
  }
  return periods;
}

double share_of_days(Day first, Day last, const Period& period) {
  const Day from = std::max(first, period.first), to = std::min(last, period.last);
  if (to < from) return 0;
  return static_cast<double>(days_between(from, to) + 1) / static_cast<double>(days_between(first, last) + 1);
}

}  // namespace tocsin
