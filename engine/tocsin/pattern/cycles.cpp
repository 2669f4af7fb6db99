#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>

#include <boost/math/special_functions/beta.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/pattern/cycles.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<const char*, 7> weekdays{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                              "Friday", "Saturday", "Sunday"};
constexpr std::array<const char*, 12> months{"January", "February", "March",     "April",   "May",      "June",
                                             "July",    "August",   "September", "October", "November", "December"};

/// The part of the cycle that a day belongs to.
std::size_t part_of(Day day, CycleKind kind) {
  if (kind == CycleKind::day_of_week) return std::chrono::weekday(day).iso_encoding() - 1;
  return static_cast<unsigned>(std::chrono::year_month_day(day).month()) - 1;
}

/// The days that were observed, the part of each of them, and the day of each event.
struct Calendar {
  std::vector<Day> open;
  std::vector<std::size_t> part;
  std::vector<Day> event;
};

double chi2_of(const std::vector<int>& events, const std::vector<CyclePart>& parts) {
  double sum = 0;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (parts[i].expected > 0)
      sum += (events[i] - parts[i].expected) * (events[i] - parts[i].expected) / parts[i].expected;
  return sum;
}

/// The share of simulations whose chi2 is as large, where each event falls on any observed day.
double p_of_parts(const Calendar& calendar, const Cycle& cycle, const CycleOptions& options) {
  std::vector<std::uint8_t> as_large(static_cast<std::size_t>(options.simulations));
  parallel_for(as_large.size(), [&](std::size_t s) {
    RandomStream random(
        {options.seed, static_cast<std::uint32_t>(RandomPurpose::calendar_cycle), 0, static_cast<std::uint32_t>(s)});
    std::vector<int> events(cycle.parts.size());
    for (std::size_t i = 0; i < calendar.event.size(); ++i)
      ++events[calendar.part[random.below(static_cast<std::uint32_t>(calendar.part.size()))]];
    as_large[s] = chi2_of(events, cycle.parts) >= cycle.chi2 * (1 - 1e-12) ? 1 : 0;
  });
  double count = 1;
  for (const std::uint8_t each : as_large) count += each;
  return count / (options.simulations + 1.0);
}

using YearOfEvents = std::array<double, 12>;

/// By how many days of it were observed; a month of which too little was takes the mean of the others.
void fill_closed_months(YearOfEvents& year, std::span<const Period> of, const std::array<int, 12>& open) {
  double sum = 0, known = 0;
  for (std::size_t m = 0; m < 12; ++m) {
    if (2 * open[m] < of[m].days()) continue;
    year[m] *= static_cast<double>(of[m].days()) / open[m];
    sum += year[m];
    ++known;
  }
  for (std::size_t m = 0; m < 12; ++m)
    if (2 * open[m] < of[m].days()) year[m] = known > 0 ? sum / known : 0;
}

/// Events in each month of each block of 12 whole months, from the first whole one on.
std::vector<YearOfEvents> years_of(const Calendar& calendar, Day first, Day last) {
  std::vector<Period> whole;
  for (Period& month : periods_between(first, last, Every::month))
    if (month == period_of(month.first, Every::month)) whole.push_back(std::move(month));
  std::vector<YearOfEvents> years(whole.size() / 12);
  std::vector<std::array<int, 12>> open(years.size());
  for (std::size_t m = 0; m < years.size() * 12; ++m) {
    const auto in = [&](const std::vector<Day>& days) {
      return std::ranges::count_if(days, [&](Day day) { return whole[m].contains(day); });
    };
    years[m / 12][m % 12] = static_cast<double>(in(calendar.event));
    open[m / 12][m % 12] = static_cast<int>(in(calendar.open));
  }
  for (std::size_t y = 0; y < years.size(); ++y)
    fill_closed_months(years[y], std::span(whole).subspan(12 * y, 12), open[y]);
  return years;
}

double agreement(const std::vector<YearOfEvents>& years, const std::vector<std::uint32_t>& turns) {
  double squares = 0;
  for (std::size_t m = 0; m < 12; ++m) {
    double sum = 0;
    for (std::size_t y = 0; y < years.size(); ++y) sum += years[y][(m + turns[y]) % 12];
    squares += sum * sum;
  }
  return squares;
}

double p_of_years(const std::vector<YearOfEvents>& years, const CycleOptions& options) {
  if (years.size() < 2) return nan;
  // Whole numbers are exact; shares of months round.
  const double observed = agreement(years, std::vector<std::uint32_t>(years.size())) * (1 - 1e-12);
  std::vector<std::uint8_t> as_large(static_cast<std::size_t>(options.simulations));
  parallel_for(as_large.size(), [&](std::size_t s) {
    RandomStream random(
        {options.seed, static_cast<std::uint32_t>(RandomPurpose::calendar_cycle), 1, static_cast<std::uint32_t>(s)});
    std::vector<std::uint32_t> turns(years.size());
    for (std::uint32_t& turn : turns) turn = random.below(12);
    as_large[s] = agreement(years, turns) >= observed ? 1 : 0;
  });
  double count = 1;
  for (const std::uint8_t each : as_large) count += each;
  return count / (options.simulations + 1.0);
}

/// Clopper and Pearson's interval of a share.
void set_interval(CyclePart& part, int all, double share, double level) {
  const double tail = (1 - level) / 2, n = all, k = part.events;
  part.ratio = part.events / part.expected;
  part.low = k == 0 ? 0 : boost::math::ibeta_inv(k, n - k + 1, tail) / share;
  part.high = (k == n ? 1 : boost::math::ibeta_inv(k + 1, n - k, 1 - tail)) / share;
}

void check(Day first, Day last, CycleKind kind, std::size_t observed_days, std::size_t events) {
  const int least = kind == CycleKind::day_of_week ? 7 : 365, days = static_cast<int>(observed_days);
  if (days < least)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} to {}: a cycle of {} needs at least {} observed days, got {}", to_string(first),
                            to_string(last), kind == CycleKind::day_of_week ? "a week" : "a year", least, days));
  if (events == 0)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("no event lies on a day from {} to {}: there is no cycle to look "
                            "for",
                            to_string(first), to_string(last)));
}

}  // namespace

void CycleOptions::validate() const {
  if (simulations < 19 || !(level > 0 && level < 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} simulations, intervals of {}: at least 19, above 0 and below 1", simulations, level));
}

Cycle calendar_cycle(std::span<const Day> days, Day first, Day last, CycleKind kind, const CycleOptions& options,
                     std::span<const Day> closed) {
  options.validate();
  Calendar calendar;
  const auto observed_day = [&](Day day) {
    return first <= day && day <= last && !std::ranges::binary_search(closed, day);
  };
  for (Day day = first; day <= last; day += std::chrono::days{1})
    if (observed_day(day)) {
      calendar.open.push_back(day);
      calendar.part.push_back(part_of(day, kind));
    }
  std::ranges::copy_if(days, std::back_inserter(calendar.event), observed_day);
  check(first, last, kind, calendar.open.size(), calendar.event.size());

  Cycle cycle;
  cycle.kind = kind;
  for (std::size_t i = 0; i < (kind == CycleKind::day_of_week ? weekdays.size() : months.size()); ++i)
    cycle.parts.push_back({kind == CycleKind::day_of_week ? weekdays[i] : months[i], 0, 0, 0, nan, nan, nan});
  for (const std::size_t part : calendar.part) ++cycle.parts[part].days;
  for (const Day event : calendar.event) ++cycle.parts[part_of(event, kind)].events;
  const auto observed = static_cast<double>(calendar.part.size());
  const int all = static_cast<int>(calendar.event.size());
  std::vector<int> counts;
  for (CyclePart& part : cycle.parts) {
    const double share = part.days / observed;
    part.expected = all * share;
    if (part.expected > 0) set_interval(part, all, share, options.level);
    counts.push_back(part.events);
  }
  cycle.chi2 = chi2_of(counts, cycle.parts);
  cycle.p = p_of_parts(calendar, cycle, options);
  const std::vector<YearOfEvents> years = years_of(calendar, first, last);
  cycle.years = static_cast<int>(years.size());
  cycle.p_years = kind == CycleKind::day_of_week ? nan : p_of_years(years, options);
  return cycle;
}

}  // namespace tocsin
