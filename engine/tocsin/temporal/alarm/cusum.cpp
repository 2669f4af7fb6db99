#include <algorithm>
#include <cmath>
#include <limits>

#include <tocsin/temporal/alarm/detail/alarm_series.hpp>
#include <tocsin/temporal/alarm/detail/count_model.hpp>
#include <tocsin/temporal/alarm/detail/usual_rate.hpp>
#include <tocsin/temporal/alarm/run_length.hpp>

namespace tocsin::detail {
namespace {

/// What a count adds to the sum, before the reference is taken off.
double scaled(double count, double mean, CusumScale scale) {
  switch (scale) {
    case CusumScale::counts:
      break;
    case CusumScale::standardised:
      return (count - mean) / std::sqrt(mean);
    case CusumScale::rossi:
      return (count - 3 * mean + 2 * std::sqrt(mean * count)) / (2 * std::sqrt(mean));
    case CusumScale::anscombe:
      return 1.5 * (std::cbrt(count * count) - std::cbrt(mean * mean)) / std::pow(mean, 1.0 / 6);
  }
  return count;
}

/// The count at which scaled() reaches a value.
double unscaled(double value, double mean, CusumScale scale) {
  const double root = std::sqrt(mean);
  switch (scale) {
    case CusumScale::counts:
      break;
    case CusumScale::standardised:
      return mean + value * root;
    case CusumScale::rossi: {
      // (sqrt(y) + sqrt(m))^2 = 4m + 2 sqrt(m) value
      const double square = 4 * mean + 2 * root * value;
      const double of_count = square > 0 ? std::sqrt(square) - root : -1;
      return of_count > 0 ? of_count * of_count : 0;
    }
    case CusumScale::anscombe: {
      const double power = std::cbrt(mean * mean) + value * std::pow(mean, 1.0 / 6) / 1.5;
      return power > 0 ? std::pow(power, 1.5) : 0;
    }
  }
  return value;
}

/// The limit that keeps false alarms as rare as was asked, although the usual counts are known from some periods only.
double safe_limit(double reference, const UsualRate& usual, bool clusters, const AlarmOptions& options) {
  CusumCounts counts = cautious_counts(usual, clusters && !options.nb_size);
  if (clusters && options.nb_size) counts.size = *options.nb_size;
  return cusum_limit(reference, counts, 1 / options.alpha);
}

/// Largest whole count below a value.
double below(double value) {
  return std::max(0.0, std::ceil(value - 1e-9) - 1);
}

}  // namespace

void judge_cusum(const AlarmSeries& series, const AlarmOptions& options, std::span<AlarmPoint> points) {
  const UsualRate usual = usual_rate(series, options);
  if (usual.periods < options.least_past) return;
  const bool clusters = options.method == AlarmMethod::nb_cusum;
  const double size = clusters ? options.nb_size.value_or(usual.size) : std::numeric_limits<double>::infinity();
  // The chart is drawn for a period of the usual exposure; one of another has its reference in proportion.
  const CusumCounts counts{usual.rate * usual.mean_exposure, size};
  const bool in_counts = options.cusum_scale == CusumScale::counts;
  const double reference = options.cusum_reference.value_or(in_counts ? cusum_reference(counts, options.rise) : 0);
  const double limit = options.cusum_limit ? *options.cusum_limit : safe_limit(reference, usual, clusters, options);
  double sum = 0;
  for (std::size_t t = series.first; t < series.size(); ++t) {
    // The sum stands still while nobody looks.
    if (!series.observed(t)) continue;
    AlarmPoint& point = points[t - series.first];
    if (std::isinf(limit)) {
      point.reason = AlarmReason::no_limit;
      continue;
    }
    const double mean = usual.rate * series.exposure(t);
    const double k = in_counts ? reference * (series.exposure(t) / usual.mean_exposure) : reference;
    point.expected = mean;
    point.upper = below(unscaled(limit + k - sum, mean, options.cusum_scale));
    sum = std::max(0.0, sum + scaled(point.observed, mean, options.cusum_scale) - k);
    point.statistic = sum;
    point.limit = limit;
    point.score = score_of(point);
    point.flag = sum >= limit;
    point.reason = usual.floored ? AlarmReason::floored : AlarmReason::judged;
    if (options.cusum_reset == CusumReset::cap) sum = std::min(sum, 2 * limit);
    if (options.cusum_reset == CusumReset::zero && point.flag) sum = 0;
  }
}

}  // namespace tocsin::detail
