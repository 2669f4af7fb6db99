#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/scenario_sections.hpp>

namespace tocsin {
namespace {

/// A whole number within bounds.
std::int64_t whole_or(Parameters& keys, const std::string& key, std::int64_t fallback, std::int64_t least,
                      std::int64_t most) {
  const double value = keys.number_or(key, static_cast<double>(fallback));
  if (value == std::floor(value) && value >= static_cast<double>(least) && value <= static_cast<double>(most))
    return static_cast<std::int64_t>(value);
  keys.problem(key, fmt::format("must be a whole number from {} to {}", least, most));
  return fallback;
}

NeighbourRule read_neighbours(Parameters& keys, const HotspotSpec& spec) {
  const std::string text = keys.text_or("neighbours", "");
  if (text.empty()) return spec.on == HotspotSpec::Places::cells ? spec.neighbours : parse_neighbour_rule("queen");
  try {
    NeighbourRule rule = parse_neighbour_rule(text);
    if (!rule.from_places()) {
      keys.problem("neighbours", "reads a file, which a scenario does not do: use queen, rook, knn, band, ...");
    } else if (spec.on == HotspotSpec::Places::cells && rule.kind != NeighbourRule::Kind::queen &&
               rule.kind != NeighbourRule::Kind::rook && rule.kind != NeighbourRule::Kind::band) {
      keys.problem("neighbours", "must be queen, rook or \"band: 10 km\" where on = \"cells\"");
    } else {
      return rule;
    }
  } catch (const Error& error) {
    keys.problem("neighbours", fmt::format("is wrong: {}", error.what()));
  }
  return spec.neighbours;
}

/// What counts events is what chance can be told from; a smooth score cannot.
std::string default_of(const Scenario& scenario) {
  for (const Indicator& indicator : scenario.indicators)
    if (indicator.role == Role::risk && indicator.measure->counts_events()) return indicator.id;
  return "score";
}

void read_of(Parameters& keys, const Scenario& scenario, HotspotSpec& spec) {
  spec.of = keys.text_or("of", default_of(scenario));
  const std::string rates = keys.word_or("rates", {"none", "eb", "eb-local"}, "none");
  spec.rates = rates == "eb"         ? HotspotSpec::Rates::smoothed
               : rates == "eb-local" ? HotspotSpec::Rates::locally_smoothed
                                     : HotspotSpec::Rates::none;
  std::vector<std::string> names{"score"};
  const Indicator* indicator = nullptr;
  for (const Indicator& each : scenario.indicators) {
    names.push_back(each.id);
    if (each.id == spec.of) indicator = &each;
  }
  // An indicator with a mistake of its own is not there; one mistake is told once.
  if (spec.of != "score" && indicator == nullptr && !keys.problems().empty()) return;
  if (spec.of != "score" && indicator == nullptr) {
    const std::string near = nearest_word(spec.of, names);
    keys.problem("of", fmt::format("names '{}', which is neither \"score\" nor an indicator{}", spec.of,
                                   near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
    return;
  }
  if (spec.rates == HotspotSpec::Rates::none) return;
  if (indicator == nullptr || !indicator->measure->counts_events())
    keys.problem("rates", "divide a number of events by persons: set `of` to an indicator that counts events");
  const std::string& population = scenario.areas.population;
  if (population.empty() || (spec.on == HotspotSpec::Places::cells && !scenario.sources.contains(population)))
    keys.problem("rates", "need `population` in [areas], and for cells a raster there");
}

const Indicator* looked_at(const Scenario& scenario, const HotspotSpec& spec) {
  for (const Indicator& each : scenario.indicators)
    if (each.id == spec.of) return &each;
  return nullptr;
}

/// Events are dealt one by one, values of places as a whole.
void read_statistic(Parameters& keys, const Scenario& scenario, HotspotSpec& spec) {
  const Indicator* indicator = looked_at(scenario, spec);
  const bool events = indicator != nullptr && indicator->measure->counts_events();
  const bool as_events = events && spec.rates == HotspotSpec::Rates::none;
  const std::string word =
      keys.word_or("statistic", {"excess", "gi-star", "gi", "moran"}, as_events ? "excess" : "gi-star");
  spec.options.statistic = parse_hotspot_statistic(word).value_or(HotspotStatistic::gi_star);
  const bool excess = spec.options.statistic == HotspotStatistic::excess;
  if (excess && !as_events && (indicator != nullptr || spec.of == "score" || keys.problems().empty()))
    keys.problem("statistic",
                 "\"excess\" looks at numbers of events: set `of` to an indicator that counts them, and no "
                 "`rates`");
  // An attribute says how many live in an area, not where: for cells it takes a raster.
  const std::string& population = scenario.areas.population;
  const bool people =
      !population.empty() && (spec.on == HotspotSpec::Places::areas || scenario.sources.contains(population));
  spec.exposure = keys.word_or("exposure", {"population", "area"}, people ? "population" : "area") == "population"
                      ? HotspotSpec::Exposure::population
                      : HotspotSpec::Exposure::area;
  if (spec.exposure == HotspotSpec::Exposure::population && !people)
    keys.problem("exposure", "needs `population` in [areas], and for cells a raster there");
}

WeightStyle read_weights(Parameters& keys) {
  const std::string style = keys.word_or("weights", {"binary", "row", "variance-stabilising"}, "binary");
  return style == "row"                    ? WeightStyle::row_standardised
         : style == "variance-stabilising" ? WeightStyle::variance_stabilising
                                           : WeightStyle::as_given;
}

/// The source of named places, such as settlements.
std::string read_places(Parameters& keys, const Scenario& scenario) {
  std::string source = keys.text_or("places", "");
  if (source.empty() || scenario.sources.contains(source)) return source;
  std::vector<std::string> names;
  for (const auto& [name, spec] : scenario.sources) names.push_back(name);
  const std::string near = nearest_word(source, names);
  keys.problem("places", fmt::format("names '{}', which is not in [sources]{}", source,
                                     near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
  return {};
}

/// A key without effect would be thought heard.
void refuse_idle_keys(Parameters& keys, const Scenario& scenario, const HotspotSpec& spec) {
  const bool excess = spec.options.statistic == HotspotStatistic::excess;
  const Indicator* indicator = looked_at(scenario, spec);
  const bool events = indicator != nullptr && indicator->measure->counts_events();
  const auto refuse = [&](const char* key, bool idle, const char* why) {
    if (idle && keys.has(key)) keys.problem(key, why);
  };
  refuse("exposure", !excess, "has an effect on statistic = \"excess\" alone; remove it");
  for (const char* key : {"permutations", "weights"})
    refuse(key, excess, "has no effect on statistic = \"excess\", which is exact; remove it");
  for (const char* key : {"window", "least_events"})
    refuse(key, !events, "has an effect only where `of` names an indicator that counts events; remove it");
  refuse("cell", spec.on == HotspotSpec::Places::areas, "has no effect with on = \"areas\"; remove it");
}

}  // namespace

void read_hotspots_section(Parameters& keys, Scenario& scenario) {
  HotspotSpec spec;
  spec.on = keys.word_or("on", {"cells", "areas"}, "cells") == "areas" ? HotspotSpec::Places::areas
                                                                       : HotspotSpec::Places::cells;
  read_of(keys, scenario, spec);
  spec.neighbours = read_neighbours(keys, spec);
  const Value* neighbours = keys.find("neighbours");
  spec.neighbours_at = neighbours == nullptr ? keys.position() : neighbours->position;
  spec.cell = keys.length_or("cell", metres(0));
  if (spec.cell.metres > 0 && spec.cell.metres < scenario.cell.metres)
    keys.problem("cell", "must not be smaller than the scenario's cell");
  read_statistic(keys, scenario, spec);
  spec.window = keys.optional_duration("window");
  spec.options.weights = read_weights(keys);
  spec.options.permutation.permutations = whole_or(keys, "permutations", 99'999, 1, 100'000'000);
  spec.options.permutation.seed = static_cast<std::uint64_t>(scenario.seed);
  const std::string correction = keys.word_or("correction", {"bh", "by", "holm", "bonferroni", "none"}, "bh");
  spec.options.correction = parse_correction(correction).value_or(Correction::benjamini_hochberg);
  spec.options.level = keys.number_or("false_discovery_rate", 0.05);
  if (!(spec.options.level > 0 && spec.options.level < 1))
    keys.problem("false_discovery_rate", "must lie between 0 and 1");
  spec.least_events = keys.number_or("least_events", spec.least_events);
  if (!(spec.least_events >= 0)) keys.problem("least_events", "must be 0 or more");
  spec.placements = static_cast<int>(whole_or(keys, "placements", 20, 1, 1000));
  spec.named_places = read_places(keys, scenario);
  spec.rasters = keys.boolean_or("rasters", false);
  if (spec.rasters && spec.on == HotspotSpec::Places::areas)
    keys.problem("rasters", "are of cells; with on = \"areas\" the table has what they would show");
  if (keys.problems().empty()) refuse_idle_keys(keys, scenario, spec);
  keys.done();
  scenario.hotspots = std::move(spec);
}

}  // namespace tocsin
