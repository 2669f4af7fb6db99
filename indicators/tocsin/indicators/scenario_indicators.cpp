#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/catalogue.hpp>
#include <tocsin/indicators/scenario_sections.hpp>

namespace tocsin {
namespace {

const std::vector<std::string> normalise_words{"none", "goalposts",  "minmax",    "zscore",
                                               "rank", "percentile", "threshold", "log"};
const std::vector<std::string> later_measures{"expression"};

Value* find_key(ValueTable& table, const std::string& key) {
  for (auto& [name, value] : table)
    if (name == key) return &value;
  return nullptr;
}

std::string kind_of(const Value& table) {
  if (table.table() == nullptr) return {};
  for (const auto& [key, value] : *table.table())
    if (key == "kind" && value.text() != nullptr) return *value.text();
  return {};
}

/// The catalogue's keys overlaid by the scenario's; `measure` and `normalise` key by key unless their kind changes.
Value overlay(const CatalogueEntry& entry, const Value& own) {
  Value result = entry.defaults;
  result.position = own.position;
  auto& keys = std::get<ValueTable>(result.data);
  for (const auto& [key, value] : *own.table()) {
    Value* base = find_key(keys, key);
    if (base == nullptr) {
      keys.push_back({key, value});
    } else if (base->table() != nullptr && value.table() != nullptr &&
               (kind_of(value).empty() || kind_of(value) == kind_of(*base))) {
      auto& inner = std::get<ValueTable>(base->data);
      base->position = value.position;
      for (const auto& [inner_key, inner_value] : *value.table()) {
        if (Value* known = find_key(inner, inner_key))
          *known = inner_value;
        else
          inner.push_back({inner_key, inner_value});
      }
    } else {
      *base = value;
    }
  }
  return result;
}

std::optional<Value> from_catalogue(const Value& table, Problems& problems) {
  Parameters keys(table, "[[indicator]]", problems);
  const std::string id = keys.text_or("use", "");
  if (id.empty()) return table;
  const CatalogueEntry* entry = find_in_catalogue(id);
  if (entry == nullptr) {
    std::vector<std::string> ids;
    for (const CatalogueEntry& known : catalogue()) ids.push_back(known.id);
    const std::string near = nearest_word(id, ids);
    keys.problem("use", fmt::format("is \"{}\", which is not in the catalogue{}; `tocsin indicators` lists it", id,
                                    near.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", near)));
    return {};
  }
  return overlay(*entry, table);
}

std::shared_ptr<const Measure> read_measure(Parameters& indicator, Indicator& result, const MeasureSetting& setting) {
  const Value* table = indicator.find("measure");
  if (table == nullptr) {
    indicator.problem("measure", "is missing: write measure = { kind = \"density\", ... }");
    return nullptr;
  }
  Problems& problems = indicator.problems();
  Parameters keys(*table, "measure", problems);
  const std::string kind = keys.text("kind");
  std::vector<std::string> names;
  for (const MeasureKind& known : measure_kinds()) names.push_back(known.name);
  const auto found = std::find(names.begin(), names.end(), kind);
  if (found == names.end()) {
    if (kind.empty()) return nullptr;
    const bool later = std::find(later_measures.begin(), later_measures.end(), kind) != later_measures.end();
    const std::string near = nearest_word(kind, names);
    keys.problem("kind", fmt::format("is \"{}\"{}; there are: {}", kind,
                                     later          ? ", which comes with a later version"
                                     : near.empty() ? ""
                                                    : fmt::format(" (did you mean \"{}\"?)", near),
                                     fmt::join(names, ", ")));
    return nullptr;
  }
  result.measure_kind = kind;
  Parameters own(*table, fmt::format("measure '{}'", kind), problems);
  own.text("kind");
  auto measure = measure_kinds()[static_cast<std::size_t>(found - names.begin())].make(own, setting);
  own.done();
  return measure;
}

void read_reference(Parameters& keys, Indicator& indicator) {
  const std::string text = keys.text_or("reference", "period");
  if (text == "period") return;
  if (text == "all") {
    indicator.reference.kind = ReferenceSpan::Kind::all;
    return;
  }
  const auto dots = text.find("..");
  const auto from = parse_day(text.substr(0, dots));
  const auto to = dots == std::string::npos ? std::nullopt : parse_day(text.substr(dots + 2));
  if (from && to && *from <= *to)
    indicator.reference = {ReferenceSpan::Kind::span, *from, *to};
  else
    keys.problem("reference", fmt::format("is \"{}\"; write \"period\", \"all\" or \"2019-09-01..2020-08-31\"", text));
}

void read_knots(Parameters& keys, NormaliseOptions& options) {
  const Value* knots = keys.find("knots");
  if (knots == nullptr) return keys.problem("knots", "is missing: write knots = [[1, 0], [1.5, 0.5], [3, 1]]");
  if (knots->list() == nullptr) return keys.problem("knots", "must be a list of [value, score]");
  for (const Value& knot : *knots->list()) {
    const auto* pair = knot.list();
    if (pair == nullptr || pair->size() != 2 || (*pair)[0].number() == nullptr || (*pair)[1].number() == nullptr)
      return keys.problem("knots", "must be a list of [value, score]");
    options.knots.emplace_back(*(*pair)[0].number(), *(*pair)[1].number());
  }
}

void read_normalise(Parameters& indicator, Indicator& result) {
  const Value* table = indicator.find("normalise");
  if (table == nullptr)
    return indicator.problem("normalise", "is missing: write normalise = { kind = \"goalposts\", low = 0, high = 1 }");
  Parameters keys(*table, "normalise", indicator.problems());
  const std::size_t problems_before = indicator.problems().all().size();
  const std::string kind = keys.word_or("kind", normalise_words, "goalposts");
  NormaliseOptions& options = result.normalise;
  options.kind = parse_normalise_kind(kind).value_or(NormaliseKind::goalposts);
  if (options.kind == NormaliseKind::goalposts || options.kind == NormaliseKind::log) {
    options.low = keys.number("low");
    options.high = keys.number("high");
    if (options.kind == NormaliseKind::log) options.scale = keys.number_or("scale", 1);
  }
  if (options.kind == NormaliseKind::threshold) read_knots(keys, options);
  if (needs_reference(options.kind)) read_reference(keys, result);
  keys.done();
  if (indicator.problems().all().size() > problems_before) return;  // its numbers are stand-ins
  try {
    options.validate();
  } catch (const Error& error) {
    indicator.problem("normalise", fmt::format("is wrong: {}", error.what()));
  }
}

Role read_role(Parameters& keys) {
  const std::string role = keys.word_or("role", {"risk", "exposure", "reporting"}, "risk");
  return role == "exposure" ? Role::exposure : role == "reporting" ? Role::reporting : Role::risk;
}

MeasureSetting read_setting(Parameters& keys, const Scenario& scenario, const Indicator& indicator) {
  MeasureSetting setting{keys.text_or("source", ""), keys.text_or("where", ""), {}, indicator.pillar, indicator.role};
  if (setting.source.empty()) return setting;
  if (const auto source = scenario.sources.find(setting.source); source != scenario.sources.end()) {
    setting.spec = source->second;
    return setting;
  }
  std::vector<std::string> names;
  for (const auto& [name, spec] : scenario.sources) names.push_back(name);
  const std::string near = nearest_word(setting.source, names);
  keys.problem("source", fmt::format("names '{}', which is not in [sources]{}", setting.source,
                                     near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
  return setting;
}

void require_source(Parameters& keys, const Indicator& indicator, const Scenario& scenario,
                    const MeasureSetting& setting) {
  std::vector<std::string> names;
  for (const auto& [name, spec] : scenario.sources) names.push_back(name);
  for (const SourceNeed& need : indicator.measure->needs()) {
    if (need.source.empty())
      return keys.problem("source", fmt::format("is missing: measure '{}' reads one", indicator.measure_kind));
    if (need.source == setting.source || scenario.sources.contains(need.source)) continue;
    const std::string near = nearest_word(need.source, names);
    keys.problem("measure", fmt::format("names the source '{}', which is not in [sources]{}", need.source,
                                        near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
  }
  if (indicator.measure->needs_population() && scenario.areas.population.empty())
    keys.problem("measure", fmt::format("'{}' needs `population` in [areas]", indicator.measure_kind));
}

}  // namespace

void read_indicator(const Value& given, Scenario& scenario, Problems& problems) {
  if (given.table() == nullptr) return problems.add(given.position, "[[indicator]] must be a table");
  const auto table = from_catalogue(given, problems);
  if (!table) return;
  Parameters keys(*table, "[[indicator]]", problems);
  Indicator indicator;
  indicator.position = given.position;
  indicator.id = keys.text_or("id", keys.text_or("use", ""));
  if (indicator.id.empty()) keys.problem("id", "is missing: a short name, or `use` with an id of the catalogue");
  indicator.name = keys.text_or("name", "");
  indicator.pillar = keys.text("pillar");
  indicator.role = read_role(keys);
  const MeasureSetting setting = read_setting(keys, scenario, indicator);
  indicator.measure = read_measure(keys, indicator, setting);
  read_normalise(keys, indicator);
  indicator.normalise.direction =
      keys.word_or("direction", {"higher-is-worse", "higher-is-better"}, "higher-is-worse") == "higher-is-better"
          ? Direction::higher_is_better
          : Direction::higher_is_worse;
  indicator.weight = keys.number_or("weight", 1);
  if (indicator.weight < 0) keys.problem("weight", "must not be negative");
  // What the catalogue says of an indicator in words may stand beside it.
  for (const char* words : {"phase", "unit", "why", "false_alarm", "data", "source_note"}) keys.text_or(words, "");
  keys.done();
  for (const Indicator& other : scenario.indicators)
    if (other.id == indicator.id)
      keys.problem("id", fmt::format("is \"{}\", which another indicator has", indicator.id));
  if (indicator.measure == nullptr) return;
  require_source(keys, indicator, scenario, setting);
  scenario.indicators.push_back(std::move(indicator));
}

}  // namespace tocsin
