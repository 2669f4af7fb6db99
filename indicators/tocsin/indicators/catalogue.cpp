#include <algorithm>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/catalogue.hpp>
#include <tocsin/indicators/catalogue_files.hpp>
#include <tocsin/indicators/measure.hpp>
#include <tocsin/indicators/parameters.hpp>
#include <tocsin/indicators/toml_reader.hpp>

namespace tocsin {
namespace {

bool is_built(const std::string& kind) {
  const auto& kinds = measure_kinds();
  return std::any_of(kinds.begin(), kinds.end(), [&](const MeasureKind& known) { return known.name == kind; });
}

CatalogueEntry read_entry(const Value& table, const std::string& pillar, Problems& problems) {
  Parameters keys(table, "catalogue entry", problems);
  CatalogueEntry entry;
  entry.id = keys.text("id");
  entry.name = keys.text("name");
  entry.pillar = pillar;
  entry.why = keys.text("why");
  entry.false_alarm = keys.text("false_alarm");
  entry.phase = keys.text("phase");
  entry.role = keys.text("role");
  entry.data = keys.text("data");
  entry.unit = keys.text("unit");
  entry.direction = keys.text("direction");
  entry.source_note = keys.text("source_note");
  ValueTable defaults{{"pillar", Value{pillar, table.position}}};
  for (const auto& [key, value] : *table.table()) {
    for (const char* taken : {"name", "role", "direction", "where", "measure", "normalise", "weight"})
      if (key == taken) defaults.push_back({key, value});
    if (key == "measure" && value.table() != nullptr) {
      Parameters measure(value, "measure", problems);
      entry.available = is_built(measure.text("kind"));
    }
  }
  entry.defaults = {std::move(defaults), table.position};
  return entry;
}

std::vector<CatalogueEntry> read_catalogue() {
  std::vector<CatalogueEntry> entries;
  Problems problems;
  for (const CatalogueFile& file : catalogue_files()) {
    const Value root = parse_toml(std::string(file.text), fmt::format("catalogue/{}.toml", file.pillar));
    for (const auto& [key, value] : *root.table())
      if (key == "indicator" && value.list() != nullptr)
        for (const Value& table : *value.list())
          entries.push_back(read_entry(table, std::string(file.pillar), problems));
  }
  problems.throw_if_any();
  return entries;
}

/// A value as TOML writes it.
std::string as_toml(const Value& value) {
  if (const std::string* text = value.text()) {
    std::string escaped;
    for (const char letter : *text) {
      if (letter == '"' || letter == '\\') escaped += '\\';
      escaped += letter;
    }
    return fmt::format("\"{}\"", escaped);
  }
  if (const double* number = value.number()) return fmt::format("{}", *number);
  if (const bool* boolean = value.boolean()) return *boolean ? "true" : "false";
  if (const Day* day = value.day()) return to_string(*day);
  std::string text;
  if (const auto* list = value.list()) {
    for (const Value& item : *list) text += (text.empty() ? "" : ", ") + as_toml(item);
    return fmt::format("[{}]", text);
  }
  for (const auto& [key, item] : *value.table())
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key, as_toml(item));
  return fmt::format("{{ {} }}", text);
}

}  // namespace

const std::vector<CatalogueEntry>& catalogue() {
  static const std::vector<CatalogueEntry> entries = read_catalogue();
  return entries;
}

const CatalogueEntry* find_in_catalogue(const std::string& id) {
  const auto& entries = catalogue();
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.id == id; });
  return found == entries.end() ? nullptr : &*found;
}

std::string catalogue_block(const CatalogueEntry& entry) {
  std::string block = fmt::format("# {}: {}\n", entry.id, entry.name);
  if (!entry.available) block += "# NOT IN THIS VERSION: its measure comes with a later one.\n";
  block += fmt::format("# Why it warns: {}\n# Looks like it and is not: {}\n", entry.why, entry.false_alarm);
  block += fmt::format("# Phase: {}. Role: {}. Unit: {}. From: {}\n", entry.phase, entry.role, entry.unit,
                       entry.source_note);
  block += "# Its numbers are starting points from reasoning, not calibrated.\n[[indicator]]\n";
  block += fmt::format("id = \"{}\"\n", entry.id);
  block += fmt::format("source = \"SOURCE\"   # a name in [sources]: {}\n", entry.data);
  for (const auto& [key, value] : *entry.defaults.table()) block += fmt::format("{} = {}\n", key, as_toml(value));
  return block;
}

}  // namespace tocsin
