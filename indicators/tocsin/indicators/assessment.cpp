#include <optional>

#include <fmt/format.h>

#include <tocsin/indicators/alert_search.hpp>
#include <tocsin/indicators/area_scores.hpp>
#include <tocsin/indicators/assessment.hpp>
#include <tocsin/indicators/hotspot_search.hpp>
#include <tocsin/indicators/indicator_values.hpp>
#include <tocsin/indicators/source_loading.hpp>

namespace tocsin {
namespace {

AssessmentHeader header_of(const Scenario& scenario, const IndexLayout& layout, const MeasureContext& context,
                           const std::vector<Period>& periods) {
  AssessmentHeader header{scenario.name, scenario.as_of, context.whole_grid, context.areas, periods, {}};
  for (const IndexLayout::Pillar& pillar : layout.pillars) header.pillars.push_back(pillar.id);
  if (scenario.alerts)
    for (const AlertRuleSpec& rule : scenario.alerts->rules) header.alert_rules.push_back(rule.name);
  return header;
}

/// Stops when the user does, and says nothing: for work within a stage.
class SilentProgress final : public Progress {
 public:
  explicit SilentProgress(const Progress& whole) : whole_(whole) {}
  [[nodiscard]] bool cancelled() const override { return whole_.cancelled(); }

 private:
  const Progress& whole_;
};

std::vector<Band> bands_of(const Scenario& scenario, const IndexLayout& layout, CellScores cells,
                           const IndicatorValues& values) {
  std::vector<Band> bands;
  bands.push_back({"score", "risk score, 0 to 100; higher is more risk", "score", std::move(cells.score)});
  bands.push_back({"coverage", "share of the index's weight that was observed", "share", std::move(cells.coverage)});
  for (std::size_t p = 0; p < layout.pillars.size(); ++p) {
    const std::string& id = layout.pillars[p].id;
    bands.push_back({id, fmt::format("pillar '{}', 0 to 100", id), "score", std::move(cells.pillars[p])});
  }
  for (const std::size_t i : layout.exposure) {
    const Indicator& indicator = scenario.indicators[i];
    bands.push_back({"exposure_" + indicator.id, indicator.name.empty() ? indicator.id : indicator.name,
                     indicator.measure->unit(), values.raw(i)});
  }
  return bands;
}

}  // namespace

AssessmentReport run_assessment(const Scenario& scenario, Sources& sources, ResultSink& sink) {
  Progress quiet;
  return run_assessment(scenario, sources, sink, quiet);
}

AssessmentReport run_assessment(const Scenario& scenario, Sources& sources, ResultSink& sink, Progress& progress) {
  // 1. Check the scenario against its sources.
  const IndexLayout layout = layout_of(scenario);
  const SourceRequests requests = requests_of(scenario);
  require_sources(requests, sources);
  const std::vector<Period> periods = periods_between(scenario.from, scenario.to, scenario.every);

  // 2. to 4. Lay the grid, read and place the events, align the layers.
  SourceLedger ledger;
  LoadedSources loaded(scenario, requests, sources, periods, ledger, progress);
  const MeasureContext& context = loaded.context();
  for (const Indicator& indicator : scenario.indicators)
    indicator.measure->account(context, periods.front(), periods.back(), ledger);

  // 5. to 8. For each period, band by band: measure, normalise, weigh and aggregate; carry to areas; find hotspots and
  // follow alerts.
  IndicatorValues values(scenario, loaded);
  values.learn_references(periods, progress);
  sink.begin(header_of(scenario, layout, context, periods));
  progress.stage("scoring periods", static_cast<std::int64_t>(periods.size()));
  SilentProgress rows(progress);
  std::vector<AreaScore> previous;
  std::optional<HotspotSearch> hotspots;
  if (scenario.hotspots) hotspots.emplace(scenario, layout, loaded, values, rows);
  if (scenario.hotspots && scenario.hotspots->options.statistic == HotspotStatistic::excess &&
      scenario.hotspots->exposure == HotspotSpec::Exposure::area && !scenario.areas.population.empty())
    ledger.warn(
        "hotspots set events beside square kilometres, not people: `population` in [areas] is no raster, or "
        "exposure = \"area\" was asked for");
  if (scenario.hotspots && scenario.hotspots->of == "score")
    ledger.warn(
        "hotspots of the score: it is smooth, so they say where high scores gather, not that this is more than "
        "chance; set `of` to an indicator that counts events to ask that");
  std::optional<AlertSearch> alerts;
  if (scenario.alerts) alerts.emplace(scenario, context, values);
  for (const Period& period : periods) {
    values.begin_period(period, progress);
    AreaScorer scorer(scenario, layout, context);
    if (hotspots) hotspots->begin_period();
    if (alerts) alerts->begin_period();
    for (std::size_t band = 0; band < loaded.bands(); ++band) {
      throw_if_cancelled(progress);
      loaded.enter(band);
      const IndicatorRasters& normalised = values.evaluate(period, progress);
      CellScores cells = score_cells(scenario, layout, normalised, context.inside, rows);
      scorer.add(cells, normalised);
      if (hotspots) hotspots->add(cells, normalised);
      if (alerts) alerts->add(values);
      sink.write_rows(period, bands_of(scenario, layout, std::move(cells), values));
    }
    std::vector<AreaScore> areas = scorer.finish(previous);
    sink.write_areas(period, areas);
    std::optional<HotspotPeriod> found;
    if (hotspots) sink.write_hotspots(period, found.emplace(hotspots->find(period, areas, rows)));
    if (alerts) alerts->end_period(period, areas, found ? &*found : nullptr);
    previous = std::move(areas);
    progress.advance();
  }

  if (alerts) sink.write_alerts(alerts->alerts());

  // 9. Write everything at once.
  progress.stage("writing results", 0);
  sink.finish(ledger.report());
  return ledger.report();
}

}  // namespace tocsin
