#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/delay/reporting_triangle.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The period that holds a day; the number of periods where none does.
std::size_t period_at(std::span<const Period> periods, Day day) {
  const auto found = std::lower_bound(periods.begin(), periods.end(), day,
                                      [](const Period& period, Day at) { return period.last < at; });
  return found == periods.end() || !found->contains(day) ? periods.size()
                                                         : static_cast<std::size_t>(found - periods.begin());
}

}  // namespace

std::ptrdiff_t ReportingTriangle::last_delay(std::size_t row) const {
  std::ptrdiff_t last = -1;
  for (std::size_t d = 0; d < delays; ++d)
    if (!std::isnan(at(row, d))) last = static_cast<std::ptrdiff_t>(d);
  return last;
}

double ReportingTriangle::known(std::size_t row) const {
  const std::ptrdiff_t last = last_delay(row);
  if (last < 0) return nan;
  double sum = 0;
  for (std::size_t d = 0; d <= static_cast<std::size_t>(last); ++d) sum += at(row, d);
  return sum;
}

ReportingTriangle reporting_triangle(const ReportedEvents& events, std::span<const Period> periods, std::size_t delays,
                                     Day as_of) {
  if (periods.empty() || delays == 0 || as_of < periods.front().first)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a reporting triangle of {} periods and {} delays as of {}: give at least one of each, and "
                            "a day not before the first period",
                            periods.size(), delays, to_string(as_of)));
  ReportingTriangle triangle{periods.size(), delays, std::vector<double>(periods.size() * delays, nan)};
  for (std::size_t t = 0; t < periods.size(); ++t)
    for (std::size_t d = 0; d < delays && t + d < periods.size() && periods[t + d].last <= as_of; ++d)
      triangle.at(t, d) = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events.has_reported[i] == 0 || events.reported[i] > as_of) continue;
    const std::size_t known = period_at(periods, events.reported[i]);
    if (known == periods.size()) continue;
    for (std::size_t t = 0; t < periods.size(); ++t) {
      const double share = share_of_days(events.first_day[i], events.last_day[i], periods[t]);
      const std::size_t delay = known - std::min(known, t);
      if (share > 0 && delay < delays && !std::isnan(triangle.at(t, delay)))
        triangle.at(t, delay) += events.weight[i] * share;
    }
  }
  return triangle;
}

}  // namespace tocsin
