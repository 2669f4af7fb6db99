#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/special_functions/beta.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/detail/lag_moments.hpp>
#include <tocsin/hotspot/event_excess.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void require_numbers(std::span<const double> values, const char* what) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] < 0 || std::isinf(values[i]))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("{} of row {} (counted from 0): {}; they are finite and >= 0", what, i, values[i]));
}

/// P(X >= count) of a binomial number, for real counts from 0 to n; at least least_p.
double at_least(double count, double n, double share) {
  return count <= 0 ? 1.0 : std::max(least_p, boost::math::ibeta(count, n - count + 1, share));
}

double at_most(double count, double n, double share) {
  return count >= n ? 1.0 : std::max(least_p, boost::math::ibetac(count + 1, n - count, share));
}

}  // namespace

EventExcess event_excess(std::span<const double> events, std::span<const double> exposure,
                         const Neighbours& neighbours) {
  const std::size_t n = events.size();
  if (exposure.size() != n || neighbours.size() != n)
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} numbers of events, {} exposures and {} places", n, exposure.size(), neighbours.size()));
  require_numbers(events, "events");
  require_numbers(exposure, "exposure");
  const auto observed = [&](std::size_t i) {
    return !std::isnan(events[i]) && (exposure[i] > 0 || events[i] > 0) && !std::isnan(exposure[i]);
  };
  const double all_events = detail::block_sum(n, [&](std::size_t i) { return observed(i) ? events[i] : 0.0; });
  const double all_exposure = detail::block_sum(n, [&](std::size_t i) { return observed(i) ? exposure[i] : 0.0; });

  EventExcess result;
  LocalStatistic& local = result.local;
  for (auto* column :
       {&local.statistic, &local.expectation, &local.variance, &local.z, &local.p, &result.p_greater, &result.p_less})
    column->assign(n, nan);
  local.undefined.assign(n, Undefined::unobserved);
  detail::for_each_place(n, [&](std::size_t i) {
    if (!observed(i)) return;
    double count = events[i], here = exposure[i];
    for (const std::uint32_t j : neighbours.indices(i))
      if (j != i && observed(j)) count += events[j], here += exposure[j];
    const double share = here / all_exposure;
    local.undefined[i] = Undefined::no_variance;
    if (!(all_events > 0) || !(share > 0) || !(share < 1)) return;
    count = std::min(count, all_events);
    local.undefined[i] = Undefined::no;
    detail::set_place(local, i, count, all_events * share, all_events * share * (1 - share),
                      (count - all_events * share) / std::sqrt(all_events * share * (1 - share)));
    result.p_greater[i] = at_least(count, all_events, share);
    result.p_less[i] = at_most(count, all_events, share);
  });
  return result;
}

}  // namespace tocsin
