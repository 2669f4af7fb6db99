#pragma once

#include <cstddef>
#include <span>

#include <tocsin/temporal/alarm/panel_alarm.hpp>
#include <tocsin/temporal/compare/rate_ratio.hpp>

namespace tocsin {

/// The alpha at which so many false alarms a year are expected over all series: what staff can check, not a habit.
/// @param alarms_a_year  above 0
/// @param series         that are judged
/// @return               at most 0.25, which is no alarm any more
/// @throws Error         invalid_argument: none of the series' periods could pass it (below 1e-12), or not above 0
double alpha_of_budget(double alarms_a_year, std::size_t series, std::size_t periods_a_year);

/// What a method would have said of the past, each period by what came before it.
struct AlarmReplay {
  std::size_t judged = 0;   ///< periods of series
  std::size_t flagged = 0;  ///< of them; real outbreaks are among them
  double years = 0;         ///< that all series were judged for, together: judged / (series * periods a year)
  double a_year = 0;        ///< alarms a year over all series; NaN where nothing could be judged
  Interval interval;        ///< of it, exact Poisson 95 %: too narrow where alarms come in rows
};

/// Counts alarms that stand in each judged period. As real rises are among them, this is what a budget of false ones is
/// to be read against from above.
AlarmReplay count_replay(std::span<const SeriesAlarm> alarms, std::size_t periods_a_year);

/// Replays the whole past of a panel's series, each by the method that its newest periods were judged by. CUSUM and GLR
/// are replayed on the later half, against the mean of the earlier one.
/// @param alarms  of panel_alarms(), in the order of the series
/// @throws Error  shape_mismatch, invalid_argument
AlarmReplay replay(const Panel& panel, std::span<const SeriesAlarm> alarms, const AlarmOptions& options,
                   Progress& progress);

}  // namespace tocsin
