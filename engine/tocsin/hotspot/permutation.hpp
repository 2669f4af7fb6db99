#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {

struct PermutationOptions {
  std::int64_t permutations = 99'999;  ///< 1 to 10^9
  std::uint64_t seed = 1;
  /// Of places that are dealt to one by one (see permute_lags): stop once each tail has as many draws; at least 2. The
  /// smaller p then has a relative standard error of at most 1 / sqrt(exceedances). As many as permutations: never
  /// stop.
  std::int64_t exceedances = 100;
  void validate() const;  ///< @throws Error invalid_argument
};

/// Pseudo p-values of n places; parallel columns, NaN where the lag is undefined.
struct PermutationResult {
  std::vector<double> p_greater;       ///< of a lag >= the observed one; ties count in both
  std::vector<double> p_less;          ///< of a lag <= the observed one
  std::vector<double> standard_error;  ///< Monte-Carlo standard error of the smaller of the two; 0 where p is exact
  std::vector<double> draws;           ///< that the place really had, or all its arrangements where p is exact
};

/// Conditional permutation of the spatial lag sum_j w_ij x_j: place i keeps its value, and the values of all other
/// observed places are dealt to them at random, without replacement. One table serves every statistic that is monotone
/// in the lag: Gi, Gi* (the place's own weight adds a constant), and local Moran, whose upper tail is the lag's upper
/// tail where the place is above the mean and its lower tail where it is below.
///
/// Three ways, chosen by the data and the options alone:
/// - A row of equal weights (binary, row-standardised): what could stand there depends on the number of neighbours k
///   and on leaving out i. One reference sample of subsets of all n values serves all places of a k; a place uses those
///   draws that did not take its own value, which are draws from the others. So many are drawn that about
///   `permutations` remain to each place: its `draws` differ from that by the luck of who was taken. Places that are
///   alike in value, k and lag have the mean of their draws, which is a little better than the standard error says.
///   p = (r + 1) / (draws + 1); its standard error is the standard deviation of Beta(r + 1, draws - r + 1), which is
///   sqrt(p (1 - p) / draws) but for the rarest r and is never 0. Where k is over half of n - 1, those who are not
///   neighbours are drawn.
/// - The same where there are no more subsets than permutations, C(n - 1, k): all of them. p = r / C(n - 1, k), exact.
/// - Unequal weights, and the largest k where a reference sample would cost far more: dealt to one by one, with
///   sequential stopping (Besag and Clifford 1991, Biometrika 78, 301-304). When both tails have h = `exceedances`
///   draws, at draw l, the smaller p = h / l, standard error p sqrt((1 - p) / h); the other (r + 1) / (l + 1). Without
///   a stop as above.
/// Places share draws: each p is what it would be alone, but their errors are not independent.
///
/// Lags that differ by less than 1e-11 of their size are ties; where values have both signs, by that of the mean size
/// of such a sum of absolute values. Where those who are not neighbours are drawn, the size is that of their sum.
/// @param values      n values, finite; NaN = not observed: left out, also as a neighbour
/// @param neighbours  n places; a self weight is ignored, and so are links of weight 0
/// @return NaN for a place that was not observed, has no observed neighbour, or could have one lag only: the others'
///         values are all equal, or with equal weights everybody is its neighbour
/// The result depends neither on threads nor on the order of the places: relabelled places keep their bits.
/// @throws Error shape_mismatch, invalid_argument, cancelled
/// Cost: reference samples: permutations times the largest k, and a binary search a place; dealt: k times about
///       2 h (1 + log(permutations / 2 h)) a place. Memory: about 150 bytes a place, and at most 100 MB for the
///       samples.
PermutationResult permute_lags(std::span<const double> values, const Neighbours& neighbours,
                               const PermutationOptions& options = {});
PermutationResult permute_lags(std::span<const double> values, const Neighbours& neighbours,
                               const PermutationOptions& options, Progress& progress);

/// The smaller tail, "folded"; at most about 1/2 but for ties. NaN if one is.
double folded_p(double p_greater, double p_less);

/// Twice the smaller tail, at most 1. NaN if one is.
double two_sided_p(double p_greater, double p_less);

}  // namespace tocsin
