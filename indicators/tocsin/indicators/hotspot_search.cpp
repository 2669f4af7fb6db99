#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/empirical_bayes.hpp>
#include <tocsin/indicators/area_scores.hpp>
#include <tocsin/indicators/hotspot_evidence.hpp>
#include <tocsin/indicators/hotspot_places.hpp>
#include <tocsin/indicators/hotspot_regions.hpp>
#include <tocsin/indicators/hotspot_search.hpp>

namespace tocsin {
namespace {

constexpr std::size_t not_an_indicator = std::numeric_limits<std::size_t>::max();

std::size_t indicator_of(const Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.indicators.size(); ++i)
    if (scenario.indicators[i].id == scenario.hotspots->of) return i;
  return not_an_indicator;
}

/// Draws each value towards the mean of all by the share of it that was not observed.
void shrink_to_mean(std::vector<double>& values, std::span<const double> coverage) {
  double sum = 0, count = 0;
  for (const double value : values)
    if (!std::isnan(value)) sum += value, count += 1;
  const double mean = sum / count;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(coverage[i])) values[i] = mean + coverage[i] * (values[i] - mean);
}

bool all_the_same(std::span<const double> values) {
  std::size_t observed = 0;
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    ++observed;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  return observed < 3 || least == most;
}

}  // namespace

struct HotspotSearch::Impl {
  const Scenario& scenario;
  const HotspotSpec& spec;
  const IndexLayout& layout;
  LoadedSources& loaded;
  IndicatorValues& values;
  const MeasureContext& context;
  std::size_t indicator;  ///< what `of` names, or not_an_indicator for the score
  HotspotPlaces places;
  HotspotRegions regions;
  std::optional<PlaceMeans> means, coverage;  ///< of the period

  [[nodiscard]] bool of_score() const { return indicator == not_an_indicator; }
  [[nodiscard]] bool of_events() const {
    return !of_score() && scenario.indicators[indicator].measure->counts_events();
  }
  [[nodiscard]] bool uncertain() const;
  [[nodiscard]] std::vector<double> scores(std::span<const AreaScore> areas) const;
  std::vector<double> scores_of_draw(const Period& period, int draw, Progress& progress);
  [[nodiscard]] std::vector<double> counts(const Period& period, std::span<const double> observed) const;
  [[nodiscard]] std::vector<double> exposures() const;
  [[nodiscard]] std::vector<double> tested(const std::vector<double>& counts) const;
  HotspotEvidence evidence(const Period& period, std::span<const AreaScore> areas, Progress& progress);
};

/// A draw changes nothing unless what is looked at rests on events whose place is not exactly known.
bool HotspotSearch::Impl::uncertain() const {
  if (!loaded.places_uncertain()) return false;
  return of_score() || of_events();
}

std::vector<double> HotspotSearch::Impl::scores(std::span<const AreaScore> areas) const {
  std::vector<double> result, known;
  if (places.cells()) {
    result = means->means();
    known = coverage->means();
  } else {
    for (const AreaScore& area : areas) {
      result.push_back(area.score);
      known.push_back(area.coverage);
    }
  }
  shrink_to_mean(result, known);
  return result;
}

/// The period scored anew with the places of a draw.
std::vector<double> HotspotSearch::Impl::scores_of_draw(const Period& period, int draw, Progress& progress) {
  loaded.show_draw(draw);
  means.emplace(places, context);
  coverage.emplace(places, context);
  values.begin_period(period, progress);
  AreaScorer scorer(scenario, layout, context);
  for (std::size_t band = 0; band < loaded.bands(); ++band) {
    throw_if_cancelled(progress);
    loaded.enter(band);
    const IndicatorRasters& normalised = values.evaluate(period, progress);
    const CellScores cells = score_cells(scenario, layout, normalised, context.inside, progress);
    means->add(cells.score, context);
    coverage->add(cells.coverage, context);
    if (!places.cells()) scorer.add(cells, normalised);
  }
  return scores(places.cells() ? std::vector<AreaScore>{} : scorer.finish({}));
}

/// Events at each place as the context shows them; NaN where the indicator was not observed.
std::vector<double> HotspotSearch::Impl::counts(const Period& period, std::span<const double> observed) const {
  const Measure& measure = *scenario.indicators[indicator].measure;
  const EventLayer& layer = context.events.at(measure.needs().front().source);
  std::vector<double> result = places.counts(layer, measure.events_counted(context, period, spec.window));
  for (std::size_t i = 0; i < result.size(); ++i)
    if (std::isnan(observed[i])) result[i] = not_observed;
  return result;
}

/// What chance would deal the events by; empty for other statistics than their excess.
std::vector<double> HotspotSearch::Impl::exposures() const {
  if (spec.options.statistic != HotspotStatistic::excess) return {};
  return spec.exposure == HotspotSpec::Exposure::population ? places.population() : places.ground();
}

/// What the statistic looks at: the numbers themselves, or smoothed rates.
std::vector<double> HotspotSearch::Impl::tested(const std::vector<double>& counts) const {
  if (spec.rates == HotspotSpec::Rates::none) return counts;
  std::vector<double> persons = places.population();
  for (double& number : persons)
    if (!(number > 0)) number = not_observed;
  if (spec.rates == HotspotSpec::Rates::smoothed) return smooth_rates(counts, persons).smoothed;
  return smooth_rates_locally(counts, persons, places.neighbours()).smoothed;
}

HotspotEvidence HotspotSearch::Impl::evidence(const Period& period, std::span<const AreaScore> areas,
                                              Progress& progress) {
  const bool drawn_anew = uncertain();
  const int draws = drawn_anew ? spec.placements : 1;
  HotspotEvidence evidence(spec, places.size(), draws);
  const std::vector<double> observed = of_score() ? std::vector<double>{} : means->means();
  std::vector<double> base = of_score() ? scores(areas) : observed;
  std::vector<double> events(of_events() ? places.size() : 0, 0.0);
  const std::vector<double> exposure = exposures();
  for (int draw = 0; draw < draws; ++draw) {
    throw_if_cancelled(progress);
    std::vector<double> drawn = base;
    if (of_events()) {
      if (drawn_anew) loaded.show_draw(draw);
      drawn = counts(period, observed);
      for (std::size_t i = 0; i < events.size(); ++i) events[i] += drawn[i] / draws;
      drawn = tested(drawn);
    } else if (drawn_anew) {
      drawn = scores_of_draw(period, draw, progress);
    }
    if (!all_the_same(drawn)) evidence.add(drawn, places.neighbours(), exposure, progress);
  }
  if (drawn_anew) loaded.show_reports();
  if (of_events()) base = tested(events);
  evidence.finish(std::move(base), places.neighbours(), std::move(events), exposure);
  return evidence;
}

HotspotSearch::HotspotSearch(const Scenario& scenario, const IndexLayout& layout, LoadedSources& loaded,
                             IndicatorValues& values, Progress& progress)
    : impl_(new Impl{scenario,
                     *scenario.hotspots,
                     layout,
                     loaded,
                     values,
                     loaded.context(),
                     indicator_of(scenario),
                     HotspotPlaces(*scenario.hotspots, loaded.context()),
                     HotspotRegions(*scenario.hotspots),
                     {},
                     {}}) {
  loaded.draw_places(scenario.hotspots->placements, static_cast<std::uint64_t>(scenario.seed), progress);
}

HotspotSearch::~HotspotSearch() = default;

void HotspotSearch::begin_period() {
  impl_->means.emplace(impl_->places, impl_->context);
  impl_->coverage.emplace(impl_->places, impl_->context);
}

void HotspotSearch::add(const CellScores& cells, const IndicatorRasters& normalised) {
  Impl& self = *impl_;
  self.means->add(self.of_score() ? cells.score : *normalised[self.indicator], self.context);
  self.coverage->add(cells.coverage, self.context);
  if (!self.places.surveyed()) self.places.survey(self.context);
}

HotspotPeriod HotspotSearch::find(const Period& period, std::span<const AreaScore> areas, Progress& progress) {
  Impl& self = *impl_;
  if (!self.places.surveyed()) self.places.finish_survey(self.context);
  const HotspotEvidence evidence = self.evidence(period, areas, progress);
  return self.regions.add(period, evidence, self.places, self.context);
}

}  // namespace tocsin
