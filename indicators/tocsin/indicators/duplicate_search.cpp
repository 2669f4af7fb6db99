#include <limits>

#include <fmt/format.h>

#include <tocsin/indicators/duplicate_search.hpp>
#include <tocsin/ports/erase_events.hpp>

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

}  // namespace

void leave_out_duplicates(const Scenario& scenario, std::map<std::string, EventLayer>& layers, SourceLedger& ledger) {
  if (layers.size() < 2 && !scenario.duplicates) return;
  if (!scenario.duplicates) return warn_of_likely_ones(layers, ledger);
  const DuplicateSpec& spec = *scenario.duplicates;
  const auto sources = sources_in(layers, spec.sources);
  const auto pairs = find_duplicates(sources, spec.options);
  auto& listed = ledger.report().duplicates.emplace();
  for (const DuplicatePair& pair : pairs)
    listed.push_back({sources[pair.first_source].name, sources[pair.second_source].name,
                      sources[pair.first_source].events->row[pair.first_event],
                      sources[pair.second_source].events->row[pair.second_event], pair.score,
                      pair.distance_m / metres_per_km, pair.days_apart, pair.same_unit, false});
  if (!spec.keep_one) return;
  std::vector<std::vector<std::uint8_t>> gone;
  for (const EventsOfSource& source : sources) gone.emplace_back(source.events->size(), std::uint8_t{0});
  for (const std::size_t i : deciding_pairs(pairs)) {
    listed[i].second_gone = true;
    gone[pairs[i].second_source][pairs[i].second_event] = 1;
    ledger.record(listed[i].second_source, "told by another source");
  }
  for (std::size_t i = 0; i < sources.size(); ++i) erase_events(layers.at(sources[i].name).batch, gone[i]);
}

}  // namespace tocsin
