#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/tools/roots.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/temporal/compare/rate_ratio.hpp>

namespace tocsin {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void check_confidence(double confidence) {
  if (!(confidence > 0 && confidence < 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("confidence {}: an interval's confidence is above 0 and below 1", confidence));
}

void check(const CountInTime& events) {
  if (!(std::isfinite(events.count) && events.count >= 0))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a count of {}: counts are finite and not negative", events.count));
  if (!(std::isfinite(events.exposure) && events.exposure > 0))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("an exposure of {}: exposures are finite and above 0", events.exposure));
}

void check(const CountInTime& earlier, const CountInTime& later, double confidence) {
  check(earlier);
  check(later);
  check_confidence(confidence);
}

/// The later count, given the sum of both, where the later one's share of the exposure (times the ratio) is p.
struct Split {
  double x1, x2;

  /// P(X >= x2)
  [[nodiscard]] double at_least(double p) const { return x2 <= 0 ? 1 : boost::math::ibeta(x2, x1 + 1, p); }
  /// P(X > x2)
  [[nodiscard]] double more(double p) const { return x1 <= 0 ? 0 : boost::math::ibeta(x2 + 1, x1, p); }
  /// P(X <= x2)
  [[nodiscard]] double at_most(double p) const { return x1 <= 0 ? 1 : boost::math::ibetac(x2 + 1, x1, p); }
  /// P(X < x2)
  [[nodiscard]] double fewer(double p) const { return x2 <= 0 ? 0 : boost::math::ibetac(x2, x1 + 1, p); }
  [[nodiscard]] double mid_greater(double p) const { return (at_least(p) + more(p)) / 2; }
  [[nodiscard]] double mid_less(double p) const { return (at_most(p) + fewer(p)) / 2; }
};

/// The chance of all splits of n that are no likelier than x. Splits within this of equally likely are; R has the same.
double minlike(double n, double x, double p) {
  constexpr double slack = 1 + 1e-7;
  const auto likelihood = [&](double k) { return boost::math::ibeta_derivative(k + 1, n - k + 1, p) / (n + 1); };
  const double most = likelihood(x) * slack, mode = n * p;
  if (x == mode) return 1;
  const Split split{n - x, x};
  // Likelihoods rise to the mode and fall from there: the first beyond it that is small enough.
  const bool above = x < mode;
  double near = above ? std::ceil(mode) : std::floor(mode), far = above ? n + 1 : -1;
  if (likelihood(near) <= most) far = near;
  while (std::abs(far - near) > 1) {
    const double middle = std::floor((near + far) / 2);
    (likelihood(middle) <= most ? far : near) = middle;
  }
  const double this_side = above ? split.at_most(p) : split.at_least(p);
  if (far < 0 || far > n) return this_side;
  const Split other{n - far, far};
  return std::min(1.0, this_side + (above ? other.at_least(p) : other.at_most(p)));
}

double odds_of_quantile(double a, double b, double probability) {
  double complement = 0;
  const double p = boost::math::ibeta_inv(a, b, probability, &complement);
  return p / complement;
}

/// Odds of the later count, by Clopper and Pearson.
Interval exact_odds(const Split& split, double tail) {
  return {split.x2 > 0 ? odds_of_quantile(split.x2, split.x1 + 1, tail) : 0,
          split.x1 > 0 ? odds_of_quantile(split.x2 + 1, split.x1, 1 - tail) : infinity};
}

/// The log odds between two at which a rising function is 0.
template <typename Function>
double root_between(const Function& of_log_odds, double low, double high) {
  const double at_low = of_log_odds(low), at_high = of_log_odds(high);
  if (at_low >= 0) return low;
  if (at_high <= 0) return high;
  std::uintmax_t steps = 200;
  const auto [from, to] = boost::math::tools::toms748_solve(of_log_odds, low, high, at_low, at_high,
                                                            boost::math::tools::eps_tolerance<double>(50), steps);
  return (from + to) / 2;
}

/// Odds at which mid-p reaches a tail; they lie within those of Clopper and Pearson.
Interval mid_odds(const Split& split, const Interval& exact, double tail) {
  const auto share = [](double log_odds) { return 1 / (1 + std::exp(-log_odds)); };
  // Both ends are finite in one direction even where the count beside them is 0.
  const double low = split.x2 > 0 ? std::log(exact.lower) : std::log(exact.upper) - 100;
  const double high = split.x1 > 0 ? std::log(exact.upper) : std::log(exact.lower) + 100;
  Interval odds{0, infinity};
  if (split.x2 > 0)
    odds.lower = std::exp(root_between([&](double t) { return split.mid_greater(share(t)) - tail; }, low, high));
  if (split.x1 > 0)
    odds.upper = std::exp(root_between([&](double t) { return tail - split.mid_less(share(t)); }, low, high));
  return odds;
}

Interval scaled(const Interval& odds, double by) {
  return {odds.lower * by, odds.upper * by};
}

}  // namespace

RateRatio rate_ratio(const CountInTime& earlier, const CountInTime& later, double confidence) {
  check(earlier, later, confidence);
  RateRatio result;
  if (earlier.count == 0 && later.count == 0) {
    result.ratio = not_observed;
    result.exact = result.mid = {0, infinity};
    return result;
  }
  const Split split{earlier.count, later.count};
  const double p = later.exposure / (earlier.exposure + later.exposure), tail = (1 - confidence) / 2;
  const double by = earlier.exposure / later.exposure;
  result.ratio = later.count / earlier.count * by;
  result.p_less = split.at_most(p);
  result.p_greater = split.at_least(p);
  result.p_central = std::min(1.0, 2 * std::min(result.p_less, result.p_greater));
  const bool whole = earlier.count == std::floor(earlier.count) && later.count == std::floor(later.count);
  result.p_minlike = whole ? minlike(earlier.count + later.count, later.count, p) : not_observed;
  result.mid_p_less = split.mid_less(p);
  result.mid_p_greater = split.mid_greater(p);
  result.mid_p = std::min(1.0, 2 * std::min(result.mid_p_less, result.mid_p_greater));
  const Interval odds = exact_odds(split, tail);
  result.exact = scaled(odds, by);
  result.mid = scaled(mid_odds(split, odds, tail), by);
  return result;
}

RatioPosterior ratio_posterior(const CountInTime& earlier, const CountInTime& later, double confidence) {
  check(earlier, later, confidence);
  const double a = later.count + 0.5, b = earlier.count + 0.5, by = earlier.exposure / later.exposure;
  const double tail = (1 - confidence) / 2;
  return {odds_of_quantile(a, b, 0.5) * by, {odds_of_quantile(a, b, tail) * by, odds_of_quantile(a, b, 1 - tail) * by}};
}

double chance_ratio_above(double ratio, const CountInTime& earlier, const CountInTime& later) {
  check(earlier);
  check(later);
  if (!(ratio >= 0))
    throw Error(ErrorCode::invalid_argument, fmt::format("a ratio of {}: ratios are not negative", ratio));
  const double raised = ratio * later.exposure;
  if (!std::isfinite(raised)) return 0;
  return boost::math::ibetac(later.count + 0.5, earlier.count + 0.5, raised / (earlier.exposure + raised));
}

void WaldOptions::validate() const {
  check_confidence(confidence);
  if (!(std::isfinite(dispersion) && dispersion >= 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a dispersion of {}: the variance by the mean is at least 1", dispersion));
  if (!(degrees_of_freedom >= 0))
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("{} degrees of freedom: they are above 0, or 0 for a known dispersion", degrees_of_freedom));
}

WaldRatio wald_ratio(const CountInTime& earlier, const CountInTime& later, const WaldOptions& options) {
  options.validate();
  check(earlier);
  check(later);
  if (earlier.count == 0 || later.count == 0)
    return {not_observed, not_observed, not_observed, {not_observed, not_observed}};
  WaldRatio result;
  result.log_ratio = std::log(later.count / later.exposure) - std::log(earlier.count / earlier.exposure);
  result.standard_error = std::sqrt(options.dispersion * (1 / earlier.count + 1 / later.count));
  const double deviate = std::abs(result.log_ratio) / result.standard_error;
  const auto judge = [&](const auto& distribution) {
    result.p = 2 * boost::math::cdf(boost::math::complement(distribution, deviate));
    const double reach = boost::math::quantile(distribution, 0.5 + options.confidence / 2) * result.standard_error;
    result.interval = {std::exp(result.log_ratio - reach), std::exp(result.log_ratio + reach)};
  };
  if (options.degrees_of_freedom > 0)
    judge(boost::math::students_t(options.degrees_of_freedom));
  else
    judge(boost::math::normal());
  return result;
}

Interval rate_interval(const CountInTime& events, double confidence) {
  check(events);
  check_confidence(confidence);
  const double tail = (1 - confidence) / 2;
  const double lower = events.count > 0 ? boost::math::gamma_p_inv(events.count, tail) : 0;
  return {lower / events.exposure, boost::math::gamma_q_inv(events.count + 1, tail) / events.exposure};
}

}  // namespace tocsin
