#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <tocsin/temporal/alarm/alarm.hpp>

namespace tocsin::detail {

/// A series whose first judged period is `first`.
struct AlarmSeries {
  std::span<const double> counts, exposures;
  std::size_t first = 0;

  [[nodiscard]] std::size_t size() const { return counts.size(); }
  [[nodiscard]] double exposure(std::size_t t) const { return exposures.empty() ? 1 : exposures[t]; }
  [[nodiscard]] bool observed(std::size_t t) const { return !std::isnan(counts[t]) && exposure(t) > 0; }
};

/// alarm() and alarm_history() in parts, for those that want both of a series.
/// @throws Error  as alarm()
AlarmSeries checked_series(std::span<const double> counts, std::span<const double> exposure, std::size_t last);
AlarmHistory history_of(const AlarmSeries& series);
/// @param options  that are valid, with a method other than automatic
std::vector<AlarmPoint> judge_series(const AlarmSeries& series, const AlarmOptions& options);

/// Each gives the points of periods series.first to the end; those that were not observed are filled in before.
using Judge = void (*)(const AlarmSeries&, const AlarmOptions&, std::span<AlarmPoint>);
void judge_predictive(const AlarmSeries& series, const AlarmOptions& options, std::span<AlarmPoint> points);
void judge_ears(const AlarmSeries& series, const AlarmOptions& options, std::span<AlarmPoint> points);
void judge_farrington(const AlarmSeries& series, const AlarmOptions& options, std::span<AlarmPoint> points);
void judge_cusum(const AlarmSeries& series, const AlarmOptions& options, std::span<AlarmPoint> points);
void judge_glr(const AlarmSeries& series, const AlarmOptions& options, std::span<AlarmPoint> points);

/// Farrington's three weeks, in periods of a season: one of months.
constexpr std::size_t usual_half_window(std::size_t season) {
  return (3 * season + 26) / 52;
}

/// Whole events in a count that may hold shares of some; sums of shares fall short of whole ones by rounding.
inline double whole_events(double count) {
  return std::floor(count + 1e-9);
}

/// The score of a point that has the rest.
inline double score_of(const AlarmPoint& point) {
  const double span = point.upper - point.expected;
  return span > 0 ? (point.observed - point.expected) / span : AlarmPoint::none;
}

/// Standard normal.
double normal_quantile(double probability);
double normal_upper_tail(double z);
/// Puts the tail in place of each z, to the same bits; NaN of NaN.
void normal_upper_tails(std::span<double> z);

}  // namespace tocsin::detail
