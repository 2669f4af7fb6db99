#pragma once

#include <span>
#include <vector>

namespace tocsin {

/// What a period's number was expected to be before any report: Poisson with a rate from Gamma(shape, rate), which has
/// mean shape / rate; with a small part of a rate that is many times as high, and of which little is sure (shape at
/// most 1).
struct RatePrior {
  double shape = 0, rate = 0;  ///< both 0: nothing was expected (the prior 1 / N), then `known` must be above 0
  double surge_share = 0;      ///< 0 to below 1
  double surge_times = 10;     ///< above 1
};

/// How many are still to come? The probability of each number from 0 on; what lies beyond adds up to less than 1e-9.
///
/// Of k known events, each with chance p to be known by now, the others are negative-binomial with size shape + k and
/// probability (rate + p) / (rate + 1): of the usual rate and of the surge, each by how well it explains k. Mean over
/// all p.
/// @param known         k, >= 0; may be a share of events
/// @param completeness  p, one or more, 0 to 1; where p is 0 the prior comes back
/// @return              empty where nothing was expected and nothing is known
/// @throws Error        invalid_argument
/// Cost: O(completeness x numbers)
std::vector<double> unreported_count(double known, const RatePrior& prior, std::span<const double> completeness);

double mean_of(std::span<const double> probabilities);

/// The least number that is not exceeded with at least this probability.
double quantile_of(std::span<const double> probabilities, double level);

/// Continuous ranked probability score of a distribution over 0, 1, 2, ... against what came: 0 is best, and for a
/// distribution that is sure of one number it is the distance.
double ranked_score(std::span<const double> probabilities, double came);

}  // namespace tocsin
