#include <algorithm>
#include <limits>

#include <boost/math/special_functions/gamma.hpp>

#include <tocsin/temporal/alarm/detail/usual_rate.hpp>

namespace tocsin::detail {

UsualRate usual_rate(const AlarmSeries& series, const AlarmOptions& options) {
  UsualRate usual;
  const std::size_t most = options.baseline == 0 ? series.first : options.baseline;
  double events = 0, exposure = 0, squares = 0;
  for (std::size_t t = series.first; t > 0 && usual.periods < most;) {
    if (!series.observed(--t)) continue;
    const double y = series.counts[t], e = series.exposure(t);
    ++usual.periods;
    events += y;
    exposure += e;
    squares += y * y / e;
  }
  if (usual.periods == 0) return usual;
  const auto n = static_cast<double>(usual.periods);
  usual.floored = events == 0;
  usual.rate = (usual.floored ? 0.5 : events) / exposure;
  usual.mean_exposure = exposure / n;
  usual.size = std::numeric_limits<double>::infinity();
  if (usual.periods > 1 && events > 0) {
    usual.dispersion = (squares / usual.rate - events) / (n - 1);
    if (usual.dispersion > 1) usual.size = usual.rate * usual.mean_exposure / (usual.dispersion - 1);
  }
  return usual;
}

CusumCounts cautious_counts(const UsualRate& usual, bool clusters) {
  constexpr double chance = 0.8;
  const auto n = static_cast<double>(usual.periods);
  double dispersion = 1;
  if (clusters && usual.periods > 1) {
    const double freedom = n - 1;  // of X2, which is chi-squared
    dispersion = std::max(1.0, usual.dispersion) * freedom / (2 * boost::math::gamma_p_inv(freedom / 2, 1 - chance));
  }
  // The sum of n such counts is nearly dispersion times a Gamma variable of its mean by the dispersion.
  const double sum = usual.rate * usual.mean_exposure * n;
  CusumCounts counts;
  counts.mean = boost::math::gamma_p_inv(sum / dispersion, chance) * dispersion / n;
  if (dispersion > 1) counts.size = counts.mean / (dispersion - 1);
  return counts;
}

}  // namespace tocsin::detail
