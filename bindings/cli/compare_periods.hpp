#pragma once

#include <string>

#include <tocsin/core/calendar.hpp>

namespace tocsin::cli {

/// The two stretches of time that are compared, and the periods that tile both.
struct ComparedPeriods {
  Period earlier, later;  ///< their label is that of a whole period, or "2020-12..2021-02"
  Every part = Every::month;
  /// Longer periods that hold whole parts: within each, parts show how much counts vary.
  Every group = Every::quarter;
};

/// @param period   "2021-Q3", "2021-08", or whole periods or days "2020-12..2021-02"
/// @param against  "previous", "year-before", or as `period`
/// @param every    the length that --period has, to be checked; empty: whatever it has
/// @throws Error usage
ComparedPeriods compared_periods(const std::string& period, const std::string& against, const std::string& every);

}  // namespace tocsin::cli
