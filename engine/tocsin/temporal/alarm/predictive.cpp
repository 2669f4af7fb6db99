#include <algorithm>
#include <cmath>

#include <tocsin/temporal/alarm/detail/alarm_series.hpp>
#include <tocsin/temporal/alarm/detail/count_model.hpp>
#include <tocsin/temporal/alarm/predictive.hpp>

namespace tocsin {

Prediction predict_count(const PredictiveBaseline& baseline, double exposure, double alpha) {
  // Mean and variance of the Gamma-Poisson mixture; with dispersion 1 it is the negative binomial of size events + 1/2.
  const double mean = (baseline.events + 0.5) * exposure / baseline.exposure;
  const double variance = baseline.dispersion * mean * (1 + exposure / baseline.exposure);
  return {mean, variance, detail::CountModel::of_variance(mean, variance).upper_quantile(alpha)};
}

double chance_of_at_least(double count, const PredictiveBaseline& baseline, double exposure) {
  const Prediction found = predict_count(baseline, exposure, 0.4);
  return detail::CountModel::of_variance(found.mean, found.variance).at_least(detail::whole_events(count));
}

namespace detail {
namespace {

/// Observed periods, taken together.
struct Baseline {
  double events = 0, exposure = 0;
  double squares = 0;  ///< of counts, each by its exposure
  std::size_t periods = 0;

  void add(double count, double by) {
    events += count;
    exposure += by;
    squares += count * count / by;
    ++periods;
  }
  /// Pearson's X2 about one rate by its degrees of freedom: the sum of (y - r e)^2 / (r e) is the sum of y^2/e, by r,
  /// less all events.
  [[nodiscard]] double dispersion() const {
    if (periods < 2 || events <= 0) return 1;
    const double pearson = squares * exposure / events - events;
    return std::max(1.0, pearson / static_cast<double>(periods - 1));
  }
};

/// The last observed periods before t: summed anew, since what is taken off a sum leaves its rounding behind.
Baseline baseline_before(const AlarmSeries& series, std::size_t t, std::size_t most) {
  Baseline baseline;
  while (t > 0 && baseline.periods < most)
    if (series.observed(--t)) baseline.add(series.counts[t], series.exposure(t));
  return baseline;
}

void judge(const PredictiveBaseline& past, double exposure, double alpha, AlarmPoint& point) {
  const Prediction found = predict_count(past, exposure, alpha);
  point.expected = found.mean;
  point.variance = found.variance;
  point.upper = found.upper;
  point.score = score_of(point);
  point.p = CountModel::of_variance(found.mean, found.variance).at_least(whole_events(point.observed));
  point.flag = whole_events(point.observed) > point.upper;
  point.reason = AlarmReason::judged;
}

}  // namespace

void judge_predictive(const AlarmSeries& series, const AlarmOptions& options, std::span<AlarmPoint> points) {
  Baseline all;
  for (std::size_t t = 0; t < series.size(); ++t) {
    if (!series.observed(t)) continue;
    if (t >= series.first && all.periods >= options.least_past) {
      const Baseline baseline = options.baseline == 0 ? all : baseline_before(series, t, options.baseline);
      const bool poisson = options.predictive_variance == PredictiveVariance::poisson;
      judge({baseline.events, baseline.exposure, poisson ? 1 : baseline.dispersion()}, series.exposure(t),
            options.alpha, points[t - series.first]);
    }
    all.add(series.counts[t], series.exposure(t));
  }
}

}  // namespace detail
}  // namespace tocsin
