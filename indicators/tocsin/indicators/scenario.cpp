#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/scenario_sections.hpp>
#include <tocsin/indicators/toml_reader.hpp>

namespace tocsin {
namespace {

/// Sections and keys that the design has and this version does not: named, so that nobody thinks they were heard.
const std::vector<std::string> later_sections{"release"};

double memory_bytes(Parameters& keys) {
  const std::string text = keys.text_or("memory", "");
  if (text.empty()) return 0;
  try {
    return parse_bytes(text);
  } catch (const Error& error) {
    keys.problem("memory", fmt::format("is wrong: {}", error.what()));
  }
  return 0;
}

AggregateRule aggregate_rule(Parameters& keys, const std::string& key, AggregateRule fallback) {
  const std::string text = keys.text_or(key, "");
  if (text.empty()) return fallback;
  for (const char* later : {"harmonic", "owa", "mazziotta-pareto"})
    if (text.starts_with(later)) {
      keys.problem(
          key, fmt::format("is \"{}\", which comes with a later version; there are: arithmetic, power, geometric, max",
                           text));
      return fallback;
    }
  try {
    return parse_aggregate_rule(text);
  } catch (const Error& error) {
    keys.problem(key, fmt::format("is wrong: {}", error.what()));
  }
  return fallback;
}

void check_dates(const Scenario& scenario, Parameters& keys) {
  if (scenario.to < scenario.from)
    keys.problem("to", fmt::format("({}) is before `from` ({})", to_string(scenario.to), to_string(scenario.from)));
  if (scenario.as_of < scenario.to)
    keys.problem("as_of", fmt::format("({}) is before `to` ({}): the last period would not be over yet; end it sooner",
                                      to_string(scenario.as_of), to_string(scenario.to)));
}

void check_pillars(const Scenario& scenario, Parameters& keys) {
  std::vector<std::string> pillars;
  for (const Indicator& indicator : scenario.indicators) pillars.push_back(indicator.pillar);
  for (const auto& [pillar, weight] : scenario.index.pillar_weights) {
    if (std::find(pillars.begin(), pillars.end(), pillar) != pillars.end()) continue;
    const std::string near = nearest_word(pillar, pillars);
    keys.problem("pillar_weights", fmt::format("names '{}', which no indicator has as its pillar{}", pillar,
                                               near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
  }
}

/// A source may name an edition of the areas.
void read_edition_of(Parameters& keys, const std::string& source, AreasSpec& areas) {
  const std::string edition = keys.text_or("edition", "");
  if (edition.empty()) return;
  areas.edition_of[source] = edition;
  if (areas.editions.empty()) return keys.problem("edition", "needs [[areas.editions]]");
  std::vector<std::string> ids{areas.id};
  for (const EditionSpec& other : areas.editions) ids.push_back(other.id);
  if (std::find(ids.begin(), ids.end(), edition) != ids.end()) return;
  const std::string near = nearest_word(edition, ids);
  keys.problem("edition", fmt::format("is \"{}\", which is no edition of the areas{}", edition,
                                      near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
}

/// Units given for placing events would silently take the place of the editions.
void check_placement_editions(const Scenario& scenario, Parameters& keys, const std::string& key, std::size_t level) {
  if (static_cast<int>(level) == scenario.areas.admin_level && !scenario.areas.editions.empty())
    keys.problem(key, fmt::format("is of the level of the areas, whose [[areas.editions]] place events by the "
                                  "boundaries of their day; remove it, or say another `level` in [areas]"));
}

void read_sources(const Value& table, Scenario& scenario, Problems& problems) {
  if (table.table() == nullptr)
    return problems.add(table.position, "[sources] must be a table of tables: [sources.NAME]");
  for (const auto& [name, value] : *table.table()) {
    Parameters keys(value, fmt::format("[sources.{}]", name), problems);
    scenario.sources[name] = read_source(keys, name, scenario.paths);
    read_aliases(keys, name, scenario);
    read_edition_of(keys, name, scenario.areas);
    keys.done();
  }
}

const Value& section_of(const Value& root, const std::string& name) {
  static const Value empty{ValueTable{}, {}};
  for (const auto& [key, value] : *root.table())
    if (key == name) return value;
  return empty;
}

void check_sections(const Value& root, Problems& problems) {
  const std::vector<std::string> known{"scenario", "areas",      "placement", "sources", "indicator",
                                       "index",    "duplicates", "hotspots",  "alerts"};
  for (const auto& [key, value] : *root.table()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    if (std::find(later_sections.begin(), later_sections.end(), key) != later_sections.end()) {
      problems.add(value.position, fmt::format("[{}] comes with a later version; remove it", key));
      continue;
    }
    const std::string near = nearest_word(key, known);
    problems.add(value.position, fmt::format("unknown section [{}]{}", key,
                                             near.empty() ? "" : fmt::format(" (did you mean [{}]?)", near)));
  }
}

}  // namespace

void read_scenario_section(Parameters& keys, Scenario& scenario) {
  scenario.name = keys.text("name");
  scenario.note = keys.text_or("note", "");
  if (const Value* area = keys.find("area"); area != nullptr && area->table() != nullptr) {
    Parameters own(*area, "area", keys.problems());
    scenario.area = read_source(own, "area", scenario.paths);
    own.done();
  } else {
    scenario.area.path = read_path(keys, "area", scenario.paths);
  }
  scenario.area.name = "area";
  scenario.crs = keys.text_or("crs", "auto");
  scenario.cell = keys.length("cell");
  const std::string every = keys.word_or("every", {"week", "dekad", "month", "quarter", "year"}, "month");
  scenario.every = parse_every(every).value_or(Every::month);
  scenario.from = keys.day("from");
  scenario.to = keys.day("to");
  scenario.as_of = keys.optional_day("as_of").value_or(scenario.to);
  if (keys.has("from") && keys.has("to")) check_dates(scenario, keys);
  scenario.seed = static_cast<std::int64_t>(keys.number_or("seed", 1));
  scenario.memory_bytes = memory_bytes(keys);
  keys.done();
}

void read_placement_section(Parameters& keys, Scenario& scenario) {
  const std::string method = keys.word_or("method", {"spread", "point", "exclude"}, "spread");
  scenario.placement.method = method == "point"     ? PlacementMethod::point
                              : method == "exclude" ? PlacementMethod::exclude
                                                    : PlacementMethod::spread;
  scenario.placement.population = keys.text_or("population", "");
  for (std::size_t level = 1; level < scenario.placement.admin.size(); ++level) {
    const std::string key = fmt::format("admin{}", level);
    const Value* admin = keys.find(key);
    if (admin == nullptr) continue;
    Parameters own(*admin, fmt::format("[placement.{}]", key), keys.problems());
    scenario.placement.admin[level] = read_source(own, fmt::format("placement.{}", key), scenario.paths);
    own.done();
    check_placement_editions(scenario, keys, key, level);
  }
  keys.done();
}

void read_index_section(Parameters& keys, Scenario& scenario) {
  IndexSpec& index = scenario.index;
  index.within = aggregate_rule(keys, "within", index.within);
  index.between = aggregate_rule(keys, "between", index.between);
  index.missing = keys.word_or("missing", {"reweight", "propagate"}, "reweight") == "propagate" ? MissingRule::propagate
                                                                                                : MissingRule::reweight;
  index.minimum_coverage = keys.number_or("minimum_coverage", index.minimum_coverage);
  if (index.minimum_coverage < 0 || index.minimum_coverage > 1)
    keys.problem("minimum_coverage", "must be between 0 and 1");
  if (const Value* weights = keys.find("pillar_weights")) {
    if (weights->table() == nullptr)
      keys.problem("pillar_weights", "must be a table: { conflict = 2 }");
    else
      for (const auto& [pillar, weight] : *weights->table()) {
        if (weight.number() != nullptr && *weight.number() >= 0 && std::isfinite(*weight.number()))
          index.pillar_weights[pillar] = *weight.number();
        else
          keys.problems().add(weight.position,
                              fmt::format("weight of pillar '{}' must be a number, 0 or more", pillar));
      }
    check_pillars(scenario, keys);
  }
  if (keys.find("uncertainty") != nullptr) keys.problem("uncertainty", "comes with a later version; remove it");
  keys.done();
}

Scenario parse_scenario(const std::string& text, const std::string& file, OutsidePaths outside) {
  const Value root = parse_toml(text, file);
  Scenario scenario;
  scenario.file = file;
  scenario.paths = {file, outside};
  scenario.text = text;
  Problems problems;
  check_sections(root, problems);
  const auto read = [&](const std::string& name, void (*reader)(Parameters&, Scenario&)) {
    Value section = section_of(root, name);
    if (section.position.file.empty()) section.position = {file, 0, 0};
    Parameters keys(section, fmt::format("[{}]", name), problems);
    reader(keys, scenario);
  };
  read("scenario", read_scenario_section);
  read("areas", read_areas_section);
  read("placement", read_placement_section);
  read_sources(section_of(root, "sources"), scenario, problems);
  if (const auto* indicators = section_of(root, "indicator").list())
    for (const Value& indicator : *indicators) read_indicator(indicator, scenario, problems);
  if (scenario.indicators.empty() && problems.empty())
    problems.add({file, 0, 0}, "has no [[indicator]]: there is nothing to score");
  read("index", read_index_section);
  const auto given = [&sections = *root.table()](const char* name) {
    return std::any_of(sections.begin(), sections.end(), [&](const KeyValue& section) { return section.key == name; });
  };
  if (given("duplicates")) read("duplicates", read_duplicates_section);
  if (given("hotspots")) read("hotspots", read_hotspots_section);
  if (given("alerts")) read("alerts", read_alerts_section);
  problems.throw_if_any();
  return scenario;
}

Scenario load_scenario(const std::string& path, OutsidePaths outside) {
  if (std::filesystem::is_directory(path))
    throw Error(ErrorCode::input, fmt::format("{}: is a folder; name the scenario file in it", path));
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw Error(ErrorCode::input, fmt::format("{}: no such scenario file; check the path", path));
  constexpr std::size_t most_bytes = 8'000'000;  // a scenario is written by hand
  std::string text(most_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > most_bytes)
    throw Error(ErrorCode::input, fmt::format("{}: is larger than {} MB, no scenario is; name the scenario file", path,
                                              most_bytes / 1'000'000));
  return parse_scenario(text, path, outside);
}

}  // namespace tocsin
