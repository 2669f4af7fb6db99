#include <cmath>

#include <tocsin/hotspot/detail/lag_moments.hpp>
#include <tocsin/hotspot/local_join_count.hpp>

namespace tocsin {

LocalStatistic local_join_count(std::span<const double> values, const Neighbours& neighbours) {
  detail::check_places(values, neighbours);
  detail::check_events(values);
  const detail::ObservedSample sample(values);
  LocalStatistic out = detail::undefined_statistic(sample);
  if (sample.degenerate()) return out;
  detail::for_each_place(values.size(), [&](std::size_t i) {
    if (out.undefined[i] == Undefined::unobserved) return;
    const detail::Frame others = sample.without(i);
    auto lag = detail::conditional_lag(sample, neighbours, i, others);
    if (lag.undefined == Undefined::no && values[i] == 0) lag.undefined = Undefined::no_variance;
    out.undefined[i] = lag.undefined;
    if (lag.undefined != Undefined::no) return;
    const double expectation = lag.row.sum * others.mean();
    double count = 0;
    detail::for_each_link(neighbours, values, i, detail::SelfLink::ignored,
                          [&](std::uint32_t j, double weight) { count += weight * values[j]; });
    detail::set_place(out, i, count, expectation, lag.variance, lag.above_mean / std::sqrt(lag.variance));
  });
  return out;
}

}  // namespace tocsin
