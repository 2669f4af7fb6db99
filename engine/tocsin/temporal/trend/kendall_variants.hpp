#pragma once

#include <cstdint>
#include <span>

namespace tocsin {

/// Mann-Kendall's test of a series with seasons: each January with the other Januaries, and so on.
struct SeasonalKendall {
  std::int64_t observed = 0;  ///< values that are not NaN
  std::int64_t s = 0;         ///< the sum over seasons
  double variance = 0;        ///< the sum over seasons, without the covariance between them
  double z = 0;               ///< (S - sign S) / sqrt(variance): with continuity correction
  double p = 1;               ///< two-sided
  double slope = 0;           ///< a year: the median of the slopes within all seasons
};

/// Hirsch, Slack and Smith (1982), Water Resources Research 18:107. It asks for values that are independent from month
/// to month; a common season does no harm.
///
/// @param values  consecutive periods; NaN = not observed
/// @param seasons periods a year: 12 of months, 4 of quarters; at least 1
/// @return        z, p and slope are NaN where no season has two values; z and p where all within seasons are equal
/// @throws Error  invalid_argument
SeasonalKendall seasonal_kendall(std::span<const double> values, std::size_t seasons);

/// Mann-Kendall's test where each value follows the last one: Var S is multiplied by what the autocorrelation adds.
struct AutocorrelatedKendall {
  double variance_factor = 1;  ///< n / n*, above 0
  double z = 0;
  double p = 1;  ///< two-sided
};

/// Hamed and Rao (1998), Journal of Hydrology 204:182, equations (15) to (17): 1 + 2/(n(n-1)(n-2)) sum over lags k of
/// (n-k)(n-k-1)(n-k-2) rho_k, with the autocorrelation rho of the ranks of what is left without Sen's line (ties have
/// their mean rank); lags where |rho| is below its 5 % bound, 1.96 / sqrt(n), are left out, as the authors do. A lag
/// counts the time between values: gaps stay gaps. Where negative correlations would make the factor 0 or less, all
/// lags having been taken at their word, it is held to 1/n.
///
/// Chance correlations count too: of 120 independent values it calls about 9 % a trend at p <= 0.05, and about 16 %
/// where each value takes over 0.6 of the last one (the plain test: 5 % and 30 %). To be careful take the larger p of
/// both.
///
/// @param values  consecutive periods; NaN = not observed
/// @return        NaN with fewer than 3 observed values, or where all are equal
/// Cost           O(n^2)
AutocorrelatedKendall autocorrelated_kendall(std::span<const double> values);

}  // namespace tocsin
