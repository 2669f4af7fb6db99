#include <algorithm>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/data/area_table.hpp>
#include <tocsin/temporal/nowcast_backtest.hpp>

#include "console_progress.hpp"
#include "nowcast_output.hpp"
#include "panel_options.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct NowcastVerb {
  PanelOptions panel;
  NowcastOptions options;
  std::string output, half_life, window, observed_to;
  bool backtest = false;
};

NowcastOptions options_of(const NowcastVerb& verb) {
  NowcastOptions options = verb.options;
  if (!verb.half_life.empty()) options.delays.half_life_days = parse_duration(verb.half_life).days;
  if (!verb.window.empty()) options.delays.window_days = static_cast<int>(parse_duration(verb.window).days);
  if (!verb.window.empty() && options.delays.window_days < 1)
    throw Error(ErrorCode::usage, fmt::format("--window {}: give at least a day", verb.window));
  options.validate();
  return options;
}

/// The end of the last period that the source covers whole; empty without --observed-to, or where it covers all.
std::optional<Day> covered_to(const NowcastVerb& verb) {
  if (verb.observed_to.empty()) return {};
  const auto day = parse_day(verb.observed_to);
  if (!day)
    throw Error(ErrorCode::usage,
                fmt::format("--observed-to: '{}' is not a date; write it as 2021-08-31", verb.observed_to));
  const EventOptions& events = verb.panel.cube.events;
  const auto as_of = parse_day(events.as_of), to = parse_day(events.to);
  if ((as_of && *day >= *as_of) || (to && *day >= *to)) return {};
  const Period period = period_of(*day, parse_every(verb.panel.cube.every).value());
  return period.last == *day ? period.last : period.first - std::chrono::days{1};
}

/// Periods up to those of the as-of day or --to, or of the last covered day, which the source does not cover whole.
std::vector<Period> uncovered_periods(const NowcastVerb& verb, Day covered) {
  const EventOptions& events = verb.panel.cube.events;
  const Every every = parse_every(verb.panel.cube.every).value();
  Day last = parse_day(verb.observed_to).value();
  if (const auto to = parse_day(events.to))
    last = *to;
  else if (const auto as_of = parse_day(events.as_of))
    last = period_of(*as_of, every).last;
  else
    last = period_of(last, every).last;
  return covered < last ? periods_between(covered + std::chrono::days{1}, last, every) : std::vector<Period>{};
}

/// The day that was asked for, else that of the last report.
Day as_of(const NowcastVerb& verb, const ReadPanel& read) {
  const std::string& text = verb.panel.cube.events.as_of;
  if (const auto day = parse_day(text)) return *day;
  Day last = read.panel.periods.front().first;
  for (std::size_t i = 0; i < read.reported.size(); ++i) last = std::max(last, read.reported.reported[i]);
  return last;
}

/// Up to the period of the as-of day where one was given: what came later is not known, and silence since the last
/// event is what a nowcast is about.
std::vector<Period> periods_of(const NowcastVerb& verb, const ReadPanel& read, Day day) {
  const EventOptions& events = verb.panel.cube.events;
  const std::vector<Period>& counted = read.panel.periods;
  if (events.as_of.empty() || !events.to.empty()) return counted;
  if (day < counted.front().first)
    throw Error(ErrorCode::usage, fmt::format("--as-of {}: is before the data, which begin on {}", to_string(day),
                                              to_string(counted.front().first)));
  const Every every = parse_every(verb.panel.cube.every).value();
  return periods_between(counted.front().first, period_of(day, every).last, every);
}

/// Warns where the records end a whole period or more before the nowcast does, and chance leaves no such silence.
void warn_of_end(const Nowcast& nowcast, std::vector<std::string>& warnings) {
  if (!nowcast.records_end) return;
  std::erase_if(warnings, [](const std::string& line) { return line.starts_with("the last event is of "); });
  warnings.push_back(fmt::format(
      "the last record is of {}, {} days before {}: the source may simply end there; if so, say by "
      "--observed-to which day it covers last",
      to_string(*nowcast.records_end), days_between(*nowcast.records_end, nowcast.as_of), to_string(nowcast.as_of)));
}

AccessClock clock_of(const ReadPanel& read) {
  std::vector<AccessGap> gaps;
  for (const UnobservedDays& gap : read.gaps) gaps.push_back({gap.place, gap.first, gap.last, 0});
  return AccessClock(read.panel.size(), gaps);
}

void warn(const Nowcast& nowcast, std::vector<std::string>& warnings) {
  const SeriesDelays& delays = nowcast.delays;
  const double all = delays.used + delays.without_reported + delays.too_long + delays.while_closed + delays.beyond;
  const auto tell = [&](double records, const char* what) {
    if (records > 0.05 * all) warnings.push_back(fmt::format("{:.0f} of {:.0f} records {}", records, all, what));
  };
  tell(delays.without_reported, "have no date of report: they count as known, and tell nothing of delays");
  tell(delays.too_long, "are known to a month or longer only: they tell nothing of delays");
  tell(delays.while_closed, "were reported from closed places: is --not-observed right?");
  tell(delays.beyond, "came later than the longest delay that is looked at: expected numbers are too low; see --tail");
  constexpr double few_reports = 20;
  constexpr std::size_t few_periods = 6;
  if (delays.used < few_reports)
    warnings.push_back(
        fmt::format("delays rest on {:.0f} reports: intervals are wide, and a nowcast wants {:.0f} or more",
                    delays.used, few_reports));
  if (nowcast.periods.size() < few_periods)
    warnings.push_back(
        fmt::format("{} period(s): what is usual rests on few; give a history of {} or more, or shorter "
                    "periods",
                    nowcast.periods.size(), few_periods));
}

void nowcast_verb(const NowcastVerb& verb, const CommonOptions& common) {
  const bool by_area = !verb.panel.cube.areas.path.empty();
  require_output(verb.output, common.overwrite,
                 by_area ? data::area_table_endings() : std::vector<std::string>{".csv", ".xlsx"},
                 inputs_of(verb.panel));
  const NowcastOptions options = options_of(verb);
  const std::optional<Day> covered = covered_to(verb);
  NowcastVerb within = verb;
  if (covered) {
    within.panel.cube.events.to = to_string(*covered);
    within.panel.cube.events.to_named = fmt::format("the last whole period up to --observed-to {}", verb.observed_to);
  }
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  ReadPanel read = read_panel(within.panel, memory_of(common), progress);
  const Day day = as_of(within, read);
  const std::vector<Period> periods = periods_of(within, read, day);
  const std::vector<Period> uncovered = covered ? uncovered_periods(verb, *covered) : std::vector<Period>{};
  const AccessClock clock = clock_of(read);
  progress.stage("nowcasting", static_cast<std::int64_t>(read.panel.size()));
  const Nowcast found = nowcast(read.reported, clock, periods, day, options, progress);
  warn(found, read.warnings);
  warn_of_end(found, read.warnings);
  std::vector<std::string> sentences = sentences_of(read, found, options.level);
  if (!uncovered.empty())
    sentences.push_back(fmt::format("Not observed, as --observed-to {} says: {}{}.", verb.observed_to,
                                    uncovered.front().label,
                                    uncovered.size() > 1 ? " to " + uncovered.back().label : ""));
  nlohmann::ordered_json summary{{"output", verb.output},
                                 {"read", read.rows_read},
                                 {"as_of", to_string(day)},
                                 {"series", read.panel.size()},
                                 {"periods", periods.size()},
                                 {"first_period", periods.front().label},
                                 {"last_period", periods.back().label},
                                 {"level", options.level},
                                 {"delays", json_of(read, found)}};
  if (verb.backtest) {
    NowcastBacktestOptions back;
    back.nowcast = options;
    const NowcastBacktest scores = backtest_nowcast(read.reported, clock, periods, day, back, progress);
    summary["backtest"] = json_of(scores);
    for (std::string& line : sentences_of(scores, options.level)) sentences.push_back(std::move(line));
  }
  write_nowcast(verb.output, read, found, uncovered);
  if (common.json) {
    summary["sentences"] = sentences;
    summary["warnings"] = read.warnings;
    fmt::print("{}\n", summary.dump(2));
    return;
  }
  if (common.quiet) return;
  for (const std::string& line : sentences) fmt::print("{}\n", printable(line));
  for (const std::string& warning : read.warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
  fmt::print(stderr, "wrote {}: {} series, {} periods\n", verb.output, read.panel.size(), periods.size());
}

std::vector<IdleOptions> idle_options(const PanelOptions& panel) {
  const bool areas = !panel.cube.areas.path.empty(), table = !panel.cube.not_observed.path.empty();
  const EventOptions& events = panel.cube.events;
  std::vector<IdleOptions> idle = idle_event_source_options(events);
  idle.insert(idle.end(), {{{"--code", "--name", "--areas-where", "--areas-layer", "--placement", "--admin"},
                            !areas,
                            "without --areas: places are not looked at; give --areas FILE, or remove it"},
                           {{"--not-observed-where"}, !table, "without --not-observed: give the table, or remove it"}});
  for (IdleOptions& row : idle_placement_options(events)) idle.push_back(std::move(row));
  return idle;
}

constexpr const char* footer =
    "Reports come late, so the last months always seem to fall. From the day of each event and the day of its report\n"
    "this learns how long reports take, and says how many events there will have been once all reports are in.\n"
    "Delays run on accessible days: in a place that --not-observed names the clock stands still.\n"
    "Give --as-of the day on which the file was made: without it the last report stands for it, and periods end with "
    "the\n"
    "last event, so that a silence since then is not seen. Where the source ends before, say --observed-to: without "
    "it\n"
    "the periods after its end are taken for silent ones.\n"
    "  known, expected    events known as of the day; the median of what will be known, with low to high around it\n"
    "  mean               its mean: sums over areas are sums of means\n"
    "  p_complete         share that is known by now\n"
    "  access_share       of the period's days, those on which somebody could have known\n"
    "  usual              events a period by the last open periods of the place, drawn towards all places\n"
    "  usual_from         own: by the place's own history; others: nothing of it could be known, so by all places\n"
    "  basis              observed; delayed: reports are still to come; closed: assumed from before, nobody could "
    "look;\n"
    "                     not observed: after --observed-to\n"
    "  reading            fewer: fewer reports than chance leaves, though reachable; blind: few, and access fell;\n"
    "                     fewer or ended: after the last record of all places, which together are too silent\n"
    "Events count when they happened: a batch of old reports raises the months of its events, not that of the "
    "reports.\n"
    "What is never reported is not in it. Without a day of report nothing can be nowcast.\n"
    "Examples (S/ is data/samples/western_equatoria/):\n"
    "  tocsin nowcast S/incidents.csv --areas S/counties.geojson --code pcode --name name --admin S/counties.geojson "
    "\\\n"
    "    --admin-code pcode --admin-name name --not-observed S/access.csv --not-observed-where \"status = "
    "'unreachable'\" \\\n"
    "    --as-of 2021-09-15 --to 2021-08-31 -o nowcast.gpkg\n"
    "  tocsin nowcast S/incidents.csv --every month --backtest -o all.csv";

}  // namespace

void add_nowcast(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<NowcastVerb>();
  verb->panel.cube.gap_counts = GapCounts::keep;
  CLI::App* sub = app.add_subcommand("nowcast", "How many events will there have been, once all reports are in?");
  add_event_source_options(*sub, verb->panel.cube.events);
  add_series_options(*sub, verb->panel);
  add_placement_options(*sub, verb->panel.cube.events);
  sub->add_option("--not-observed", verb->panel.cube.not_observed.path,
                  "table of code, from, to: areas that nobody could reach");
  sub->add_option("--not-observed-where", verb->panel.cube.not_observed.where, "OGR SQL where clause on it");
  sub->add_option("--observed-to", verb->observed_to,
                  "last day that the source covers: periods that go on after it are not observed");
  sub->add_option("--level", verb->options.level, "of the interval low to high")->capture_default_str();
  sub->add_option("--history", verb->options.history_periods, "periods before that say what is usual")
      ->capture_default_str();
  sub->add_option("--half-life", verb->half_life,
                  "older events tell less of delays: \"180 days\" (default: all alike)");
  sub->add_option("--window", verb->window, "only events of the last \"18 months\" tell of delays (default: all)");
  sub->add_option("--tail", verb->options.draws.tail_factor,
                  "known in the end / known within 18 months: 1.13 where an eighth comes later still")
      ->capture_default_str();
  sub->add_option("--seed", verb->options.draws.seed, "of the draws of delays")->capture_default_str();
  sub->add_flag("--backtest", verb->backtest, "also judge nowcasts of the past by what came");
  sub->add_option("-o,--output", verb->output, "table to write: .csv, .xlsx, with --areas also .gpkg, .geojson")
      ->required();
  add_common_options(*sub, common);
  sub->footer(footer);
  sub->callback([verb, sub, &common] {
    refuse_idle_options(*sub, idle_options(verb->panel));
    nowcast_verb(*verb, common);
  });
}

}  // namespace tocsin::cli
