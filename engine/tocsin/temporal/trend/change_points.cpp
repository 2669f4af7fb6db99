#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <boost/math/special_functions/gamma.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/temporal/trend/change_points.hpp>

namespace tocsin {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Observed counts and exposures, summed from the start: a stretch [a, b) is a difference.
struct Sums {
  std::vector<double> count{0}, exposure{0};
  std::vector<std::size_t> period;  ///< of each observed count

  [[nodiscard]] std::size_t size() const { return period.size(); }
  [[nodiscard]] double events(std::size_t a, std::size_t b) const { return count[b] - count[a]; }
  [[nodiscard]] double exposed(std::size_t a, std::size_t b) const { return exposure[b] - exposure[a]; }
  [[nodiscard]] double rate(std::size_t a, std::size_t b) const { return events(a, b) / exposed(a, b); }
  /// -2 log likelihood of a constant rate, but for what all partitions share.
  [[nodiscard]] double cost(std::size_t a, std::size_t b) const {
    const double s = events(a, b);
    return s > 0 ? -2 * s * std::log(s / exposed(a, b)) : 0;
  }
  /// Log of the likelihood with the rate integrated out under Jeffreys' prior.
  [[nodiscard]] double evidence(std::size_t a, std::size_t b, double dispersion) const {
    const double s = events(a, b) / dispersion + 0.5, e = exposed(a, b) / dispersion;
    return boost::math::lgamma(s) - s * std::log(e);
  }
};

Sums observed(std::span<const double> counts, std::span<const double> exposure) {
  if (!exposure.empty() && exposure.size() != counts.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("{} counts and {} exposures: give one each, or no exposure",
                                                       counts.size(), exposure.size()));
  Sums sums;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (std::isnan(counts[i])) continue;
    const double exposed = exposure.empty() ? 1 : exposure[i];
    if (!(counts[i] >= 0 && std::isfinite(counts[i])))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("value {} of the series is {}: counts are finite and not negative", i + 1, counts[i]));
    if (!(exposed > 0 && std::isfinite(exposed)))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("exposure {} is {}: exposures are finite and above 0", i + 1, exposed));
    sums.count.push_back(sums.count.back() + counts[i]);
    sums.exposure.push_back(sums.exposure.back() + exposed);
    sums.period.push_back(i);
  }
  return sums;
}

/// Where the stretches of the best partition begin, and n.
std::vector<std::size_t> partition(const Sums& sums, const ChangePointOptions& options, double penalty, double& cost) {
  const std::size_t n = sums.size();
  std::vector<double> best(n + 1, infinity);
  std::vector<std::size_t> start(n + 1, 0);
  best[0] = -penalty;
  for (std::size_t end = options.least; end <= n; ++end)
    for (std::size_t begin = 0; begin + options.least <= end; ++begin) {
      if (std::isinf(best[begin])) continue;
      const double total = best[begin] + penalty + sums.cost(begin, end) / options.dispersion;
      if (total < best[end]) {
        best[end] = total;
        start[end] = begin;
      }
    }
  std::vector<std::size_t> breaks{n};
  if (n < options.least) {
    cost = sums.cost(0, n) / options.dispersion;
    return {0, n};
  }
  cost = best[n];
  while (breaks.back() > 0) breaks.push_back(start[breaks.back()]);
  std::reverse(breaks.begin(), breaks.end());
  return breaks;
}

/// The interval of the break between two others.
void place(const Sums& sums, std::size_t left, std::size_t right, const ChangePointOptions& options,
           ChangePoint& point) {
  std::vector<double> weight;
  for (std::size_t at = left + 1; at < right; ++at)
    weight.push_back(sums.evidence(left, at, options.dispersion) + sums.evidence(at, right, options.dispersion));
  const double most = *std::max_element(weight.begin(), weight.end());
  for (double& w : weight) w = std::exp(w - most);
  const double total = std::accumulate(weight.begin(), weight.end(), 0.0);
  std::vector<std::size_t> order(weight.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return weight[a] > weight[b]; });
  double held = 0;
  point.earliest = point.latest = point.first;
  for (const std::size_t k : order) {
    const std::size_t period = sums.period[left + 1 + k];
    point.earliest = std::min(point.earliest, period);
    point.latest = std::max(point.latest, period);
    held += weight[k];
    if (held >= options.confidence * total) break;
  }
}

}  // namespace

void ChangePointOptions::validate() const {
  if (!(penalty >= 0 && std::isfinite(penalty)))
    throw Error(ErrorCode::invalid_argument, fmt::format("penalty {}: it is finite and not negative", penalty));
  if (!(dispersion >= 1 && std::isfinite(dispersion)))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a dispersion of {}: the variance by the mean is at least 1", dispersion));
  if (least < 1) throw Error(ErrorCode::invalid_argument, "a stretch has at least 1 observed period");
  if (!(confidence > 0 && confidence < 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("confidence {}: an interval's confidence is above 0 and below 1", confidence));
}

ChangePoints change_points(std::span<const double> counts, std::span<const double> exposure,
                           const ChangePointOptions& options) {
  options.validate();
  const Sums sums = observed(counts, exposure);
  ChangePoints found;
  if (sums.size() == 0) {
    found.level = not_observed;
    return found;
  }
  const double penalty = options.penalty > 0 ? options.penalty : 3 * std::log(static_cast<double>(sums.size()));
  const std::vector<std::size_t> breaks = partition(sums, options, penalty, found.cost);
  for (std::size_t k = 1; k + 1 < breaks.size(); ++k) {
    ChangePoint point;
    point.first = sums.period[breaks[k]];
    point.before = sums.rate(breaks[k - 1], breaks[k]);
    point.after = sums.rate(breaks[k], breaks[k + 1]);
    place(sums, breaks[k - 1], breaks[k + 1], options, point);
    found.points.push_back(point);
  }
  found.level = sums.rate(breaks[breaks.size() - 2], sums.size());
  return found;
}

}  // namespace tocsin
