#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>

#include "init_files.hpp"
#include "new_folder.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

namespace fs = std::filesystem;

/// The sample lies beside the program: <prefix>/bin/tocsin and <prefix>/share/tocsin/samples.
fs::path sample_folder() {
  std::error_code fault;
  const fs::path program = fs::read_symlink("/proc/self/exe", fault);
  fs::path folder = program.parent_path().parent_path() / "share/tocsin/samples/western_equatoria";
  if (fault || !fs::exists(folder / "scenario.toml"))
    throw Error(ErrorCode::io,
                "the sample is not installed beside the program (share/tocsin/samples); install tocsin again");
  return folder;
}

struct InitOptions {
  std::string folder, area, name;
  std::vector<std::string> files;
  bool from_sample = false, copy = false;
};

void tell_next(const fs::path& folder) {
  fmt::print("Next:\n  tocsin check {}\n  tocsin run {} -o {}\n", (folder / "scenario.toml").string(),
             (folder / "scenario.toml").string(), (folder / "out").string());
}

void init_from_sample(const InitOptions& options, const CommonOptions& common) {
  make_new_folder(options.folder, common.overwrite);
  const fs::path folder = options.folder;
  std::error_code fault;
  for (const auto& entry : fs::directory_iterator(sample_folder())) {
    if (fault) break;
    if (entry.path().extension() == ".py") continue;  // the script that makes the sample is of no use to a scenario
    fs::copy_file(entry.path(), folder / entry.path().filename(), fs::copy_options::overwrite_existing, fault);
  }
  if (fault)
    throw Error(ErrorCode::io, fmt::format("{}: cannot write the sample: {}", options.folder, fault.message()));
  if (common.quiet) return;
  fmt::print("{} holds a scenario on synthetic data. ", options.folder);
  tell_next(folder);
}

}  // namespace

void add_init(CLI::App& app, CommonOptions& common) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* verb = app.add_subcommand("init", "Start a scenario in a new folder: from your own files, or the sample");
  verb->add_option("folder", options->folder, "folder to make")->required();
  auto* files = verb->add_option("files", options->files,
                                 "events, polygons of areas, rasters, points, lines, tables: whatever you have");
  auto* sample = verb->add_flag("--from-sample", options->from_sample,
                                "copy the synthetic sample: a commented scenario to change");
  auto* area =
      verb->add_option("--area", options->area, "polygons of the area of interest, where the files hold others too");
  auto* name = verb->add_option("--name", options->name, "of the scenario (default: the folder's)");
  auto* copy =
      verb->add_flag("--copy", options->copy, "copy the files into the folder; otherwise they are referred to");
  for (auto* option : {files, area, name, copy}) option->excludes(sample);
  add_common_options(*verb, common);
  verb->footer(
      "Looks at the files and writes folder/scenario.toml, which runs at once: what each file was recognised as and "
      "why,\n"
      "the months that the events cover (at most the last 24), CRS, cell and bandwidth with reasons, and the "
      "indicators\n"
      "of the catalogue that the files can feed. It asks nothing; what had to be assumed stands there after DECIDE.\n"
      "A scenario needs polygons of areas. Nothing of a single record is written.\n"
      "Examples:\n"
      "  tocsin init my-area --from-sample\n"
      "  tocsin init my-office my-area/incidents.csv my-area/counties.geojson my-area/population.tif");
  verb->callback([options, &common] {
    if (options->from_sample) return init_from_sample(*options, common);
    if (options->files.empty())
      throw Error(ErrorCode::usage,
                  "name your files (events, polygons of areas, ...) behind the folder, or add --from-sample");
    init_from_files({options->folder, options->name, options->files, options->area, options->copy}, common);
  });
}

}  // namespace tocsin::cli
