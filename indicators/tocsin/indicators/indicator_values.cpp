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

bool learns(const Indicator& indicator) {
  return needs_reference(indicator.normalise.kind) && indicator.reference.kind != ReferenceSpan::Kind::period;
}

}  // namespace

IndicatorValues::IndicatorValues(const Scenario& scenario, const MeasureContext& context,
                                 std::vector<std::uint8_t> inside)
    : scenario_(scenario),
      context_(context),
      inside_(std::move(inside)),
      raw_(scenario.indicators.size()),
      normalised_(scenario.indicators.size()),
      settled_(scenario.indicators.size(), 0) {
  for (std::size_t i = 0; i < scenario.indicators.size(); ++i)
    if (scenario.indicators[i].measure->mask() != nullptr) access_.push_back(i);
  for (const Raster<float>& raster : normalised_) view_.push_back(&raster);
}

std::vector<Raster<float>> IndicatorValues::masks(const Period& period) const {
  std::vector<Raster<float>> result;
  for (const std::size_t i : access_) result.push_back(scenario_.indicators[i].measure->evaluate(context_, period));
  return result;
}

Raster<float> IndicatorValues::measure(std::size_t indicator, const Period& period,
                                       const std::vector<Raster<float>>& masks) const {
  const Indicator& spec = scenario_.indicators[indicator];
  Raster<float> raster = spec.measure->evaluate(context_, period);
  const std::span<float> values = raster.values();
  const float unknown = static_cast<float>(not_observed);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (inside_[i] == 0) values[i] = unknown;
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

void IndicatorValues::learn_references(const std::vector<Period>& periods, Progress& progress) {
  const auto wanted = std::count_if(scenario_.indicators.begin(), scenario_.indicators.end(), learns);
  if (wanted == 0) return;
  progress.stage("looking at the reference periods", wanted);
  for (std::size_t i = 0; i < scenario_.indicators.size(); ++i) {
    const Indicator& indicator = scenario_.indicators[i];
    if (!learns(indicator)) continue;
    for (const Period& period : reference_periods(indicator, periods, scenario_.every)) {
      throw_if_cancelled(progress);
      const Raster<float> raster = measure(i, period, masks(period));
      references_[i].add(raster.values());
      if (indicator.measure->constant() && !indicator.measure->reported()) break;  // the same in every period
    }
    references_[i].finish(indicator.normalise.kind);
    progress.advance();
  }
}

void IndicatorValues::normalise(std::size_t indicator) {
  const Indicator& spec = scenario_.indicators[indicator];
  Raster<float>& raster = normalised_[indicator];
  Reference own;
  const Reference* reference = nullptr;
  if (needs_reference(spec.normalise.kind)) {
    if (learns(spec)) {
      reference = &references_[indicator];
    } else {
      own.add(raster.values());
      own.finish(spec.normalise.kind);
      reference = &own;
    }
  }
  const Normaliser normaliser(spec.normalise, reference);
  parallel_for(static_cast<std::size_t>(raster.grid().height),
               [&](std::size_t row) { normaliser.apply(raster.row(static_cast<std::int64_t>(row))); });
}

const IndicatorRasters& IndicatorValues::evaluate(const Period& period, Progress& progress) {
  const auto gaps = masks(period);
  for (std::size_t i = 0; i < scenario_.indicators.size(); ++i) {
    throw_if_cancelled(progress);
    if (settled_[i] != 0) continue;
    normalised_[i] = measure(i, period, gaps);
    if (scenario_.indicators[i].role == Role::exposure) raw_[i] = normalised_[i];
    normalise(i);
    // A constant measure of reports still changes with access, and is measured again.
    const Measure& measure_of = *scenario_.indicators[i].measure;
    if (measure_of.constant() && !measure_of.reported()) settled_[i] = 1;
  }
  return view_;
}

}  // namespace tocsin
