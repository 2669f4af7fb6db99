#pragma once

#include <cstdint>
#include <span>

namespace tocsin {

/// Is a series rising or falling? Mann-Kendall's test of the order of its values.
struct MannKendall {
  std::int64_t observed = 0;  ///< n: the values that are not NaN
  std::int64_t s = 0;         ///< pairs that rise minus pairs that fall
  double variance = 0;        ///< of S with no trend, corrected for ties
  double tau_b = 0;           ///< Kendall's rank correlation with time, corrected for ties
  double z = 0;               ///< (S - sign S) / sqrt(variance): with continuity correction
  double p = 1;               ///< two-sided, from the standard normal distribution
};

/// Mann-Kendall's test (Mann 1945; Kendall 1975): S = sum over i < j of sign(x_j - x_i),
/// Var S = (n(n-1)(2n+5) - sum over ties of t(t-1)(2t+5)) / 18.
///
/// It asks for independent values: where each follows the last one, p is too small.
/// The normal approximation is good from n = 10 on (Gilbert 1987, section 16.4.1).
///
/// @param values  in the order of time; NaN = not observed: left out. Only their order matters, not the time between.
/// @return        tau_b, z and p are NaN where all observed values are equal, or fewer than two
/// Cost           O(n log n), by merging (Knight 1966, JASA 61:436)
MannKendall mann_kendall(std::span<const double> values);

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
/// Cost           O(n^2) time and memory: 8 bytes a pair
SenSlope sen_slope(std::span<const double> values, std::span<const double> times = {},
                   const SenSlopeOptions& options = {});

}  // namespace tocsin
