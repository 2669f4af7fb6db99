#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/temporal/delay/reported_events.hpp>

namespace tocsin {

/// Events by the period in which they happened (rows) and the number of periods after which they became known
/// (columns). What is not over by the as-of day is NaN.
struct ReportingTriangle {
  std::size_t rows = 0, delays = 0;
  std::vector<double> counts;  ///< rows x delays

  [[nodiscard]] double at(std::size_t row, std::size_t delay) const { return counts[row * delays + delay]; }
  [[nodiscard]] double& at(std::size_t row, std::size_t delay) { return counts[row * delays + delay]; }
  /// By the last delay that is over; NaN when none is.
  [[nodiscard]] double known(std::size_t row) const;
  /// The last delay that is over, or -1.
  [[nodiscard]] std::ptrdiff_t last_delay(std::size_t row) const;
};

/// An event of several days counts in each period by its share of days, from each to the period of its report (never
/// negative). Entries without a reported date are left out, and so are those known after `delays` periods or more.
/// @param periods  consecutive; days or longer
/// @param delays   columns
/// @throws Error   invalid_argument: no periods or delays, as_of before the first period
ReportingTriangle reporting_triangle(const ReportedEvents& events, std::span<const Period> periods, std::size_t delays,
                                     Day as_of);

}  // namespace tocsin
