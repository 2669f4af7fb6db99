#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/hotspot/neighbours.hpp>

namespace tocsin {

struct PermutationOptions {
  std::int64_t permutations = 99'999;  ///< at least 1
  std::uint64_t seed = 1;
  void validate() const;  ///< @throws Error invalid_argument
};

/// Pseudo p-values of n places; parallel columns, NaN where the lag is undefined.
struct PermutationResult {
  std::vector<double> p_greater;       ///< (draws with a lag >= the observed one + 1) / (draws + 1)
  std::vector<double> p_less;          ///< the same with <=; ties count in both
  std::vector<double> standard_error;  ///< Monte-Carlo standard error of the smaller of the two
  std::vector<double> draws;           ///< that the place really had; fewer than asked where stopping early was safe
};

/// Conditional permutation of the spatial lag sum_j w_ij x_j: place i keeps its value, and the values of all other
/// observed places are dealt to them at random, without replacement. One table serves every statistic that is monotone
/// in the lag: Gi, Gi* (the place's own weight adds a constant), and local Moran, whose upper tail is the lag's upper
/// tail where the place is above the mean and its lower tail where it is below.
///
/// @param values      n values; NaN = not observed: left out, also as a neighbour
/// @param neighbours  n places; a self weight is ignored
/// Lags that differ by less than 1e-11 of their size are ties.
/// The result does not depend on threads; relabelling the places changes it only within its standard error.
/// @throws Error shape_mismatch, invalid_argument, cancelled
PermutationResult permute_lags(std::span<const double> values, const Neighbours& neighbours,
                               const PermutationOptions& options = {});
PermutationResult permute_lags(std::span<const double> values, const Neighbours& neighbours,
                               const PermutationOptions& options, Progress& progress);

}  // namespace tocsin
