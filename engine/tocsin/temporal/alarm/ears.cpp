#include <algorithm>
#include <cmath>
#include <vector>

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

/// Means and standard deviations of all runs of so many observed values, one after another.
class Baselines {
 public:
  Baselines(const AlarmSeries& series, const AlarmOptions& options)
      : series_(series), options_(options), length_(options.ears_baseline) {
    most_exposure_ = 1;
    if (!series.exposures.empty()) most_exposure_ = *std::max_element(series.exposures.begin(), series.exposures.end());
    std::vector<double> values;  // at the largest exposure, so that those of equal exposure stay as they are
    values.reserve(series.size());
    before_.reserve(series.size() + 1);
    for (std::size_t t = 0; t < series.size(); ++t) {
      before_.push_back(values.size());
      if (!series.observed(t)) continue;
      const double count = series.counts[t], exposure = series.exposure(t);
      values.push_back(exposure == most_exposure_ ? count : count * (most_exposure_ / exposure));
    }
    before_.push_back(values.size());
    if (values.size() >= length_) fill(values);
  }

  /// Of the period t, by values up to the one `guard` periods before it.
  [[nodiscard]] Window of(std::size_t t, std::size_t guard) const {
    if (t < guard || before_[t - guard] < length_) return {};
    const std::size_t run = before_[t - guard] - length_;
    const double scale = series_.exposure(t) / most_exposure_;
    Window window;
    window.mean = mean_[run] * scale;
    const double sd = deviation_[run] * scale;
    window.spread = std::max(sd, options_.least_sd);
    if (options_.ears_spread == EarsSpread::at_least_poisson)
      window.spread = std::max(window.spread, std::sqrt(window.mean));
    // Values that are all the same leave rounding as their spread.
    if (sd <= 1e-12 * window.mean) {
      window.floored = true;
      if (window.spread <= 1e-12 * window.mean) window.spread = 0;
    }
    return window;
  }

 private:
  /// Runs side by side, which the compiler takes several at a time.
  void fill(const std::vector<double>& values) {
    const std::size_t runs = values.size() - length_ + 1;
    mean_.assign(runs, 0.0);
    deviation_.assign(runs, 0.0);  // squares, until they are all there
    for (std::size_t k = 0; k < length_; ++k)
      for (std::size_t i = 0; i < runs; ++i) mean_[i] += values[i + k];
    for (std::size_t i = 0; i < runs; ++i) mean_[i] /= static_cast<double>(length_);
    for (std::size_t k = 0; k < length_; ++k)
      for (std::size_t i = 0; i < runs; ++i) {
        const double from_mean = values[i + k] - mean_[i];
        deviation_[i] += from_mean * from_mean;
      }
    const auto degrees = static_cast<double>(length_ - 1);
    for (std::size_t i = 0; i < runs; ++i) deviation_[i] = std::sqrt(deviation_[i] / degrees);
  }

  const AlarmSeries& series_;
  const AlarmOptions& options_;
  std::size_t length_;
  double most_exposure_;
  std::vector<std::size_t> before_;  ///< observed values before each period
  std::vector<double> mean_, deviation_;
};

/// What C3 carries over from the two periods before: nothing from one that has no C2.
double carried(const AlarmSeries& series, const Baselines& baselines, std::size_t t, std::size_t guard) {
  double sum = 0;
  for (std::size_t lag = 1; lag <= 2 && lag <= t; ++lag) {
    if (!series.observed(t - lag)) continue;
    const Window window = baselines.of(t - lag, guard);
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
  const std::size_t guard = options.method == AlarmMethod::ears_c1 ? 0 : 2;
  const Baselines baselines(series, options);
  for (std::size_t t = series.first; t < series.size(); ++t) {
    AlarmPoint& point = points[t - series.first];
    if (!series.observed(t)) continue;
    const Window window = baselines.of(t, guard);
    if (std::isnan(window.mean)) continue;
    if (!window.usable()) {
      point.reason = AlarmReason::no_spread;
      continue;
    }
    point.expected = window.mean;
    point.variance = window.spread * window.spread;
    point.statistic = window.deviate(point.observed);
    if (c3) {
      const double before = carried(series, baselines, t, guard);
      // What was carried over may be enough by itself; no events at all are never an alarm.
      point.upper = before > z ? 0 : window.mean + window.spread * (1 + z - before);
      point.statistic = std::max(0.0, point.statistic - 1) + before;
    } else {
      point.upper = window.mean + window.spread * z;
    }
    point.score = score_of(point);
    point.flag = point.observed > point.upper;
    point.reason = window.floored ? AlarmReason::floored : AlarmReason::judged;
  }
  if (c3) return;
  for (AlarmPoint& point : points) point.p = normal_upper_tail(point.statistic);
}

}  // namespace tocsin::detail
