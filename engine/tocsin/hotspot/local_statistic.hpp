#pragma once

#include <cstdint>
#include <vector>

namespace tocsin {

/// No p is 0: what is smaller, and what a double would round to 0, stands as this, an upper bound.
inline constexpr double least_p = 1e-307;

/// Why a place has no statistic. An undefined statistic is NaN in every column, never "not significant".
enum class Undefined : std::uint8_t {
  no,             ///< it is defined
  unobserved,     ///< its own value is NaN
  no_neighbours,  ///< an island, or no neighbour was observed
  no_variance     ///< the values that could stand at its neighbours are all equal
};

/// A statistic of each of n places with its moments under the null hypothesis; parallel columns.
struct LocalStatistic {
  std::vector<double> statistic;
  std::vector<double> expectation;
  std::vector<double> variance;
  std::vector<double> z;  ///< (statistic - expectation) / sqrt(variance)
  std::vector<double> p;  ///< two-sided, from the standard normal distribution; at least least_p
  std::vector<Undefined> undefined;

  [[nodiscard]] std::size_t size() const { return statistic.size(); }
};

}  // namespace tocsin
