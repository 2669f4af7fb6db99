#pragma once

namespace tocsin {

/// Events of a period, and what they are divided by: days on which somebody could know of them, person-years, ...
struct CountInTime {
  double count = 0;  ///< finite, >= 0; need not be whole: a share of an event, or an effective count (see dispersion)
  double exposure = 1;  ///< finite, > 0
};

/// Ends of an interval that hold what is estimated between them.
struct Interval {
  double lower = 0;
  double upper = 0;
};

/// Two counts compared. Rates are counts by exposure; the ratio is the later rate by the earlier one.
struct RateRatio {
  double ratio = 0;  ///< infinite where the earlier count is 0; NaN where both are
  /// Chance of a later count so low, or so high, where the two rates are equal: exact, given the sum of both counts.
  double p_less = 1, p_greater = 1;
  double p_central = 1;  ///< two-sided: twice the smaller of the two, at most 1; goes with `exact`
  /// Two-sided: the chance of all splits that are no likelier than this one, as R's poisson.test and binom.test have
  /// it. NaN where the counts are not whole.
  double p_minlike = 1;
  /// The same as above, with the split that was seen counted half: nearer to its level, where exact tests are cautious.
  double mid_p_less = 0.5, mid_p_greater = 0.5;
  double mid_p = 1;  ///< two-sided, central; goes with `mid`
  Interval exact;    ///< of the ratio, by Clopper and Pearson
  Interval mid;      ///< by mid-p
};

/// Compares two Poisson counts. Given their sum, and a ratio r of the rates, the later one is binomial with the share
/// r t2 / (t1 + r t2) (Przyborowski and Wilenski 1940, Biometrika 31:313). Mid-p: Lancaster 1961, JASA 56:223. Tails
/// are incomplete beta functions, which also take counts that are not whole.
///
/// Where one count is 0 an end of the intervals is 0 or infinite. Where both are, nothing is known: the ratio is NaN,
/// the intervals reach from 0 to infinity and every p is 1 (one-sided mid-p 1/2).
///
/// @param confidence  of the two-sided intervals; above 0 and below 1
/// @throws Error      invalid_argument
/// Cost               a few microseconds; p_minlike O(log of the sum)
RateRatio rate_ratio(const CountInTime& earlier, const CountInTime& later, double confidence = 0.95);

/// What the two counts say of the ratio, before which every share is as likely (Jeffreys' prior, Beta(1/2, 1/2)):
/// the share is Beta(x2 + 1/2, x1 + 1/2).
struct RatioPosterior {
  double median = 0;
  Interval interval;  ///< equal tails
};
/// @throws Error  invalid_argument
RatioPosterior ratio_posterior(const CountInTime& earlier, const CountInTime& later, double confidence = 0.95);
/// The chance that the ratio is above a number.
/// @throws Error  invalid_argument
double chance_ratio_above(double ratio, const CountInTime& earlier, const CountInTime& later);

/// Wald's test and interval on the log of the ratio, for counts whose variance is `dispersion` times their mean.
struct WaldRatio {
  double log_ratio = 0;
  double standard_error = 0;
  double p = 1;  ///< two-sided
  Interval interval;
};
struct WaldOptions {
  double dispersion = 1;          ///< >= 1
  double degrees_of_freedom = 0;  ///< with which it was estimated: Student's t; 0: known, the normal distribution
  double confidence = 0.95;
  void validate() const;  ///< @throws Error invalid_argument
};
/// @return        all NaN where a count is 0
/// @throws Error  invalid_argument
WaldRatio wald_ratio(const CountInTime& earlier, const CountInTime& later, const WaldOptions& options = {});

/// Exact interval of one rate (Garwood 1936, Biometrika 28:437).
/// @throws Error  invalid_argument
Interval rate_interval(const CountInTime& events, double confidence = 0.95);

}  // namespace tocsin
