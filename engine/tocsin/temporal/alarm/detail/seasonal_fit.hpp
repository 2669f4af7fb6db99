#pragma once

#include <cstddef>
#include <vector>

namespace tocsin::detail {

/// Counts with a level of a season's factor each: log(mean) = log(exposure) + level + slope * time.
struct SeasonalCounts {
  std::vector<double> counts, exposure, time;
  std::vector<std::size_t> level;  ///< 0, 1, ...; the prediction is of level 0
  std::size_t levels = 1;          ///< of them that occur

  [[nodiscard]] std::size_t size() const { return counts.size(); }
};

/// Quasi-Poisson fit, by maximum (weighted) likelihood to the last bits: given the slope, the levels have a closed
/// form, so that a Newton iteration in one unknown is all there is. That also gives standard errors and leverages
/// without a matrix.
struct SeasonalFit {
  bool has_trend = false;
  double slope = 0;
  double slope_p = 1;     ///< two-sided, Student's t; 1 without a trend
  double dispersion = 1;  ///< at least 1
  std::size_t degrees_of_freedom = 0;
  std::vector<double> mean, leverage;       ///< of each count
  std::vector<double> level;                ///< log rates at time 0; minus infinity where a level has no events
  std::vector<double> information, centre;  ///< of each level: sum of weight * mean, and its mean time
  double slope_information = 0;             ///< about those centres

  /// Of the linear predictor at level 0: its value without exposure, and its standard error (dispersion included).
  [[nodiscard]] double predictor(double time) const { return level[0] + slope * time; }
  [[nodiscard]] double predictor_error(double time) const;
};
enum class Trend : bool { no, yes };
/// @param weights  of each count, > 0; empty: 1
/// @return  without a trend where its slope is not finite or cannot be told
SeasonalFit fit_seasonal(const SeasonalCounts& data, Trend trend, const std::vector<double>& weights);

/// Weights that count past outbreaks less: by the square of Anscombe's residual where that is above `threshold`; they
/// add up to the number of counts. Farrington et al. (1996), section 3.6.
std::vector<double> outbreak_weights(const SeasonalCounts& data, const SeasonalFit& fit, double threshold);

}  // namespace tocsin::detail
