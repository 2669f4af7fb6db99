#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/detail/lag_moments.hpp>
#include <tocsin/hotspot/local_moran.hpp>

namespace tocsin {
namespace {

using detail::ObservedSample;
using detail::SelfLink;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A variance below this share of its terms is rounding of 0.
constexpr double zero_variance = 1e-13;

/// Anselin (1995). The sum of w_ik w_ih over k != h is W^2 - S1.
struct TotalMoments {
  double n, b2;

  [[nodiscard]] double variance(const detail::RowWeights& row) const {
    const double squared_sum = row.sum * row.sum;
    const double same = row.squares * (n - b2) / (n - 1);
    const double pairs = (squared_sum - row.squares) * (2 * b2 - n) / ((n - 1) * (n - 2));
    const double mean = squared_sum / ((n - 1) * (n - 1));
    const double variance = same + pairs - mean;
    return variance > zero_variance * (std::abs(same) + std::abs(pairs) + mean) ? variance : 0;
  }
};

void set_total(LocalStatistic& out, const ObservedSample& sample, const Neighbours& neighbours, std::size_t i,
               const TotalMoments& moments) {
  const auto& frame = sample.all();
  const auto row = detail::row_weights(neighbours, sample.values(), i, SelfLink::ignored, sample.count() - 1);
  const double variance = moments.variance(row);
  if (!(row.sum > 0) || variance == 0) {
    out.undefined[i] = row.sum > 0 ? Undefined::no_variance : Undefined::no_neighbours;
    return;
  }
  double lag = 0;
  detail::for_each_link(neighbours, sample.values(), i, SelfLink::ignored,
                        [&](std::uint32_t j, double weight) { lag += weight * frame.deviation(sample.values()[j]); });
  const double statistic = frame.deviation(sample.values()[i]) * lag / frame.variance;
  const double expectation = -row.sum / (moments.n - 1);
  detail::set_place(out, i, statistic, expectation, variance, (statistic - expectation) / std::sqrt(variance));
}

/// @param own  z_i / s of x
void set_conditional(LocalStatistic& out, double own, const ObservedSample& y, const Neighbours& neighbours,
                     std::size_t i) {
  const auto others = y.without(i);
  auto lag = detail::conditional_lag(y, neighbours, i, others);
  if (lag.undefined == Undefined::no && own == 0) lag.undefined = Undefined::no_variance;
  out.undefined[i] = lag.undefined;
  if (lag.undefined != Undefined::no) return;
  const double scale = own / std::sqrt(y.all().variance);
  // Deviations sum to 0, so those of the others to minus that of the place.
  const double mean_of_others = -y.all().deviation(y.values()[i]) / static_cast<double>(y.count() - 1);
  const double expectation = scale * lag.row.sum * mean_of_others;
  const double z = lag.above_mean / std::sqrt(lag.variance);
  detail::set_place(out, i, scale * lag.above_mean + expectation, expectation, scale * scale * lag.variance,
                    own > 0 ? z : -z);
}

/// Sum of w_ij (y_j - mean); NaN without an observed neighbour.
std::vector<double> lags_of_deviations(const ObservedSample& y, const Neighbours& neighbours) {
  std::vector<double> lags(y.values().size(), nan);
  detail::for_each_place(lags.size(), [&](std::size_t i) {
    if (std::isnan(y.values()[i])) return;
    double lag = 0, weights = 0;
    detail::for_each_link(neighbours, y.values(), i, SelfLink::ignored, [&](std::uint32_t j, double weight) {
      lag += weight * y.all().deviation(y.values()[j]);
      weights += weight;
    });
    if (weights > 0) lags[i] = lag;
  });
  return lags;
}

/// As lags_of_deviations, of the values themselves.
std::vector<double> lags_of_values(const ObservedSample& y, const Neighbours& neighbours) {
  std::vector<double> lags = lags_of_deviations(y, neighbours);
  detail::for_each_place(lags.size(), [&](std::size_t i) {
    if (std::isnan(lags[i])) return;
    double lag = 0;
    detail::for_each_link(neighbours, y.values(), i, SelfLink::ignored,
                          [&](std::uint32_t j, double weight) { lag += weight * y.values()[j]; });
    lags[i] = lag;
  });
  return lags;
}

std::vector<double> without_nan(std::span<const double> values) {
  std::vector<double> kept;
  std::copy_if(values.begin(), values.end(), std::back_inserter(kept), [](double value) { return !std::isnan(value); });
  return kept;
}

double median(std::span<const double> values) {
  std::vector<double> kept = without_nan(values);
  if (kept.empty()) return nan;
  const auto middle = kept.begin() + static_cast<std::ptrdiff_t>(kept.size() / 2);
  std::nth_element(kept.begin(), middle, kept.end());
  if (kept.size() % 2 == 1) return *middle;
  return (*std::max_element(kept.begin(), middle) + *middle) / 2;
}

double mean(std::span<const double> values) {
  const std::vector<double> kept = without_nan(values);
  return kept.empty() ? nan : ObservedSample(kept).all().mean();
}

std::vector<Quadrant> quadrants(const ObservedSample& x, const ObservedSample& y, const Neighbours& neighbours,
                                QuadrantCentre by) {
  const std::vector<double> lags =
      by == QuadrantCentre::mean ? lags_of_deviations(y, neighbours) : lags_of_values(y, neighbours);
  const bool medians = by == QuadrantCentre::median;
  const double centre = medians ? median(x.values()) : 0;
  const double lag_centre = medians ? median(lags) : by == QuadrantCentre::mean_of_lags ? mean(lags) : 0;
  std::vector<Quadrant> out(lags.size(), Quadrant::undefined);
  for (std::size_t i = 0; i < lags.size(); ++i) {
    if (std::isnan(lags[i]) || std::isnan(x.values()[i])) continue;
    const bool high = medians ? x.values()[i] > centre : x.deviation(i) > 0;
    if (lags[i] > lag_centre)
      out[i] = high ? Quadrant::high_high : Quadrant::low_high;
    else
      out[i] = high ? Quadrant::high_low : Quadrant::low_low;
  }
  return out;
}

LocalMoran conditional_moran(const ObservedSample& x, const ObservedSample& y, const Neighbours& neighbours,
                             QuadrantCentre quadrants_by) {
  LocalMoran out{detail::undefined_statistic(x), std::vector<Quadrant>(x.values().size(), Quadrant::undefined)};
  if (x.degenerate() || y.degenerate()) return out;
  out.quadrant = quadrants(x, y, neighbours, quadrants_by);
  const double spread = std::sqrt(x.all().variance);
  detail::for_each_place(x.values().size(), [&](std::size_t i) {
    if (out.local.undefined[i] == Undefined::unobserved) return;
    set_conditional(out.local, x.deviation(i) / spread, y, neighbours, i);
  });
  return out;
}

}  // namespace

LocalMoran local_moran(std::span<const double> values, const Neighbours& neighbours, const LocalMoranOptions& options) {
  detail::check_places(values, neighbours);
  const ObservedSample sample(values);
  if (options.moments == MoranMoments::conditional)
    return conditional_moran(sample, sample, neighbours, options.quadrants_by);
  LocalMoran out{detail::undefined_statistic(sample), std::vector<Quadrant>(values.size(), Quadrant::undefined)};
  if (sample.degenerate()) return out;
  out.quadrant = quadrants(sample, sample, neighbours, options.quadrants_by);
  const double m2 = sample.all().variance;
  const TotalMoments moments{static_cast<double>(sample.count()), sample.central_moment(4) / (m2 * m2)};
  detail::for_each_place(values.size(), [&](std::size_t i) {
    if (out.local.undefined[i] == Undefined::unobserved) return;
    set_total(out.local, sample, neighbours, i, moments);
  });
  return out;
}

LocalMoran bivariate_moran(std::span<const double> x, std::span<const double> y, const Neighbours& neighbours,
                           QuadrantCentre quadrants_by) {
  detail::check_places(x, neighbours);
  if (x.size() != y.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("{} values of x and {} of y", x.size(), y.size()));
  std::vector<double> both_x(x.begin(), x.end()), both_y(y.begin(), y.end());
  for (std::size_t i = 0; i < x.size(); ++i)
    if (std::isnan(x[i]) || std::isnan(y[i])) both_x[i] = both_y[i] = nan;
  return conditional_moran(ObservedSample(both_x), ObservedSample(both_y), neighbours, quadrants_by);
}

}  // namespace tocsin
