#include <cmath>

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <tocsin/temporal/alarm/detail/alarm_series.hpp>
#include <tocsin/temporal/alarm/detail/count_model.hpp>

namespace tocsin::detail {

CountModel CountModel::of_variance(double mean, double variance) {
  // Sizes beyond this differ from the Poisson by less than the tails are computed to.
  constexpr double as_good_as_poisson = 1e12;
  const double size = variance > mean ? mean * mean / (variance - mean) : as_good_as_poisson;
  return size < as_good_as_poisson ? CountModel{mean, size} : CountModel{mean};
}

double CountModel::at_least(double count) const {
  if (count <= 0) return 1;
  if (std::isinf(size)) return boost::math::gamma_p(count, mean);
  return boost::math::ibeta(count, size, mean / (size + mean));
}

double CountModel::probability(double count) const {
  if (std::isinf(size)) return std::exp(count * std::log(mean) - mean - std::lgamma(count + 1));
  return std::exp(std::lgamma(count + size) - std::lgamma(size) - std::lgamma(count + 1) +
                  size * std::log(size / (size + mean)) + count * std::log(mean / (size + mean)));
}

double CountModel::upper_quantile(double alpha) const {
  // P(X > q) <= alpha. R's quantiles forgive as much of rounding.
  const double most = alpha * (1 + 64 * std::numeric_limits<double>::epsilon());
  const auto enough = [&](double q) { return at_least(q + 1) <= most; };
  const double variance = std::isinf(size) ? mean : mean * (1 + mean / size);
  double low = -1, high = std::ceil(mean + normal_quantile(1 - std::min(alpha, 0.4)) * std::sqrt(variance));
  for (double step = 1 + std::floor(std::sqrt(variance) / 4); !enough(high); step *= 2) {
    low = high;
    high += step;
  }
  // The guess is near: look close below it first.
  for (double step = 1 + std::floor(std::sqrt(variance) / 4); high - low > 1;) {
    const double near = std::max(high - step, std::floor((low + high) / 2));
    if (enough(near))
      high = near;
    else
      low = near;
  }
  return high;
}

}  // namespace tocsin::detail
