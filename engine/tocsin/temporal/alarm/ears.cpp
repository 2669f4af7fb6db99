#include <algorithm>
#include <cmath>

#include <tocsin/temporal/alarm/detail/alarm_series.hpp>

namespace tocsin::detail {
namespace {

/// Mean and spread of a period's baseline, at its exposure.
struct Window {
  double mean = AlarmPoint::none, spread = 0;
  bool floored = false;

  [[nodiscard]] bool usable() const { return spread > 0; }
  /// C1 or C2
  [[nodiscard]] double deviate(double count) const { return (count - mean) / spread; }
};

/// The last observed periods up to `end`.
Window window_before(const AlarmSeries& series, std::size_t end, double exposure, const AlarmOptions& options) {
  const std::size_t n = options.ears_baseline;
  std::size_t found = 0, t = end;
  double sum = 0;
  const auto value = [&](std::size_t at) { return series.counts[at] * (exposure / series.exposure(at)); };
  while (t > 0 && found < n)
    if (series.observed(--t)) {
      sum += value(t);
      ++found;
    }
  if (found < n) return {};
  Window window;
  window.mean = sum / static_cast<double>(n);
  double squares = 0;
  for (; t < end; ++t)
    if (series.observed(t)) squares += (value(t) - window.mean) * (value(t) - window.mean);
  const double sd = std::sqrt(squares / static_cast<double>(n - 1));
  window.spread = std::max(sd, options.least_sd);
  if (options.ears_spread == EarsSpread::at_least_poisson)
    window.spread = std::max(window.spread, std::sqrt(window.mean));
  // Values that are all the same leave rounding as their spread.
  if (sd <= 1e-12 * window.mean || sd == 0) {
    window.floored = true;
    if (window.spread <= 1e-12 * window.mean) window.spread = 0;
  }
  return window;
}

Window window_of(const AlarmSeries& series, std::size_t t, const AlarmOptions& options) {
  const std::size_t guard = options.method == AlarmMethod::ears_c1 ? 0 : 2;
  return t < guard ? Window{} : window_before(series, t - guard, series.exposure(t), options);
}

/// What C3 carries over from the two periods before: nothing from one that has no C2.
double carried(const AlarmSeries& series, std::size_t t, const AlarmOptions& options) {
  double sum = 0;
  for (std::size_t lag = 1; lag <= 2 && lag <= t; ++lag) {
    if (!series.observed(t - lag)) continue;
    const Window window = window_of(series, t - lag, options);
    if (window.usable()) sum += std::max(0.0, window.deviate(series.counts[t - lag]) - 1);
  }
  return sum;
}

}  // namespace

/// Hutwagner et al. (2003), Journal of Urban Health 80:i89; Fricker, Hegler and Dunfee (2008), Statistics in Medicine
/// 27:3407. Limits are normal quantiles as in surveillance's earsC, in place of 3 and, for C3, 2.
void judge_ears(const AlarmSeries& series, const AlarmOptions& options, std::span<AlarmPoint> points) {
  const double z = normal_quantile(1 - options.alpha);
  const bool c3 = options.method == AlarmMethod::ears_c3;
  for (std::size_t t = series.first; t < series.size(); ++t) {
    AlarmPoint& point = points[t - series.first];
    if (!series.observed(t)) continue;
    const Window window = window_of(series, t, options);
    if (std::isnan(window.mean)) continue;
    if (!window.usable()) {
      point.reason = AlarmReason::no_spread;
      continue;
    }
    point.expected = window.mean;
    point.variance = window.spread * window.spread;
    point.statistic = window.deviate(point.observed);
    if (c3) {
      const double before = carried(series, t, options);
      // What was carried over may be enough by itself; no events at all are never an alarm.
      point.upper = before > z ? 0 : window.mean + window.spread * (1 + z - before);
      point.statistic = std::max(0.0, point.statistic - 1) + before;
    } else {
      point.upper = window.mean + window.spread * z;
      point.p = normal_upper_tail(point.statistic);
    }
    point.score = score_of(point);
    point.flag = point.observed > point.upper;
    point.reason = window.floored ? AlarmReason::floored : AlarmReason::judged;
  }
}

}  // namespace tocsin::detail
