#include <algorithm>

#include <fmt/format.h>

#include <tocsin/indicators/scenario_sections.hpp>

namespace tocsin {
namespace {

int admin_level(Parameters& keys) {
  const Value* level = keys.find("level");
  if (level == nullptr) return 2;
  if (const double* number = level->number(); number != nullptr && (*number == 1 || *number == 2 || *number == 3))
    return static_cast<int>(*number);
  if (const std::string* text = level->text();
      text != nullptr && text->size() == 6 && text->starts_with("admin") && (*text)[5] >= '1' && (*text)[5] <= '3')
    return (*text)[5] - '0';
  keys.problem("level", "must be 1, 2 or 3: the administrative level of the areas");
  return 2;
}

/// An edition says what differs; layer, code and name are those of [areas] where it is silent.
EditionSpec read_edition(const Value& table, const SourceSpec& areas, Scenario& scenario, Problems& problems) {
  Parameters keys(table, "[[areas.editions]]", problems);
  EditionSpec edition;
  edition.source = read_layer(keys, "areas.editions", scenario.paths);
  SourceSpec& source = edition.source;
  if (source.layer.empty()) source.layer = areas.layer;
  if (source.where.empty()) source.where = areas.where;
  if (source.crs.empty()) source.crs = areas.crs;
  if (source.code_field.empty()) source.code_field = areas.code_field;
  if (source.code_field.empty()) keys.problem("code", "is missing: the attribute that holds the areas' codes");
  if (source.name_field.empty()) source.name_field = areas.name_field;
  if (source.name_field.empty()) source.name_field = source.code_field;
  edition.id = keys.text("id");
  edition.from = keys.optional_day("from");
  edition.to = keys.optional_day("to");
  if (edition.from && edition.to && *edition.to < *edition.from) keys.problem("to", "is before `from`");
  keys.done();
  return edition;
}

/// What the editions have in common.
SourceSpec read_common(Parameters& keys) {
  SourceSpec spec;
  if (keys.find("path") != nullptr) keys.problem("path", "belongs to each of [[areas.editions]]");
  spec.layer = keys.text_or("layer", "");
  spec.where = keys.text_or("where", "");
  spec.crs = keys.text_or("crs", "");
  spec.code_field = keys.text_or("code", "");
  spec.name_field = keys.text_or("name", "");
  return spec;
}

bool overlap(const EditionSpec& a, const EditionSpec& b) {
  const Day first = std::max(a.from.value_or(Day::min()), b.from.value_or(Day::min()));
  return first <= std::min(a.to.value_or(Day::max()), b.to.value_or(Day::max()));
}

void check_editions(const std::vector<EditionSpec>& editions, Parameters& keys) {
  for (std::size_t i = 0; i < editions.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      if (editions[i].id == editions[j].id)
        keys.problem("editions",
                     fmt::format("names '{}' twice; each edition needs an `id` of its own", editions[i].id));
      else if (overlap(editions[i], editions[j]))
        keys.problem("editions", fmt::format("'{}' and '{}' are valid on the same days; correct their `from` and `to`",
                                             editions[j].id, editions[i].id));
    }
}

/// The edition named by `report`, else the one that is valid when the scenario ends.
std::size_t reporting_edition(const std::vector<EditionSpec>& editions, const Scenario& scenario, Parameters& keys) {
  const std::string wanted = keys.text_or("report", "");
  std::vector<std::string> ids;
  for (const EditionSpec& edition : editions) ids.push_back(edition.id);
  for (std::size_t i = 0; i < editions.size(); ++i) {
    const bool valid =
        (!editions[i].from || *editions[i].from <= scenario.to) && (!editions[i].to || scenario.to <= *editions[i].to);
    if (wanted.empty() ? valid : editions[i].id == wanted) return i;
  }
  if (wanted.empty()) {
    keys.problem("editions",
                 fmt::format("none is valid on {}, when the run ends; name one in `report`", to_string(scenario.to)));
  } else {
    const std::string near = nearest_word(wanted, ids);
    keys.problem("report", fmt::format("is \"{}\", which is no edition{}", wanted,
                                       near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
  }
  return 0;
}

void read_editions(const Value& list, Parameters& keys, Scenario& scenario) {
  if (list.list() == nullptr || list.list()->empty())
    return keys.problem("editions", "must be tables: [[areas.editions]]");
  AreasSpec& areas = scenario.areas;
  for (const Value& table : *list.list())
    areas.editions.push_back(read_edition(table, areas.source, scenario, keys.problems()));
  check_editions(areas.editions, keys);
  const auto chosen =
      areas.editions.begin() + static_cast<std::ptrdiff_t>(reporting_edition(areas.editions, scenario, keys));
  areas.id = chosen->id;
  areas.source = chosen->source;
  areas.from = chosen->from;
  areas.to = chosen->to;
  areas.editions.erase(chosen);
}

}  // namespace

void read_aliases(Parameters& keys, const std::string& source, Scenario& scenario) {
  const Value* aliases = keys.find("aliases");
  if (aliases == nullptr) return;
  if (aliases->table() == nullptr) return keys.problem("aliases", "must be a table: \"as written\" = \"code\"");
  for (const auto& [written, code] : *aliases->table()) {
    if (code.text() != nullptr && !code.text()->empty())
      scenario.areas.aliases.push_back({source, written, *code.text(), code.position});
    else
      keys.problems().add(code.position, fmt::format("alias '{}' must be the code of an area, in quotes", written));
  }
}

void read_areas_section(Parameters& keys, Scenario& scenario) {
  const Value* editions = keys.find("editions");
  AreasSpec& areas = scenario.areas;
  areas.source = editions == nullptr ? read_layer(keys, "areas", scenario.paths) : read_common(keys);
  if (editions != nullptr) {
    read_editions(*editions, keys, scenario);
  } else {
    if (areas.source.code_field.empty() && keys.has("path"))
      keys.problem("code", "is missing: the attribute that holds the areas' codes");
    if (areas.source.name_field.empty()) areas.source.name_field = areas.source.code_field;
    if (keys.find("report") != nullptr) keys.problem("report", "needs [[areas.editions]]");
  }
  areas.population = keys.text_or("population", "");
  areas.admin_level = admin_level(keys);
  const std::string by = keys.word_or("crosswalk", {"area", "population"}, "area");
  areas.crosswalk = by == "population" ? CrosswalkBy::population : CrosswalkBy::area;
  if (by == "population" && (editions == nullptr || areas.population.empty()))
    keys.problem("crosswalk", "\"population\" needs [[areas.editions]], and a raster named in `population`");
  read_aliases(keys, {}, scenario);
  keys.done();
}

}  // namespace tocsin
