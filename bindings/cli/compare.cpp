#include <cmath>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/area_table.hpp>

#include "compare_findings.hpp"
#include "compare_output.hpp"
#include "compare_words.hpp"
#include "console_progress.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct CompareVerb {
  CompareOptions options;
  std::string output;
};

void compare_verb(const CompareVerb& verb, const CommonOptions& common) {
  const CompareOptions& options = verb.options;
  const CubeOptions& cube = options.cube;
  if (!verb.output.empty()) {
    require_output(verb.output, common.overwrite, data::area_table_endings(),
                   {cube.events.spec.path, cube.events.admin.path, cube.areas.path, cube.not_observed.path});
    if (!verb.output.ends_with(".csv") && cube.areas.path.empty())
      throw Error(ErrorCode::usage,
                  fmt::format("-o {}: shapes are of areas; give --areas FILE, or write a .csv", verb.output));
  }
  if (!(options.confidence > 0 && options.confidence < 1))
    throw Error(ErrorCode::usage, fmt::format("--confidence {}: above 0 and below 1", options.confidence));
  const ComparedPeriods periods = compared_periods(options.period, options.against, options.every);
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  const ComparedCounts counts = count_compared(options, periods, memory_of(common), progress);
  const CompareFindings findings = findings_of(counts, options);
  const std::vector<std::string> lines =
      lines_of(findings, counts, periods, options, options.language == "fr" ? Language::french : Language::english);
  if (!verb.output.empty()) write_comparison(verb.output, findings, counts, periods, options);
  if (common.json) {
    nlohmann::ordered_json out = json_of(findings, counts, periods, options, lines);
    out["warnings"] = counts.warnings;
    if (!verb.output.empty()) out["output"] = verb.output;
    fmt::print("{}\n", out.dump(2));
    return;
  }
  for (const std::string& line : lines) fmt::print("{}\n", printable(line));
  if (common.quiet) return;
  for (const std::string& warning : counts.warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
}

void add_source_options(CLI::App& sub, CompareOptions& options) {
  add_event_options(sub, options.cube.events);
  sub.add_option("--areas", options.cube.areas.path, "polygons: compare each of them too");
  sub.add_option("--areas-layer", options.cube.areas.layer, "their layer, where the file has several");
  sub.add_option("--code", options.cube.areas.code_field, "attribute with their codes (default: numbered from 1)");
  sub.add_option("--name", options.cube.areas.name_field, "attribute with their names");
  sub.add_option("--areas-where", options.cube.areas.where, "OGR SQL where clause on them");
  add_observation_options(sub, options.cube);
  sub.add_option("--by", options.by,
                 "text column of the events (actor, category, ...): shares and changes of its values")
      ->expected(1)
      ->take_all();
  sub.add_option("--persons", options.persons, "numeric column: compare persons as well as incidents");
}

void add_comparison_options(CLI::App& sub, CompareOptions& options) {
  sub.add_option("--period", options.period, "what to look at: 2021-Q3, 2021-08, 2021, or 2020-12..2021-02")
      ->required();
  sub.add_option("--against", options.against, "what to compare it with: previous, year-before, or as --period")
      ->capture_default_str();
  sub.add_option("--every", options.every, "the length of --period, as a check")
      ->check(CLI::IsMember({"week", "dekad", "month", "quarter", "year"}));
  sub.add_option("--exposure", options.exposure,
                 "observed: rates by day on which somebody could know; equal: both periods count alike")
      ->check(CLI::IsMember({"observed", "equal"}))
      ->capture_default_str();
  sub.add_option(
         "--maturity", options.maturity,
         "count what was known so long after each period's end: \"45 days\"; equal: as long as for the later one; "
         "none: all")
      ->capture_default_str();
  sub.add_option("--method", options.method, "of p and interval: mid-p, or exact, which claims less")
      ->check(CLI::IsMember({"mid-p", "exact"}))
      ->capture_default_str();
  sub.add_option("--dispersion", options.dispersion,
                 "variance of incidents by their mean: from history, none (1), or a number")
      ->capture_default_str();
  sub.add_option("--confidence", options.confidence, "of intervals")->capture_default_str();
  sub.add_option("--language", options.language, "of the sentences: en or fr")
      ->check(CLI::IsMember({"en", "fr"}))
      ->capture_default_str();
}

std::vector<IdleOptions> idle_compare_options(const CompareOptions& options) {
  const bool areas = !options.cube.areas.path.empty(), table = !options.cube.not_observed.path.empty();
  const bool gaps = table || !options.cube.observed_from.empty() || !options.cube.observed_to.empty();
  std::vector<IdleOptions> idle = idle_event_source_options(options.cube.events);
  idle.insert(
      idle.end(),
      {{{"--to"}, true, "beside --period, which says where it ends: remove it"},
       {{"--code", "--name", "--areas-where", "--areas-layer", "--placement", "--admin", "--admin-code",
         "--admin-layer", "--admin-name", "--admin-level", "--not-observed"},
        !areas,
        "without --areas: give the areas, or remove it"},
       {{"--not-observed-where"}, !table, "without --not-observed: give the table, or remove it"},
       {{"--gap-share"},
        !gaps,
        "without --not-observed, --observed-from or --observed-to: there are no gaps; remove it"},
       {{"--from"}, options.dispersion != "history", "with --dispersion: it says where history begins; remove it"}});
  return idle;
}

constexpr const char* footer =
    "Says of two periods whether the later one had more, in sentences that can be read out, and how sure that is:\n"
    "  p < 0.01   a clear rise or fall\n"
    "  p < 0.05   a likely one\n"
    "  else       consistent with chance; the true change lies anywhere in the interval\n"
    "The test is exact given the sum of both counts. Percentages in sentences are of counts; p and interval are of\n"
    "rates by day observed. Of areas and values of --by, p is corrected for how many were looked at\n"
    "(Benjamini-Hochberg: q), and so are their intervals.\n"
    "\n"
    "The later period is always the less complete one. So, where records say when they were reported, both periods\n"
    "count what was known equally many days after their end; more may still come of both. Incidents that come in\n"
    "clusters vary more than chance alone: parts of past periods show by how much, and counts are divided by it.\n"
    "Persons count by how many were harmed together. Areas that could not be observed in one of the periods are\n"
    "compared in neither.\n"
    "\n"
    "Columns of the table: earlier, later (counts; empty = not observed), *_exposure (days observed), *_percent\n"
    "(change of the count, of the rate, its interval), p, q, change (the word), chance_up and chance_up_by_half (that\n"
    "the rate rose, and by half or more), shares of the kind with intervals that hold together.\n"
    "\n"
    "Examples, with S for data/samples/western_equatoria:\n"
    "  tocsin compare S/incidents.csv --period 2021-Q2 --against previous --by actor --persons persons\n"
    "  tocsin compare S/incidents.csv --period 2020-12..2021-02 --against year-before \\\n"
    "    --areas S/counties.geojson --code pcode --name name --admin S/counties.geojson --admin-code pcode \\\n"
    "    --not-observed S/access.csv --language fr -o compare.csv";

}  // namespace

void add_compare(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<CompareVerb>();
  CLI::App* sub = app.add_subcommand("compare", "Two periods compared: is it more than chance? In plain sentences");
  add_source_options(*sub, verb->options);
  add_comparison_options(*sub, verb->options);
  sub->add_option("-o,--output", verb->output, "table to write: .csv, or of areas .gpkg or .geojson");
  add_memory_option(*sub, common);
  add_common_options(*sub, common);
  sub->footer(footer);
  sub->callback([verb, sub, &common] {
    refuse_idle_options(*sub, idle_compare_options(verb->options));
    compare_verb(*verb, common);
  });
}

}  // namespace tocsin::cli
