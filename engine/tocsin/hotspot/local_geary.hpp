#pragma once

#include <span>

#include <tocsin/core/progress.hpp>
#include <tocsin/hotspot/local_statistic.hpp>
#include <tocsin/hotspot/permutation.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {

/// Local Geary: how far is each place from its neighbours? Low is alike, high is unlike; whether alike means high or
/// low it does not say.
///
///   C_i = sum_j w_ij (x_i - x_j)^2 / s^2, s^2 = sum (x - mean)^2 / (n - 1), as spdep's localC
/// Moments are conditional: the place keeps its value, those of the others are dealt to them at random. Then C_i is a
/// spatial lag of u_j = (x_i - x_j)^2 / s^2, so with the mean and variance (divisor n - 1) of u over the other places
///   E = W mean(u), V = var(u) ((n - 1) S1 - W^2) / (n - 2)
/// The squares make its distribution skewed: with few neighbours trust permute_local_geary rather than z and p.
///
/// @param values      n values; NaN = not observed: left out, also as a neighbour
/// @param neighbours  n places; weights as they are, not standardised again; a self weight adds nothing
/// @return  undefined: unobserved; no_neighbours; no_variance (fewer than three are observed, all values are equal,
/// or
///          C_i is the same for every permutation)
/// @throws Error shape_mismatch, invalid_argument (infinite value)
/// Cost: O(n + links), in parallel; the same bytes for any number of threads.
/// Source: Anselin (1995), Geographical Analysis 27:93-115; moments: Sokal, Oden and Thomson (1998),
/// Geographical Analysis 30:331-354.
LocalStatistic local_geary(std::span<const double> values, const Neighbours& neighbours);

/// Conditional permutation of local Geary: p_less is the p of being alike. NaN where local_geary is undefined. Every
/// place has all draws, without replacement; values that differ by less than 1e-11 of the observed C_i are ties.
/// The result does not depend on threads; each place draws from a stream of its own number.
/// @throws Error as local_geary, and invalid_argument (permutations), cancelled
/// Cost: permutations * (n + links) draws of about 10 ns, in parallel; n numbers of memory a thread. Unlike the lag's,
/// its reference depends on the place's own value, so that no table can serve many places.
PermutationResult permute_local_geary(std::span<const double> values, const Neighbours& neighbours,
                                      const PermutationOptions& options = {});
PermutationResult permute_local_geary(std::span<const double> values, const Neighbours& neighbours,
                                      const PermutationOptions& options, Progress& progress);

}  // namespace tocsin
