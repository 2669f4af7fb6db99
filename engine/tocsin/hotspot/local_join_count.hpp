#pragma once

#include <span>

#include <tocsin/hotspot/local_statistic.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {

/// Local join count: how many neighbours of a place with the event have it as well? (BB; univariate)
///
///   BB_i = x_i sum_j w_ij x_j, x = 1 (event) or 0
/// Moments are conditional on x_i = 1: the other events are dealt to the other places at random. With binary weights
/// the count is then hypergeometric, so z and p are rough where few are expected; the pseudo p is p_greater of
/// permute_lags at these places. Where x_i = 0 the count is 0 whatever surrounds the place: it is undefined there
/// (no_variance).
///
/// @param values      n values, each 0, 1 or NaN = not observed: left out, also as a neighbour
/// @param neighbours  n places; weights as they are (binary is what is meant); a self weight is ignored
/// @return  undefined: unobserved; no_neighbours; no_variance (also: fewer than three observed, no other place or all
///          other places have the event)
/// @throws Error shape_mismatch, invalid_argument (a value that is neither 0 nor 1)
/// Cost: O(n + links), in parallel; the same bytes for any number of threads.
/// Source: Anselin and Li (2019), Operational local join count statistics for cluster detection, Journal of
/// Geographical Systems 21:189-210.
LocalStatistic local_join_count(std::span<const double> values, const Neighbours& neighbours);

}  // namespace tocsin
