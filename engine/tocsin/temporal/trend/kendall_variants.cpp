#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/temporal/mann_kendall.hpp>
#include <tocsin/temporal/sen_slope.hpp>
#include <tocsin/temporal/trend/kendall_variants.hpp>

namespace tocsin {
namespace {

double two_sided(double z) {
  return std::erfc(std::abs(z) / std::numbers::sqrt2);
}

/// With continuity correction.
double deviate(std::int64_t s, double variance) {
  const double step = s > 0 ? 1 : s < 0 ? -1 : 0;
  return (static_cast<double>(s) - step) / std::sqrt(variance);
}

double median_of(std::vector<double>& values) {
  if (values.empty()) return not_observed;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::min_element(middle + 1, values.end())) / 2;
}

/// Ranks from 1; values that are equal but for rounding have their mean rank, NaN none.
std::vector<double> mean_ranks(std::span<const double> values) {
  double largest = 0;
  for (const double value : values)
    if (!std::isnan(value)) largest = std::max(largest, std::abs(value));
  const double equal = 1e-12 * largest;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i])) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size(), not_observed);
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    end = first + 1;
    while (end < order.size() && values[order[end]] - values[order[first]] <= equal) ++end;
    for (std::size_t i = first; i < end; ++i) ranks[order[i]] = (static_cast<double>(first + end) + 1) / 2;
  }
  return ranks;
}

/// What is left without Sen's line.
std::vector<double> without_trend(std::span<const double> values) {
  const double slope = sen_slope(values).slope;
  std::vector<double> rest(values.size());
  for (std::size_t t = 0; t < values.size(); ++t) rest[t] = values[t] - slope * static_cast<double>(t);
  return rest;
}

}  // namespace

SeasonalKendall seasonal_kendall(std::span<const double> values, std::size_t seasons) {
  if (seasons == 0) throw Error(ErrorCode::invalid_argument, "0 seasons: a year has at least one");
  SeasonalKendall result;
  std::vector<double> of_season, slopes;
  for (std::size_t season = 0; season < seasons; ++season) {
    of_season.clear();
    for (std::size_t t = season; t < values.size(); t += seasons) of_season.push_back(values[t]);
    const MannKendall test = mann_kendall(of_season);
    result.observed += test.observed;
    result.s += test.s;
    result.variance += test.variance;
    for (std::size_t j = 1; j < of_season.size(); ++j)
      for (std::size_t i = 0; i < j; ++i) {
        const double slope = (of_season[j] - of_season[i]) / static_cast<double>(j - i);
        if (!std::isnan(slope)) slopes.push_back(slope);
      }
  }
  result.slope = median_of(slopes);
  result.z = result.variance > 0 ? deviate(result.s, result.variance) : not_observed;
  result.p = two_sided(result.z);
  return result;
}

AutocorrelatedKendall autocorrelated_kendall(std::span<const double> values) {
  const MannKendall test = mann_kendall(values);
  if (test.observed < 3 || std::isnan(test.z)) return {not_observed, not_observed, not_observed};
  std::vector<double> ranks = mean_ranks(without_trend(values));
  const auto n = static_cast<double>(test.observed);
  const double mean = (n + 1) / 2;
  double squares = 0;
  for (double& rank : ranks) {
    rank -= mean;
    if (!std::isnan(rank)) squares += rank * rank;
  }
  const double bound = 1.959963984540054 / std::sqrt(n);  // the normal distribution's 97.5 %
  double sum = 0;
  for (std::size_t lag = 1; lag < ranks.size() && static_cast<double>(lag) < n - 2 && squares > 0; ++lag) {
    double products = 0;
    for (std::size_t t = lag; t < ranks.size(); ++t)
      if (!std::isnan(ranks[t]) && !std::isnan(ranks[t - lag])) products += ranks[t] * ranks[t - lag];
    const double rho = products / squares, k = static_cast<double>(lag);
    if (std::abs(rho) > bound) sum += (n - k) * (n - k - 1) * (n - k - 2) * rho;
  }
  AutocorrelatedKendall result;
  result.variance_factor = std::max(1 / n, 1 + 2 / (n * (n - 1) * (n - 2)) * sum);
  result.z = deviate(test.s, test.variance * result.variance_factor);
  result.p = two_sided(result.z);
  return result;
}

}  // namespace tocsin
