#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <tocsin/temporal/compare/rate_ratio.hpp>

namespace tocsin {

/// A period from which on the level of a series is another.
struct ChangePoint {
  std::size_t first = 0;     ///< index of the first observed period with the new level
  std::size_t earliest = 0;  ///< ends of the interval of `first`, both included
  std::size_t latest = 0;
  double before = 0, after = 0;  ///< rates of the stretches on either side, by unit of exposure
};

/// Levels of a series, and where they change.
struct ChangePoints {
  std::vector<ChangePoint> points;  ///< in the order of time
  double level = 0;                 ///< of the last stretch; NaN where nothing was observed
  double cost = 0;                  ///< what was made least
};

struct ChangePointOptions {
  /// That a change point has to gain in twice the log likelihood; 0: 3 log n, n the observed periods (two for rate and
  /// place as in BIC, and one for having looked everywhere: Zhang and Siegmund 2007, Biometrics 63:22).
  double penalty = 0;
  double dispersion = 1;     ///< variance by mean of the counts around their level: divides the likelihood; >= 1
  std::size_t least = 3;     ///< observed periods between change points; at least 1
  double confidence = 0.95;  ///< of the interval of each place
  void validate() const;     ///< @throws Error invalid_argument
};

/// The stretches of constant rate that make  sum of -2 log likelihood / dispersion + penalty * change points  least, of
/// all that there are: optimal partitioning (Jackson et al. 2005, IEEE Signal Processing Letters 12:105) with the
/// Poisson likelihood. Exact; no stretch is left out by a bound.
///
/// The interval of a change point holds where it may lie between its neighbours, each place as likely at first: the
/// rates of both stretches are integrated out under Jeffreys' prior, and the likeliest places that make up the
/// confidence are kept; from the first to the last of them. It takes the number of change points for granted.
///
/// @param counts    >= 0; NaN = not observed: no part of any stretch, and no break either
/// @param exposure  one a count, > 0 where it is observed; empty: all 1
/// @throws Error    shape_mismatch, invalid_argument
/// Cost             O(n^2) time, O(n) memory
ChangePoints change_points(std::span<const double> counts, std::span<const double> exposure = {},
                           const ChangePointOptions& options = {});

}  // namespace tocsin
