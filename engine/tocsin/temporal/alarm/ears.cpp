#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <tocsin/core/instruction_set.hpp>
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

/// Means and standard deviations of all runs of so many values, the runs side by side: several at a time.
/// @param length  of a run; known when this is compiled, or -1
template <int known>
[[gnu::always_inline]] inline void runs_of(const double* values, std::size_t runs, std::size_t length, double* mean,
                                           double* deviation) {
  if (known > 0) length = static_cast<std::size_t>(known);
  for (std::size_t i = 0; i < runs; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < length; ++k) sum += values[i + k];
    mean[i] = sum / static_cast<double>(length);
  }
  for (std::size_t i = 0; i < runs; ++i) {
    double squares = 0;
    for (std::size_t k = 0; k < length; ++k) squares += (values[i + k] - mean[i]) * (values[i + k] - mean[i]);
    deviation[i] = std::sqrt(squares / static_cast<double>(length - 1));
  }
}

/// The same for any length; seven, as most ask for, by a loop of its own.
[[gnu::always_inline]] inline void all_runs(const double* values, std::size_t runs, std::size_t length, double* mean,
                                            double* deviation) {
  if (length == 7)
    runs_of<7>(values, runs, length, mean, deviation);
  else
    runs_of<-1>(values, runs, length, mean, deviation);
}

/// With the instructions that the processor has; the same bits with all of them.
using Runs = void (*)(const double*, std::size_t, std::size_t, double*, double*);
void runs_portable(const double* values, std::size_t runs, std::size_t length, double* mean, double* deviation) {
  all_runs(values, runs, length, mean, deviation);
}
#if defined(__x86_64__)
[[gnu::target("avx2")]] void runs_avx2(const double* values, std::size_t runs, std::size_t length, double* mean,
                                       double* deviation) {
  all_runs(values, runs, length, mean, deviation);
}
[[gnu::target("avx512f,avx512vl,avx512bw,avx512dq,prefer-vector-width=512")]] void runs_avx512(
    const double* values, std::size_t runs, std::size_t length, double* mean, double* deviation) {
  all_runs(values, runs, length, mean, deviation);
}
#endif

Runs runs() {
#if defined(__x86_64__)
  static const InstructionSet set = widest_instruction_set();
  if (set == InstructionSet::avx512) return runs_avx512;
  if (set == InstructionSet::avx2) return runs_avx2;
#endif
  return runs_portable;
}

/// Means and standard deviations of all runs of so many observed values, one after another.
class Baselines {
 public:
  Baselines(const AlarmSeries& series, const AlarmOptions& options)
      : series_(series), options_(options), length_(options.ears_baseline), most_exposure_(1) {
    if (!series.exposures.empty()) most_exposure_ = *std::max_element(series.exposures.begin(), series.exposures.end());
    std::int64_t others = 0;
    for (const double exposure : series.exposures) others += exposure != most_exposure_ ? 1 : 0;
    for (const double count : series.counts) others += std::isnan(count) ? 1 : 0;
    even_ = others == 0 && most_exposure_ > 0;
    if (even_)
      fill(series.counts);
    else
      fill(observed_values());
  }

  /// Of the period t, by values up to the one `guard` periods before it.
  [[nodiscard]] Window of(std::size_t t, std::size_t guard) const {
    if (t < guard || before(t - guard) < length_) return {};
    const std::size_t run = before(t - guard) - length_;
    const double scale = even_ ? 1 : series_.exposure(t) / most_exposure_;
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
  [[nodiscard]] std::size_t before(std::size_t t) const { return even_ ? t : before_[t]; }

  /// At the largest exposure, so that those of equal exposure stay as they are.
  [[nodiscard]] std::vector<double> observed_values() {
    std::vector<double> values;
    values.reserve(series_.size());
    before_.reserve(series_.size() + 1);
    for (std::size_t t = 0; t < series_.size(); ++t) {
      before_.push_back(values.size());
      if (!series_.observed(t)) continue;
      const double count = series_.counts[t], exposure = series_.exposure(t);
      values.push_back(exposure == most_exposure_ ? count : count * (most_exposure_ / exposure));
    }
    before_.push_back(values.size());
    return values;
  }

  void fill(std::span<const double> values) {
    if (values.size() < length_) return;
    const std::size_t number = values.size() - length_ + 1;
    mean_ = std::make_unique_for_overwrite<double[]>(number);
    deviation_ = std::make_unique_for_overwrite<double[]>(number);
    runs()(values.data(), number, length_, mean_.get(), deviation_.get());
  }

  const AlarmSeries& series_;
  const AlarmOptions& options_;
  std::size_t length_;
  double most_exposure_;
  bool even_ = false;                ///< all periods were observed, at the same exposure
  std::vector<std::size_t> before_;  ///< observed values before each period; empty where even
  std::unique_ptr<double[]> mean_, deviation_;
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
  std::vector<double> deviates(points.size(), AlarmPoint::none);
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
    if (!c3) deviates[t - series.first] = point.statistic;
  }
  if (c3) return;
  normal_upper_tails(deviates);
  for (std::size_t i = 0; i < points.size(); ++i) points[i].p = deviates[i];
}

}  // namespace tocsin::detail
