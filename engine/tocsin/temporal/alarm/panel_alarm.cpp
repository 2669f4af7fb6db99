#include <algorithm>

#include <tocsin/core/parallel.hpp>
#include <tocsin/temporal/alarm/detail/alarm_series.hpp>
#include <tocsin/temporal/alarm/panel_alarm.hpp>

namespace tocsin {
namespace {

std::vector<double> days_of(const std::vector<Period>& periods) {
  std::vector<double> days;
  days.reserve(periods.size());
  for (const Period& period : periods) days.push_back(period.days());
  return days;
}

/// @param days     of each period
/// @param options  that are valid
SeriesAlarm judge(const Panel& panel, std::size_t i, const std::vector<double>& days, std::size_t last,
                  const AlarmOptions& options) {
  std::vector<double> exposure(days);
  const std::span<const double> observed = panel.observed_of(i);
  for (std::size_t t = 0; t < days.size(); ++t) exposure[t] *= observed[t];
  const detail::AlarmSeries series = detail::checked_series(panel.series(i), exposure, last);
  AlarmOptions chosen = options;
  SeriesAlarm found;
  found.history = detail::history_of(series);
  if (options.method == AlarmMethod::automatic) chosen.method = choose_method(found.history, options.season);
  found.method = chosen.method;
  found.points = detail::judge_series(series, chosen);
  return found;
}

void adjust(std::vector<SeriesAlarm>& found, std::size_t judged, Correction correction) {
  std::vector<double> p(found.size());
  for (std::size_t t = 0; t < judged; ++t) {
    for (std::size_t i = 0; i < found.size(); ++i) p[i] = found[i].adjusted_p[t];
    const std::vector<double> corrected = adjusted(p, correction);
    for (std::size_t i = 0; i < found.size(); ++i) found[i].adjusted_p[t] = corrected[i];
  }
}

}  // namespace

SeriesAlarm series_alarm(const Panel& panel, std::size_t series, std::size_t last, const AlarmOptions& options) {
  options.validate();
  return judge(panel, series, days_of(panel.periods), last, options);
}

std::vector<SeriesAlarm> panel_alarms(const Panel& panel, std::size_t last, const AlarmOptions& options,
                                      Correction correction, Progress& progress) {
  options.validate();
  std::vector<SeriesAlarm> found(panel.size());
  const std::vector<double> days = days_of(panel.periods);
  progress.stage("alarms", static_cast<std::int64_t>(panel.size()));
  parallel_for(panel.size(), progress, [&](std::size_t i) {
    found[i] = judge(panel, i, days, last, options);
    found[i].adjusted_p.reserve(found[i].points.size());
    for (const AlarmPoint& point : found[i].points) found[i].adjusted_p.push_back(point.p);
  });
  if (correction != Correction::none) adjust(found, std::min(last, panel.periods.size()), correction);
  return found;
}

void keep_discoveries(std::vector<SeriesAlarm>& alarms, double rate) {
  for (SeriesAlarm& series : alarms)
    for (std::size_t t = 0; t < series.points.size(); ++t)
      series.points[t].flag = series.points[t].flag && series.adjusted_p[t] <= rate;
}

}  // namespace tocsin
