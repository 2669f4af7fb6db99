#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/area_table.hpp>
#include <tocsin/temporal/alarm/add_up.hpp>

#include "alarm_output.hpp"
#include "console_progress.hpp"
#include "grid_options.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct AlarmVerb {
  PanelOptions panel;
  AlarmOptions options;
  std::string method = "auto", correction = "bh", budget, output;
  std::size_t last = 1, season = 0, sum_by = 0;
  std::optional<double> discovery_rate;
};

const std::map<std::string, Correction> corrections{{"none", Correction::none},
                                                    {"bh", Correction::benjamini_hochberg},
                                                    {"by", Correction::benjamini_yekutieli},
                                                    {"holm", Correction::holm},
                                                    {"bonferroni", Correction::bonferroni}};

/// Periods a year, by the longest of them.
std::size_t season_of(const AlarmVerb& verb, const ReadPanel& read) {
  if (verb.season > 0) return verb.season;
  Every every = parse_every(verb.panel.cube.every).value();
  if (read.has_calendar) {
    int longest = 0;
    for (const Period& period : read.panel.periods) longest = std::max(longest, period.days());
    every = longest <= 7    ? Every::week
            : longest <= 11 ? Every::dekad
            : longest <= 31 ? Every::month
            : longest <= 92 ? Every::quarter
                            : Every::year;
  }
  switch (every) {
    case Every::week:
      return 52;
    case Every::dekad:
      return 36;
    case Every::month:
      return 12;
    case Every::quarter:
      return 4;
    case Every::year:
      break;
  }
  return 1;
}

/// "2 a year", "1 a month", or a number a year.
double budget_of(const std::string& text) {
  std::size_t read = 0;
  double number = 0;
  try {
    number = std::stod(text, &read);
  } catch (const std::exception&) {
    read = 0;
  }
  const std::string rest = text.substr(read);
  const double times = rest.empty() || rest == " a year" ? 1 : rest == " a month" ? 12 : 0;
  if (read == 0 || times == 0 || !(std::isfinite(number) && number > 0))
    throw Error(
        ErrorCode::usage,
        fmt::format("--budget '{}': write the false alarms that can be checked, \"2 a year\" or \"1 a month\"", text));
  return number * times;
}

void require_counts(const Panel& panel, const std::string& path) {
  for (std::size_t i = 0; i < panel.values.size(); ++i)
    if (panel.values[i] < 0)
      throw Error(ErrorCode::input,
                  fmt::format("{}: series '{}' is {} in {}; alarms are of counts, which are not negative", path,
                              panel.codes[i / panel.periods.size()], panel.values[i],
                              panel.periods[i % panel.periods.size()].label));
}

AlarmSum sum_of(const std::string& code, const std::string& name, const std::vector<std::size_t>& members,
                const PanelAlarms& alarms) {
  AlarmSum sum{code, name, {}, members.size()};
  std::vector<AlarmPoint> parts(members.size());
  for (std::size_t k = 0; k < alarms.series[members.front()].points.size(); ++k) {
    for (std::size_t m = 0; m < members.size(); ++m) parts[m] = alarms.series[members[m]].points[k];
    sum.points.push_back(add_up(parts, alarms.options.alpha));
  }
  return sum;
}

/// One of all series, and one of those whose codes begin alike.
std::vector<AlarmSum> sums_of(const AlarmVerb& verb, const Panel& panel, const PanelAlarms& alarms) {
  std::vector<AlarmSum> sums;
  if (panel.size() < 2) return sums;
  std::map<std::string, std::vector<std::size_t>> by_code;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < panel.size(); ++i) {
    all.push_back(i);
    if (verb.sum_by > 0) by_code[panel.codes[i].substr(0, verb.sum_by)].push_back(i);
  }
  sums.push_back(sum_of("", "all", all, alarms));
  for (const auto& [code, members] : by_code)
    if (members.size() < all.size()) sums.push_back(sum_of(code, code, members, alarms));
  return sums;
}

void tell(const AlarmVerb& verb, const CommonOptions& common, const ReadPanel& read, const PanelAlarms& alarms) {
  if (common.json) {
    nlohmann::ordered_json out{{"read", read.rows_read},
                               {"first_period", read.panel.periods.front().label},
                               {"last_period", read.panel.periods.back().label},
                               {"periods", read.panel.periods.size()}};
    out.update(json_of(read, alarms));
    out["warnings"] = read.warnings;
    if (!verb.output.empty()) out["output"] = verb.output;
    fmt::print("{}\n", out.dump(2));
    return;
  }
  if (!common.quiet)
    for (const std::string& line : choices_in_words(read, alarms)) fmt::print("{}\n", printable(line));
  if (alarms.budget && !common.quiet) fmt::print("{}\n", budget_in_words(alarms));
  for (const std::string& line : alarms_in_words(read, alarms)) fmt::print("{}\n", printable(line));
  if (common.quiet) return;
  for (const std::string& warning : read.warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
}

void alarm_verb(const AlarmVerb& verb, const CommonOptions& common) {
  if (!verb.output.empty()) {
    require_output(verb.output, common.overwrite, data::area_table_endings(), inputs_of(verb.panel));
    if (!verb.output.ends_with(".csv") && verb.panel.cube.areas.path.empty())
      throw Error(ErrorCode::usage,
                  fmt::format("-o {}: shapes are of areas; give --areas FILE, or write a .csv", verb.output));
  }
  PanelAlarms alarms;
  alarms.options = verb.options;
  alarms.options.method = parse_alarm_method(verb.method).value();
  if (!verb.budget.empty()) alarms.budget = budget_of(verb.budget);
  ConsoleProgress progress(common.quiet || common.json);
  const ThreadLimit threads(common.threads);
  const ReadPanel read = read_panel(verb.panel, memory_of(common), progress);
  require_counts(read.panel, verb.panel.cube.events.spec.path);
  alarms.options.season = season_of(verb, read);
  if (alarms.budget) alarms.options.alpha = alpha_of_budget(*alarms.budget, read.panel.size(), alarms.options.season);
  if (verb.discovery_rate) alarms.options.alpha = *verb.discovery_rate;
  const std::size_t last = std::min(verb.last, read.panel.periods.size());
  alarms.first = read.panel.periods.size() - last;
  alarms.series = panel_alarms(read.panel, last, alarms.options, corrections.at(verb.correction), progress);
  if (verb.discovery_rate) keep_discoveries(alarms.series, *verb.discovery_rate);
  alarms.sums = sums_of(verb, read.panel, alarms);
  if (alarms.budget) alarms.replay = replay(read.panel, alarms.series, alarms.options, progress);
  if (verb.panel.cube.observed_to.empty()) alarms.ends = end_of_events(read);
  if (!verb.output.empty()) write_alarms(verb.output, read, alarms);
  tell(verb, common, read, alarms);
}

std::vector<IdleOptions> idle_alarm_options(const AlarmVerb& verb) {
  const bool sums = verb.method == "cusum" || verb.method == "nb-cusum", glr = verb.method.starts_with("glr");
  const bool automatic = verb.method == "auto", farrington = verb.method.starts_with("farrington");
  std::vector<IdleOptions> idle = idle_panel_options(verb.panel);
  idle.insert(idle.end(),
              {{{"--alpha", "--fdr"}, !verb.budget.empty(), "with --budget, which sets alpha; remove it"},
               {{"--alpha"}, verb.discovery_rate.has_value(), "with --fdr; remove one"},
               {{"--fdr"}, sums || glr || verb.method == "ears-c3", "with a method that has no p; remove it"},
               {{"--alpha", "--budget"}, glr, "with --method glr, which has a limit of its own: give --glr-limit"},
               {{"--glr-limit"}, !glr, "without --method glr or glr-nb; remove it"},
               {{"--rise"}, !sums, "without --method cusum or nb-cusum; remove it"},
               {{"--years-back"}, !automatic && !farrington, "without Farrington's methods; remove it"},
               {{"--baseline"},
                !automatic && !sums && !glr && verb.method != "predictive",
                "with a method that has a baseline of its own; remove it"},
               {{"--correction"}, sums || glr || verb.method == "ears-c3", "with a method that has no p; remove it"}});
  return idle;
}

constexpr const char* footer =
    "Judges the last periods of each series by what came before, and says which are more than chance would bring:\n"
    "  auto                 farrington-flexible with three years behind and 1.25 events a period; else predictive\n"
    "  predictive           what the counts before let expect, with their clusters; for few events or little history\n"
    "  ears-c1, -c2, -c3    mean and spread of the 7 periods before (c2: two further back; c3: c2 of three together)\n"
    "  farrington           the same season of the years before, with trend, past outbreaks weighing less (1996)\n"
    "  farrington-flexible  its improved version (2013): all seasons, half a year left out\n"
    "  cusum, nb-cusum      small rises that last: sums what exceeds a reference (nb: events come in clusters)\n"
    "  glr, glr-nb          a rise of any size, since any time\n"
    "A period that nobody could look into (--not-observed, --observed-from, --observed-to) is blind: neither an "
    "alarm\n"
    "nor calm. Days on which somebody could look are what counts are taken by. --budget sets alpha from the false "
    "alarms\n"
    "that can be checked, over all series, and says what the past would have had. Sums of series add up their counts\n"
    "and what was expected of them. An alarm says nothing of why: more access makes more reports.\n"
    "Columns: verdict (alarm, no alarm, or why there is none); upper: the largest count that is no alarm; score: how "
    "far\n"
    "from expected (0) to upper (1); p: the chance of so many; adjusted_p: for all series of the period "
    "(--correction);\n"
    "statistic of ears, cusum, glr.\n"
    "\n"
    "Examples, with S for data/samples/western_equatoria:\n"
    "  tocsin alarm S/incidents.csv --every month --to 2021-08-31 --by actor --last 3\n"
    "  tocsin alarm S/incidents.csv --every month --to 2021-08-31 --areas S/counties.geojson --code pcode \\\n"
    "    --name name --admin S/counties.geojson --admin-code pcode --not-observed S/access.csv \\\n"
    "    --budget \"2 a year\" --last 6 -o alarms.gpkg";

}  // namespace

void add_alarm(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<AlarmVerb>();
  CLI::App* sub = app.add_subcommand("alarm", "Which series call for attention now: more than their past lets expect");
  add_panel_options(*sub, verb->panel);
  sub->add_option("--method", verb->method, "how a period is judged (default: by the history; the choice is said)")
      ->check(CLI::IsMember({"auto", "predictive", "ears-c1", "ears-c2", "ears-c3", "farrington", "farrington-flexible",
                             "cusum", "nb-cusum", "glr", "glr-nb"}));
  sub->add_option("--last", verb->last, "judge the last so many periods")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  sub->add_option("--alpha", verb->options.alpha, "chance of a false alarm in a period of a series")
      ->check(CLI::Range(1e-12, 0.49))
      ->capture_default_str();
  sub->add_option("--budget", verb->budget, "in place of it: false alarms over all series, \"2 a year\"");
  sub->add_option("--correction", verb->correction, "of adjusted_p, for the number of series")
      ->check(CLI::IsMember({"none", "bh", "by", "holm", "bonferroni"}))
      ->capture_default_str();
  sub->add_option("--fdr", verb->discovery_rate, "in place of it: share of false ones among the alarms of a period")
      ->check(CLI::Range(1e-12, 0.49));
  sub->add_option("--baseline", verb->options.baseline, "predictive, cusum, glr: the last so many periods (0: all)")
      ->capture_default_str();
  sub->add_option("--years-back", verb->options.years_back, "Farrington: at most so many years")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  sub->add_option("--rise", verb->options.rise, "cusum: the rate by the usual one that is to be found")
      ->check(CLI::Range(1.01, 100.0))
      ->capture_default_str();
  sub->add_option("--glr-limit", verb->options.glr_limit, "glr: of the log likelihood ratio")->capture_default_str();
  sub->add_option("--season", verb->season, "periods a year (default: by their length)")->check(CLI::Range(1, 366));
  sub->add_option("--sum-by", verb->sum_by, "also judge sums of series whose codes share so many first characters");
  sub->add_option("-o,--output", verb->output, "table to write: .csv, or of areas .gpkg or .geojson");
  add_memory_option(*sub, common);
  add_common_options(*sub, common);
  sub->footer(footer);
  sub->callback([verb, sub, &common] {
    refuse_idle_options(*sub, idle_alarm_options(*verb));
    alarm_verb(*verb, common);
  });
}

}  // namespace tocsin::cli
