#pragma once

#include <span>
#include <vector>

#include <tocsin/hotspot/detail/lag_moments.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin::detail {

/// Sums over the weights among observed places, without links of a place to itself. Internal part of the global
/// statistics.
struct WeightSums {
  double s0 = 0;               ///< sum w_ij
  double s1 = 0;               ///< 1/2 sum (w_ij + w_ji)^2
  double s2 = 0;               ///< sum of margin^2
  std::vector<double> margin;  ///< sum_j (w_ij + w_ji) of each place; 0 where it is not observed
};

/// @param links  without self, among the observed alone
WeightSums weight_sums(const Neighbours& links);

/// Links among the observed places, without self.
Neighbours observed_links(std::span<const double> values, const Neighbours& neighbours);

/// The three sums that every global statistic here is a linear function of; d = value - mean, and a = margin.
struct DealtSums {
  double products = 0;  ///< sum w_ij d_i d_j
  double margins = 0;   ///< sum (a_i - mean a) d_i
  double squares = 0;   ///< sum a_i d_i^2
};

/// What is known before values are dealt to the places: values, links and their moments.
struct GlobalSample {
  /// @throws Error shape_mismatch, invalid_argument
  GlobalSample(std::span<const double> values, const Neighbours& neighbours);

  ObservedSample sample;
  Neighbours links;
  WeightSums weights;
  double n;
  double m2;
  double mean_margin;
  std::vector<double> deviations;  ///< of all places; 0 where not observed

  /// @param dealt  a deviation for each place; 0 where not observed
  [[nodiscard]] DealtSums sums(std::span<const double> dealt) const;
};

/// Sum of x_i x_j over i != j, from the moments; 0 where only rounding is left.
double pair_product_sum(const GlobalSample& global);

}  // namespace tocsin::detail
