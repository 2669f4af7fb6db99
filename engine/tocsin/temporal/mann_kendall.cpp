#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <boost/math/distributions/normal.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/temporal/mann_kendall.hpp>

namespace tocsin {
namespace {

/// Sorts the values and counts the pairs that stood in falling order; equal ones do not count.
std::int64_t sort_counting_falls(std::vector<double>& values) {
  std::vector<double> merged(values.size());
  std::int64_t falls = 0;
  for (std::size_t width = 1; width < values.size(); width *= 2) {
    for (std::size_t left = 0; left < values.size(); left += 2 * width) {
      const std::size_t middle = std::min(left + width, values.size());
      const std::size_t end = std::min(middle + width, values.size());
      std::size_t a = left, b = middle;
      for (std::size_t at = left; at < end; ++at) {
        const bool from_left = a < middle && (b == end || values[a] <= values[b]);
        if (!from_left) falls += static_cast<std::int64_t>(middle - a);
        merged[at] = values[from_left ? a++ : b++];
      }
    }
    values.swap(merged);
  }
  return falls;
}

struct Ties {
  std::int64_t pairs = 0;  ///< of equal values
  double correction = 0;   ///< sum of t(t-1)(2t+5)
};

Ties ties_of(const std::vector<double>& sorted) {
  Ties ties;
  for (std::size_t first = 0; first < sorted.size();) {
    std::size_t end = first + 1;
    while (end < sorted.size() && sorted[end] == sorted[first]) ++end;
    const auto t = static_cast<std::int64_t>(end - first);
    ties.pairs += t * (t - 1) / 2;
    ties.correction += static_cast<double>(t) * static_cast<double>(t - 1) * static_cast<double>(2 * t + 5);
    first = end;
  }
  return ties;
}

double variance_of_s(std::int64_t observed, const Ties& ties) {
  const auto n = static_cast<double>(observed);
  return (n * (n - 1) * (2 * n + 5) - ties.correction) / 18;
}

std::vector<double> without_gaps(std::span<const double> values) {
  std::vector<double> observed;
  observed.reserve(values.size());
  std::copy_if(values.begin(), values.end(), std::back_inserter(observed), [](double v) { return !std::isnan(v); });
  return observed;
}

/// The value of a rank that counts from 1, interpolated between neighbours; ranks beyond the ends are those of the
/// ends. Reorders the values.
double value_of_rank(std::vector<double>& values, double rank) {
  const auto n = static_cast<double>(values.size());
  const double held = std::clamp(rank, 1.0, n) - 1;
  const double below = std::floor(held);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), at, values.end());
  if (held == below) return *at;
  const double next = *std::min_element(at + 1, values.end());
  return *at + (held - below) * (next - *at);
}

double median_of(std::vector<double> values) {
  return value_of_rank(values, (static_cast<double>(values.size()) + 1) / 2);
}

void check_times(std::span<const double> values, std::span<const double> times) {
  if (times.empty()) return;
  if (times.size() != values.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} times for {} values; give each value its time, or none", times.size(), values.size()));
  for (std::size_t i = 0; i < times.size(); ++i)
    if (!std::isfinite(times[i]) || (i > 0 && !(times[i] > times[i - 1])))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("time {} of the series is {}; times are finite and each is later than the last", i + 1,
                              times[i]));
}

}  // namespace

MannKendall mann_kendall(std::span<const double> values) {
  std::vector<double> observed = without_gaps(values);
  MannKendall result;
  result.observed = static_cast<std::int64_t>(observed.size());
  const std::int64_t falls = sort_counting_falls(observed);
  const Ties ties = ties_of(observed);
  const std::int64_t pairs = result.observed * (result.observed - 1) / 2;
  result.s = pairs - ties.pairs - 2 * falls;
  result.variance = variance_of_s(result.observed, ties);
  if (pairs == ties.pairs) {
    result.variance = 0;
    result.tau_b = result.z = result.p = not_observed;
    return result;
  }
  const auto s = static_cast<double>(result.s);
  const double step = result.s > 0 ? 1 : result.s < 0 ? -1 : 0;
  result.tau_b = s / std::sqrt(static_cast<double>(pairs) * static_cast<double>(pairs - ties.pairs));
  result.z = (s - step) / std::sqrt(result.variance);
  result.p = std::erfc(std::abs(result.z) / std::numbers::sqrt2);
  return result;
}

void SenSlopeOptions::validate() const {
  if (!(confidence > 0 && confidence < 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("confidence {}: an interval's confidence is above 0 and below 1", confidence));
}

SenSlope sen_slope(std::span<const double> values, std::span<const double> times, const SenSlopeOptions& options) {
  options.validate();
  check_times(values, times);
  std::vector<double> observed, at;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    observed.push_back(values[i]);
    at.push_back(times.empty() ? static_cast<double>(i) : times[i]);
  }
  if (observed.size() < 2) return {not_observed, not_observed, not_observed, not_observed, 0};
  std::vector<double> slopes;
  slopes.reserve(observed.size() * (observed.size() - 1) / 2);
  for (std::size_t j = 1; j < observed.size(); ++j)
    for (std::size_t i = 0; i < j; ++i) slopes.push_back((observed[j] - observed[i]) / (at[j] - at[i]));

  const double intercept_at = median_of(observed);
  std::sort(observed.begin(), observed.end());
  const double variance = variance_of_s(static_cast<std::int64_t>(observed.size()), ties_of(observed));
  const double deviate = boost::math::quantile(boost::math::normal(), 0.5 + options.confidence / 2);
  const double c = deviate * std::sqrt(std::max(0.0, variance)), n = static_cast<double>(slopes.size());
  SenSlope result;
  result.slopes = static_cast<std::int64_t>(slopes.size());
  result.slope = value_of_rank(slopes, (n + 1) / 2);
  result.lower = value_of_rank(slopes, (n - c) / 2);
  result.upper = value_of_rank(slopes, (n + c) / 2 + 1);
  result.intercept = intercept_at - result.slope * median_of(at);
  return result;
}

}  // namespace tocsin
