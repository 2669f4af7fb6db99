#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/data/area_table.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/pattern/cycles.hpp>
#include <tocsin/pattern/near_repeat.hpp>
#include <tocsin/temporal/precursors.hpp>

#include "console_progress.hpp"
#include "event_options.hpp"
#include "grid_options.hpp"
#include "panel_options.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct PatternsVerb {
  PanelOptions panel;  ///< of the events, and for --before of their series
  bool near_repeat = false, cycles = false;
  std::vector<std::string> before;
  std::string crs = "auto", output;
  std::vector<std::string> distances{"0 m", "1 km", "2 km", "5 km", "10 km", "20 km"};
  NearRepeatOptions repeats;
  LeadTimeOptions leads;
  int simulations = 999;
  std::uint64_t seed = 1;
};

/// What a pattern writes and says.
struct Told {
  data::AreaTable table;
  std::vector<std::string> sentences, warnings;
  nlohmann::ordered_json summary;
};

data::TableCell number(double value) {
  if (std::isnan(value)) return {};
  return value;
}

/// Events that count: known by the as-of day, in the time asked for.
std::vector<std::size_t> counted(const ReadEvents& read) {
  const Events& events = read.batch.events;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events.reported[i] <= read.as_of && events.last_day[i] >= read.window.first &&
        events.first_day[i] <= read.window.last)
      kept.push_back(i);
  return kept;
}

[[noreturn]] void throw_too_few(const PatternsVerb& verb, const ReadEvents& read, std::size_t left, const char* what) {
  throw Error(ErrorCode::input,
              fmt::format("{}: {} records read, {} left {}; look at --where, --from, --to and --as-of",
                          verb.panel.cube.events.spec.path, read.batch.rows_read, left, what));
}

std::string band_name(double from_m, double to_m) {
  if (to_m == 0) return "on the same place";
  if (from_m == 0) return fmt::format("within {:g} km", to_m / 1000);
  return fmt::format("{:g} to {:g} km away", from_m / 1000, to_m / 1000);
}

/// Where and when one event makes others likely: the bands beyond chance, the strongest first.
std::vector<std::string> sentences_of(const NearRepeat& found) {
  if (found.p_any > 0.05)
    return {
        fmt::format("Events are near to others in both place and time no more often than chance gives (p = {:.3g} "
                    "over all bands).",
                    found.p_any)};
  std::vector<std::string> lines{fmt::format(
      "After an event others are more likely near to it and soon after, beyond chance (p = {:.3g} over all bands):",
      found.p_any)};
  for (const NearRepeatBand& band : found.bands)
    if (band.p <= 0.05 && band.ratio > 1)
      lines.push_back(
          fmt::format("  {}, {} to {} days apart: {} pairs, {:.1f} times the {:.1f} that chance gives (p = {:.3g})",
                      band_name(band.from_m, band.to_m), band.from_days, band.to_days, band.pairs, band.ratio,
                      band.expected, band.p));
  return lines;
}

Told tell_near_repeat(const PatternsVerb& verb, Progress& progress) {
  NearRepeatOptions options = verb.repeats;
  options.distances_m.clear();
  for (const std::string& text : verb.distances)
    options.distances_m.push_back(text == "0" ? 0 : parse_length(text).metres);
  options.permutations = verb.simulations;
  options.seed = verb.seed;
  options.validate();
  const EventOptions& source = verb.panel.cube.events;
  progress.stage("reading", 0);
  GridOptions frame;
  frame.crs = verb.crs;
  const std::string crs_wkt = crs_of(frame, spec_of(source));
  const ReadEvents read = read_events(source, crs_wkt);
  const Events& events = read.batch.events;
  std::vector<Point> places;
  std::vector<Day> days;
  std::size_t imprecise = 0;
  for (const std::size_t i : counted(read)) {
    const bool exact = events.precision[i].kind == PlaceKind::point || source.placement == "point";
    if (!exact || !std::isfinite(events.x[i]) || std::abs(events.x[i]) >= data::beyond_reach_m ||
        events.first_day[i] != events.last_day[i]) {
      ++imprecise;
      continue;
    }
    places.emplace_back(events.x[i], events.y[i]);
    days.push_back(events.first_day[i]);
  }
  if (places.size() < 10) throw_too_few(verb, read, places.size(), "with an exact place and day; near repeats need 10");
  const NearRepeat found = near_repeat(places, days, options, progress);
  Told told;
  using Type = data::ColumnType;
  told.table.columns = {{"from_m", Type::number}, {"to_m", Type::number},  {"from_days", Type::whole},
                        {"to_days", Type::whole}, {"pairs", Type::number}, {"expected", Type::number},
                        {"ratio", Type::number},  {"p", Type::number}};
  for (const NearRepeatBand& band : found.bands)
    told.table.rows.push_back({band.from_m, band.to_m, band.from_days, band.to_days, static_cast<double>(band.pairs),
                               band.expected, number(band.ratio), band.p});
  told.sentences = sentences_of(found);
  if (imprecise > 0)
    told.warnings.push_back(fmt::format("{} events have no exact place or day and are left out", imprecise));
  told.summary = {{"events", places.size()},
                  {"imprecise", imprecise},
                  {"permutations", options.permutations},
                  {"p_any", found.p_any}};
  return told;
}

void add_cycle(const Cycle& cycle, const char* name, Told& told) {
  for (const CyclePart& part : cycle.parts)
    told.table.rows.push_back({std::string(name), part.name, part.events, part.days, number(part.expected),
                               number(part.ratio), number(part.low), number(part.high)});
  told.summary[name] = {{"chi2", cycle.chi2}, {"p", cycle.p}};
  const auto most =
      std::max_element(cycle.parts.begin(), cycle.parts.end(), [](const CyclePart& a, const CyclePart& b) {
        return !(a.ratio >= b.ratio);  // NaN is least
      });
  const std::string strongest = fmt::format("{} has {:.1f} times its share (95 %: {:.1f} to {:.1f})", most->name,
                                            most->ratio, most->low, most->high);
  if (cycle.kind == CycleKind::day_of_week) {
    told.sentences.push_back(
        cycle.p > 0.05 ? fmt::format("Days of the week differ no more than chance gives (p = {:.3g}).", cycle.p)
                       : fmt::format("Days of the week differ beyond chance (p = {:.3g}): {}. It may be the day "
                                     "on which things are recorded.",
                                     cycle.p, strongest));
    return;
  }
  told.summary[name]["years"] = cycle.years;
  told.summary[name]["p_years"] =
      std::isnan(cycle.p_years) ? nlohmann::ordered_json() : nlohmann::ordered_json(cycle.p_years);
  if (cycle.p > 0.05) {
    told.sentences.push_back(fmt::format("Months of the year differ no more than chance gives (p = {:.3g}).", cycle.p));
  } else if (cycle.years < 3) {
    told.sentences.push_back(
        fmt::format("{}, but {} whole year{} cannot tell a season from a surge: three are the least.", strongest,
                    cycle.years, cycle.years == 1 ? "" : "s"));
  } else if (cycle.p_years > 0.05) {
    told.sentences.push_back(
        fmt::format("{}, but the {} years do not agree on their months (p = {:.3g}): a surge, no "
                    "season.",
                    strongest, cycle.years, cycle.p_years));
  } else {
    told.sentences.push_back(fmt::format("There is a season that {} years agree on (p = {:.3g}): {}.", cycle.years,
                                         cycle.p_years, strongest));
  }
}

Told tell_cycles(const PatternsVerb& verb, Progress& progress) {
  progress.stage("reading", 0);
  const ReadEvents read = read_events(verb.panel.cube.events, std::string());
  const Events& events = read.batch.events;
  std::vector<Day> exact, in_month;
  std::size_t unsure = 0;
  for (const std::size_t i : counted(read)) {
    const Day first = events.first_day[i], last = events.last_day[i];
    if (first == last) exact.push_back(first);
    if (period_of(first, Every::month) == period_of(last, Every::month))
      in_month.push_back(first);
    else
      ++unsure;
  }
  if (exact.empty()) throw_too_few(verb, read, 0, "with an exact day");
  CycleOptions options;
  options.simulations = verb.simulations;
  options.seed = verb.seed;
  Told told;
  using Type = data::ColumnType;
  told.table.columns = {{"cycle", Type::text}, {"part", Type::text},       {"events", Type::whole},
                        {"days", Type::whole}, {"expected", Type::number}, {"ratio", Type::number},
                        {"low", Type::number}, {"high", Type::number}};
  told.summary = {{"events", in_month.size()}, {"exact_days", exact.size()}, {"days_unsure", unsure}};
  const Day first = read.window.first, last = read.window.last;
  add_cycle(calendar_cycle(exact, first, last, CycleKind::day_of_week, options), "week", told);
  if (days_between(first, last) + 1 >= 365)
    add_cycle(calendar_cycle(in_month, first, last, CycleKind::month_of_year, options), "year", told);
  else
    told.warnings.push_back(
        fmt::format("{} to {} is less than a year: months are not compared", to_string(first), to_string(last)));
  return told;
}

/// The series of another file of events, over the same places and periods.
Precursor precursor_of(const PatternsVerb& verb, const std::string& text, const Panel& outcome, double memory_bytes,
                       Progress& progress, std::vector<std::string>& warnings) {
  const auto equals = text.find('=');
  const std::string path = equals == std::string::npos ? text : text.substr(equals + 1);
  PanelOptions options = verb.panel;
  options.cube.events.spec = {};
  options.cube.events.spec.path = path;
  options.cube.events.x = options.cube.events.y = options.cube.events.date = options.cube.events.reported =
      options.cube.events.precision = {};
  options.cube.events.from = to_string(outcome.periods.front().first);
  options.cube.events.to = to_string(outcome.periods.back().last);
  ReadPanel read = read_panel(options, memory_bytes, progress);
  for (const std::string& warning : read.warnings) warnings.push_back(path + ": " + warning);
  return {equals == std::string::npos ? std::filesystem::path(path).stem().string() : text.substr(0, equals),
          std::move(read.panel)};
}

Told tell_before(const PatternsVerb& verb, double memory_bytes, Progress& progress) {
  Told told;
  ReadPanel outcome = read_panel(verb.panel, memory_bytes, progress);
  told.warnings = std::move(outcome.warnings);
  std::vector<Precursor> precursors{{"itself", outcome.panel}};
  for (const std::string& text : verb.before)
    precursors.push_back(precursor_of(verb, text, outcome.panel, memory_bytes, progress, told.warnings));
  LeadTimeOptions options = verb.leads;
  options.simulations = verb.simulations;
  options.seed = verb.seed;
  const std::vector<LeadTime> rows = lead_times(outcome.panel, precursors, options, progress);
  using Type = data::ColumnType;
  told.table.columns = {{"indicator", Type::text}, {"lead", Type::whole},   {"onsets", Type::whole},
                        {"preceded", Type::whole}, {"others", Type::whole}, {"others_preceded", Type::whole},
                        {"lift", Type::number},    {"p", Type::number}};
  int onsets = 0;
  for (const LeadTime& row : rows) {
    told.table.rows.push_back({row.name, row.lead, row.onsets, row.preceded, row.others, row.others_preceded,
                               number(row.lift), number(row.p)});
    onsets = std::max(onsets, row.onsets);
    if (row.p <= 0.05)
      told.sentences.push_back(fmt::format(
          "{}: raised {} {}(s) before {} of {} surges began, and before {} of {} other "
          "periods (p = {:.3g}).",
          row.name, row.lead, verb.panel.cube.every, row.preceded, row.onsets, row.others_preceded, row.others, row.p));
  }
  if (onsets == 0)
    told.sentences.push_back("No surge began in these series: there is nothing to have preceded it.");
  else if (told.sentences.empty())
    told.sentences.push_back(
        fmt::format("Nothing that was looked at preceded the {} surges more often than chance gives.", onsets));
  else
    told.sentences.push_back(
        fmt::format("{} pairs of indicator and lead were looked at: about {:.0f} would show by chance. "
                    "What preceded did not therefore cause.",
                    rows.size(), 0.05 * static_cast<double>(rows.size())));
  told.summary = {{"series", outcome.panel.size()}, {"periods", outcome.panel.periods.size()}, {"surges", onsets}};
  return told;
}

void patterns_verb(const PatternsVerb& verb, const CommonOptions& common) {
  if (verb.near_repeat + verb.cycles + !verb.before.empty() != 1)
    throw Error(ErrorCode::usage,
                "give one of --near-repeat, --cycles and --before FILE: each writes a table of its own");
  std::vector<std::string> inputs = inputs_of(verb.panel);
  for (const std::string& text : verb.before) inputs.push_back(text.substr(text.find('=') + 1));
  require_output(verb.output, common.overwrite, {".csv", ".xlsx"}, inputs);
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  Told told = verb.near_repeat ? tell_near_repeat(verb, progress)
              : verb.cycles    ? tell_cycles(verb, progress)
                               : tell_before(verb, memory_of(common), progress);
  told.table.layer = "patterns";
  write_whole_file(verb.output,
                   [&](const std::string& path) { data::write_area_table(path, told.table, Areas{}, std::string()); });
  if (common.json) {
    nlohmann::ordered_json summary{{"output", verb.output}};
    summary.update(told.summary);
    summary["sentences"] = told.sentences;
    summary["warnings"] = told.warnings;
    fmt::print("{}\n", summary.dump(2));
    return;
  }
  if (common.quiet) return;
  for (const std::string& line : told.sentences) fmt::print("{}\n", printable(line));
  for (const std::string& warning : told.warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
  fmt::print(stderr, "wrote {}\n", verb.output);
}

std::vector<IdleOptions> idle_options(const PatternsVerb& verb) {
  const bool before = !verb.before.empty(), areas = !verb.panel.cube.areas.path.empty();
  const EventOptions& events = verb.panel.cube.events;
  std::vector<IdleOptions> idle = idle_event_source_options(events);
  idle.insert(idle.end(), {{{"--distances", "--days", "--crs"}, !verb.near_repeat, "without --near-repeat: remove it"},
                           {{"--every", "--areas", "--by", "--code", "--name", "--areas-where", "--areas-layer",
                             "--admin", "--not-observed", "--longest-lead", "--surge-times", "--surge-least"},
                            !before,
                            "without --before: remove it"},
                           {{"--placement"}, verb.cycles, "with --cycles: places are not looked at; remove it"},
                           {{"--code", "--name", "--areas-where", "--areas-layer", "--admin", "--not-observed"},
                            !areas,
                            "without --areas: give --areas FILE, or remove it"},
                           {{"--admin-code", "--admin-layer", "--admin-name", "--admin-level"},
                            events.admin.path.empty(),
                            "without --admin: give the units, or remove it"},
                           {{"--not-observed-where"},
                            verb.panel.cube.not_observed.path.empty(),
                            "without --not-observed: give the table, or remove it"}});
  return idle;
}

constexpr const char* footer =
    "--near-repeat: is an event followed by others near to it and soon after (Knox)? Bands of distance and days; ratio "
    "is\n"
    "pairs over those expected if when had nothing to do with where. Events without an exact place or day are left "
    "out;\n"
    "give one record an attack, or it repeats itself.\n"
    "--cycles: days of the week and months of the year, beside how many such days there were.\n"
    "--before FILE: which other events (and the events' own number) were raised 1, 2, ... periods before their surges\n"
    "began, in the same areas. A surge has at least --surge-times the mean of the 12 periods before, and "
    "--surge-least.\n"
    "Examples (S/ is data/samples/western_equatoria/):\n"
    "  tocsin patterns S/incidents.csv --near-repeat -o repeats.csv\n"
    "  tocsin patterns S/incidents.csv --cycles -o cycles.csv\n"
    "  tocsin patterns S/incidents.csv --before S/clashes.csv --areas S/counties.geojson --code pcode \\\n"
    "    --name name -o before.csv";

}  // namespace

void add_patterns(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<PatternsVerb>();
  CLI::App* sub = app.add_subcommand("patterns", "Near repeats, days and seasons, and what came before surges");
  sub->add_flag("--near-repeat", verb->near_repeat, "do events follow each other near in place and time?");
  sub->add_flag("--cycles", verb->cycles, "do they keep to days of the week or months of the year?");
  sub->add_option("--before", verb->before, "files of events, \"FILE\" or NAME=FILE: were they raised before surges?");
  add_event_source_options(*sub, verb->panel.cube.events);
  add_placement_options(*sub, verb->panel.cube.events);
  sub->add_option("--distances", verb->distances, "ends of the bands, \"0,1 km,2 km\"; 0: on the same place")
      ->delimiter(',')
      ->capture_default_str();
  sub->add_option("--days", verb->repeats.days, "ends of the bands of days between two events")
      ->delimiter(',')
      ->capture_default_str();
  sub->add_option("--crs", verb->crs, "projected CRS that distances are measured in, or auto: equal-area")
      ->capture_default_str();
  add_series_options(*sub, verb->panel);
  sub->add_option("--not-observed", verb->panel.cube.not_observed.path,
                  "table of code, from, to: areas that nobody could reach");
  sub->add_option("--not-observed-where", verb->panel.cube.not_observed.where, "OGR SQL where clause on it");
  sub->add_option("--longest-lead", verb->leads.longest_lead, "periods before a surge that are looked at")
      ->check(CLI::Range(1, 60))
      ->capture_default_str();
  sub->add_option("--surge-times", verb->leads.surge.times, "times the mean of the periods before that make a surge")
      ->capture_default_str();
  sub->add_option("--surge-least", verb->leads.surge.least, "events that a surge has at least")->capture_default_str();
  sub->add_option("--simulations", verb->simulations, "permutations or patterns made by chance")
      ->check(CLI::Range(19, 1000000))
      ->capture_default_str();
  sub->add_option("--seed", verb->seed, "of the simulations")->capture_default_str();
  sub->add_option("-o,--output", verb->output, "table to write, .csv or .xlsx")->required();
  add_common_options(*sub, common);
  sub->footer(footer);
  sub->callback([verb, sub, &common] {
    refuse_idle_options(*sub, idle_options(*verb));
    patterns_verb(*verb, common);
  });
}

}  // namespace tocsin::cli
