#include <algorithm>
#include <limits>

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
    const double dispersion = (squares / usual.rate - events) / (n - 1);
    if (dispersion > 1) usual.size = usual.rate * usual.mean_exposure / (dispersion - 1);
  }
  return usual;
}

}  // namespace tocsin::detail
