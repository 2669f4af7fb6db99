#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/detail/lag_moments.hpp>

namespace tocsin::detail {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Of what a difference of sums has lost more than this share, it is summed again.
constexpr double cancelled_share = 1e-4;

/// Weights that differ by less are the same weight that was computed in two ways.
constexpr double same_weight = 1e-12;

bool observed(double value) {
  return value == value;
}

}  // namespace

ObservedSample::ObservedSample(std::span<const double> values) : values_(values) {
  bool found = false, varies = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!observed(values[i])) continue;
    if (std::isinf(values[i]))
      throw Error(ErrorCode::invalid_argument, fmt::format("the value of place {} (counted from 0) is infinite", i));
    if (!found) all_.origin = values[i];
    found = true;
    varies = varies || values[i] != all_.origin;
    ++count_;
  }
  degenerate_ = count_ < 3 || !varies;
  if (count_ == 0) return;
  const auto n = static_cast<double>(count_);
  const auto sum_of = [&](auto term) {
    return block_sum(values.size(), [&](std::size_t i) { return observed(values[i]) ? term(values[i]) : 0.0; });
  };
  // The second pass takes out what rounding left of the first.
  all_.offset = sum_of([&](double value) { return value - all_.origin; }) / n;
  all_.offset += sum_of([&](double value) { return all_.deviation(value); }) / n;
  all_.variance = sum_of([&](double value) { return all_.deviation(value) * all_.deviation(value); }) / n;
}

double ObservedSample::deviation(std::size_t i) const {
  const double deviation = all_.deviation(values_[i]);
  const double rounding = 4 * std::numeric_limits<double>::epsilon() *
                          (std::abs(values_[i]) + std::abs(all_.origin) + std::sqrt(all_.variance));
  return std::abs(deviation) <= rounding ? 0 : deviation;
}

Frame ObservedSample::without(std::size_t i) const {
  const auto n = static_cast<double>(count_);
  const double deviation = all_.deviation(values_[i]);
  const double squares = n * all_.variance;
  const double left = squares - deviation * deviation * n / (n - 1);
  if (left < cancelled_share * squares) return visit_others(i);
  return {all_.origin, all_.offset - deviation / (n - 1), left / (n - 1)};
}

Frame ObservedSample::visit_others(std::size_t i) const {
  Frame frame;
  const auto other = [&](std::size_t j) { return j != i && observed(values_[j]); };
  for (std::size_t j = 0; j < values_.size(); ++j)
    if (other(j)) {
      frame.origin = values_[j];
      break;
    }
  const auto mean_of = [&](auto term) {
    double sum = 0;
    for (std::size_t j = 0; j < values_.size(); ++j)
      if (other(j)) sum += term(frame.deviation(values_[j]));
    return sum / static_cast<double>(count_ - 1);
  };
  frame.offset = mean_of([](double deviation) { return deviation; });
  frame.offset += mean_of([](double deviation) { return deviation; });
  frame.variance = mean_of([](double deviation) { return deviation * deviation; });
  return frame;
}

double ObservedSample::central_moment(int order) const {
  const double sum = block_sum(values_.size(), [&](std::size_t i) {
    if (!observed(values_[i])) return 0.0;
    const double deviation = all_.deviation(values_[i]), square = deviation * deviation;
    return order == 3 ? square * deviation : square * square;
  });
  return sum / static_cast<double>(count_);
}

RowWeights RowCollector::finish() {
  const double mean = row_.sum / candidates_, absent = candidates_ - static_cast<double>(row_.links);
  row_.dispersion += absent * mean * mean;
  row_.constant = row_.links == 0 || (absent == 0 && high_ - low_ <= same_weight * high_);
  return row_;
}

RowWeights row_weights(const Neighbours& neighbours, std::span<const double> values, std::size_t place, SelfLink self,
                       std::size_t candidates) {
  RowCollector row(candidates);
  for_each_link(neighbours, values, place, self, [&](std::uint32_t, double weight) { row.add(weight); });
  for_each_link(neighbours, values, place, self, [&](std::uint32_t, double weight) { row.spread(weight); });
  return row.finish();
}

double lag_variance(double value_variance, const RowWeights& row, std::size_t candidates) {
  const auto m = static_cast<double>(candidates);
  return value_variance * row.dispersion * m / (m - 1);
}

LagMoments conditional_lag(const ObservedSample& sample, const Neighbours& neighbours, std::size_t place,
                           const Frame& others) {
  LagMoments lag;
  const std::size_t candidates = sample.count() - 1;
  lag.row = row_weights(neighbours, sample.values(), place, SelfLink::ignored, candidates);
  if (!(lag.row.sum > 0))
    lag.undefined = Undefined::no_neighbours;
  else if (lag.row.constant || others.variance == 0)
    lag.undefined = Undefined::no_variance;
  if (lag.undefined != Undefined::no) return lag;
  for_each_link(neighbours, sample.values(), place, SelfLink::ignored, [&](std::uint32_t j, double weight) {
    lag.above_mean += weight * others.deviation(sample.values()[j]);
  });
  lag.variance = lag_variance(others.variance, lag.row, candidates);
  return lag;
}

LocalStatistic undefined_statistic(const ObservedSample& sample) {
  const std::size_t n = sample.values().size();
  const std::vector<double> column(n, nan);
  LocalStatistic out{column, column, column, column, column, std::vector<Undefined>(n, Undefined::no_variance)};
  for (std::size_t i = 0; i < n; ++i)
    if (!observed(sample.values()[i])) out.undefined[i] = Undefined::unobserved;
  return out;
}

void set_place(LocalStatistic& out, std::size_t place, double statistic, double expectation, double variance,
               double z) {
  out.statistic[place] = statistic;
  out.expectation[place] = expectation;
  out.variance[place] = variance;
  out.z[place] = z;
  out.p[place] = two_sided_p(z);
  out.undefined[place] = Undefined::no;
}

double two_sided_p(double z) {
  const double p = std::erfc(std::abs(z) / std::numbers::sqrt2);
  return p < least_p ? least_p : p;  // NaN stays
}

void check_places(std::span<const double> values, const Neighbours& neighbours) {
  if (values.size() != neighbours.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} values for neighbours of {} places", values.size(), neighbours.size()));
}

void check_events(std::span<const double> values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (observed(values[i]) && values[i] != 0 && values[i] != 1)
      throw Error(
          ErrorCode::invalid_argument,
          fmt::format("the value of place {} (counted from 0) is {}; joins are counted between values that are 0 "
                      "(no event) or 1 (event)",
                      i, values[i]));
}

}  // namespace tocsin::detail
