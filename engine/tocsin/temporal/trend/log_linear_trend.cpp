#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/tools/roots.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/temporal/trend/log_linear_trend.hpp>

namespace tocsin {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// Beyond, a negative binomial is a Poisson distribution to all digits that matter.
constexpr double largest_theta = 1e9;

/// Observed counts; times about their mean, so that intercept and slope hardly depend on each other.
struct Data {
  std::vector<double> count, time, log_exposure;
  double middle = 0;

  [[nodiscard]] std::size_t size() const { return count.size(); }
};

void check(std::span<const double> counts, std::span<const double> times, std::span<const double> exposure) {
  if (times.size() != counts.size() || (!exposure.empty() && exposure.size() != counts.size()))
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} counts, {} times, {} exposures: give one each, or no exposure", counts.size(),
                            times.size(), exposure.size()));
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (std::isnan(counts[i])) continue;
    if (!(counts[i] >= 0 && std::isfinite(counts[i])))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("value {} of the series is {}: counts are finite and not negative", i + 1, counts[i]));
    if (!std::isfinite(times[i]))
      throw Error(ErrorCode::invalid_argument, fmt::format("time {} of the series is {}", i + 1, times[i]));
    if (!exposure.empty() && !(exposure[i] > 0 && std::isfinite(exposure[i])))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("exposure {} is {}: exposures are finite and above 0", i + 1, exposure[i]));
  }
}

Data observed(std::span<const double> counts, std::span<const double> times, std::span<const double> exposure) {
  Data data;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (std::isnan(counts[i])) continue;
    data.count.push_back(counts[i]);
    data.time.push_back(times[i]);
    data.log_exposure.push_back(exposure.empty() ? 0 : std::log(exposure[i]));
    data.middle += times[i];
  }
  data.middle /= std::max(1.0, static_cast<double>(data.size()));
  for (double& time : data.time) time -= data.middle;
  return data;
}

/// A likelihood that rises without end, towards a rate of 0 at all times but one, has no maximum.
bool has_maximum(const Data& data) {
  if (data.size() < 2) return false;
  const auto [first, last] = std::minmax_element(data.time.begin(), data.time.end());
  if (*first == *last) return false;
  double earliest = infinity, latest = -infinity;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data.count[i] == 0) continue;
    earliest = std::min(earliest, data.time[i]);
    latest = std::max(latest, data.time[i]);
  }
  return earliest < latest || (earliest == latest && earliest > *first && earliest < *last);
}

struct Line {
  double level = 0, slope = 0;
  double level_variance = 0, slope_variance = 0, covariance = 0;

  [[nodiscard]] double mean(const Data& data, std::size_t i) const {
    return std::exp(data.log_exposure[i] + level + slope * data.time[i]);
  }
};

/// Twice the distance to the best possible log likelihood.
double deviance(const Data& data, const Line& line, double theta) {
  double sum = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const double y = data.count[i], mu = line.mean(data, i);
    const double own = y > 0 ? y * std::log(y / mu) : 0;
    sum += std::isinf(theta) ? own - (y - mu) : own - (y + theta) * std::log((y + theta) / (mu + theta));
  }
  return 2 * sum;
}

/// Fisher scoring from a line on; halves a step that makes the fit worse.
Line fit_line(const Data& data, Line line, double theta) {
  constexpr int most_steps = 100;
  constexpr double settled = 1e-12;
  double before = deviance(data, line, theta);
  for (int step = 0; step < most_steps; ++step) {
    double w = 0, wt = 0, wtt = 0, r = 0, rt = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
      const double mu = line.mean(data, i), shrink = std::isinf(theta) ? 1 : 1 + mu / theta;
      const double weight = mu / shrink, rest = (data.count[i] - mu) / shrink, t = data.time[i];
      w += weight;
      wt += weight * t;
      wtt += weight * t * t;
      r += rest;
      rt += rest * t;
    }
    const double determinant = w * wtt - wt * wt;
    line.level_variance = wtt / determinant;
    line.slope_variance = w / determinant;
    line.covariance = -wt / determinant;
    double by_level = (wtt * r - wt * rt) / determinant, by_slope = (w * rt - wt * r) / determinant;
    Line next = line;
    double after = infinity;
    for (int halvings = 0; halvings < 40; ++halvings, by_level /= 2, by_slope /= 2) {
      next.level = line.level + by_level;
      next.slope = line.slope + by_slope;
      after = deviance(data, next, theta);
      if (after <= before + 1e-10 * (std::abs(before) + 1)) break;
    }
    line = next;
    before = after;
    if (by_level * by_level * w + by_slope * by_slope * wtt < settled * settled * (w + wtt)) break;
  }
  return line;
}

/// d log likelihood / d theta
double theta_score(const Data& data, const std::vector<double>& mean, double theta) {
  double sum = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const double y = data.count[i], mu = mean[i];
    if (y == std::floor(y) && y <= 50)
      for (int k = 0; k < static_cast<int>(y); ++k) sum += 1 / (theta + k);
    else
      sum += boost::math::digamma(y + theta) - boost::math::digamma(theta);
    sum += (mu - y) / (mu + theta) - std::log1p(mu / theta);
  }
  return sum;
}

/// The likeliest theta for given means: where the score, which falls, is 0.
double likeliest_theta(const Data& data, const std::vector<double>& mean, double start) {
  constexpr double smallest = 1e-8, step = 4;
  const auto score = [&](double log_theta) { return theta_score(data, mean, std::exp(log_theta)); };
  double low = start, high = start;
  while (low > smallest && score(std::log(low)) <= 0) low /= step;
  while (high < largest_theta && score(std::log(high)) > 0) high *= step;
  if (high >= largest_theta) return infinity;
  if (low <= smallest) return smallest;
  std::uintmax_t steps = 100;
  const auto [from, to] = boost::math::tools::toms748_solve(score, std::log(low), std::log(high),
                                                            boost::math::tools::eps_tolerance<double>(40), steps);
  return std::exp((from + to) / 2);
}

/// Twice the slope of the profile log likelihood in 1/theta where theta is infinite.
double excess_variation(const Data& data, const Line& poisson) {
  double sum = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const double rest = data.count[i] - poisson.mean(data, i);
    sum += rest * rest - data.count[i];
  }
  return sum;
}

/// Line and theta that go with each other, from the Poisson fit on; infinite where there is none.
double fit_negative_binomial(const Data& data, Line& line) {
  constexpr int most_rounds = 200;
  constexpr double settled = 1e-10;
  if (!(excess_variation(data, line) > 0)) return infinity;
  Line fitted = line;
  double theta = 1;
  for (int round = 0; round < most_rounds; ++round) {
    std::vector<double> mean(data.size());
    for (std::size_t i = 0; i < data.size(); ++i) mean[i] = fitted.mean(data, i);
    const double next = likeliest_theta(data, mean, theta);
    if (std::isinf(next)) return infinity;
    fitted = fit_line(data, fitted, next);
    const bool done = std::abs(next - theta) <= settled * theta;
    theta = next;
    if (done) break;
  }
  line = fitted;
  return theta;
}

double log_likelihood(const Data& data, const Line& line, double theta) {
  double sum = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const double y = data.count[i], mu = line.mean(data, i);
    sum += y * std::log(mu) - boost::math::lgamma(y + 1);
    if (std::isinf(theta))
      sum -= mu;
    else
      sum += boost::math::lgamma(y + theta) - boost::math::lgamma(theta) - y * std::log(theta) -
             (y + theta) * std::log1p(mu / theta);
  }
  return sum;
}

LogLinearTrend undefined(const LogLinearOptions& options, const Data& data) {
  constexpr double nan = not_observed;
  return {options.model, static_cast<std::int64_t>(data.size()), nan, nan, nan, nan, nan, {nan, nan}, nan, nan, nan};
}

/// Standard errors, p and interval; back to times from 0.
void judge(const Data& data, const Line& line, double confidence, LogLinearTrend& trend) {
  const double n = static_cast<double>(data.size());
  const bool quasi = trend.model == TrendModel::quasi_poisson;
  const double by = quasi ? std::sqrt(trend.dispersion) : 1, m = data.middle;
  trend.slope = line.slope;
  trend.intercept = line.level - line.slope * m;
  trend.slope_error = by * std::sqrt(line.slope_variance);
  trend.intercept_error = by * std::sqrt(line.level_variance - 2 * m * line.covariance + m * m * line.slope_variance);
  const auto by_distribution = [&](const auto& distribution) {
    const double deviate = std::abs(trend.slope) / trend.slope_error;
    trend.p = 2 * boost::math::cdf(boost::math::complement(distribution, deviate));
    const double reach = boost::math::quantile(distribution, 0.5 + confidence / 2) * trend.slope_error;
    trend.interval = {trend.slope - reach, trend.slope + reach};
  };
  if (!(trend.slope_error > 0)) {
    trend.p = not_observed;
    trend.interval = {not_observed, not_observed};
  } else if (quasi) {
    by_distribution(boost::math::students_t(n - 2));
  } else {
    by_distribution(boost::math::normal());
  }
}

}  // namespace

void LogLinearOptions::validate() const {
  if (!(confidence > 0 && confidence < 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("confidence {}: an interval's confidence is above 0 and below 1", confidence));
}

LogLinearTrend log_linear_trend(std::span<const double> counts, std::span<const double> times,
                                std::span<const double> exposure, const LogLinearOptions& options) {
  options.validate();
  check(counts, times, exposure);
  const Data data = observed(counts, times, exposure);
  if (!has_maximum(data)) return undefined(options, data);
  double events = 0, exposed = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    events += data.count[i];
    exposed += std::exp(data.log_exposure[i]);
  }
  Line line;
  line.level = std::log(events / exposed);
  line = fit_line(data, line, infinity);

  LogLinearTrend trend;
  trend.model = options.model;
  trend.observed = static_cast<std::int64_t>(data.size());
  double pearson = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const double mu = line.mean(data, i);
    pearson += (data.count[i] - mu) * (data.count[i] - mu) / mu;
  }
  trend.dispersion = data.size() > 2 ? pearson / static_cast<double>(data.size() - 2) : not_observed;
  trend.theta = infinity;
  if (options.model == TrendModel::negative_binomial) trend.theta = fit_negative_binomial(data, line);
  if (options.model == TrendModel::negative_binomial && std::isinf(trend.theta)) trend.model = TrendModel::poisson;
  trend.log_likelihood = log_likelihood(data, line, trend.theta);
  judge(data, line, options.confidence, trend);
  return trend;
}

}  // namespace tocsin
