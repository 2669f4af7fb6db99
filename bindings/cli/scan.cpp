#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/data/area_table.hpp>

#include "console_progress.hpp"
#include "grid_options.hpp"
#include "printable.hpp"
#include "scan_places.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct ScanVerb {
  ScanInput input;
  ScanOptions options;
  std::string output, model = "poisson", window = "circle", penalty = "medium", secondary = "non-overlapping";
  std::string most_population = "50%", most_radius, most_time = "50%", most_duration, least_duration;
  double restricted_below = 0;
  bool prospective = false, low = false, both = false;
};

const std::map<std::string, ScanModel> models{
    {"poisson", ScanModel::poisson}, {"bernoulli", ScanModel::bernoulli}, {"permutation", ScanModel::permutation}};
const std::map<std::string, ScanShape> windows{{"circle", ScanShape::circle}, {"ellipse", ScanShape::ellipse}};
const std::map<std::string, EllipsePenalty> penalties{
    {"none", EllipsePenalty::none}, {"medium", EllipsePenalty::medium}, {"strong", EllipsePenalty::strong}};
const std::map<std::string, SecondaryClusters> secondaries{{"non-overlapping", SecondaryClusters::non_overlapping},
                                                           {"gini", SecondaryClusters::gini}};

template <typename Value>
std::vector<std::string> names_of(const std::map<std::string, Value>& choices) {
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) names.push_back(name);
  return names;
}

/// "50%", "50 %".
double share_option(const char* option, const std::string& text) {
  std::size_t end = 0;
  double percent = std::numeric_limits<double>::quiet_NaN();
  try {
    percent = std::stod(text, &end);
  } catch (const std::exception&) {
  }
  const std::size_t sign = text.find_first_not_of(' ', end);
  if (!(percent > 0 && percent <= 100) || sign == std::string::npos || text.substr(sign) != "%")
    throw Error(ErrorCode::usage,
                fmt::format("{}: '{}' is not a share above 0 % and up to 100 %; write it as \"50%\"", option, text));
  return percent / 100;
}

/// A duration as whole intervals.
std::size_t intervals_option(const char* option, const std::string& text, double interval_days) {
  const double intervals = std::floor(parse_duration(text).days / interval_days * (1 + 1e-12));
  if (intervals < 1)
    throw Error(ErrorCode::usage,
                fmt::format("{}: {} is shorter than an interval of {} days", option, text, interval_days));
  return static_cast<std::size_t>(intervals);
}

std::vector<IdleOptions> idle_options(const ScanVerb& verb) {
  const bool events = !verb.input.events.spec.path.empty(), timed = !verb.input.interval.empty();
  std::vector<IdleOptions> idle{
      {{"--format", "--x", "--y", "--date", "--reported", "--precision", "--input-crs", "--events-layer",
        "--events-where", "--from", "--to", "--as-of"},
       !events,
       "without --events: cases that are an attribute of the places have no days; give --events FILE, or remove it"},
      {{"--prospective", "--max-time", "--max-duration", "--min-duration"},
       !timed,
       "without a scan in time: say how long an interval is, --interval \"7 days\", or remove it"},
      {{"--penalty"}, verb.window != "ellipse", "on circles: give --window ellipse, or remove it"},
      {{"--min-cases"}, verb.low, "with --low: it is of clusters of high rates; remove it"},
      {{"--stop-after", "--seed"}, verb.options.replicates == 0, "with --replicates 0: nothing is drawn; remove it"}};
  const std::vector<IdleOptions> of_events = idle_event_source_options(verb.input.events);
  idle.insert(idle.end(), of_events.begin(), of_events.end());
  return idle;
}

void require_agreement(const ScanVerb& verb) {
  const auto refuse = [](const char* what) { throw Error(ErrorCode::usage, what); };
  if (verb.low && verb.both) refuse("give --low or --both, not both of them");
  if (verb.input.interval.empty() && verb.model == "permutation")
    refuse("--model permutation scans in time; give --events FILE and --interval \"7 days\"");
}

ScanOptions options_of(const ScanVerb& verb, double interval_days, double memory) {
  ScanOptions options = verb.options;
  options.model = models.at(verb.model);
  options.shape = windows.at(verb.window);
  options.penalty = penalties.at(verb.penalty);
  options.secondary = secondaries.at(verb.secondary);
  options.rates = verb.both ? ScanRates::both : verb.low ? ScanRates::low : ScanRates::high;
  options.time = verb.prospective ? ScanTime::prospective : ScanTime::retrospective;
  options.most_at_risk = share_option("--max-population", verb.most_population);
  options.most_time = share_option("--max-time", verb.most_time);
  if (!verb.most_radius.empty()) options.most_radius_m = parse_length(verb.most_radius).metres;
  if (!verb.most_duration.empty())
    options.most_intervals = intervals_option("--max-duration", verb.most_duration, interval_days);
  if (!verb.least_duration.empty())
    options.least_intervals = intervals_option("--min-duration", verb.least_duration, interval_days);
  if (verb.restricted_below != 0) options.restricted_below = verb.restricted_below;
  options.memory_bytes = memory;
  options.validate();
  return options;
}

std::string rates_of(const ScanCluster& cluster) {
  return cluster.rates == ScanRates::high ? "high" : "low";
}

/// One cluster: its columns in order, for the table and the summary alike. A number that is undefined is NaN.
class ClusterRow {
 public:
  ClusterRow(const ScanTable& table, const ScanOptions& options, const ScanResult& result, std::size_t i) {
    const ScanCluster& cluster = result.clusters[i];
    const Areas& areas = table.places.areas;
    std::vector<std::string> members;
    for (const std::uint32_t place : cluster.places) members.push_back(areas.codes[place]);
    text("rates", rates_of(cluster));
    text("centre", areas.codes[cluster.centre]);
    text("centre_name", areas.names[cluster.centre]);
    whole("places", cluster.places.size());
    text("members", fmt::format("{}", fmt::join(members, " ")));
    number("radius_m", cluster.radius_m);
    if (options.shape == ScanShape::ellipse) {
      number("shape", cluster.shape);
      number("angle", cluster.angle_degrees);
    }
    if (table.events_counted > 0) {
      text("start", to_string(table.begin_of(cluster.first_interval)));
      text("end", to_string(table.end_of(cluster.last_interval)));
    }
    number("cases", cluster.cases);
    number("expected", cluster.expected);
    if (options.model != ScanModel::permutation) number("at_risk", cluster.at_risk);
    number("relative_risk", cluster.relative_risk);
    number("llr", cluster.llr);
    number("p", cluster.p);
    number("p_gumbel", cluster.p_gumbel);
    whole("replicates", result.null_maxima.size());
    if (options.time == ScanTime::prospective) number("recurrence_days", cluster.recurrence_days);
  }

  std::vector<data::AreaColumn> columns;
  std::vector<data::TableCell> cells;
  nlohmann::ordered_json json;

 private:
  void text(const char* name, const std::string& value) { add(name, data::ColumnType::text, value, value); }
  void whole(const char* name, std::size_t value) {
    add(name, data::ColumnType::whole, static_cast<int>(value), value);
  }
  void number(const char* name, double value) {
    const bool defined = std::isfinite(value);
    add(name, data::ColumnType::number, defined ? data::TableCell(value) : data::TableCell(),
        defined ? nlohmann::ordered_json(value) : nlohmann::ordered_json());
  }
  void add(const char* name, data::ColumnType type, data::TableCell cell, nlohmann::ordered_json value) {
    columns.push_back({name, type});
    cells.push_back(std::move(cell));
    json[name] = std::move(value);
  }
};

/// The columns stand also where there is no cluster.
std::vector<data::AreaColumn> columns_of(const ScanTable& table, const ScanOptions& options) {
  ScanResult example;
  example.clusters.emplace_back();
  std::vector<data::AreaColumn> columns = ClusterRow(table, options, example, 0).columns;
  columns.insert(columns.begin(), {"cluster", data::ColumnType::whole});
  return columns;
}

void write_clusters(const std::string& output, const ScanTable& table, const ScanOptions& options,
                    const ScanResult& result) {
  data::AreaTable clusters;
  clusters.columns = columns_of(table, options);
  Areas shapes;
  for (std::size_t i = 0; i < result.clusters.size(); ++i) {
    ClusterRow row(table, options, result, i);
    row.cells.insert(row.cells.begin(), static_cast<int>(i + 1));
    clusters.rows.push_back(std::move(row.cells));
    clusters.area.push_back(i);
    shapes.shapes.push_back(shape_of(result.clusters[i], table.places));
  }
  write_whole_file(output,
                   [&](const std::string& path) { data::write_area_table(path, clusters, shapes, table.crs_wkt); });
}

/// Values that the largest likelihood ratio of so many replicates passes.
nlohmann::ordered_json critical_values(const ScanResult& result) {
  std::vector<double> maxima = result.null_maxima;
  std::sort(maxima.begin(), maxima.end(), std::greater<>());
  nlohmann::ordered_json values;
  for (const double p : {0.05, 0.01, 0.001}) {
    // p = (reached + 1) / (replicates + 1): so many replicates may reach a value of this significance.
    const double reached = std::floor(p * static_cast<double>(maxima.size() + 1) * (1 + 1e-12));
    if (reached >= 1 && static_cast<std::size_t>(reached) <= maxima.size())
      values[fmt::format("{}", p)] = maxima[static_cast<std::size_t>(reached) - 1];
  }
  return values;
}

void print_json(const ScanVerb& verb, const ScanTable& table, const ScanOptions& options, const ScanResult& result) {
  nlohmann::ordered_json json{{"output", verb.output},
                              {"model", verb.model},
                              {"places", result.places},
                              {"sites", result.sites},
                              {"not_observed", result.not_observed},
                              {"cases", result.cases}};
  if (options.model != ScanModel::permutation) json["at_risk"] = result.at_risk;
  if (table.events_counted > 0) {
    json["first_day"] = to_string(table.first_day);
    json["last_day"] = to_string(table.last_day);
    json["intervals"] = table.data.intervals;
    json["events_left_out"] = table.events_left_out;
  }
  json["replicates"] = result.replicates();
  json["stopped_early"] = result.p_is_sequential;
  json["critical_llr"] = critical_values(result);
  if (result.gini_share) json["gini_share"] = *result.gini_share;
  json["clusters"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < result.clusters.size(); ++i)
    json["clusters"].push_back(ClusterRow(table, options, result, i).json);
  fmt::print("{}\n", json.dump(2));
}

void print_summary(const ScanVerb& verb, const ScanTable& table, const ScanResult& result) {
  for (const std::string& warning : table.warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
  if (result.not_observed > 0)
    fmt::print(stderr, "warning: {} places have no value (not observed) and are left out\n", result.not_observed);
  if (result.p_is_sequential)
    fmt::print(stderr, "stopped after {} replicates: {} of them reached the most likely cluster\n", result.replicates(),
               verb.options.stop_after);
  constexpr double level = 0.05;
  const auto beyond = std::count_if(result.clusters.begin(), result.clusters.end(),
                                    [](const ScanCluster& cluster) { return cluster.p <= level; });
  fmt::print(stderr, "wrote {}: {} windows in {} places, {} of them beyond chance (p <= {})", verb.output,
             result.clusters.size(), result.places, beyond, level);
  if (!result.clusters.empty()) {
    const ScanCluster& first = result.clusters.front();
    fmt::print(stderr, "; the most likely around {}: {} cases, {:.1f} expected", table.places.areas.names[first.centre],
               first.cases, first.expected);
    if (!std::isnan(first.p)) fmt::print(stderr, ", p = {:.2g}", first.p);
  }
  fmt::print(stderr, "\n");
}

void scan_verb(const ScanVerb& verb, const CommonOptions& common) {
  require_output(verb.output, common.overwrite, data::area_table_endings(),
                 {verb.input.places.path, verb.input.events.spec.path, verb.input.events.admin.path});
  require_agreement(verb);
  const double memory = memory_of(common);
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  progress.stage("reading places", 0);
  const ScanTable table = read_scan_table(verb.input, models.at(verb.model));
  const ScanOptions options = options_of(verb, table.data.interval_days, memory);
  const ScanResult result = scan_statistic(table.data, options, progress);
  write_clusters(verb.output, table, options, result);
  if (common.json) print_json(verb, table, options, result);
  if (!common.quiet && !common.json) print_summary(verb, table, result);
}

void add_input_options(CLI::App& sub, ScanInput& input) {
  sub.add_option("places", input.places.path, "file of areas, or of points")->required();
  sub.add_option("--cases", input.cases, "attribute with the number of cases");
  sub.add_option("--events", input.events.spec.path, "file of events, counted by place, in place of --cases");
  sub.add_option("--population", input.population, "attribute with the population (bernoulli: cases are part of it)");
  sub.add_option("--expected", input.expected, "attribute with expected cases, adjusted for what you like");
  sub.add_option("--controls", input.controls, "attribute with the number of controls (bernoulli)");
  sub.add_option("--interval", input.interval,
                 "scan in time as well: length of an interval, \"7 days\", counted back from the last day");
  sub.add_option("--code", input.places.code_field, "attribute with the places' codes (default: numbered from 1)");
  sub.add_option("--name", input.places.name_field, "attribute with their names");
  sub.add_option("--layer", input.places.layer, "layer of the places");
  sub.add_option("--where", input.places.where, "OGR SQL where clause on the places");
  sub.add_option("--crs", input.crs, "CRS in which distances are taken (default: equal-area, centred on the places)");
  EventOptions& events = input.events;
  add_event_file_options(sub, events);
  sub.add_option("--events-layer", events.spec.layer, "layer or sheet of the events");
  sub.add_option("--events-where", events.spec.where, "OGR SQL where clause on the events");
}

void add_scan_options(CLI::App& sub, ScanVerb& verb) {
  sub.add_option("--model", verb.model,
                 "poisson (cases among a population), bernoulli (cases and controls), or "
                 "permutation (cases alone, in time)")
      ->check(CLI::IsMember(names_of(models)))
      ->capture_default_str();
  sub.add_flag("--prospective", verb.prospective, "only clusters that reach the last day, with recurrence intervals");
  sub.add_flag("--low", verb.low, "look for low rates");
  sub.add_flag("--both", verb.both, "look for high and low rates");
  sub.add_option("--window", verb.window, "circle or ellipse")
      ->check(CLI::IsMember(names_of(windows)))
      ->capture_default_str();
  sub.add_option("--penalty", verb.penalty, "on elongated ellipses: none, medium or strong")
      ->check(CLI::IsMember(names_of(penalties)))
      ->capture_default_str();
  sub.add_option("--max-population", verb.most_population,
                 "largest window, of the population at risk (permutation: of the cases)")
      ->capture_default_str();
  sub.add_option("--max-radius", verb.most_radius, "largest radius, \"50 km\"");
  sub.add_option("--max-time", verb.most_time, "longest window, of the whole time")->capture_default_str();
  sub.add_option("--max-duration", verb.most_duration, "longest window, \"60 days\"");
  sub.add_option("--min-duration", verb.least_duration, "shortest window");
  sub.add_option("--min-cases", verb.options.least_cases, "fewest cases in a cluster of high rates")
      ->capture_default_str();
  sub.add_option("--restricted", verb.restricted_below,
                 "Tango's restricted ratio: only places whose own mid-p value is below this, such as 0.2");
  sub.add_option("--secondary", verb.secondary,
                 "further clusters: non-overlapping, or gini (small ones where they "
                 "tell more)")
      ->check(CLI::IsMember(names_of(secondaries)))
      ->capture_default_str();
  sub.add_option("--replicates", verb.options.replicates, "Monte Carlo replicates; 0: no p-values")
      ->capture_default_str();
  sub.add_option("--stop-after", verb.options.stop_after,
                 "stop once so many replicates reached the most likely cluster; 0: never")
      ->capture_default_str();
  sub.add_option("--seed", verb.options.seed, "seed of the replicates")->capture_default_str();
}

}  // namespace

void add_scan(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<ScanVerb>();
  CLI::App* sub = app.add_subcommand("scan", "Clusters that chance does not explain: Kulldorff's scan statistic");
  add_input_options(*sub, verb->input);
  sub->add_option("-o,--output", verb->output, "clusters, one a row: .csv, or with their shapes .gpkg or .geojson")
      ->required();
  add_scan_options(*sub, *verb);
  add_memory_option(*sub, common);
  add_common_options(*sub, common);
  sub->footer(
      "The table lists the likeliest clusters, whatever their p: those of p > 0.05 are what chance gives.\n"
      "Columns: rates (high or low); centre, centre_name, places, members (codes, nearest to the centre first), "
      "radius_m;\n"
      "  shape, angle (of ellipses: length over width, degrees from east to north); start, end (days, of events);\n"
      "  cases, and expected: what chance would put there of all cases;\n"
      "  at_risk: persons in the places (with --expected: expected cases as given; bernoulli: cases and controls);\n"
      "  relative_risk: cases over expected inside, divided by the same outside;\n"
      "  llr: log likelihood ratio, how much better a rate of its own explains the cluster than one rate for all;\n"
      "  p: how often the best cluster of a map made by chance is as good: never below 1 / (replicates + 1);\n"
      "  p_gumbel: the same from a smooth curve (Gumbel) through the replicates' best, which goes on where p ends;\n"
      "  an approximation: report p, and use p_gumbel to tell strong clusters apart; replicates: how many ran;\n"
      "  recurrence_days (prospective): how long one waits for chance to do as well.\n"
      "An area's place is its centroid. A place without a value is left out. An event counts in the area that its "
      "code\n"
      "names or that holds its coordinates; events known only to something larger than an area, or to more than one\n"
      "interval, are left out and counted.\n"
      "Examples: tocsin scan data/samples/western_equatoria/counties.geojson --code pcode --name name \\\n"
      "            --population population --events data/samples/western_equatoria/incidents.csv \\\n"
      "            --from 2021-07-01 -o clusters.csv\n"
      "          tocsin scan data/samples/western_equatoria/counties.geojson --code pcode --name name \\\n"
      "            --model permutation --events data/samples/western_equatoria/incidents.csv \\\n"
      "            --interval \"7 days\" --from 2021-03-01 --prospective -o alive.gpkg");
  sub->callback([verb, sub, &common] {
    refuse_idle_options(*sub, idle_options(*verb));
    scan_verb(*verb, common);
  });
}

}  // namespace tocsin::cli
