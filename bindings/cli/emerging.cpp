#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/emerging/emerging.hpp>
#include <tocsin/neighbours/build_neighbours.hpp>

#include "console_progress.hpp"
#include "emerging_cube.hpp"
#include "emerging_output.hpp"
#include "named_place.hpp"
#include "neighbour_options.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct EmergingVerb {
  CubeOptions cube;
  EmergingOptions options;
  std::string output, neighbours = "queen", explain;
  std::string window = "cube", correction = "bh";
  std::string sporadic = "last", swing = "oscillating", ended = "historical", gap_in_run = "bridged",
              gap_at_last = "last-observed";
  bool time_steps_given = false;
};

EmergingOptions options_of(const EmergingVerb& verb) {
  using Rules = CategoryRules;
  EmergingOptions options = verb.options;
  if (verb.window == "neighbourhood") options.window = ComparisonWindow::neighbourhood;
  if (verb.window == "step") {
    options.window = ComparisonWindow::step;
    if (!verb.time_steps_given) options.time_steps = 0;
  }
  if (verb.correction == "none") options.correction = BinCorrection::none;
  if (verb.sporadic == "any") options.rules.sporadic = Rules::Sporadic::at_any_time;
  if (verb.swing == "new") options.rules.once_opposite = Rules::OnceOpposite::may_be_new;
  if (verb.ended == "persistent") options.rules.ended = Rules::Ended::may_be_persistent;
  if (verb.gap_in_run == "breaks") options.rules.gap_in_run = Rules::GapInRun::breaks_it;
  if (verb.gap_at_last == "not-observed") options.rules.gap_at_last = Rules::GapAtLast::unobserved;
  options.validate();
  return options;
}

/// The place that --explain names.
std::size_t explained_place(const EventCube& events, const std::string& text) {
  if (!events.grid) return place_named("--explain", text, events.areas.codes, events.areas.names);
  for (std::size_t place = 0; place < events.cube.places; ++place)
    if (events.code(place) == text) return place;
  throw Error(ErrorCode::usage,
              fmt::format("--explain {}: no place has that code; cells have such as {}", text, events.code(0)));
}

std::map<std::string, int> places_by_category(const EmergingHotspots& found) {
  std::map<std::string, int> counts;
  for (const EmergingPlace& place : found.of_place) ++counts[to_string(place.decision.category)];
  return counts;
}

nlohmann::ordered_json summary_of(const EmergingVerb& verb, const EmergingOptions& options, const EventCube& events,
                                  const EmergingHotspots& found) {
  const auto& periods = events.cube.periods;
  std::int64_t gaps = 0;
  for (const EmergingPlace& place : found.of_place) gaps += place.gaps;
  return {{"output", verb.output},
          {"read", events.rows_read},
          {"quarantined", events.quarantined},
          {"weight", events.weight},
          {"weight_counted", events.counted},
          {"weight_in_gaps", events.in_gaps},
          {"places", events.cube.places},
          {"periods", periods.size()},
          {"first_period", periods.front().label},
          {"last_period", periods.back().label},
          {"gaps", gaps},
          {"neighbours", verb.neighbours},
          {"window", verb.window},
          {"time_steps", options.time_steps},
          {"p_at_most", found.p_at_most},
          {"categories", places_by_category(found)}};
}

void tell(const EmergingVerb& verb, const CommonOptions& common, nlohmann::ordered_json summary,
          const std::vector<std::string>& warnings, const std::string& explained) {
  if (common.json) {
    summary["warnings"] = warnings;
    if (!explained.empty()) summary["explained"] = explained;
    fmt::print("{}\n", summary.dump(2));
    return;
  }
  fmt::print("{}", explained);
  if (common.quiet) return;
  for (const std::string& warning : warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
  std::string categories;
  for (const auto& [category, count] : summary["categories"].items())
    categories += fmt::format("{}{}: {}", categories.empty() ? "" : ", ", category, count.get<int>());
  fmt::print(stderr, "wrote {}: {} places, {} periods, {} gaps; {}\n", verb.output,
             summary["places"].get<std::size_t>(), summary["periods"].get<std::size_t>(),
             summary["gaps"].get<std::int64_t>(), categories);
}

void emerging_verb(const EmergingVerb& verb, const CommonOptions& common) {
  require_output(verb.output, common.overwrite, emerging_endings(verb.cube.areas.path.empty()),
                 {verb.cube.events.spec.path, verb.cube.events.admin.path, verb.cube.areas.path, verb.cube.grid.area,
                  verb.cube.grid.like, verb.cube.not_observed.path});
  const EmergingOptions options = options_of(verb);
  const NeighbourRule rule = neighbour_rule_of(verb.neighbours);
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  EventCube events = read_cube(verb.cube, memory_of(common), progress);
  const std::size_t explained = verb.explain.empty() ? 0 : explained_place(events, verb.explain);
  progress.stage("neighbours", 0);
  const Neighbours neighbours =
      events.grid ? build_neighbours(*events.grid, rule, events.inside) : neighbours_of(rule, events.areas);
  for (std::string& warning : island_warnings(neighbours, events.areas.names))
    events.warnings.push_back(std::move(warning));
  const EmergingHotspots found = emerging_hotspots(events.cube, neighbours, options, progress);
  write_emerging(verb.output, events, found);
  tell(verb, common, summary_of(verb, options, events, found), events.warnings,
       verb.explain.empty() ? "" : explain_place(events, neighbours, options, found, explained));
}

void add_statistic_options(CLI::App& sub, EmergingVerb& verb) {
  sub.add_option(
         "--neighbours", verb.neighbours,
         "queen, rook, \"band: 10 km\"; of areas also \"knn: 8\", delaunay, gabriel, \"gal: FILE\", \"gwt: FILE\"")
      ->capture_default_str();
  auto* steps =
      sub.add_option("--time-steps", verb.options.time_steps, "earlier periods whose bins are neighbours too");
  steps->check(CLI::Range(0, 1000))->capture_default_str();
  steps->each([&verb](const std::string&) { verb.time_steps_given = true; });
  sub.add_option("--window", verb.window,
                 "compare with all bins, those of the neighbourhood's periods, or of the period")
      ->check(CLI::IsMember({"cube", "neighbourhood", "step"}))
      ->capture_default_str();
  sub.add_option("--alpha", verb.options.alpha, "p at which a bin is hot or cold, and share of false ones with bh")
      ->capture_default_str();
  sub.add_option("--correction", verb.correction, "for the number of bins: Benjamini-Hochberg or none")
      ->check(CLI::IsMember({"bh", "none"}))
      ->capture_default_str();
}

void add_rule_options(CLI::App& sub, EmergingVerb& verb) {
  CategoryRules& rules = verb.options.rules;
  sub.add_option("--trend-alpha", rules.trend_alpha, "p at which z has a trend")->capture_default_str();
  sub.add_option("--share", rules.share, "share of the observed periods that counts as most")->capture_default_str();
  sub.add_option("--least-periods", rules.least_periods, "observed periods that a category asks for")
      ->capture_default_str();
  sub.add_option("--sporadic", verb.sporadic, "asks for a hot last period, or any")
      ->check(CLI::IsMember({"last", "any"}))
      ->capture_default_str();
  sub.add_option("--swing", verb.swing, "hot in the last period and cold before: oscillating, or may be new")
      ->check(CLI::IsMember({"oscillating", "new"}))
      ->capture_default_str();
  sub.add_option("--ended", verb.ended, "hot in most periods but the last: historical, or without a trend persistent")
      ->check(CLI::IsMember({"historical", "persistent"}))
      ->capture_default_str();
  sub.add_option("--gap-in-run", verb.gap_in_run, "a gap between hot periods: the run goes on, or ends")
      ->check(CLI::IsMember({"bridged", "breaks"}))
      ->capture_default_str();
  sub.add_option("--gap-at-last", verb.gap_at_last, "a gap in the last period: judged by the last observed one, or not")
      ->check(CLI::IsMember({"last-observed", "not-observed"}))
      ->capture_default_str();
}

constexpr const char* footer =
    "Each bin (a place in a period) has a Gi* over itself, its neighbours, and both in the period before. A place's\n"
    "category follows from the periods in which it was hot or cold, and from the trend of its z (Mann-Kendall):\n"
    "  new           hot in the last period, never before\n"
    "  consecutive   hot in the last two periods or more without a break, never before, in less than 90 % of all\n"
    "  intensifying, persistent, diminishing   hot in 90 % and the last, with z rising, without trend, falling\n"
    "  sporadic      hot in the last period and, on and off, before\n"
    "  oscillating   hot in the last period, and cold before\n"
    "  historical    hot in 90 % of the periods, but not in the last\n"
    "and the same for cold. These are the categories of Esri's Emerging Hot Spot Analysis; what its description "
    "leaves\n"
    "open is an option. It asks for 10 periods, and so does --least-periods.\n"
    "\n"
    "A period in which nobody could look (--not-observed, --observed-from, --observed-to) is a gap: it is no zero, "
    "nobody's\n"
    "neighbour, and counts neither for nor against a place. A place with too few observed periods is \"not "
    "observed\",\n"
    "never \"none\"; last_observed says how old a category is. Without --from and --to the cube has whole periods from "
    "the\n"
    "first event to the last: where the source ends within one, say --to or --observed-to. A first or last period "
    "that\n"
    "is cut, or seems to be, makes a warning: it has fewer events than it had.\n"
    "Columns: hot, cold, observed, gaps (periods), events (their sum), z_last (of the last observed period).\n"
    "Categories in numbers: 1 to 8 hot in the order above, -1 to -8 cold, 0 none, nothing where not observed.\n"
    "\n"
    "Examples, with S for data/samples/western_equatoria:\n"
    "  tocsin emerging S/incidents.csv --areas S/counties.geojson --code pcode --name name \\\n"
    "    --admin S/counties.geojson --admin-code pcode --not-observed S/access.csv --every month \\\n"
    "    --neighbours queen --to 2021-08-31 -o emerging.gpkg\n"
    "  tocsin emerging S/incidents.csv --cell \"20 km\" --area S/western_equatoria.geojson \\\n"
    "    --admin S/counties.geojson --admin-code pcode --every month --to 2021-08-31 --neighbours \"band: 30 km\" \\\n"
    "    -o emerging.tif";

}  // namespace

void add_emerging(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<EmergingVerb>();
  CLI::App* sub = app.add_subcommand("emerging", "Hot and cold spots over time: which are new, growing, fading, gone");
  add_cube_options(*sub, verb->cube);
  add_statistic_options(*sub, *verb);
  add_rule_options(*sub, *verb);
  sub->add_option("-o,--output", verb->output, "table to write: .csv, .gpkg or .geojson; of a grid also .tif")
      ->required();
  sub->add_option("--explain", verb->explain, "print all that led to the category of the place of this code or name");
  add_memory_option(*sub, common);
  add_common_options(*sub, common);
  sub->footer(footer);
  sub->callback([verb, sub, &common] {
    refuse_idle_options(*sub, idle_cube_options(verb->cube));
    emerging_verb(*verb, common);
  });
}

}  // namespace tocsin::cli
