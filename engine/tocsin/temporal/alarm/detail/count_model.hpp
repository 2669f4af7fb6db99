#pragma once

#include <limits>

namespace tocsin::detail {

/// Negative binomial counts; Poisson where size is infinite.
struct CountModel {
  double mean = 1;  ///< > 0
  double size = std::numeric_limits<double>::infinity();

  /// With a variance; Poisson where it is not above the mean.
  static CountModel of_variance(double mean, double variance);
  /// P(X >= count), of a whole count
  [[nodiscard]] double at_least(double count) const;
  /// P(X = count), of a whole count
  [[nodiscard]] double probability(double count) const;
  /// Smallest whole count with P(X <= count) >= 1 - alpha
  [[nodiscard]] double upper_quantile(double alpha) const;
};

}  // namespace tocsin::detail
