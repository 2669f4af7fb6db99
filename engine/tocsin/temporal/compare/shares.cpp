#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/chi_squared.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/temporal/compare/shares.hpp>

namespace tocsin {

std::vector<Share> simultaneous_shares(std::span<const double> counts, double confidence) {
  if (!(confidence > 0 && confidence < 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("confidence {}: an interval's confidence is above 0 and below 1", confidence));
  for (const double count : counts)
    if (!(std::isfinite(count) && count >= 0))
      throw Error(ErrorCode::invalid_argument, fmt::format("a count of {}: counts are finite and not negative", count));
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (!(total > 0)) return {counts.size(), {not_observed, {not_observed, not_observed}}};
  if (counts.size() == 1) return {{1, {1, 1}}};
  const double tail = (1 - confidence) / static_cast<double>(counts.size());
  const double a = boost::math::quantile(boost::math::complement(boost::math::chi_squared(1), tail));
  std::vector<Share> shares;
  for (const double count : counts) {
    const double reach = std::sqrt(a * (a + 4 * count * (total - count) / total));
    const double middle = a + 2 * count, below = 2 * (total + a);
    shares.push_back(
        {count / total, {std::max(0.0, (middle - reach) / below), std::min(1.0, (middle + reach) / below)}});
  }
  return shares;
}

}  // namespace tocsin
