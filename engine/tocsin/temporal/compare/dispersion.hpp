#pragma once

#include <cstddef>
#include <span>

namespace tocsin {

/// How much more than by chance alone counts vary: one attack makes many reports. Var = value * mean.
struct Dispersion {
  double value = 1;               ///< X2 by degrees of freedom, at least 1
  double pearson = 0;             ///< X2: the sum of (count - expected)^2 / expected
  double degrees_of_freedom = 0;  ///< 0: there was nothing to see it in, and `value` is 1
};

/// From parts of periods, such as the months of each quarter: within a period every part expects the period's events by
/// its exposure. What changes between periods does not count, so that a trend is not taken for noise. Given their
/// totals, X2 of independent events has its degrees of freedom as mean however few there are; of clustered ones it is
/// too low where a period holds but a few clusters.
///
/// @param counts    of each part, >= 0; NaN = not observed: left out
/// @param exposure  of each part, > 0 where its count is observed; empty: all alike
/// @param period    of each part, a number; parts of a period stand together
/// @throws Error    shape_mismatch, invalid_argument
/// Source           McCullagh and Nelder (1989), Generalized Linear Models, p. 200, for the model count ~ period
Dispersion dispersion_within(std::span<const double> counts, std::span<const double> exposure,
                             std::span<const std::size_t> period);

/// From the differences of neighbours in a series: each (x_t - x_u)^2 / (x_t + x_u) expects the dispersion where the
/// rates of both are equal, so that a slow trend or a few steps hardly count. Neighbours are one observed value and the
/// next one; pairs without events are left out.
///
/// @param exposure  as above
/// @return          degrees_of_freedom: the number of pairs, of which about two thirds are as good as independent
Dispersion dispersion_of_neighbours(std::span<const double> counts, std::span<const double> exposure);

/// Persons harmed in incidents: the variance of their sum by its mean, given the size of each incident. A sum of
/// persons by this is the count that says as much as that many single ones would.
///
/// @param persons   in each incident, >= 0; NaN and 0 are left out
/// @param incidents dispersion of the number of incidents, >= 1
/// @return          sum of squares by sum (compound Poisson), and (incidents - 1) times the mean size; NaN without any
/// @throws Error    invalid_argument
double design_effect(std::span<const double> persons, double incidents = 1);

}  // namespace tocsin
