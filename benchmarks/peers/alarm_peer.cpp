// tocsin's alarms as run.py measures them: `alarm_peer --series FILE --weeks N --last N --method ears|farrington
// --threads N`. FILE holds the series as doubles, one after the other; the result is the bound of each judged week.
#include <iostream>

#include <tocsin/core/parallel.hpp>
#include <tocsin/temporal/alarm/panel_alarm.hpp>

#include "worker.hpp"

namespace {

using namespace tocsin;

Panel read_panel(const std::string& path, int weeks) {
  Panel panel;
  panel.values = peers::read_raw<double>(path);
  panel.observed.assign(panel.values.size(), 1.0);
  const Day monday = make_day(2010, 1, 4);
  for (int t = 0; t < weeks; ++t) panel.periods.push_back(period_of(monday + std::chrono::days{7 * t}, Every::week));
  panel.codes.resize(panel.values.size() / panel.periods.size());
  panel.names = panel.codes;
  return panel;
}

AlarmOptions options_of(const std::string& method) {
  AlarmOptions options;
  options.season = 52;
  if (method == "ears") {
    options.method = AlarmMethod::ears_c1;
    options.alpha = 0.001;
    options.ears_spread = EarsSpread::sample;
  } else {
    options.method = AlarmMethod::farrington_flexible;
    options.bound = FarringtonBound::nb_quantile;
  }
  return options;
}

void measure(const peers::Options& given) {
  const ThreadLimit limit(given.integer("--threads"));
  const Panel panel = read_panel(given.text("--series"), given.integer("--weeks"));
  const auto last = static_cast<std::size_t>(given.integer("--last"));
  const AlarmOptions options = options_of(given.text("--method"));
  std::vector<SeriesAlarm> alarms;
  Progress silent;
  peers::serve(
      "tocsin", [&] { alarms = panel_alarms(panel, last, options, Correction::none, silent); },
      [&](const std::string& path) {
        std::vector<double> bounds;
        for (const SeriesAlarm& series : alarms)
          for (const AlarmPoint& point : series.points) bounds.push_back(point.upper);
        peers::write_raw<double>(path, bounds);
      });
}

}  // namespace

int main(int argc, char** argv) {
  return peers::run("alarm_peer", argc, argv, measure);
}
