#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/raster_source.hpp>
#include <tocsin/data/raster_writer.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/density/bandwidth.hpp>

#include "console_progress.hpp"
#include "density_map.hpp"
#include "event_options.hpp"
#include "grid_options.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

constexpr double most_cells = 2e10;  // 80 GB of float: beyond it a larger cell is what is wanted

struct DensityVerb {
  EventOptions events;
  GridOptions grid;
  std::string output, bandwidth, kernel = "quartic", half_life, every, edge = "none";
  std::string population, population_unit = "persons";
  bool adaptive = false;
  std::vector<double> clip{0.2, 5};
  double floor = 1;
  std::vector<std::string> creation_options;
};

/// The bandwidth, and how it came about.
struct ChosenBandwidth {
  DensityOptions density;
  std::optional<BandwidthChoice> choice;  ///< empty where a length was given
};

std::string km(Length length) {
  return fmt::format("{:.4g} km", length.metres / 1000);
}

void check_bandwidth(const std::string& text) {
  if (parse_bandwidth_selector(text)) return;
  try {
    DensityOptions{Kernel::quartic, parse_length(text)}.validate();
  } catch (const Error& error) {
    throw Error(ErrorCode::usage,
                fmt::format("--bandwidth: {}; or let it be chosen: auto, scott, diggle, likelihood", error.what()));
  }
}

void check_usage(const DensityVerb& verb) {
  check_bandwidth(verb.bandwidth);
  const bool edge = verb.edge == "area";
  if (edge && verb.grid.area.empty())
    throw Error(ErrorCode::usage, "--edge area needs the area: give --area FILE with its polygons");
  if (edge && verb.adaptive)
    throw Error(ErrorCode::usage, "--edge area corrects for one bandwidth; leave out --edge or --adaptive");
  if (!verb.population.empty() && verb.adaptive)
    throw Error(ErrorCode::usage,
                "--relative smooths events and people with one bandwidth; leave out --relative or --adaptive");
  if (!verb.population.empty() && !(verb.floor > 0 && std::isfinite(verb.floor)))
    throw Error(ErrorCode::usage,
                fmt::format("--floor {}: give a number of persons per km2 that is more than 0", verb.floor));
}

MultiPolygon read_area(const DensityVerb& verb, const std::string& crs_wkt) {
  SourceSpec spec;
  spec.name = spec.path = verb.grid.area;
  MultiPolygon whole;
  for (const MultiPolygon& shape : data::open_areas(spec)->read(crs_wkt).areas.shapes)
    whole.insert(whole.end(), shape.begin(), shape.end());
  return whole;
}

/// Negative weights make a map of differences; what rests on a share of all events has no meaning then.
bool any_negative(const DensityVerb& verb, const std::vector<double>& weights, bool chooses_bandwidth) {
  if (std::none_of(weights.begin(), weights.end(), [](double weight) { return weight < 0; })) return false;
  const std::string refused = verb.adaptive              ? "--adaptive"
                              : !verb.population.empty() ? "--relative"
                              : chooses_bandwidth        ? "--bandwidth " + verb.bandwidth
                                                         : "";
  if (!refused.empty())
    throw Error(ErrorCode::input,
                fmt::format("{}: some weights are negative, and {} needs weights of 0 or more; leave it out, or "
                            "--where the records",
                            verb.events.spec.path, refused));
  return true;
}

ChosenBandwidth choose(const DensityVerb& verb, const EventLayer& layer, const MapPeriod& all,
                       const std::string& crs_wkt, const MultiPolygon* area, Progress& progress) {
  ChosenBandwidth chosen{{parse_kernel(verb.kernel).value(), {}}, {}};
  const auto selector = parse_bandwidth_selector(verb.bandwidth);
  if (!selector) {
    chosen.density.bandwidth = parse_length(verb.bandwidth);
    return chosen;
  }
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Box within = extent_is_given(verb.grid) ? grid_of(verb.grid, crs_wkt, {}, most_cells).bounds()
                                                : Box{-infinity, -infinity, infinity, infinity};
  const auto points = exact_points(layer, all.weights, within, area, verb.events.placement == "point");
  BandwidthOptions options;
  options.selector = *selector;
  options.kernel = chosen.density.kernel;
  options.area = area;
  chosen.choice = choose_bandwidth(points, options, progress);
  chosen.density.bandwidth = chosen.choice->bandwidth;
  return chosen;
}

/// What was chosen and why, in one line.
std::string account_of(const ChosenBandwidth& chosen, std::string_view kernel) {
  const BandwidthChoice& choice = *chosen.choice;
  std::string line = fmt::format("bandwidth {}: {}; a standard deviation of {}", km(choice.bandwidth), choice.reason,
                                 km(choice.deviation));
  if (chosen.density.kernel != Kernel::gaussian)
    line += fmt::format(" for gaussian, times {:.4f} for {}", canonical_factor(chosen.density.kernel), kernel);
  return line;
}

std::vector<std::string> warnings_of(const ChosenBandwidth& chosen, const Grid& grid) {
  std::vector<std::string> notes;
  const Length bandwidth = chosen.density.bandwidth;
  const double side_m = std::max(grid.bounds().width(), grid.bounds().height());
  if (bandwidth.metres > side_m)
    notes.push_back(fmt::format("the bandwidth of {} is larger than the grid ({}): the map is nearly flat",
                                km(bandwidth), km(metres(side_m))));
  if (chosen.choice && chosen.choice->end != BracketEnd::none)
    notes.push_back(fmt::format("{} has no peak between {} and {}: the bandwidth is that end; better give one",
                                to_string(chosen.choice->selector),
                                km(metres(chosen.choice->curve.front().deviation_m)),
                                km(metres(chosen.choice->curve.back().deviation_m))));
  return notes;
}

/// A map without events would read as peace.
void require_events(const DensityVerb& verb, const EventBatch& batch, const std::vector<MapPeriod>& periods) {
  const auto has = [&](auto member) {
    return std::any_of(periods.begin(), periods.end(), [&](const MapPeriod& period) { return period.*member != 0; });
  };
  if (has(&MapPeriod::in_reach)) return;
  std::string why = "no event was reported in that time; look at --from, --to, --as-of and --weight";
  if (batch.events.size() == 0) why = "no event is left of them; look at --where, and at the records";
  for (const MapPeriod& period : periods)
    if (std::any_of(period.weights.begin(), period.weights.end(), [](double weight) { return weight != 0; }))
      why = "all events lie beyond the reach of the map, or have no place; look at the grid, --input-crs and --admin";
  throw Error(ErrorCode::input, fmt::format("{}: {} records read, but {}; a map of zeros would read as peace",
                                            verb.events.spec.path, batch.rows_read, why));
}

std::vector<data::BandText> band_texts(const DensityVerb& verb, const ChosenBandwidth& chosen,
                                       const std::vector<MapPeriod>& periods) {
  std::string what = fmt::format("{} kernel density, bandwidth {}", verb.kernel, km(chosen.density.bandwidth));
  if (verb.adaptive) what = "adaptive " + what;
  if (verb.edge == "area") what += ", edge corrected";
  const std::string unit = verb.population.empty() ? "events/km2" : "events/person";
  if (!verb.population.empty())
    what += fmt::format(", over that of people where they are {} per km2 or more", verb.floor);
  std::vector<data::BandText> texts;
  for (const MapPeriod& period : periods) texts.push_back({period.name, what, unit});
  return texts;
}

nlohmann::ordered_json summary_of(const DensityVerb& verb, const EventBatch& batch, const Grid& grid,
                                  const ChosenBandwidth& chosen, const std::vector<MapPeriod>& periods) {
  nlohmann::ordered_json summary{{"output", verb.output},
                                 {"read", batch.rows_read},
                                 {"quarantined", batch.quarantined.size()},
                                 {"width", grid.width},
                                 {"height", grid.height},
                                 {"kernel", verb.kernel},
                                 {"bandwidth_m", chosen.density.bandwidth.metres}};
  if (chosen.choice) {
    const BandwidthChoice& choice = *chosen.choice;
    auto& json = summary["selector"];
    json = {{"name", to_string(choice.selector)},
            {"reason", choice.reason},
            {"deviation_m", choice.deviation.metres},
            {"factor", canonical_factor(chosen.density.kernel)},
            {"places", choice.places},
            {"at_end", choice.end != BracketEnd::none}};
    for (const auto& [deviation_m, score] : choice.curve) json["curve"].push_back({deviation_m, score});
  }
  double weight = 0, in_reach = 0;
  for (const MapPeriod& period : periods) {
    weight += period.weight;
    in_reach += period.in_reach;
    summary["bands"].push_back({{"name", period.name},
                                {"from", to_string(period.window.first)},
                                {"to", to_string(period.window.last)},
                                {"weight", period.weight},
                                {"weight_in_reach", period.in_reach}});
  }
  summary["weight"] = weight;
  summary["weight_in_reach"] = in_reach;
  return summary;
}

void tell(const DensityVerb& verb, const CommonOptions& common, nlohmann::ordered_json summary,
          const std::vector<std::string>& warnings) {
  if (common.json) {
    summary["warnings"] = warnings;
    fmt::print("{}\n", summary.dump(2));
    return;
  }
  if (common.quiet) return;
  for (const std::string& warning : warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
  fmt::print(stderr, "wrote {}: {} x {} cells, bands: {}, bandwidth {}, weight {:.6g} of {:.6g} in reach of the map\n",
             verb.output, summary["width"].get<std::int64_t>(), summary["height"].get<std::int64_t>(),
             summary["bands"].size(), km(metres(summary["bandwidth_m"].get<double>())),
             summary["weight_in_reach"].get<double>(), summary["weight"].get<double>());
}

std::unique_ptr<RasterSource> open_people(const DensityVerb& verb) {
  SourceSpec spec;
  spec.name = spec.path = verb.population;
  spec.per_km2 = verb.population_unit == "persons/km2";
  spec.resample = spec.per_km2 ? Resample::mean : Resample::sum;
  return data::open_raster(spec);
}

void density_verb(const DensityVerb& verb, const CommonOptions& common) {
  check_usage(verb);
  require_output(verb.output, common.overwrite, {".tif", ".tiff"},
                 {verb.events.spec.path, verb.events.admin.path, verb.grid.area, verb.grid.like, verb.population});
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  const double memory_bytes = memory_of(common);
  progress.stage("reading events", 0);
  const std::string crs_wkt = crs_of(verb.grid, spec_of(verb.events));
  ReadEvents read = read_events(verb.events, crs_wkt);
  if (!verb.half_life.empty()) read.window.half_life = parse_duration(verb.half_life);
  EventLayer layer;
  layer.as_of = read.as_of;
  layer.batch = std::move(read.batch);
  std::vector<std::string> warnings = layer.batch.warnings;
  std::vector<MapPeriod> periods = periods_of(layer, read.window, verb.every, verb.events.weight);
  const MapPeriod all = periods_of(layer, read.window, "", verb.events.weight).front();
  const bool differences = any_negative(verb, all.weights, parse_bandwidth_selector(verb.bandwidth).has_value());
  if (differences) warnings.push_back("some weights are negative: this is a map of differences");

  const MultiPolygon area = verb.edge == "area" ? read_area(verb, crs_wkt) : MultiPolygon{};
  const MultiPolygon* inside = verb.edge == "area" ? &area : nullptr;
  const ChosenBandwidth chosen = choose(verb, layer, all, crs_wkt, inside, progress);
  std::optional<AdaptiveOptions> adaptive;
  if (verb.adaptive) {
    adaptive = {chosen.density.kernel, chosen.density.bandwidth, verb.clip.at(0), verb.clip.at(1)};
    adaptive->validate();
  }
  const double widest_m = chosen.density.bandwidth.metres * (adaptive ? adaptive->most_factor : 1);
  const double reach_m = kernel_reach(chosen.density.kernel, widest_m);
  const Grid grid =
      grid_of(verb.grid, crs_wkt, extent_is_given(verb.grid) ? Box{} : extent_of(layer.batch.events).expanded(reach_m),
              most_cells);
  for (std::string& warning : warnings_of(chosen, grid)) warnings.push_back(std::move(warning));
  if (chosen.choice && !common.quiet && !common.json) fmt::print(stderr, "{}\n", account_of(chosen, verb.kernel));

  progress.stage("placing events", 0);
  const Lattice lattice(grid, chosen.density.bandwidth.metres, reach_m);
  DensityEvents events(layer, verb.events, lattice, inside, periods, progress);
  warnings.insert(warnings.end(), layer.placed.warnings.begin(), layer.placed.warnings.end());
  require_events(verb, layer.batch, periods);
  if (events.beyond_area() > 0)
    warnings.push_back(fmt::format("{} events lie outside the area and do not count", events.beyond_area()));
  std::optional<People> people;
  if (!verb.population.empty()) people.emplace(open_people(verb), lattice, inside);
  std::optional<EdgeMass> edge;
  if (inside != nullptr) edge.emplace(area, chosen.density.kernel, chosen.density.bandwidth);

  const DensityMap map{grid,
                       lattice,
                       events,
                       periods,
                       chosen.density,
                       adaptive,
                       edge ? &*edge : nullptr,
                       people ? &*people : nullptr,
                       verb.floor,
                       memory_bytes};
  const auto texts = band_texts(verb, chosen, periods);
  DensityMapReport report;
  write_whole_file(verb.output, [&](const std::string& path) {
    data::RasterWriter writer(path, grid, texts,
                              {texts.front().description, "",
                               fmt::format("{} to {}", to_string(read.window.first), to_string(read.window.last)), ""},
                              {data::RasterWriterOptions::Layout::tiled, verb.creation_options});
    report = write_density_map(map, writer, progress);
    if (people)
      for (std::string& warning : people->warnings(verb.population)) warnings.push_back(std::move(warning));
    progress.stage("finishing the file", 0);
    writer.finish();
  });
  auto summary = summary_of(verb, layer.batch, grid, chosen, periods);
  if (adaptive) summary["adaptive"] = {{"places", report.places}, {"clipped", report.clipped}};
  if (!layer.batch.quarantined.empty())
    warnings.push_back(fmt::format("{} of {} records could not be used; `tocsin check` on a scenario tells why",
                                   layer.batch.quarantined.size(), layer.batch.rows_read));
  tell(verb, common, std::move(summary), warnings);
}

constexpr const char* footer =
    "Kernels integrate to 1 over the plane. The bandwidth is the radius of their support, and for gaussian the "
    "standard\n"
    "deviation, cut off at 8 of them. Others count otherwise: QGIS and ArcGIS take the radius as here, CrimeStat the\n"
    "gaussian deviation; spatstat's sigma is a standard deviation for every kernel (bandwidth = sigma x 2 for "
    "uniform,\n"
    "sqrt(6) epanechnikov, sqrt(8) quartic).\n"
    "\n"
    "--bandwidth scott, diggle and likelihood choose a gaussian deviation from the events that have an exact point, "
    "each\n"
    "place once with its weight; it is carried to other kernels by the factor that smooths as much (uniform 2, "
    "triangular\n"
    "2.537, epanechnikov 2.402, quartic 2.779, triweight 3.115). scott: rule of thumb; diggle: least mean square "
    "error;\n"
    "likelihood: leave-one-out likelihood; auto: likelihood, diggle where that has no peak (far-off places), scott "
    "for\n"
    "fewer than 50 places. What was chosen and why is printed, and the whole curve with --json.\n"
    "\n"
    "--edge area divides by the kernel's share inside the area: right where no event beyond could be known, wrong at "
    "a\n"
    "border that events are reported from. Events outside do not count; cells whose centre lies outside are nodata.\n"
    "--adaptive: each event's bandwidth is --bandwidth x (density there / its geometric mean)^(-1/2).\n"
    "--relative: events per person; nodata where there are fewer people than --floor, smoothed alike.\n"
    "Negative weights are allowed, for maps of differences; not with --adaptive, --relative or a chosen bandwidth.\n"
    "Imprecise events are spread over cells (on maps above 16 million cells of up to a 32nd of the bandwidth).\n"
    "\n"
    "Examples, with S for data/samples/western_equatoria:\n"
    "  tocsin density S/incidents.csv --cell \"1 km\" --bandwidth \"25 km\" --admin S/counties.geojson \\\n"
    "    --admin-code pcode -o density.tif\n"
    "  tocsin density S/incidents.csv --cell \"1 km\" --bandwidth auto --every quarter --half-life \"90 days\" "
    "\\\n"
    "    --area S/western_equatoria.geojson --edge area -o quarters.tif\n"
    "  tocsin density S/incidents.csv --cell \"1 km\" --bandwidth \"25 km\" --area S/western_equatoria.geojson "
    "\\\n"
    "    --relative S/population.tif --floor 2 -o per_person.tif\n"
    "  tocsin density S/clashes.csv --format ucdp-ged --cell \"1 km\" --bandwidth scott --adaptive --clip "
    "0.25,4 \\\n"
    "    -o clashes.tif";

}  // namespace

void add_density(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<DensityVerb>();
  CLI::App* sub =
      app.add_subcommand("density", "Kernel density of events, in events per km2 at the centre of each cell");
  add_event_options(*sub, verb->events);
  add_grid_options(*sub, verb->grid);
  sub->add_option("-o,--output", verb->output, "GeoTIFF to write")->required();
  sub->add_option("--bandwidth", verb->bandwidth, "\"25 km\", or chosen: auto, scott, diggle or likelihood")
      ->required();
  sub->add_option("--kernel", verb->kernel, "uniform, triangular, epanechnikov, quartic, triweight or gaussian")
      ->check(CLI::IsMember({"uniform", "triangular", "epanechnikov", "quartic", "biweight", "triweight", "gaussian"}))
      ->capture_default_str();
  sub->add_option("--half-life", verb->half_life, "older events count less: weight 2^(-age / half-life), \"90 days\"");
  sub->add_option("--every", verb->every, "one band a period: week, dekad, month, quarter or year")
      ->check(CLI::IsMember({"week", "dekad", "month", "quarter", "year"}));
  sub->add_option("--edge", verb->edge, "none, or area: correct for what the border of --area cuts off")
      ->check(CLI::IsMember({"none", "area"}))
      ->capture_default_str();
  auto* adaptive = sub->add_flag("--adaptive", verb->adaptive, "narrow kernels where events are dense, wide elsewhere");
  sub->add_option("--clip", verb->clip, "least and most factor of an adaptive bandwidth")
      ->delimiter(',')
      ->expected(2)
      ->needs(adaptive)
      ->capture_default_str();
  auto* relative = sub->add_option("--relative", verb->population, "raster of people: density of events over theirs");
  sub->add_option("--population-unit", verb->population_unit, "what the raster counts: persons (a cell) or persons/km2")
      ->check(CLI::IsMember({"persons", "persons/km2"}))
      ->needs(relative)
      ->capture_default_str();
  sub->add_option("--floor", verb->floor, "fewest people per km2 for a relative density")
      ->needs(relative)
      ->capture_default_str();
  sub->add_option("--co", verb->creation_options, "creation option of GDAL's GTiff driver, COMPRESS=ZSTD; may repeat");
  add_common_options(*sub, common);
  add_memory_option(*sub, common);
  sub->footer(footer);
  sub->callback([verb, sub, &common] {
    for (const auto& table : {idle_event_source_options(verb->events), idle_placement_options(verb->events)})
      refuse_idle_options(*sub, table);
    density_verb(*verb, common);
  });
}

}  // namespace tocsin::cli
