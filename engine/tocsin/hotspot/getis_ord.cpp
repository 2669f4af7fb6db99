#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/detail/lag_moments.hpp>
#include <tocsin/hotspot/getis_ord.hpp>

namespace tocsin {
namespace {

using detail::Frame;
using detail::LagMoments;
using detail::ObservedSample;
using detail::SelfLink;

/// A mean below this share of the standard deviation is rounding of 0.
constexpr double zero_mean = 1e-13;

/// The lag with the place itself, of values that are dealt to all places at random.
LagMoments lag_with_self(const ObservedSample& sample, const Neighbours& neighbours, std::size_t place,
                         double self_weight) {
  const auto values = sample.values();
  bool has_self = false;
  const auto for_each = [&](auto visit) {
    detail::for_each_link(neighbours, values, place, SelfLink::counted, visit);
    if (!has_self && self_weight > 0) visit(static_cast<std::uint32_t>(place), self_weight);
  };
  for (const std::uint32_t j : neighbours.indices(place)) has_self = has_self || j == place;

  LagMoments lag;
  detail::RowCollector row(sample.count());
  for_each([&](std::uint32_t, double weight) { row.add(weight); });
  for_each([&](std::uint32_t, double weight) { row.spread(weight); });
  lag.row = row.finish();
  if (!(lag.row.sum > 0)) lag.undefined = Undefined::no_neighbours;
  if (lag.undefined == Undefined::no && lag.row.constant) lag.undefined = Undefined::no_variance;
  if (lag.undefined != Undefined::no) return lag;
  for_each([&](std::uint32_t j, double weight) { lag.above_mean += weight * sample.all().deviation(values[j]); });
  lag.variance = detail::lag_variance(sample.all().variance, lag.row, sample.count());
  return lag;
}

void set_ratio(LocalStatistic& out, std::size_t place, const LagMoments& lag, const Frame& frame,
               std::size_t candidates) {
  const double z = lag.above_mean / std::sqrt(lag.variance);
  const auto m = static_cast<double>(candidates);
  const double mean = frame.mean(), sum = m * mean;
  if (std::abs(mean) <= zero_mean * std::sqrt(frame.variance)) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    detail::set_place(out, place, nan, nan, nan, z);
  } else {
    detail::set_place(out, place, (lag.above_mean + lag.row.sum * mean) / sum, lag.row.sum / m,
                      lag.variance / (sum * sum), z);
  }
}

}  // namespace

void GetisOrdOptions::validate() const {
  if (!(self_weight >= 0) || std::isinf(self_weight))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("self_weight is {}; a self weight is finite and >= 0", self_weight));
}

LocalStatistic getis_ord(std::span<const double> values, const Neighbours& neighbours, const GetisOrdOptions& options) {
  options.validate();
  detail::check_places(values, neighbours);
  const ObservedSample sample(values);
  LocalStatistic out = detail::undefined_statistic(sample);
  if (sample.degenerate()) return out;
  detail::for_each_place(values.size(), [&](std::size_t i) {
    if (out.undefined[i] == Undefined::unobserved) return;
    const bool star = options.include_self == GetisOrdKind::gi_star;
    const Frame frame = star ? sample.all() : sample.without(i);
    const LagMoments lag = star ? lag_with_self(sample, neighbours, i, options.self_weight)
                                : detail::conditional_lag(sample, neighbours, i, frame);
    out.undefined[i] = lag.undefined;
    if (lag.undefined == Undefined::no) set_ratio(out, i, lag, frame, sample.count() - (star ? 0 : 1));
  });
  return out;
}

}  // namespace tocsin
