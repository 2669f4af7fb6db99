#include "own_data.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin::cli {
namespace {

namespace fs = std::filesystem;
using data::FileKind;
using data::FileLook;

bool is_elsewhere(const std::string& path) {
  return path.starts_with("/vsi") || path.find("://") != std::string::npos;
}

std::string path_in_scenario(const std::string& path, const OwnFiles& files) {
  if (is_elsewhere(path)) {
    if (files.copy)
      throw Error(ErrorCode::usage,
                  fmt::format("{}: cannot be copied; name a file on this disk, or leave --copy out", path));
    return path;
  }
  if (files.copy) return fs::path(path).filename().string();
  // By letters, as scenarios resolve them: links are not followed.
  const fs::path file = fs::absolute(path).lexically_normal();
  return file.lexically_relative((fs::absolute(files.folder) / "").lexically_normal()).generic_string();
}

std::string stem_of(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  return name.substr(0, name.find('.'));
}

/// Names that are taken get a number.
std::string free_name(const std::string& wanted, std::set<std::string>& taken) {
  std::string name = wanted;
  for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}_{}", wanted, i);
  return name;
}

OwnSource own_source(const FileLook& look, const OwnFiles& files, std::set<std::string>& taken) {
  OwnSource source;
  source.look = look;
  const std::string stem = source_name(stem_of(look.path)), layer = source_name(look.layer);
  source.name =
      free_name(look.layer.empty() || layer.starts_with("sheet") || layer.starts_with("feuil") ? stem : layer, taken);
  source.path = path_in_scenario(look.path, files);
  source.spec = look.spec(source.name);
  return source;
}

std::string label(const FileLook& look) {
  return look.layer.empty() ? fmt::format("'{}'", look.path) : fmt::format("'{}', layer {}", look.path, look.layer);
}

[[noreturn]] void ask_for_areas(const std::vector<FileLook>& looks) {
  std::string hint = "with --area FILE, or among the files (a GeoPackage, Shapefile or GeoJSON of counties, say)";
  for (const FileLook& look : looks)
    if (look.kind == FileKind::events)
      throw Error(ErrorCode::usage,
                  fmt::format("a scenario scores areas, and none of the files holds polygons: give them {}. To map {} "
                              "without areas: tocsin density \"{}\" --bandwidth auto --cell \"1 km\" -o density.tif",
                              hint, label(look), look.path));
  throw Error(ErrorCode::usage,
              fmt::format("a scenario scores areas, and none of the files holds polygons: give them {}", hint));
}

/// Reporting units: level 2 rather than 1 rather than 3, and many rather than one.
int fitness_of_units(const FileLook& look) {
  if (look.areas.code.empty()) return -1;
  const int by_level[] = {0, 30, 40, 20};
  const int level = look.areas.level < 0 ? 25 : by_level[look.areas.level];
  return level + (look.records > 1 ? 100 : 0);
}

/// Area of interest: the country, else whatever is one polygon.
int fitness_of_area(const FileLook& look) {
  return look.areas.level == 0 ? 2 : look.records == 1 ? 1 : 0;
}

template <typename Fitness>
std::optional<std::size_t> fittest(const std::vector<FileLook>& looks, const Fitness& fitness, int least) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < looks.size(); ++i)
    if (fitness(looks[i]) >= least && (!best || fitness(looks[i]) > fitness(looks[*best]))) best = i;
  return best;
}

/// Decides which of the polygon layers is what.
void assign_areas(std::vector<FileLook> layers, const OwnFiles& files, OwnData& own, std::set<std::string>& taken) {
  const auto take = [&](std::size_t index) {
    OwnSource source = own_source(layers[index], files, taken);
    layers.erase(layers.begin() + static_cast<std::ptrdiff_t>(index));
    return source;
  };
  const auto units = fittest(layers, fitness_of_units, 0);
  if (!units) {
    std::vector<std::string> names;
    for (const FileLook& look : layers) names.push_back(label(look));
    throw Error(ErrorCode::usage,
                fmt::format("{}: no attribute has a different value for each area, so areas have no code; add one",
                            fmt::join(names, ", ")));
  }
  own.units = take(*units);
  const auto from_option = [&](const FileLook& look) {
    return (look.path == files.area ? 10 : 0) +
           (files.area.empty() || look.path == files.area ? fitness_of_area(look) : 0);
  };
  // The file of --area may hold the units alone: then they are the area.
  if (const auto area = fittest(layers, from_option, 1)) own.area = take(*area);
  const int own_level = own.units->look.areas.level < 0 ? 2 : own.units->look.areas.level;
  while (!layers.empty()) {
    OwnSource source = own_source(layers.front(), files, taken);
    layers.erase(layers.begin());
    const int level = source.look.areas.level;
    if (level >= 1 && level != own_level && !source.look.areas.code.empty() &&
        !own.admin[static_cast<std::size_t>(level)])
      own.admin[static_cast<std::size_t>(level)] = std::move(source);
    else
      own.unused.push_back({source.look, "other polygons report, or mark off the area"});
  }
}

bool is_population(const FileLook& look) {
  return look.kind == FileKind::raster &&
         names_any(stem_of(look.path), {"pop", "worldpop", "people", "persons", "gpw", "ghs", "landscan"});
}

void refuse_equal_names(const std::vector<FileLook>& looks) {
  std::map<std::string, std::string> seen;
  for (const FileLook& look : looks) {
    const std::string name = fs::path(look.path).filename().string();
    const auto [entry, is_new] = seen.emplace(name, look.path);
    if (!is_new && entry->second != look.path)
      throw Error(ErrorCode::usage,
                  fmt::format("--copy: '{}' and '{}' have the same name; rename one", entry->second, look.path));
  }
}

}  // namespace

OwnData look_at_own_files(const OwnFiles& files) {
  std::vector<FileLook> looks;
  std::vector<std::string> paths = files.files;
  if (!files.area.empty() && std::find(paths.begin(), paths.end(), files.area) == paths.end())
    paths.push_back(files.area);
  for (const std::string& path : paths)
    for (FileLook& look : data::look_at_file(path)) looks.push_back(std::move(look));
  if (files.copy) refuse_equal_names(looks);
  OwnData own;
  std::set<std::string> taken;
  std::vector<FileLook> polygons;
  for (const FileLook& look : looks)
    if (look.kind == FileKind::areas) polygons.push_back(look);
  if (polygons.empty()) ask_for_areas(looks);
  if (!files.area.empty() &&
      std::none_of(polygons.begin(), polygons.end(), [&](const FileLook& look) { return look.path == files.area; }))
    throw Error(ErrorCode::usage, fmt::format("--area {}: holds no polygons; name a file that does", files.area));
  for (const FileLook& look : looks) {
    if (look.kind == FileKind::areas) continue;
    if (look.kind == FileKind::other) {
      own.unused.push_back({look, look.why});
      continue;
    }
    own.sources.push_back(own_source(look, files, taken));
    if (is_population(look) && !own.population) own.population = own.sources.size() - 1;
  }
  assign_areas(std::move(polygons), files, own, taken);
  return own;
}

std::string source_name(const std::string& text) {
  std::string name = fold_name(text);
  std::replace(name.begin(), name.end(), ' ', '_');
  std::erase_if(name, [](unsigned char letter) { return letter > 127; });
  return name.empty() ? "data" : name;
}

bool names_any(const std::string& text, const std::vector<const char*>& stems) {
  const std::string folded = fmt::format(" {}", fold_name(text));
  return std::any_of(stems.begin(), stems.end(),
                     [&](const char* stem) { return folded.find(fmt::format(" {}", stem)) != std::string::npos; });
}

}  // namespace tocsin::cli
