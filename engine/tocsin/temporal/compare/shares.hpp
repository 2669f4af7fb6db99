#pragma once

#include <span>
#include <vector>

#include <tocsin/temporal/compare/rate_ratio.hpp>

namespace tocsin {

/// A kind's share of all events, with an interval.
struct Share {
  double share = 0;
  Interval interval;
};

/// Shares of kinds of events (actors, categories, places) with intervals that all hold together, at the confidence
/// given: Goodman (1965), Technometrics 7:247, equation (2.7) with Bonferroni's deviate, chi2(1 - (1 - confidence)/k).
/// Each is Wilson's score interval of one share; they need no iteration, are never empty at 0 or 1, and hold for counts
/// that are not whole. Sison and Glaz's are shorter for many kinds of even size, but give every share the same
/// width, and hold less often than they say where one kind prevails: which actors and categories do.
///
/// @param counts      k kinds, >= 0; divide them by their dispersion where events come in clusters
/// @param confidence  of all intervals together; above 0 and below 1
/// @return            k shares; all NaN where there are no events. A single kind has the share 1, from 1 to 1.
/// @throws Error      invalid_argument
std::vector<Share> simultaneous_shares(std::span<const double> counts, double confidence = 0.95);

}  // namespace tocsin
