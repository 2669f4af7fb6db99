#include <algorithm>

#include <tocsin/core/parallel.hpp>
#include <tocsin/temporal/alarm/panel_alarm.hpp>

namespace tocsin {
namespace {

std::vector<double> exposure_of(const Panel& panel, std::size_t series) {
  std::vector<double> days(panel.periods.size());
  for (std::size_t t = 0; t < days.size(); ++t) days[t] = panel.observed_days(series, t);
  return days;
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
  const std::vector<double> exposure = exposure_of(panel, series);
  AlarmOptions chosen = options;
  SeriesAlarm found;
  found.history = alarm_history(panel.series(series), exposure, last);
  if (options.method == AlarmMethod::automatic) chosen.method = choose_method(found.history, options.season);
  found.method = chosen.method;
  found.points = alarm(panel.series(series), exposure, last, chosen);
  return found;
}

std::vector<SeriesAlarm> panel_alarms(const Panel& panel, std::size_t last, const AlarmOptions& options,
                                      Correction correction, Progress& progress) {
  options.validate();
  std::vector<SeriesAlarm> found(panel.size());
  progress.stage("alarms", static_cast<std::int64_t>(panel.size()));
  parallel_for(panel.size(), progress, [&](std::size_t i) {
    found[i] = series_alarm(panel, i, last, options);
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
