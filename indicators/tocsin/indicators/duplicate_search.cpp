#include <limits>

#include <fmt/format.h>

#include <tocsin/indicators/duplicate_search.hpp>

namespace tocsin {
namespace {

/// Unasked, only pairs that agree in nearly all are worth a warning.
constexpr double plainly_alike = 0.9;
constexpr double metres_per_km = 1000;

std::vector<EventsOfSource> sources_in(const std::map<std::string, EventLayer>& layers,
                                       const std::vector<std::string>& names) {
  std::vector<EventsOfSource> sources;
  for (const std::string& name : names)
    if (const auto layer = layers.find(name); layer != layers.end())
      sources.push_back({name, &layer->second.batch.events});
  return sources;
}

void warn_of_likely_ones(const std::map<std::string, EventLayer>& layers, SourceLedger& ledger) {
  std::vector<std::string> names;
  for (const auto& [name, layer] : layers) names.push_back(name);
  DuplicateOptions options;
  options.least_score = plainly_alike;
  const auto sources = sources_in(layers, names);
  std::map<std::pair<std::size_t, std::size_t>, std::int64_t> counts;
  for (const DuplicatePair& pair : find_duplicates(sources, options)) ++counts[{pair.first_source, pair.second_source}];
  for (const auto& [pair, count] : counts)
    ledger.warn(
        fmt::format("sources '{}' and '{}' hold {} pairs of records alike in place, day and what else both tell; if "
                    "they tell the same events, a section [duplicates] lists them and can keep one of each",
                    sources[pair.first].name, sources[pair.second].name, count));
}

void remove(EventLayer& layer, const std::vector<std::uint8_t>& gone) {
  layer.batch.events.erase(gone);
  for (auto& mask : layer.batch.matches) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < mask.size(); ++i)
      if (gone[i] == 0) mask[kept++] = mask[i];
    mask.resize(kept);
  }
}

}  // namespace

void leave_out_duplicates(const Scenario& scenario, std::map<std::string, EventLayer>& layers, SourceLedger& ledger) {
  if (layers.size() < 2 && !scenario.duplicates) return;
  if (!scenario.duplicates) return warn_of_likely_ones(layers, ledger);
  const DuplicateSpec& spec = *scenario.duplicates;
  const auto sources = sources_in(layers, spec.sources);
  const auto pairs = find_duplicates(sources, spec.options);
  auto gone = told_elsewhere(sources, pairs);
  auto& listed = ledger.report().duplicates.emplace();
  std::vector<std::vector<std::uint8_t>> told(gone.size());
  for (std::size_t i = 0; i < gone.size(); ++i) told[i].assign(gone[i].size(), 0);
  for (const DuplicatePair& pair : pairs) {
    const Events& first = *sources[pair.first_source].events;
    const Events& second = *sources[pair.second_source].events;
    // The pair that decided is the best one of a record that goes, whose other record stays.
    auto& decided = told[pair.second_source][pair.second_event];
    const bool second_gone = spec.keep_one && gone[pair.second_source][pair.second_event] != 0 &&
                             gone[pair.first_source][pair.first_event] == 0 && decided == 0;
    if (second_gone) decided = 1;
    listed.push_back({sources[pair.first_source].name, sources[pair.second_source].name, first.row[pair.first_event],
                      second.row[pair.second_event], pair.score, pair.distance_m / metres_per_km, pair.days_apart,
                      pair.same_unit, second_gone});
  }
  if (!spec.keep_one) return;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    std::int64_t count = 0;
    for (const std::uint8_t mask : gone[i]) count += mask;
    if (count == 0) continue;
    remove(layers.at(sources[i].name), gone[i]);
    ledger.record(sources[i].name, "told by another source", count);
  }
}

}  // namespace tocsin
