#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <tocsin/core/calendar.hpp>

namespace tocsin {

enum class CycleKind : std::uint8_t {
  day_of_week,   ///< Monday to Sunday
  month_of_year  ///< January to December
};

/// A day of the week, or a month of the year.
struct CyclePart {
  std::string name;
  int events = 0;
  int days = 0;              ///< such days in the time that was observed
  double expected = 0;       ///< events, if all days were alike
  double ratio = 0;          ///< events / expected; NaN without such days
  double low = 0, high = 0;  ///< exact interval of the ratio (Clopper and Pearson), of each part alone
};

struct Cycle {
  CycleKind kind = CycleKind::day_of_week;
  std::vector<CyclePart> parts;
  double chi2 = 0;  ///< sum of (events - expected)^2 / expected
  double p = 1;     ///< if events came one by one, on any day alike: (simulations as large + 1) / (simulations + 1)
  /// Of months: do years agree on them? Each block of 12 months is turned by a number of months of its own, so that
  /// bursts stay together; the share of turns in which as few months hold as many (sum of squares over months). At best
  /// 1 / 12^(years - 1). NaN for days of the week, and below two years.
  double p_years = 1;
  double years = 0;  ///< of observation
};

struct CycleOptions {
  int simulations = 9999;  ///< at least 19
  double level = 0.95;     ///< of the intervals
  std::uint64_t seed = 1;
  void validate() const;  ///< @throws Error invalid_argument
};

/// Do events keep to days of the week, or to months of the year? Expected numbers allow for how many such days there
/// were. A surge that lasted three months makes those months high in any calendar, and p small: a season is what
/// several years agree on, p_years. Days on which things are recorded (a Monday for a weekend) are a cycle too.
/// @param days   of events; those beyond first to last are not looked at
/// @param first  of the days that were observed, last included
/// @param closed days on which nobody could look, in order: they and their events are left out. A month of which less
///               than half is left counts, for p_years, as the mean of its year's others
/// @throws Error invalid_argument: no day, options; fewer than 7 days, or 365 for months
/// Cost          O(simulations x (events or days)), in parallel; the same for any number of threads
Cycle calendar_cycle(std::span<const Day> days, Day first, Day last, CycleKind kind, const CycleOptions& options = {},
                     std::span<const Day> closed = {});

}  // namespace tocsin
