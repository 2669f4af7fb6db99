#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/pattern/k_function.hpp>

#include "console_progress.hpp"
#include "event_options.hpp"
#include "grid_options.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct ClusteringVerb {
  EventOptions events;
  SourceSpec area, around;
  std::string crs = "auto", output, max, edge = "border", count = "places";
  int steps = 50;
  EnvelopeOptions envelope;
};

struct Pattern {
  std::vector<Point> points;
  std::size_t imprecise = 0, outside = 0, repeated = 0;
};

/// The events that have an exact point, in the time asked for and inside the window.
Pattern pattern_of(const ClusteringVerb& verb, const ReadEvents& read, const ObservationWindow& window) {
  const Events& events = read.batch.events;
  Pattern pattern;
  std::set<std::pair<double, double>> seen;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events.reported[i] > read.as_of || events.last_day[i] < read.window.first ||
        events.first_day[i] > read.window.last)
      continue;
    const Point point(events.x[i], events.y[i]);
    const bool exact = events.precision[i].kind == PlaceKind::point || verb.events.placement == "point";
    if (!exact || !std::isfinite(point.x()) || !std::isfinite(point.y()))
      ++pattern.imprecise;
    else if (!window.contains(point))
      ++pattern.outside;
    else if (verb.count == "places" && !seen.insert({point.x(), point.y()}).second)
      ++pattern.repeated;
    else
      pattern.points.push_back(point);
  }
  if (pattern.points.size() < 2)
    throw Error(
        ErrorCode::input,
        fmt::format("{}: {} records read, {} with an exact point inside the area and the time; clustering needs "
                    "at least 2 ({} are imprecise, {} outside); look at {}--from, --to and --area",
                    verb.events.spec.path, read.batch.rows_read, pattern.points.size(), pattern.imprecise,
                    pattern.outside, verb.events.spec.where.empty() ? "" : "--where, "));
  return pattern;
}

/// Points of the features that events are looked for around.
std::vector<Point> centres_of(const SourceSpec& around, const std::string& crs_wkt, const ObservationWindow& window) {
  std::vector<Point> centres;
  for (const Feature& feature : data::open_features(around)->read(crs_wkt, "").features)
    if (const auto* point = std::get_if<Point>(&feature.geometry); point != nullptr && window.contains(*point))
      centres.push_back(*point);
  if (centres.empty()) throw Error(ErrorCode::input, fmt::format("{}: holds no point inside the area", around.path));
  return centres;
}

KOptions distances(const ClusteringVerb& verb, const ObservationWindow& window) {
  KOptions options;
  options.edge = verb.edge == "none" ? KEdgeCorrection::none : KEdgeCorrection::border;
  const Box& box = window.bounds();
  const double most = verb.max.empty() ? std::min(box.width(), box.height()) / 4 : parse_length(verb.max).metres;
  if (!(most > 0) || most > std::min(box.width(), box.height()) / 2)
    throw Error(ErrorCode::usage,
                fmt::format("--max {}: the area is {:.0f} km across, and distances up to half of that "
                            "can be told from chance",
                            verb.max, std::min(box.width(), box.height()) / 1000));
  for (int step = 1; step <= verb.steps; ++step) options.distances_m.push_back(most * step / verb.steps);
  return options;
}

std::string cell(double value) {
  return std::isnan(value) ? std::string() : fmt::format("{:.6g}", value);
}

std::string table_of(const KEnvelope& curve) {
  std::string text = "distance_m,l_m,chance_m,low_m,high_m,global_low_m,global_high_m\n";
  for (std::size_t i = 0; i < curve.observed.distances_m.size(); ++i)
    text += fmt::format("{},{},{},{},{},{},{}\n", cell(curve.observed.distances_m[i]), cell(curve.observed.l_m[i]),
                        cell(curve.mean_l_m[i]), cell(curve.low_m[i]), cell(curve.high_m[i]),
                        cell(curve.global_low_m[i]), cell(curve.global_high_m[i]));
  return text;
}

/// The distance at which events exceed chance most; 0 where they nowhere leave the global envelope upwards.
double strongest(const KEnvelope& curve) {
  double distance = 0, most = 0;
  for (std::size_t i = 0; i < curve.observed.distances_m.size(); ++i) {
    const double excess = curve.observed.l_m[i] - curve.mean_l_m[i];
    if (curve.observed.l_m[i] > curve.global_high_m[i] && excess > most) {
      most = excess;
      distance = curve.observed.distances_m[i];
    }
  }
  return distance;
}

void clustering_verb(ClusteringVerb verb, const CommonOptions& common) {
  require_output(verb.output, common.overwrite, {".csv"}, {verb.events.spec.path, verb.area.path, verb.around.path});
  verb.envelope.validate();
  verb.area.name = verb.area.path;
  verb.around.name = verb.around.path;
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  progress.stage("reading", 0);
  const std::string crs_wkt =
      verb.crs == "auto" ? data::crs_wkt("auto", data::lonlat_bounds(verb.area)) : data::crs_wkt(verb.crs);
  verb.area.overlaps_allowed = true;
  const AreaBatch area = data::open_areas(verb.area)->read(crs_wkt);
  MultiPolygon whole;
  for (const MultiPolygon& shape : area.areas.shapes) whole.insert(whole.end(), shape.begin(), shape.end());
  const ObservationWindow window(whole);
  const ReadEvents read = read_events(verb.events, crs_wkt);
  const Pattern pattern = pattern_of(verb, read, window);
  const KOptions options = distances(verb, window);
  progress.stage("simulating", 0);
  const KEnvelope curve = verb.around.path.empty()
                              ? k_envelope(pattern.points, window, options, verb.envelope, progress)
                              : cross_k_envelope(centres_of(verb.around, crs_wkt, window), pattern.points, window,
                                                 options, verb.envelope, progress);
  write_whole_file(verb.output, [&](const std::string& path) { write_text(path, table_of(curve)); });
  const double distance = strongest(curve);
  if (common.json)
    fmt::print("{}\n", nlohmann::ordered_json{{"output", verb.output},
                                              {"points", pattern.points.size()},
                                              {"repeated", pattern.repeated},
                                              {"imprecise", pattern.imprecise},
                                              {"outside", pattern.outside},
                                              {"p", curve.p_value},
                                              {"simulations", verb.envelope.simulations},
                                              {"strongest_at_m", distance}}
                           .dump(2));
  if (common.quiet || common.json) return;
  fmt::print(stderr, "wrote {}: {} points, p = {:.3g}; {}\n", verb.output, pattern.points.size(), curve.p_value,
             distance > 0 ? fmt::format("clustering beyond chance, most at {:.0f} m", distance)
                          : std::string("no more clustering than chance gives"));
}

constexpr const char* explanation =
    "L(r) is r where points are scattered by chance, larger where they cluster (Ripley's K; with --around the cross\n"
    "function: events about other points). The table has L, its mean over the simulations, and two envelopes: low and\n"
    "high for one distance chosen beforehand, global_low and global_high for all distances together. Trust the global\n"
    "ones, and p. Where people live in towns, all that happens to people clusters: that is no finding about risk yet.\n"
    "Only events with an exact point count, each place once (--count events: each event, so that a town's repeats are\n"
    "pairs at distance 0). Distances near the border: --edge border takes only points as centres that are further from "
    "it.\n"
    "Examples: tocsin clustering data/samples/western_equatoria/incidents.csv \\\n"
    "            --area data/samples/western_equatoria/western_equatoria.geojson --max \"40 km\" -o l.csv\n"
    "          tocsin clustering data/samples/western_equatoria/incidents.csv --around \\\n"
    "            data/samples/western_equatoria/sites.geojson --area \\\n"
    "            data/samples/western_equatoria/western_equatoria.geojson --max \"40 km\" -o around_sites.csv";

}  // namespace

void add_clustering(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<ClusteringVerb>();
  CLI::App* sub =
      app.add_subcommand("clustering", "Do events cluster at all, and at which distance? K and L functions");
  add_event_source_options(*sub, verb->events);
  verb->events.placement = "exclude";
  sub->add_option("--placement", verb->events.placement, "imprecise events: left out, or on their point")
      ->check(CLI::IsMember({"exclude", "point"}))
      ->capture_default_str();
  sub->add_option("--area", verb->area.path, "polygons: where events could have been observed")->required();
  sub->add_option("--around", verb->around.path, "points that events may cluster around");
  sub->add_option("--crs", verb->crs, "projected CRS that distances are measured in, or auto: equal-area")
      ->capture_default_str();
  sub->add_option("--max", verb->max, "largest distance, \"50 km\" (default: a quarter of the area's shorter side)");
  sub->add_option("--steps", verb->steps, "distances up to there")->check(CLI::Range(1, 1000))->capture_default_str();
  sub->add_option("--simulations", verb->envelope.simulations, "patterns made by chance")->capture_default_str();
  sub->add_option("--level", verb->envelope.level, "of the envelopes")->capture_default_str();
  sub->add_option("--seed", verb->envelope.seed, "of the simulations")->capture_default_str();
  sub->add_option("--edge", verb->edge, "border or none")
      ->check(CLI::IsMember({"border", "none"}))
      ->capture_default_str();
  sub->add_option("--count", verb->count, "places (each once) or events")
      ->check(CLI::IsMember({"places", "events"}))
      ->capture_default_str();
  sub->add_option("-o,--output", verb->output, "table to write, .csv")->required();
  add_common_options(*sub, common);
  sub->footer(explanation);
  sub->callback([verb, sub, &common] {
    refuse_idle_options(*sub, idle_event_source_options(verb->events));
    clustering_verb(*verb, common);
  });
}

}  // namespace tocsin::cli
