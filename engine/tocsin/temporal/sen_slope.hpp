#pragma once

#include <cstdint>
#include <span>

namespace tocsin {

/// How fast does a series rise or fall?
struct SenSlope {
  double slope = 0;         ///< per unit of time
  double lower = 0;         ///< ends of its confidence interval
  double upper = 0;         ///< (they hold the slope between them, and may be equal)
  double intercept = 0;     ///< median of the values less slope times median of the times: the line at time 0
  std::int64_t slopes = 0;  ///< pairs of observed values: n(n-1)/2
};

struct SenSlopeOptions {
  double confidence = 0.95;  ///< of the interval; above 0 and below 1
  void validate() const;     ///< @throws Error invalid_argument
};

/// Sen's slope (Sen 1968, JASA 63:1379): the median of the slopes between all pairs of values. Its interval as in
/// Gilbert (1987), p. 217-219: with C = z sqrt(Var S), the N slopes of ranks (N - C)/2 and (N + C)/2 + 1, interpolated
/// between ranks and held to [1, N].
///
/// @param values  NaN = not observed: left out, the others keep their time
/// @param times   one a value, finite and rising; none: 0, 1, 2, ...
/// @return        all NaN with fewer than two observed values
/// @throws Error  shape_mismatch, invalid_argument
/// Cost           O(n^2) time and memory, 9 bytes a pair; the ranks are selected by counting, not by sorting: some
///                10 microseconds for 120 values
SenSlope sen_slope(std::span<const double> values, std::span<const double> times = {},
                   const SenSlopeOptions& options = {});

}  // namespace tocsin
