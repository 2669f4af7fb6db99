#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <boost/math/special_functions/beta.hpp>

#include <tocsin/temporal/alarm/detail/seasonal_fit.hpp>

namespace tocsin::detail {
namespace {

double weight_of(const std::vector<double>& weights, std::size_t i) {
  return weights.empty() ? 1 : weights[i];
}

/// Weighted events of each level, which its fitted means add up to.
std::vector<double> events_of_levels(const SeasonalCounts& data, const std::vector<double>& weights) {
  std::vector<double> events(data.levels, 0.0);
  for (std::size_t i = 0; i < data.size(); ++i) events[data.level[i]] += weight_of(weights, i) * data.counts[i];
  return events;
}

/// Levels, means and information for the slope that `fit` has.
void fill_levels(const SeasonalCounts& data, const std::vector<double>& weights, const std::vector<double>& events,
                 SeasonalFit& fit) {
  fit.information.assign(data.levels, 0.0);
  fit.centre.assign(data.levels, 0.0);
  fit.level.assign(data.levels, 0.0);
  std::vector<double> at_rate_one(data.levels, 0.0);
  for (std::size_t i = 0; i < data.size(); ++i) {
    fit.mean[i] = data.exposure[i] * (fit.slope == 0 ? 1 : std::exp(fit.slope * data.time[i]));
    at_rate_one[data.level[i]] += weight_of(weights, i) * fit.mean[i];
  }
  for (std::size_t l = 0; l < data.levels; ++l) fit.level[l] = events[l] / at_rate_one[l];
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::size_t l = data.level[i];
    fit.mean[i] *= fit.level[l];
    const double w = weight_of(weights, i) * fit.mean[i];
    fit.information[l] += w;
    fit.centre[l] += w * data.time[i];
  }
  for (std::size_t l = 0; l < data.levels; ++l) {
    if (fit.information[l] > 0) fit.centre[l] /= fit.information[l];
    fit.level[l] = std::log(fit.level[l]);
  }
  fit.slope_information = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const double from_centre = data.time[i] - fit.centre[data.level[i]];
    fit.slope_information += weight_of(weights, i) * fit.mean[i] * from_centre * from_centre;
  }
}

/// Newton's method on the profile likelihood of the slope, which is concave. False where it has no finite top.
bool climb(const SeasonalCounts& data, const std::vector<double>& weights, const std::vector<double>& events,
           SeasonalFit& fit) {
  constexpr int most_steps = 60;
  const auto [earliest, latest] = std::minmax_element(data.time.begin(), data.time.end());
  const double span = *latest - *earliest, largest_step = 2 / span, steepest = 50 / span;
  for (int i = 0; i < most_steps; ++i) {
    fill_levels(data, weights, events, fit);
    if (!(fit.slope_information > 0)) return false;
    double score = 0;
    for (std::size_t k = 0; k < data.size(); ++k)
      score += weight_of(weights, k) * (data.counts[k] - fit.mean[k]) * (data.time[k] - fit.centre[data.level[k]]);
    const double newton = std::clamp(score / fit.slope_information, -largest_step, largest_step);
    if (std::abs(newton) * span < 1e-11) return true;
    fit.slope += newton;
    if (std::abs(fit.slope) > steepest) return false;
  }
  return false;
}

double two_sided_t(double t, double degrees_of_freedom) {
  return boost::math::ibeta(degrees_of_freedom / 2, 0.5, degrees_of_freedom / (degrees_of_freedom + t * t));
}

void fill_dispersion(const SeasonalCounts& data, const std::vector<double>& weights, SeasonalFit& fit) {
  double pearson = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (fit.mean[i] <= 0) continue;
    const double residual = data.counts[i] - fit.mean[i];
    pearson += weight_of(weights, i) * residual * residual / fit.mean[i];
  }
  const std::size_t parameters = data.levels + (fit.has_trend ? 1 : 0);
  fit.degrees_of_freedom = data.size() > parameters ? data.size() - parameters : 0;
  fit.dispersion =
      fit.degrees_of_freedom > 0 ? std::max(1.0, pearson / static_cast<double>(fit.degrees_of_freedom)) : 1;
}

}  // namespace

double SeasonalFit::predictor_error(double time) const {
  double variance = 1 / information[0];
  if (has_trend) variance += (time - centre[0]) * (time - centre[0]) / slope_information;
  return std::sqrt(dispersion * variance);
}

SeasonalFit fit_seasonal(const SeasonalCounts& data, Trend trend, const std::vector<double>& weights) {
  SeasonalFit fit;
  fit.mean.resize(data.size());
  const std::vector<double> events = events_of_levels(data, weights);
  fit.has_trend = trend == Trend::yes && climb(data, weights, events, fit);
  if (!fit.has_trend) {
    fit.slope = 0;
    fill_levels(data, weights, events, fit);
  }
  fill_dispersion(data, weights, fit);
  if (fit.has_trend && fit.degrees_of_freedom > 0)
    fit.slope_p = two_sided_t(fit.slope / std::sqrt(fit.dispersion / fit.slope_information),
                              static_cast<double>(fit.degrees_of_freedom));
  fit.leverage.resize(data.size());
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::size_t l = data.level[i];
    double share = fit.information[l] > 0 ? 1 / fit.information[l] : 0;
    const double from_centre = data.time[i] - fit.centre[l];
    if (fit.has_trend) share += from_centre * from_centre / fit.slope_information;
    fit.leverage[i] = weight_of(weights, i) * fit.mean[i] * share;
  }
  return fit;
}

std::vector<double> outbreak_weights(const SeasonalCounts& data, const SeasonalFit& fit, double threshold) {
  std::vector<double> weights(data.size(), 1.0);
  double sum = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const double mean = fit.mean[i], spare = 1 - fit.leverage[i];
    // A count that alone decides its own mean has no residual.
    if (mean > 0 && spare > 1e-12) {
      const double power = std::cbrt(data.counts[i] * data.counts[i]) - std::cbrt(mean * mean);
      const double residual = 1.5 * power / (std::pow(mean, 1.0 / 6) * std::sqrt(fit.dispersion * spare));
      if (residual > threshold) weights[i] = 1 / (residual * residual);
    }
    sum += weights[i];
  }
  const double scale = static_cast<double>(data.size()) / sum;
  for (double& weight : weights) weight *= scale;
  return weights;
}

}  // namespace tocsin::detail
