#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/temporal/alarm/alarm_budget.hpp>

namespace tocsin {

double alpha_of_budget(double alarms_a_year, std::size_t series, std::size_t periods_a_year) {
  constexpr double least = 1e-12, most = 0.25;
  const auto tests = static_cast<double>(series * periods_a_year);
  const double alpha = alarms_a_year / tests;
  if (!(tests > 0 && std::isfinite(alarms_a_year) && alpha >= least))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a budget of {} false alarms a year over {} series: give a number above 0, and series",
                            alarms_a_year, series));
  return std::min(alpha, most);
}

AlarmReplay count_replay(std::span<const SeriesAlarm> alarms, std::size_t periods_a_year) {
  AlarmReplay counted;
  for (const SeriesAlarm& series : alarms)
    for (const AlarmPoint& point : series.points) {
      counted.judged += is_judged(point.reason);
      counted.flagged += point.flag;
    }
  counted.years = static_cast<double>(counted.judged) / static_cast<double>(alarms.size() * periods_a_year);
  if (counted.judged == 0) {
    counted.years = 0;
    counted.a_year = counted.interval.lower = counted.interval.upper = not_observed;
    return counted;
  }
  counted.a_year = static_cast<double>(counted.flagged) / counted.years;
  counted.interval = rate_interval({static_cast<double>(counted.flagged), counted.years});
  return counted;
}

AlarmReplay replay(const Panel& panel, std::span<const SeriesAlarm> alarms, const AlarmOptions& options,
                   Progress& progress) {
  if (alarms.size() != panel.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("replay: {} series, and alarms of {}", panel.size(), alarms.size()));
  const std::size_t whole = panel.periods.size();
  std::vector<SeriesAlarm> past(panel.size());
  progress.stage("replay", static_cast<std::int64_t>(panel.size()));
  parallel_for(panel.size(), progress, [&](std::size_t i) {
    AlarmOptions chosen = options;
    chosen.method = alarms[i].method;
    const bool sums = chosen.method >= AlarmMethod::cusum;
    past[i] = series_alarm(panel, i, sums ? whole / 2 : whole, chosen);
  });
  return count_replay(past, options.season);
}

}  // namespace tocsin
