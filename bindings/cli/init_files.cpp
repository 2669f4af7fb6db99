#include "init_files.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/indicators/scenario.hpp>

#include "new_folder.hpp"
#include "own_scenario.hpp"
#include "printable.hpp"

namespace tocsin::cli {
namespace {

namespace fs = std::filesystem;

/// A shapefile is several files.
std::vector<fs::path> files_of(const fs::path& path) {
  std::vector<fs::path> all{path};
  if (data::extension_of(path.string()) != ".shp") return all;
  for (const char* ending : {".shx", ".dbf", ".prj", ".cpg"}) {
    const fs::path side = fs::path(path).replace_extension(ending);
    if (fs::exists(side)) all.push_back(side);
  }
  return all;
}

void copy_files(const OwnData& own, const fs::path& folder) {
  std::set<std::string> paths;
  for (const OwnSource& source : own.sources) paths.insert(source.look.path);
  for (const auto* layer : {&own.area, &own.units, &own.admin[1], &own.admin[2], &own.admin[3]})
    if (*layer) paths.insert((*layer)->look.path);
  std::error_code fault;
  for (const std::string& path : paths)
    for (const fs::path& file : files_of(path)) {
      const fs::path target = folder / file.filename();
      if (fs::exists(target) && fs::equivalent(file, target)) continue;
      fs::copy_file(file, target, fs::copy_options::overwrite_existing, fault);
      if (fault)
        throw Error(ErrorCode::io,
                    fmt::format("{}: cannot be copied to {}: {}", file.string(), folder.string(), fault.message()));
    }
}

/// Whole or not at all.
void write_scenario(const fs::path& folder, const std::string& text) {
  const fs::path path = folder / "scenario.toml", draft = folder / ".scenario.toml.partial";
  std::ofstream stream(draft, std::ios::binary);
  stream << text;
  stream.close();
  std::error_code fault;
  if (stream) fs::rename(draft, path, fault);
  if (stream && !fault) return;
  fs::remove(draft, fault);
  throw Error(ErrorCode::io, fmt::format("{}: cannot be written; is the disk full?", path.string()));
}

std::string label(const data::FileLook& look) {
  return look.layer.empty() ? look.path : fmt::format("{}, layer {}", look.path, look.layer);
}

void tell_layer(const char* role, const OwnSource& source) {
  fmt::print("  {}: {}, {}\n", printable(label(source.look)), role, printable(source.look.why));
}

/// What `check` and `run` need to be told of a scenario whose files lie elsewhere.
bool reaches_outside(const std::string& text, const std::string& scenario) {
  try {
    parse_scenario(text, scenario);
    return false;
  } catch (const Error&) {
    parse_scenario(text, scenario, OutsidePaths::allowed);  // what is written can be read
    return true;
  }
}

void tell(const OwnData& own, const OwnChoices& choices, const IndicatorPlan& plan, const fs::path& folder,
          bool outside) {
  fmt::print("recognised:\n");
  for (const OwnSource& source : own.sources)
    fmt::print("  {}: {}, {}\n", printable(label(source.look)), source.look.what, printable(source.look.why));
  tell_layer("reporting units", *own.units);
  if (own.area) tell_layer("area of interest", *own.area);
  for (const auto& admin : own.admin)
    if (admin) tell_layer("units for placing events", *admin);
  for (const auto& [look, why] : own.unused) fmt::print("  {}: not used: {}\n", printable(label(look)), printable(why));
  fmt::print("{} to {}, cell {}, {} indicators fed, {} could be added (see the end of the file)\n",
             to_string(choices.from), to_string(choices.to), length_text(choices.cell), plan.fed.size(),
             plan.unfed.size());
  for (const OwnSource& source : own.sources)
    for (const std::string& assumed : source.assumed)
      fmt::print("DECIDE: {}: {}\n", printable(source.name), printable(assumed));
  const std::string scenario = (folder / "scenario.toml").string();
  const char* flag = outside ? " --allow-outside" : "";
  fmt::print("wrote {}. Next:\n  tocsin check {}{}\n  tocsin run {} -o {}{}\n", scenario, scenario, flag, scenario,
             (folder / "out").string(), flag);
  if (outside)
    fmt::print("Your files lie outside {}, where a scenario does not reach unless told; `--copy` copies them there.\n",
               folder.string());
}

nlohmann::ordered_json as_json(const OwnData& own, const OwnChoices& choices, const IndicatorPlan& plan,
                               const fs::path& folder) {
  nlohmann::ordered_json json{{"scenario", (folder / "scenario.toml").string()},
                              {"from", to_string(choices.from)},
                              {"to", to_string(choices.to)},
                              {"crs", choices.crs},
                              {"cell_m", choices.cell.metres}};
  for (const OwnSource& source : own.sources)
    json["sources"][source.name] = {{"path", source.path},
                                    {"kind", data::to_string(source.look.kind)},
                                    {"what", source.look.what},
                                    {"assumed", source.assumed}};
  json["areas"] = {{"path", own.units->path}, {"code", own.units->look.areas.code}, {"count", choices.areas}};
  for (const FedIndicator& fed : plan.fed) json["indicators"].push_back({{"id", fed.id}, {"source", fed.source}});
  for (const auto& [look, why] : own.unused) json["unused"].push_back({{"path", label(look)}, {"why", why}});
  return json;
}

}  // namespace

void init_from_files(const InitFromFiles& options, const CommonOptions& common) {
  const ThreadLimit threads(common.threads);
  require_new_folder(options.folder, common.overwrite);
  const fs::path folder = options.folder;
  OwnData own = look_at_own_files({options.files, options.area, options.folder, options.copy});
  const OwnChoices choices = choose_for(own);
  const IndicatorPlan plan = plan_indicators(own, choices);
  const std::string own_name = fs::weakly_canonical(fs::absolute(folder)).filename().string();
  const std::string text = scenario_text(options.name.empty() ? own_name : options.name, own, choices, plan);
  make_new_folder(options.folder, common.overwrite);
  if (options.copy) copy_files(own, folder);
  write_scenario(folder, text);
  const bool outside = reaches_outside(text, (folder / "scenario.toml").string());
  if (common.json)
    fmt::print(
        "{}\n",
        as_json(own, choices, plan, folder).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  else if (!common.quiet)
    tell(own, choices, plan, folder, outside);
}

}  // namespace tocsin::cli
