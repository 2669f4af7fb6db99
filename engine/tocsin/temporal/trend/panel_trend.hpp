#pragma once

#include <optional>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/temporal/mann_kendall.hpp>
#include <tocsin/temporal/panel.hpp>
#include <tocsin/temporal/sen_slope.hpp>
#include <tocsin/temporal/trend/change_points.hpp>
#include <tocsin/temporal/trend/kendall_variants.hpp>
#include <tocsin/temporal/trend/log_linear_trend.hpp>

namespace tocsin {

/// What is asked of each series of a panel.
struct PanelTrendOptions {
  double periods_a_year = 1;  ///< slopes are by year: 12 of months; above 0
  bool sen = true;
  bool autocorrelated = false;
  std::size_t seasons = 0;                ///< a year, for the seasonal test; 0: not asked for
  std::optional<LogLinearOptions> model;  ///< not asked for; values are counts
  /// Not asked for; values are counts. Its dispersion is estimated from neighbours in each series, and not below
  /// the one given here.
  std::optional<ChangePointOptions> changes;
  double confidence = 0.95;  ///< of Sen's interval
  void validate() const;     ///< @throws Error invalid_argument
};

struct SeriesTrend {
  MannKendall kendall;
  SenSlope sen;  ///< by year; its intercept is the level at the panel's first period
  std::optional<AutocorrelatedKendall> autocorrelated;
  std::optional<SeasonalKendall> seasonal;
  std::optional<LogLinearTrend> model;  ///< by year, from the first period; exposure: observed days
  std::optional<ChangePoints> changes;  ///< rates by observed day
};

/// Trends of all series, side by side. A count of a period that was observed in part is divided by that part for tests
/// of order and Sen's slope; models and change points have the observed days as exposure. Gaps stay gaps.
/// @throws Error  invalid_argument, also for a negative value where a model or change points are asked for
/// Cost           of n periods: O(n^2) a series; the same result for any number of threads
std::vector<SeriesTrend> panel_trends(const Panel& panel, const PanelTrendOptions& options, Progress& progress);

/// Mann-Kendall's test of each series alone.
std::vector<MannKendall> panel_mann_kendall(const Panel& panel);

}  // namespace tocsin
