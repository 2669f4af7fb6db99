#include <algorithm>
#include <array>
#include <cmath>

#include <boost/math/special_functions/gamma.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/delay/unreported_count.hpp>

namespace tocsin {
namespace {

constexpr double left_out = 1e-9;

/// Adds `weight` times the negative-binomial distribution to `sum`, but for `left_out` of it.
void add_negative_binomial(double size, double probability, double weight, std::vector<double>& sum) {
  if (sum.empty()) sum.push_back(0);
  if (probability >= 1 || size <= 0) {
    sum[0] += weight;
    return;
  }
  const double failure = 1 - probability, mean = size * failure / probability,
               deviation = std::sqrt(mean / probability);
  // Below eight deviations lies nothing that counts, and the first terms would underflow.
  double u = std::max(0.0, std::floor(mean - 8 * deviation));
  double term = std::exp(boost::math::lgamma(size + u) - boost::math::lgamma(size) - boost::math::lgamma(u + 1) +
                         size * std::log(probability) + u * std::log(failure));
  double left = 1 - left_out;
  for (; left > 0; ++u) {
    const auto at = static_cast<std::size_t>(u);
    if (at >= sum.size()) sum.resize(at + 1 + at / 2, 0.0);
    sum[at] += weight * term;
    left -= term;
    term *= (size + u) / (u + 1) * failure;
    if (u > mean && term < 1e-18) break;  // rounding may keep the sum from reaching its end
  }
}

void check(double known, const RatePrior& prior, std::span<const double> completeness) {
  if (!(known >= 0) || completeness.empty() || !(prior.shape >= 0) || !(prior.rate >= 0) ||
      (prior.shape > 0) != (prior.rate > 0) || !(prior.surge_share >= 0 && prior.surge_share < 1) ||
      !(prior.surge_times > 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} events known at {} shares, prior Gamma({}, {}) and {} of {} times it: shape and rate "
                            "are both above 0 or both 0",
                            known, completeness.size(), prior.shape, prior.rate, prior.surge_share, prior.surge_times));
  for (const double p : completeness)
    if (!(p >= 0 && p <= 1))
      throw Error(ErrorCode::invalid_argument, fmt::format("a share known of {}: it is 0 to 1", p));
}

}  // namespace

std::vector<double> unreported_count(double known, const RatePrior& prior, std::span<const double> completeness) {
  check(known, prior, completeness);
  std::vector<double> sum;
  const double of_each = 1 / static_cast<double>(completeness.size());
  for (const double p : completeness) {
    if (prior.shape == 0) {
      if (p < 1 && (known == 0 || p == 0)) return {};
      add_negative_binomial(known, p, of_each, sum);
      continue;
    }
    const std::array<double, 2> shapes{prior.shape, std::min(prior.shape, 1.0)};
    const std::array<double, 2> rates{prior.rate, shapes[1] / (prior.shape / prior.rate * prior.surge_times)};
    std::array<double, 2> weights{1 - prior.surge_share, prior.surge_share};
    // Likelihood of the known ones, but for what both share.
    std::array<double, 2> fits{};
    for (std::size_t c = 0; c < 2; ++c)
      fits[c] = boost::math::lgamma(shapes[c] + known) - boost::math::lgamma(shapes[c]) +
                shapes[c] * std::log(rates[c] / (rates[c] + p)) - known * std::log(rates[c] + p);
    const double best = std::max(fits[0], fits[1]);
    for (std::size_t c = 0; c < 2; ++c) weights[c] *= std::exp(fits[c] - best);
    const double total = weights[0] + weights[1];
    for (std::size_t c = 0; c < 2; ++c)
      if (weights[c] > 1e-12 * total)
        add_negative_binomial(shapes[c] + known, (rates[c] + p) / (rates[c] + 1), of_each * weights[c] / total, sum);
  }
  while (sum.size() > 1 && sum.back() == 0) sum.pop_back();
  return sum;
}

double mean_of(std::span<const double> probabilities) {
  double sum = 0;
  for (std::size_t u = 0; u < probabilities.size(); ++u) sum += static_cast<double>(u) * probabilities[u];
  return sum;
}

double quantile_of(std::span<const double> probabilities, double level) {
  double sum = 0;
  for (std::size_t u = 0; u < probabilities.size(); ++u) {
    sum += probabilities[u];
    // A sum that should be the level exactly may fall short by rounding.
    if (sum >= level - 1e-12) return static_cast<double>(u);
  }
  return static_cast<double>(probabilities.size()) - 1;
}

double ranked_score(std::span<const double> probabilities, double came) {
  // The distribution is a staircase: between whole numbers both it and the step at `came` are constant.
  double score = 0, sum = 0;
  for (std::size_t u = 0; u < probabilities.size() || static_cast<double>(u) < came; ++u) {
    const auto from = static_cast<double>(u);
    if (u < probabilities.size()) sum += probabilities[u];
    const double below = std::clamp(came - from, 0.0, 1.0);  // the part of [u, u + 1) that lies below what came
    const double above = 1 - std::min(sum, 1.0);
    score += below * sum * sum + (1 - below) * above * above;
  }
  return score;
}

}  // namespace tocsin
