#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/distributions/normal.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/temporal/mann_kendall.hpp>
#include <tocsin/temporal/sen_slope.hpp>

namespace tocsin {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The observed values and their times.
struct Observed {
  std::vector<double> value, time;

  [[nodiscard]] std::size_t pairs() const { return value.size() * (value.size() - 1) / 2; }
  [[nodiscard]] double slope(std::size_t i, std::size_t j) const { return (value[j] - value[i]) / (time[j] - time[i]); }
};

/// Slopes between two values, with how many lie below them.
struct Bracket {
  double low = -infinity, high = infinity;
  std::size_t below = 0;
  std::vector<double> within;  ///< in no order
};

/// Looks at every slope once; keeps those in the bracket.
void fill(const Observed& series, Bracket& bracket) {
  std::vector<double>& within = bracket.within;
  std::vector<double> row(series.value.size());
  std::size_t below = 0, kept = 0;
  within.clear();
  for (std::size_t i = 0; i + 1 < series.value.size(); ++i) {
    const std::size_t later = series.value.size() - i - 1;
    const double *values = &series.value[i + 1], *times = &series.time[i + 1];
    const double value = series.value[i], time = series.time[i];
    for (std::size_t k = 0; k < later; ++k) row[k] = (values[k] - value) / (times[k] - time);
    if (within.size() < kept + later) within.resize(std::max(2 * within.size(), kept + later));
    double* free = within.data() + kept;
    // Without branches: where a slope falls is a matter of chance.
    for (std::size_t k = 0; k < later; ++k) {
      below += row[k] < bracket.low ? 1 : 0;
      *free = row[k];
      free += row[k] >= bracket.low && row[k] <= bracket.high ? 1 : 0;
    }
    kept = static_cast<std::size_t>(free - within.data());
  }
  within.resize(kept);
  bracket.below = below;
}

/// A bracket that is likely to hold the ranks from..to (from 0), by a sample of pairs; which ones decides on nothing
/// but the time it takes.
Bracket guess(const Observed& series, std::size_t from, std::size_t to, double margin) {
  constexpr std::size_t sampled = 256;
  Bracket bracket;
  if (series.pairs() < 4 * sampled) return bracket;
  std::vector<double> sample(sampled);
  std::uint64_t state = 1;
  const auto draw = [&state](std::size_t n) {
    state = state * 6364136223846793005U + 1442695040888963407U;  // Knuth's; MMIX
    return static_cast<std::size_t>(((state >> 32) * n) >> 32);
  };
  for (double& slope : sample) {
    std::size_t i = draw(series.value.size()), j = draw(series.value.size() - 1);
    if (j >= i) ++j;
    slope = series.slope(std::min(i, j), std::max(i, j));
  }
  std::sort(sample.begin(), sample.end());
  const double scale = static_cast<double>(sampled) / static_cast<double>(series.pairs());
  const double reach = margin * std::sqrt(static_cast<double>(sampled)) / 2;  // standard errors of a rank
  const double low = std::floor(static_cast<double>(from) * scale - reach);
  const double high = std::ceil(static_cast<double>(to) * scale + reach);
  if (low >= 0) bracket.low = sample[static_cast<std::size_t>(low)];
  if (high < static_cast<double>(sampled)) bracket.high = sample[static_cast<std::size_t>(high)];
  return bracket;
}

/// A bracket that holds the slopes of these ranks.
Bracket slopes_around(const Observed& series, std::size_t from, std::size_t to) {
  Bracket bracket = guess(series, from, to, 2.5);
  fill(series, bracket);
  if (bracket.below <= from && to < bracket.below + bracket.within.size()) return bracket;
  bracket = {};
  fill(series, bracket);
  return bracket;
}

/// A rank that may lie between two, counted from 1 and held to those that there are.
struct Rank {
  std::size_t below;  ///< counted from 0
  double part;        ///< of the way to the next

  Rank(double rank, std::size_t n) {
    const double held = std::clamp(rank, 1.0, static_cast<double>(n)) - 1;
    below = static_cast<std::size_t>(held);
    part = held - static_cast<double>(below);
  }
  [[nodiscard]] std::size_t last() const { return below + (part > 0 ? 1 : 0); }
};

/// The slope of a rank, where those from `first` on are at least as large as all before. Reorders them.
double select(Bracket& bracket, const Rank& rank, std::size_t first, std::size_t end) {
  const auto begin = bracket.within.begin();
  const auto at = begin + static_cast<std::ptrdiff_t>(rank.below - bracket.below);
  std::nth_element(begin + static_cast<std::ptrdiff_t>(first), at, begin + static_cast<std::ptrdiff_t>(end));
  if (rank.part == 0) return *at;
  const double next = *std::min_element(at + 1, bracket.within.end());
  return *at + rank.part * (next - *at);
}

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return *middle + 0.5 * (*std::min_element(middle + 1, values.end()) - *middle);
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

void SenSlopeOptions::validate() const {
  if (!(confidence > 0 && confidence < 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("confidence {}: an interval's confidence is above 0 and below 1", confidence));
}

SenSlope sen_slope(std::span<const double> values, std::span<const double> times, const SenSlopeOptions& options) {
  options.validate();
  check_times(values, times);
  Observed series;
  series.value.reserve(values.size());
  series.time.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    if (std::isinf(values[i]))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("value {} of the series is infinite: it has no slope", i + 1));
    series.value.push_back(values[i]);
    series.time.push_back(times.empty() ? static_cast<double>(i) : times[i]);
  }
  if (series.value.size() < 2) return {not_observed, not_observed, not_observed, not_observed, 0};
  const double deviate = boost::math::quantile(boost::math::normal(), 0.5 + options.confidence / 2);
  const double c = deviate * std::sqrt(mann_kendall(series.value).variance);
  const std::size_t pairs = series.pairs();
  const auto n = static_cast<double>(pairs);
  const Rank middle((n + 1) / 2, pairs), low((n - c) / 2, pairs), high((n + c) / 2 + 1, pairs);

  Bracket bracket = slopes_around(series, low.below, high.last());
  SenSlope result;
  result.slopes = static_cast<std::int64_t>(pairs);
  // The middle first: it parts the slopes for both ends.
  const std::size_t count = bracket.within.size(), centre = middle.below - bracket.below;
  result.slope = select(bracket, middle, 0, count);
  result.lower = select(bracket, low, 0, std::min(count, centre + 1));
  result.upper = select(bracket, high, centre, count);
  result.intercept = median_of(series.value) - result.slope * median_of(series.time);
  return result;
}

}  // namespace tocsin
