#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include <tocsin/core/progress.hpp>
#include <tocsin/hotspot/local_statistic.hpp>
#include <tocsin/hotspot/permutation.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {

/// Beside what chance a statistic stands.
struct NullMoments {
  double variance = std::numeric_limits<double>::quiet_NaN();
  double z = std::numeric_limits<double>::quiet_NaN();
  double p = std::numeric_limits<double>::quiet_NaN();  ///< two-sided, from the standard normal distribution
};

/// One statistic of a whole map.
struct GlobalStatistic {
  double statistic = std::numeric_limits<double>::quiet_NaN();
  double expectation = std::numeric_limits<double>::quiet_NaN();
  NullMoments randomisation;  ///< the values are dealt to the places at random; NaN for fewer than four observed
  NullMoments normality;      ///< the values are drawn from one normal distribution; NaN where that makes no sense
  /// no_neighbours: no link; no_variance: fewer than three observed, all values equal, or the same for each permutation
  Undefined undefined = Undefined::no_variance;
};

// Of all functions below, with n the number of observed values (islands count: they too could hold any of the values):
// @param values      NaN = not observed: left out, also as a neighbour
// @param neighbours  as many places; weights as they are, not standardised again; a self weight is ignored
// @throws Error shape_mismatch, invalid_argument (infinite value)
// Cost: O(n + links log(links of a place)); the same bytes for any number of threads.
// Source: Cliff and Ord (1981), Spatial Processes, chapters 1 and 2, unless another is named.

/// Moran's I = n / S0 sum w_ij z_i z_j / sum z_i^2, z = x - mean. E = -1 / (n - 1). Positive z: like beside like.
GlobalStatistic moran_i(std::span<const double> values, const Neighbours& neighbours);

/// Geary's C = (n - 1) sum w_ij (x_i - x_j)^2 / (2 S0 sum z_i^2). E = 1. Like beside like is C < 1 and a NEGATIVE z =
/// (C - 1) / sd; spdep turns the sign.
GlobalStatistic geary_c(std::span<const double> values, const Neighbours& neighbours);

/// Getis-Ord G = sum w_ij x_i x_j / sum_{i != j} x_i x_j. E = S0 / (n (n - 1)); variance under randomisation alone,
/// exact (spdep: B1correct = TRUE). Positive z: high values are beside high ones. Made for values >= 0 with a true
/// zero: z changes with what is added to all values. z is computed from the numerator: where the denominator is 0
/// statistic, expectation and variance are NaN and z is not, and where it is negative z has the opposite sign of
/// statistic - expectation. Source: Getis and Ord (1992), Geographical Analysis 24:189-206.
GlobalStatistic getis_ord_g(std::span<const double> values, const Neighbours& neighbours);

/// Counts of links between places with the event (1, "black") and without (0, "white"): half the sum of the weights, so
/// with symmetric binary weights each pair once. Moments under randomisation ("nonfree sampling").
struct JoinCounts {
  GlobalStatistic black_black;
  GlobalStatistic white_white;
  GlobalStatistic black_white;
};

/// @throws Error also where a value is neither 0 nor 1 nor NaN
JoinCounts join_counts(std::span<const double> values, const Neighbours& neighbours);

/// A statistic beside those of maps on which all observed values are dealt to the observed places at random.
struct GlobalPermutation {
  double p_greater = std::numeric_limits<double>::quiet_NaN();       ///< (draws >= the observed + 1) / (draws + 1)
  double p_less = std::numeric_limits<double>::quiet_NaN();          ///< the same with <=; ties count in both
  double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< Monte-Carlo, of the smaller of the two
  double mean = std::numeric_limits<double>::quiet_NaN();            ///< of the draws
  double standard_deviation = std::numeric_limits<double>::quiet_NaN();
};

struct GlobalPermutations {
  GlobalPermutation moran;
  GlobalPermutation geary;      ///< like beside like is p_less
  GlobalPermutation getis_ord;  ///< p of the numerator; mean and deviation NaN where the ratio is undefined
};

struct JoinCountPermutations {
  GlobalPermutation black_black;
  GlobalPermutation white_white;
  GlobalPermutation black_white;
};

/// All three from the same draws; all NaN where the statistic is undefined. Draws that differ from the observed by less
/// than 1e-9 standard deviations are ties. Each replicate draws from a stream of its own number.
/// @throws Error also for permutations out of range, and cancelled
/// Cost: permutations * (n + links), in parallel; 2 n numbers of memory a thread.
GlobalPermutations permute_global(std::span<const double> values, const Neighbours& neighbours,
                                  const PermutationOptions& options = {});
GlobalPermutations permute_global(std::span<const double> values, const Neighbours& neighbours,
                                  const PermutationOptions& options, Progress& progress);
JoinCountPermutations permute_join_counts(std::span<const double> values, const Neighbours& neighbours,
                                          const PermutationOptions& options = {});
JoinCountPermutations permute_join_counts(std::span<const double> values, const Neighbours& neighbours,
                                          const PermutationOptions& options, Progress& progress);

}  // namespace tocsin
