#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/hotspot/local_statistic.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {

/// What is held and what is dealt at random under the null hypothesis.
enum class MoranMoments : std::uint8_t {
  total,       ///< all values are dealt to all places: Anselin (1995)
  conditional  ///< the place keeps its value, the others are dealt: Sokal, Oden and Thomson (1998)
};

/// The value of a place, then that of its neighbours, each beside its centre.
enum class Quadrant : std::uint8_t { undefined, high_high, low_low, high_low, low_high };

/// Beside what a value is high; what equals the centre is low.
enum class QuadrantCentre : std::uint8_t {
  mean,          ///< value above the mean; weighted sum of the neighbours' deviations from it above 0. High-high and
                 ///< low-low are where I_i > 0, or the place's value is the mean (esda; GeoDa)
  mean_of_lags,  ///< value above the mean; lag above the mean of all lags (spdep's "mean"). With weights that are not
                 ///< row-standardised a place with few neighbours is then low
  median         ///< value above the median; lag above the median of all lags (spdep's "median")
};

struct LocalMoranOptions {
  MoranMoments moments = MoranMoments::conditional;
  QuadrantCentre quadrants_by = QuadrantCentre::mean;
};

struct LocalMoran {
  LocalStatistic local;
  std::vector<Quadrant> quadrant;  ///< undefined where the place or all its neighbours are not observed
};

/// Local Moran: is each place like its neighbours (I > 0), or unlike them (I < 0)?
///
///   I_i = z_i / m2 sum_j w_ij z_j, z = x - mean, m2 = sum z^2 / n (spdep: mlvar = TRUE)
///   total        E = -W / (n - 1); V of Anselin (1995), with b2 = m4 / m2^2
///   conditional  E = -z_i^2 W / ((n - 1) m2)
///                V = (z_i / m2)^2 (S1 - W^2 / (n - 1)) n / (n - 2) (m2 - z_i^2 / (n - 1))
/// With conditional moments a place that holds exactly the mean is no_variance: its I is 0 whatever surrounds it.
///
/// @param values      n values; NaN = not observed: left out, also as a neighbour
/// @param neighbours  n places; weights as they are, not standardised again; a self weight is ignored
/// @return  undefined: unobserved; no_neighbours; no_variance (fewer than three are observed, all values are equal,
///          or the statistic is the same for every permutation)
/// @throws Error shape_mismatch, invalid_argument (infinite value)
/// Cost: O(n + links), in parallel; the same bytes for any number of threads.
/// Source: Anselin (1995), Geographical Analysis 27:93-115; Sokal, Oden and Thomson (1998), Geographical Analysis
/// 30:331-354.
LocalMoran local_moran(std::span<const double> values, const Neighbours& neighbours,
                       const LocalMoranOptions& options = {});

/// Bivariate local Moran: is x at the place like y at its neighbours? (incidents beside displacement a period earlier)
///
///   I_i = (x_i - mean_x) / s_x sum_j w_ij (y_j - mean_y) / s_y, s with divisor n: with y = x it is local_moran.
/// Moments are conditional: the place keeps x_i and y_i, the y of all others are dealt at random. It says nothing about
/// x and y in the same place.
/// Observed is where both are. no_variance also where x_i is exactly the mean.
/// Quadrants are of x at the place and of the lag of y.
/// Parameters, errors and cost as local_moran.
/// Source: Anselin, Syabri and Smirnov (2002), Visualizing multivariate spatial correlation with dynamically linked
/// windows.
LocalMoran bivariate_moran(std::span<const double> x, std::span<const double> y, const Neighbours& neighbours,
                           QuadrantCentre quadrants_by = QuadrantCentre::mean);

}  // namespace tocsin
