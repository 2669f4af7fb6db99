#include "check_file.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <tocsin/data/recognise/file_look.hpp>

#include "check_events.hpp"
#include "printable.hpp"
#include "unsure_events.hpp"

namespace tocsin::cli {
namespace {

nlohmann::ordered_json look_json(const data::FileLook& look) {
  nlohmann::ordered_json json{{"kind", data::to_string(look.kind)}, {"what", look.what}, {"why", look.why}};
  if (!look.layer.empty()) json["layer"] = look.layer;
  if (!look.format.empty()) json["format"] = look.format;
  for (const auto& [field, column] : look.columns) json["columns"][field] = column;
  json["all_columns"] = look.column_names;
  if (look.records >= 0) json["records"] = look.records;
  if (look.kind == data::FileKind::areas)
    json["areas"] = {
        {"code", look.areas.code},
        {"name", look.areas.name},
        {"population", look.areas.population},
        {"level", look.areas.level < 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(look.areas.level)}};
  return json;
}

void print_look(const data::FileLook& look) {
  fmt::print("{}{}: {}, {}\n", printable(look.path), look.layer.empty() ? "" : ", layer " + printable(look.layer),
             look.what, printable(look.why));
  for (const auto& [field, column] : look.columns) fmt::print("  {:<33} '{}'\n", field, printable(column));
  if (look.kind != data::FileKind::areas) return;
  const auto told = [](const std::string& text) {
    return text.empty() ? "none found" : fmt::format("'{}'", printable(text));
  };
  fmt::print("  {:<33} {}\n  {:<33} {}\n", "code", told(look.areas.code), "name", told(look.areas.name));
  if (look.areas.level >= 0) fmt::print("  {:<33} {}\n", "administrative level", look.areas.level);
}

/// Coordinates stay in degrees: nobody said which projection the file is for.
nlohmann::ordered_json check_events(const data::FileLook& look, const CommonOptions& common) {
  constexpr const char* degrees = "EPSG:4326";
  const std::string name = std::filesystem::path(look.path).filename().string();
  SourceSpec spec = look.spec(name);
  spec.most_unusable = 1;  // here the table tells
  const UnsureEvents events = read_unsure_events(spec, {degrees, {}, {}, {}});
  const CheckedEvents checked{name, summarise(events.batch), degrees, {}};
  nlohmann::ordered_json json = event_json(checked);
  for (const auto* texts : {&events.batch.warnings, &events.assumed})
    for (const std::string& text : *texts) json["warnings"].push_back(text);
  if (common.json) return json;
  for (const std::string& line : event_lines(checked)) fmt::print("{}\n", printable(line));
  if (json.contains("warnings"))
    for (const auto& text : json["warnings"]) fmt::print("warning: {}\n", printable(text.get<std::string>()));
  return json;
}

}  // namespace

void check_file(const std::string& path, const CommonOptions& common) {
  nlohmann::ordered_json out{{"file", path}, {"layers", nlohmann::ordered_json::array()}};
  for (const data::FileLook& look : data::look_at_file(path)) {
    if (!common.json) print_look(look);
    nlohmann::ordered_json json = look_json(look);
    if (look.kind == data::FileKind::events) json["events"] = check_events(look, common);
    out["layers"].push_back(std::move(json));
  }
  if (common.json)
    fmt::print("{}\n", out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  else
    fmt::print("`tocsin init DIR FILES...` makes a scenario of such files\n");
}

}  // namespace tocsin::cli
