#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/temporal/compare/dispersion.hpp>
#include <tocsin/temporal/trend/panel_trend.hpp>

namespace tocsin {
namespace {

/// A task takes some hundred microseconds with the test alone.
constexpr std::size_t series_a_task = 64;

std::size_t tasks_of(const Panel& panel) {
  return (panel.size() + series_a_task - 1) / series_a_task;
}

/// A series as it would have been, had every day been observed; `filled` holds it where it is another.
std::span<const double> fill_up(const Panel& panel, std::size_t i, std::vector<double>& filled) {
  const auto series = panel.series(i), observed = panel.observed_of(i);
  if (std::all_of(observed.begin(), observed.end(), [](double share) { return share == 1; })) return series;
  filled.assign(series.begin(), series.end());
  for (std::size_t t = 0; t < filled.size(); ++t)
    if (observed[t] < 1) filled[t] /= observed[t];
  return filled;
}

SeriesTrend trend_of(const Panel& panel, std::size_t i, const PanelTrendOptions& options,
                     const std::vector<double>& years) {
  SeriesTrend trend;
  std::vector<double> filled;
  const std::span<const double> values = fill_up(panel, i, filled);
  trend.kendall = mann_kendall(values);
  if (options.sen) trend.sen = sen_slope(values, years, {options.confidence});
  if (options.autocorrelated) trend.autocorrelated = autocorrelated_kendall(values);
  if (options.seasons > 0) trend.seasonal = seasonal_kendall(values, options.seasons);
  if (!options.model && !options.changes) return trend;
  std::vector<double> days;
  for (std::size_t t = 0; t < panel.periods.size(); ++t) days.push_back(panel.observed_days(i, t));
  if (options.model) trend.model = log_linear_trend(panel.series(i), years, days, *options.model);
  if (options.changes) {
    ChangePointOptions changes = *options.changes;
    changes.dispersion = std::max(changes.dispersion, dispersion_of_neighbours(panel.series(i), days).value);
    trend.changes = change_points(panel.series(i), days, changes);
  }
  return trend;
}

}  // namespace

void PanelTrendOptions::validate() const {
  if (!(periods_a_year > 0 && std::isfinite(periods_a_year)))
    throw Error(ErrorCode::invalid_argument, fmt::format("{} periods a year: at least some", periods_a_year));
  SenSlopeOptions{confidence}.validate();
  if (model) model->validate();
  if (changes) changes->validate();
}

std::vector<SeriesTrend> panel_trends(const Panel& panel, const PanelTrendOptions& options, Progress& progress) {
  options.validate();
  std::vector<double> years;
  for (std::size_t t = 0; t < panel.periods.size(); ++t)
    years.push_back(static_cast<double>(t) / options.periods_a_year);
  std::vector<SeriesTrend> trends(panel.size());
  parallel_for(tasks_of(panel), progress, [&](std::size_t task) {
    const std::size_t end = std::min(panel.size(), (task + 1) * series_a_task);
    for (std::size_t i = task * series_a_task; i < end; ++i) trends[i] = trend_of(panel, i, options, years);
  });
  return trends;
}

std::vector<MannKendall> panel_mann_kendall(const Panel& panel) {
  std::vector<MannKendall> tests(panel.size());
  parallel_for(tasks_of(panel), [&](std::size_t task) {
    const std::size_t end = std::min(panel.size(), (task + 1) * series_a_task);
    std::vector<double> filled;
    for (std::size_t i = task * series_a_task; i < end; ++i) tests[i] = mann_kendall(fill_up(panel, i, filled));
  });
  return tests;
}

}  // namespace tocsin
