#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/parallel.hpp>
#include <tocsin/data/run_folder.hpp>
#include <tocsin/indicators/assessment.hpp>

#include "console_progress.hpp"
#include "open_sources.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct RunOptions {
  std::string scenario, output;
  std::int64_t seed = -1;
};

data::RunFolderOptions folder_options(const Scenario& scenario, const RunOptions& options, bool overwrite) {
  data::RunFolderOptions folder;
  folder.folder = options.output;
  folder.overwrite = overwrite ? data::Overwrite::yes : data::Overwrite::no;
  for (const NamedFile& file : files_of(scenario)) folder.inputs.push_back({file.name, file.path});
  folder.note = scenario.note;
  folder.options = {{"crs", scenario.crs},
                    {"cell_m", fmt::format("{}", scenario.cell.metres)},
                    {"from", to_string(scenario.from)},
                    {"to", to_string(scenario.to)},
                    {"seed", fmt::format("{}", scenario.seed)}};
  if (scenario.hotspots)
    for (const auto& [key, value] : scenario.hotspots->settings())
      folder.options.emplace_back("hotspots." + key, value);
  return folder;
}

void print_summary(const Scenario& scenario, const AssessmentReport& report, const std::string& output) {
  nlohmann::ordered_json summary{{"scenario", scenario.name}, {"as_of", to_string(scenario.as_of)}, {"output", output}};
  for (const auto& [source, account] : report.rows) {
    std::int64_t outside = 0;
    for (const auto& [reason, rows] : account.outside) outside += rows;
    summary["rows"][source] = {
        {"read", account.read}, {"used", account.used}, {"outside", outside}, {"quarantined", account.quarantined}};
  }
  summary["warnings"] = report.warnings;
  fmt::print("{}\n", summary.dump(2));
}

void run(const RunOptions& options, const CommonOptions& common) {
  Scenario scenario = load_scenario(options.scenario);
  if (options.seed >= 0) scenario.seed = options.seed;
  const double memory = memory_of(common);
  if (!common.memory.empty() || scenario.memory_bytes <= 0) scenario.memory_bytes = memory;
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  data::RunFolderSink sink(folder_options(scenario, options, common.overwrite));
  Sources sources = open_sources(scenario);
  const AssessmentReport report = run_assessment(scenario, sources, sink, progress);
  if (common.json) return print_summary(scenario, report, options.output);
  if (common.quiet) return;
  for (const std::string& warning : report.warnings) fmt::print(stderr, "warning: {}\n", warning);
  if (!report.quarantined.empty())
    fmt::print(stderr, "{} records could not be used: see {}\n", report.quarantined.size(),
               (std::filesystem::path(options.output) / "quarantine.csv").string());
  fmt::print(stderr, "wrote {}\n", options.output);
}

}  // namespace

void add_run(CLI::App& app, CommonOptions& common) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* verb = app.add_subcommand("run", "The main job: score areas and cells for every period of a scenario");
  verb->add_option("scenario", options->scenario, "scenario file (TOML)")->required();
  verb->add_option("-o,--output", options->output, "folder for the results; appears complete or not at all")
      ->required();
  verb->add_option("--seed", options->seed, "overrides the scenario's seed")->check(CLI::NonNegativeNumber);
  add_common_options(*verb, common);
  add_memory_option(*verb, common);
  verb->footer(
      "Writes a risk GeoTIFF for each period, areas.gpkg, areas.csv, areas.xlsx, a picture of the last period,\n"
      "quarantine.csv (rows that could not be used; internal) and run.json (what went in and out).\n"
      "Exit codes: 0 done, 1 the run failed, 2 usage or scenario error, 3 input data unusable.\n"
      "Example: tocsin init my-area --from-sample && tocsin run my-area/scenario.toml -o my-area/out");
  verb->callback([options, &common] { run(*options, common); });
}

}  // namespace tocsin::cli
