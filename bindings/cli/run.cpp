#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/run_folder.hpp>
#include <tocsin/indicators/assessment.hpp>

#include "console_progress.hpp"
#include "open_sources.hpp"
#include "outside_option.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct RunOptions {
  std::string scenario, output, fail_on, since;
  std::int64_t seed = -1;
  OutsidePaths outside = OutsidePaths::refused;
};

/// Sees the alerts on their way to the folder.
class AlertWatch final : public ResultSink {
 public:
  explicit AlertWatch(ResultSink& folder) : folder_(folder) {}
  void begin(const AssessmentHeader& header) override { folder_.begin(header_ = header); }
  void write_rows(const Period& period, std::span<const Band> rows) override { folder_.write_rows(period, rows); }
  void write_areas(const Period& period, std::span<const AreaScore> areas) override {
    folder_.write_areas(period, areas);
  }
  void write_hotspots(const Period& period, const HotspotPeriod& hotspots) override {
    folder_.write_hotspots(period, hotspots);
  }
  void write_alerts(std::span<const Alert> alerts) override {
    alerts_.assign(alerts.begin(), alerts.end());
    folder_.write_alerts(alerts);
  }
  void finish(const AssessmentReport& report) override { folder_.finish(report); }

  [[nodiscard]] const AssessmentHeader& header() const { return header_; }
  [[nodiscard]] const std::vector<Alert>& alerts() const { return alerts_; }
  /// Those that stand at the end of the last period.
  [[nodiscard]] std::vector<Alert> standing() const {
    std::vector<Alert> result;
    for (const Alert& alert : alerts_)
      if (alert.period + 1 == header_.periods.size() && alert.stands()) result.push_back(alert);
    return result;
  }

 private:
  ResultSink& folder_;
  AssessmentHeader header_;
  std::vector<Alert> alerts_;
};

constexpr std::array<std::string_view, 3> alert_levels{"watch", "warning", "alert"};

std::ptrdiff_t height_of(std::string_view level) {
  return std::find(alert_levels.begin(), alert_levels.end(), level) - alert_levels.begin();
}

void check_usage(const RunOptions& options, const Scenario& scenario) {
  for (const auto& [option, value] : {std::pair("--fail-on", options.fail_on), std::pair("--since", options.since)})
    if (!value.empty() && !scenario.alerts)
      throw Error(ErrorCode::usage,
                  fmt::format("{}: {} has no [alerts]; add rules, or leave the option out", option, options.scenario));
}

data::RunFolderOptions folder_options(const Scenario& scenario, const RunOptions& options, bool overwrite) {
  data::RunFolderOptions folder;
  folder.folder = options.output;
  folder.overwrite = overwrite ? data::Overwrite::yes : data::Overwrite::no;
  for (const NamedFile& file : files_of(scenario)) folder.inputs.push_back({file.name, file.path});
  folder.note = scenario.note;
  if (scenario.alerts && !scenario.alerts->cap_sender.empty())
    folder.cap = data::CapOptions{scenario.alerts->cap_sender, scenario.alerts->cap_status};
  if (!options.since.empty())
    folder.earlier = data::read_alerts_json((std::filesystem::path(options.since) / "alerts.json").string());
  if (folder.earlier && folder.earlier->as_of > to_string(scenario.as_of))
    throw Error(ErrorCode::usage,
                fmt::format("--since {}: that run is as of {}, after this one ({}); name an earlier one", options.since,
                            folder.earlier->as_of, to_string(scenario.as_of)));
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

nlohmann::ordered_json standing_json(const AlertWatch& watch) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Alert& alert : watch.standing())
    list.push_back({{"id", alert.id},
                    {"level", alert.level},
                    {"state", alert.state},
                    {"since", alert.since},
                    {"area", watch.header().areas.names[alert.area]},
                    {"why", alert.why}});
  return list;
}

void tell_alerts(const AlertWatch& watch, const std::optional<data::EarlierAlerts>& earlier) {
  for (const Alert& alert : watch.standing())
    fmt::print(stderr, "{}: {} ({} since {}): {}\n", alert.level, printable(watch.header().areas.names[alert.area]),
               alert.rule, alert.since, printable(alert.why));
  if (watch.standing().empty()) fmt::print(stderr, "no alert stands\n");
  if (!earlier) return;
  const auto news = data::news_since(*earlier, watch.header(), watch.alerts());
  if (news.empty()) fmt::print(stderr, "nothing new since the run as of {}\n", earlier->as_of);
  std::set<std::string> told;
  for (const data::AlertNews& each : news) {
    using Kind = data::AlertNews::Kind;
    const bool renamed = each.kind == Kind::new_rule || each.kind == Kind::rule_gone;
    if (renamed && told.insert(each.rule).second)
      fmt::print(stderr, "rule '{}' is not in {} run: its alerts cannot be compared; was it renamed?\n", each.rule,
                 each.kind == Kind::new_rule ? "the previous" : "this");
    if (renamed) continue;
    fmt::print(stderr, "new since the run as of {}: {} {}{}\n", earlier->as_of, name(each.kind), each.id,
               each.level.empty() ? "" : fmt::format(" ({})", each.level));
  }
}

void print_summary(const Scenario& scenario, const AssessmentReport& report, const AlertWatch& watch,
                   const std::string& output) {
  nlohmann::ordered_json summary{{"scenario", scenario.name}, {"as_of", to_string(scenario.as_of)}, {"output", output}};
  for (const auto& [source, account] : report.rows) {
    std::int64_t outside = 0;
    for (const auto& [reason, rows] : account.outside) outside += rows;
    summary["rows"][source] = {
        {"read", account.read}, {"used", account.used}, {"outside", outside}, {"quarantined", account.quarantined}};
  }
  if (scenario.alerts) summary["alerts"] = standing_json(watch);
  summary["warnings"] = report.warnings;
  fmt::print("{}\n", summary.dump(2));
}

void tell(const RunOptions& options, const AssessmentReport& report, const AlertWatch* watch,
          const std::optional<data::EarlierAlerts>& earlier) {
  for (const std::string& warning : report.warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
  if (!report.quarantined.empty())
    fmt::print(stderr, "{} records could not be used: see {}\n", report.quarantined.size(),
               (std::filesystem::path(options.output) / "quarantine.csv").string());
  fmt::print(stderr, "wrote {}\n", options.output);
  if (watch != nullptr) tell_alerts(*watch, earlier);
}

void run(const RunOptions& options, const CommonOptions& common) {
  Scenario scenario = load_scenario(options.scenario, options.outside);
  if (options.seed >= 0) scenario.seed = options.seed;
  check_usage(options, scenario);
  const double memory = memory_of(common);
  if (!common.memory.empty() || scenario.memory_bytes <= 0) scenario.memory_bytes = memory;
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  const data::RunFolderOptions folder = folder_options(scenario, options, common.overwrite);
  data::RunFolderSink sink(folder);
  AlertWatch watch(sink);
  Sources sources = open_sources(scenario);
  const AssessmentReport report = run_assessment(scenario, sources, watch, progress);
  if (common.json)
    print_summary(scenario, report, watch, options.output);
  else if (!common.quiet)
    tell(options, report, scenario.alerts ? &watch : nullptr, folder.earlier);
  if (options.fail_on.empty()) return;
  for (const Alert& alert : watch.standing())
    if (height_of(alert.level) >= height_of(options.fail_on)) throw AlertsStand();
}

}  // namespace

void add_run(CLI::App& app, CommonOptions& common) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* verb = app.add_subcommand("run", "The main job: score areas and cells for every period of a scenario");
  verb->add_option("scenario", options->scenario, "scenario file (TOML)")->required();
  verb->add_option("-o,--output", options->output, "folder for the results; appears complete or not at all")
      ->required();
  verb->add_option("--seed", options->seed, "overrides the scenario's seed")->check(CLI::NonNegativeNumber);
  verb->add_option("--fail-on", options->fail_on, "exit with 4 when an alert of this level, or a higher one, stands")
      ->check(CLI::IsMember({"watch", "warning", "alert"}));
  verb->add_option("--since", options->since, "folder of an earlier run: tell, and write, which alerts are new since");
  add_common_options(*verb, common);
  add_memory_option(*verb, common);
  const auto outside = add_outside_option(*verb);
  verb->footer(
      "Writes a risk GeoTIFF for each period, areas.gpkg, areas.csv, areas.xlsx, a picture of the last period,\n"
      "alerts.csv and alerts.json (where the scenario has [alerts]), joins.csv (places that were not plainly found;\n"
      "internal), quarantine.csv (rows that could not be used; internal) and run.json (what went in and out).\n"
      "Exit codes: 0 done, 1 the run failed, 2 usage or scenario error, 3 input data unusable, 4 done and alerts "
      "stand\n"
      "at or above --fail-on.\n"
      "Example: tocsin init my-area --from-sample && tocsin run my-area/scenario.toml -o my-area/out");
  verb->callback([options, outside, &common] {
    options->outside = outside_paths(*outside);
    run(*options, common);
  });
}

}  // namespace tocsin::cli
