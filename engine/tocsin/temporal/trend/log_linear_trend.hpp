#pragma once

#include <cstdint>
#include <span>

#include <tocsin/temporal/compare/rate_ratio.hpp>

namespace tocsin {

/// What is said of the variance of counts around their trend.
enum class TrendModel : std::uint8_t {
  poisson,           ///< equals the mean
  quasi_poisson,     ///< a multiple of the mean: X2 / (n - 2)
  negative_binomial  ///< mean + mean^2 / theta (NB2)
};

/// log(mean of count t) = log(exposure t) + intercept + slope * time t, by maximum likelihood.
struct LogLinearTrend {
  TrendModel model = TrendModel::poisson;  ///< as asked for; poisson where no theta is finite
  std::int64_t observed = 0;
  double intercept = 0, slope = 0;  ///< exp(slope) - 1 is the change by a unit of time
  double intercept_error = 0, slope_error = 0;
  double p = 1;  ///< two-sided, of no slope: by the normal distribution; quasi_poisson: Student's t, n - 2
  Interval interval;
  double theta = 0;           ///< infinite but for negative_binomial
  double dispersion = 1;      ///< X2 / (n - 2) of the Poisson fit; NaN with n = 2
  double log_likelihood = 0;  ///< of the model (quasi_poisson: of poisson)
};
struct LogLinearOptions {
  TrendModel model = TrendModel::poisson;
  double confidence = 0.95;
  void validate() const;  ///< @throws Error invalid_argument
};

/// Fits the trend by Fisher scoring; theta by alternating with it until neither moves. Standard errors of the negative
/// binomial hold theta fixed, as those of R's MASS::glm.nb. Where the profile likelihood does not rise from theta =
/// infinity (counts vary no more than Poisson ones), the answer is poisson's.
///
/// @param counts    >= 0; NaN = not observed: left out. They need not be whole.
/// @param times     one a count, finite
/// @param exposure  one a count, > 0 where the count is observed; empty: all 1
/// @return          all NaN where no finite slope is likeliest: fewer than 2 observed times, no events, or events at
/// the
///                  first or the last observed time alone
/// @throws Error    shape_mismatch, invalid_argument
/// Source           McCullagh and Nelder (1989), sections 2.5 and 6.2; Lawless (1987), Canadian J. Statistics 15:209
LogLinearTrend log_linear_trend(std::span<const double> counts, std::span<const double> times,
                                std::span<const double> exposure = {}, const LogLinearOptions& options = {});

}  // namespace tocsin
