#pragma once

#include <cstdint>
#include <span>

#include <tocsin/hotspot/local_statistic.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {

enum class GetisOrdKind : std::uint8_t {
  gi,      ///< the neighbours without the place itself, beside the other n - 1 places
  gi_star  ///< the neighbours and the place itself, beside all n places
};

struct GetisOrdOptions {
  GetisOrdKind include_self = GetisOrdKind::gi_star;
  /// Gi* alone: the place's own weight, in the unit of the weights, where its row holds no link to itself. A link to
  /// itself that the row holds stands as it is: who standardised rows with self has said what it weighs.
  double self_weight = 1;
  void validate() const;  ///< @throws Error invalid_argument: a self weight is finite and >= 0
};

/// Local statistic of Getis and Ord: are high values, or low ones, gathered around each place?
///
/// With n observed values, W and S1 the sum of the row's weights and of their squares:
///   statistic    G = sum_j w_ij x_j / sum_j x_j, as spdep's localG returns it; Gi leaves x_i out of both sums
///   expectation  W / m, where m = n for Gi* and n - 1 for Gi
///   variance     s^2 (m S1 - W^2) / (m - 1) / (sum_j x_j)^2, s^2 with divisor m
///   z            (sum_j w_ij x_j - W mean) / (s sqrt((m S1 - W^2) / (m - 1)))
/// z is computed from the weighted sum, not from the ratio. So it is defined also where the values sum to 0, where the
/// ratio and its moments are NaN; and where they sum to less than 0 it has the opposite sign of statistic -
/// expectation: a positive z always means that high values are gathered here. Adding a constant to all values changes
/// the ratio, not z.
///
/// @param values      n values; NaN = not observed: left out, also as a neighbour
/// @param neighbours  n places; weights as they are, not standardised again
/// @return  undefined: unobserved; no_neighbours (Gi* of an island is defined, from its own value alone);
///          no_variance (fewer than three are observed, all values are equal, all others are equal for Gi, or the place
///          has all others as neighbours with one weight, so that its sum never changes)
/// @throws Error shape_mismatch, invalid_argument (infinite value, self weight)
/// Cost: O(n + links), in parallel; the same bytes for any number of threads.
/// Source: Ord and Getis (1995), Geographical Analysis 27:286-306.
LocalStatistic getis_ord(std::span<const double> values, const Neighbours& neighbours,
                         const GetisOrdOptions& options = {});

}  // namespace tocsin
