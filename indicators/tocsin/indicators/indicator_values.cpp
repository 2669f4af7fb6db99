#include <algorithm>
#include <cmath>

#include <tocsin/core/parallel.hpp>
#include <tocsin/indicators/indicator_values.hpp>

namespace tocsin {
namespace {

/// The periods that an indicator's reference looks at: all of the run, or those of its own span of dates.
std::vector<Period> reference_periods(const Indicator& indicator, const std::vector<Period>& run, Every every) {
  if (indicator.reference.kind == ReferenceSpan::Kind::all) return run;
  return periods_between(indicator.reference.from, indicator.reference.to, every);
}

/// Its normalisation looks at the values of periods, its own or others.
bool looks_at_data(const Indicator& indicator) {
  return needs_reference(indicator.normalise.kind);
}

bool learns(const Indicator& indicator) {
  return looks_at_data(indicator) && indicator.reference.kind != ReferenceSpan::Kind::period;
}

/// The same in every period: one is enough.
bool never_changes(const Indicator& indicator) {
  // A constant measure of reports still changes with access.
  return indicator.measure->constant() && !indicator.measure->reported();
}

}  // namespace

IndicatorValues::IndicatorValues(const Scenario& scenario, LoadedSources& loaded)
    : scenario_(scenario),
      loaded_(loaded),
      context_(loaded.context()),
      raw_(scenario.indicators.size()),
      normalised_(scenario.indicators.size()),
      kept_(scenario.indicators.size(), 0),
      settled_(scenario.indicators.size(), 0) {
  for (std::size_t i = 0; i < scenario.indicators.size(); ++i)
    if (scenario.indicators[i].measure->mask() != nullptr) access_.push_back(i);
  for (const Raster<float>& raster : normalised_) view_.push_back(&raster);
}

std::vector<Raster<float>> IndicatorValues::masks(const Period& period) const {
  std::vector<Raster<float>> result;
  for (const std::size_t i : access_) result.push_back(scenario_.indicators[i].measure->masked_share(context_, period));
  return result;
}

Raster<float> IndicatorValues::measure(std::size_t indicator, const Period& period,
                                       const std::vector<Raster<float>>& masks) const {
  const Indicator& spec = scenario_.indicators[indicator];
  Raster<float> raster = spec.measure->evaluate(context_, period);
  const std::span<float> values = raster.values();
  const float unknown = static_cast<float>(not_observed);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (context_.inside[i] == 0) values[i] = unknown;
  if (!spec.measure->reported()) return raster;
  for (const SourceNeed& need : spec.measure->needs())
    if (need.kind == PortKind::events && !context_.events.at(need.source).observes(period))
      std::fill(values.begin(), values.end(), unknown);
  for (std::size_t m = 0; m < access_.size(); ++m) {
    const AccessMask& mask = *scenario_.indicators[access_[m]].measure->mask();
    if (std::find(mask.pillars.begin(), mask.pillars.end(), spec.pillar) == mask.pillars.end()) continue;
    for (std::size_t i = 0; i < values.size(); ++i)
      if (static_cast<double>(masks[m].values()[i]) >= mask.from) values[i] = unknown;
  }
  return raster;
}

void IndicatorValues::learn(const std::vector<std::size_t>& indicators, const Period& period, Progress& progress) {
  for (std::size_t band = 0; band < loaded_.bands(); ++band) {
    throw_if_cancelled(progress);
    loaded_.enter(band);
    const auto gaps = masks(period);
    for (const std::size_t i : indicators) {
      const Raster<float> raster = measure(i, period, gaps);
      references_[i].add(raster.values());
    }
  }
}

void IndicatorValues::learn_references(const std::vector<Period>& periods, Progress& progress) {
  std::map<Day, std::pair<Period, std::vector<std::size_t>>> wanted;  // by the first day of a period
  for (std::size_t i = 0; i < scenario_.indicators.size(); ++i) {
    const Indicator& indicator = scenario_.indicators[i];
    if (!learns(indicator)) continue;
    references_.try_emplace(i);
    for (const Period& period : reference_periods(indicator, periods, scenario_.every)) {
      auto& [at, indicators] = wanted[period.first];
      at = period;
      indicators.push_back(i);
      if (never_changes(indicator)) break;
    }
  }
  if (wanted.empty()) return;
  progress.stage("looking at the reference periods", static_cast<std::int64_t>(wanted.size()));
  for (const auto& [day, request] : wanted) {
    learn(request.second, request.first, progress);
    progress.advance();
  }
  for (auto& [i, reference] : references_) reference.finish(scenario_.indicators[i].normalise.kind);
}

void IndicatorValues::begin_period(const Period& period, Progress& progress) {
  if (loaded_.bands() == 1) return;  // evaluate() sees all of the period itself
  std::vector<std::size_t> own;
  for (std::size_t i = 0; i < scenario_.indicators.size(); ++i)
    if (looks_at_data(scenario_.indicators[i]) && !learns(scenario_.indicators[i])) own.push_back(i);
  if (own.empty()) return;
  for (const std::size_t i : own) references_[i] = Reference();
  learn(own, period, progress);
  for (const std::size_t i : own) references_[i].finish(scenario_.indicators[i].normalise.kind);
}

void IndicatorValues::normalise(std::size_t indicator) {
  const Indicator& spec = scenario_.indicators[indicator];
  Raster<float>& raster = normalised_[indicator];
  if (looks_at_data(spec) && !learns(spec) && loaded_.bands() == 1) {
    references_[indicator] = Reference();
    references_[indicator].add(raster.values());
    references_[indicator].finish(spec.normalise.kind);
  }
  const Normaliser normaliser(spec.normalise, looks_at_data(spec) ? &references_.at(indicator) : nullptr);
  parallel_for(static_cast<std::size_t>(raster.grid().height),
               [&](std::size_t row) { normaliser.apply(raster.row(static_cast<std::int64_t>(row))); });
}

const IndicatorRasters& IndicatorValues::evaluate(const Period& period, Progress& progress) {
  const auto gaps = masks(period);
  for (std::size_t i = 0; i < scenario_.indicators.size(); ++i) {
    throw_if_cancelled(progress);
    if (settled_[i] != 0) continue;
    normalised_[i] = measure(i, period, gaps);
    if (scenario_.indicators[i].role == Role::exposure || kept_[i] != 0) raw_[i] = normalised_[i];
    normalise(i);
    if (never_changes(scenario_.indicators[i]) && loaded_.bands() == 1) settled_[i] = 1;
  }
  return view_;
}

}  // namespace tocsin
