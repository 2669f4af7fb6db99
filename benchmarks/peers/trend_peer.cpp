// tocsin's tests of trend as run.py measures them: `trend_peer --series FILE --months N --what kendall|sen --threads
// N`. FILE holds the series as doubles, one after the other.
#include <iostream>

#include <tocsin/core/parallel.hpp>
#include <tocsin/temporal/trend/panel_trend.hpp>

#include "worker.hpp"

namespace {

using namespace tocsin;

Panel read_panel(const std::string& path, int months) {
  Panel panel;
  panel.values = peers::read_raw<double>(path);
  panel.observed.assign(panel.values.size(), 1.0);
  for (int t = 0; t < months; ++t)
    panel.periods.push_back(period_of(make_day(2000 + t / 12, static_cast<unsigned>(t % 12 + 1), 1), Every::month));
  panel.codes.resize(panel.values.size() / panel.periods.size());
  panel.names = panel.codes;
  return panel;
}

void measure(const peers::Options& given) {
  const ThreadLimit limit(given.integer("--threads"));
  const Panel panel = read_panel(given.text("--series"), given.integer("--months"));
  const bool with_sen = given.text("--what") == "sen";
  std::vector<MannKendall> tests;
  std::vector<SeriesTrend> trends;
  Progress silent;
  peers::serve(
      "tocsin",
      [&] {
        if (with_sen)
          trends = panel_trends(panel, {}, silent);
        else
          tests = panel_mann_kendall(panel);
      },
      [&](const std::string& path) {
        std::vector<double> values;
        for (std::size_t i = 0; i < panel.size(); ++i) {
          const MannKendall& test = with_sen ? trends[i].kendall : tests[i];
          values.insert(values.end(), {static_cast<double>(test.s), test.variance, test.z, test.p});
          if (with_sen) values.push_back(trends[i].sen.slope);
        }
        peers::write_raw<double>(path, values);
      });
}

}  // namespace

int main(int argc, char** argv) {
  return peers::run("trend_peer", argc, argv, measure);
}
