#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <tocsin/data/drivers.hpp>

#include "verbs.hpp"

namespace tocsin::cli {
namespace {

void formats(const CommonOptions& common) {
  if (common.json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const data::FormatInfo& format : data::formats())
      list.push_back({{"name", format.name},
                      {"extensions", format.extensions},
                      {"reads", format.reads},
                      {"available", format.available}});
    fmt::print("{}\n", list.dump(2));
    return;
  }
  fmt::print("{:<22} {:<30} {}\n", "files", "endings", "read as");
  for (const data::FormatInfo& format : data::formats())
    fmt::print("{:<22} {:<30} {}{}\n", format.name, fmt::format("{}", fmt::join(format.extensions, " ")), format.reads,
               format.available ? "" : " (this GDAL cannot)");
  fmt::print("\nwritten by `run`: .tif (Cloud Optimized GeoTIFF), .gpkg, .csv, .xlsx, .png, .json\n");
}

}  // namespace

void add_formats(CLI::App& app, CommonOptions& common) {
  CLI::App* verb = app.add_subcommand("formats", "List the files that can be read and written");
  add_common_options(*verb, common);
  verb->footer("Example: tocsin formats --json");
  verb->callback([&common] { formats(common); });
}

}  // namespace tocsin::cli
