#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/catalogue.hpp>
#include <tocsin/indicators/measure.hpp>

#include "verbs.hpp"

namespace tocsin::cli {
namespace {

nlohmann::ordered_json as_json(const CatalogueEntry& entry) {
  return {{"id", entry.id},
          {"name", entry.name},
          {"pillar", entry.pillar},
          {"phase", entry.phase},
          {"role", entry.role},
          {"unit", entry.unit},
          {"direction", entry.direction},
          {"data", entry.data},
          {"why", entry.why},
          {"false_alarm", entry.false_alarm},
          {"source", entry.source_note},
          {"available", entry.available}};
}

void explain(const std::string& id, const CommonOptions& common) {
  const CatalogueEntry* entry = find_in_catalogue(id);
  if (entry == nullptr) {
    std::vector<std::string> ids;
    for (const CatalogueEntry& known : catalogue()) ids.push_back(known.id);
    const std::string near = nearest_word(id, ids);
    throw Error(ErrorCode::usage, fmt::format("no indicator '{}' in the catalogue{}; `tocsin indicators` lists them",
                                              id, near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
  }
  if (common.json)
    fmt::print("{}\n", as_json(*entry).dump(2));
  else
    fmt::print("{}", catalogue_block(*entry));
}

void list(const CommonOptions& common) {
  if (common.json) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const CatalogueEntry& entry : catalogue()) all.push_back(as_json(entry));
    fmt::print("{}\n", all.dump(2));
    return;
  }
  std::string pillar;
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.pillar != pillar) fmt::print("{}{}\n", pillar.empty() ? "" : "\n", entry.pillar);
    pillar = entry.pillar;
    fmt::print("  {:<26} {:<11} {}{}\n", entry.id, entry.phase, entry.name,
               entry.available ? "" : "  [its measure comes with a later version]");
  }
  fmt::print("\n{} indicators. `tocsin indicators ID` explains one, ready to paste into a scenario.\n\nmeasures\n",
             catalogue().size());
  for (const MeasureKind& kind : measure_kinds()) fmt::print("  {:<12} {}\n", kind.name, kind.summary);
}

}  // namespace

void add_indicators(CLI::App& app, CommonOptions& common) {
  auto id = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("indicators", "List the catalogue of early-warning indicators, or explain one");
  verb->add_option("id", *id, "indicator to explain and print, ready to paste into a scenario");
  add_common_options(*verb, common);
  verb->footer("Example: tocsin indicators crsv-density");
  verb->callback([id, &common] { id->empty() ? list(common) : explain(*id, common); });
}

}  // namespace tocsin::cli
