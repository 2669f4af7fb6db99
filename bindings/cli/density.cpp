#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/parallel.hpp>
#include <tocsin/data/cog.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/density/density.hpp>

#include "console_progress.hpp"
#include "event_options.hpp"
#include "grid_options.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct DensityVerb {
  EventOptions events;
  GridOptions grid;
  std::string output, bandwidth, kernel = "quartic", half_life;
};

/// The grid reaches one kernel's reach around the events where nothing else says how far.
Grid lay_grid(const DensityVerb& verb, const std::string& crs_wkt, const Events& events, double reach_m) {
  const bool given = !verb.grid.area.empty() || !verb.grid.bbox.empty() || !verb.grid.like.empty();
  return grid_of(verb.grid, crs_wkt, given ? Box{} : extent_of(events).expanded(reach_m));
}

PlacedEvents place(const DensityVerb& verb, const Events& events, const Grid& wide, const std::string& crs_wkt) {
  PlacementOptions options;
  options.method = verb.events.placement == "point"     ? PlacementMethod::point
                   : verb.events.placement == "exclude" ? PlacementMethod::exclude
                                                        : PlacementMethod::spread;
  Areas admin;
  if (!verb.events.admin.path.empty()) {
    SourceSpec spec = verb.events.admin;
    spec.name = spec.path;
    admin = data::open_areas(spec)->read(crs_wkt).areas;
    options.admin[static_cast<std::size_t>(verb.events.admin_level)] = &admin;
  }
  return place_events(events, wide, options);
}

void density_verb(const DensityVerb& verb, const CommonOptions& common) {
  require_output(verb.output, common.overwrite, {".tif", ".tiff"});
  DensityOptions options{parse_kernel(verb.kernel).value_or(Kernel::quartic), parse_length(verb.bandwidth)};
  options.validate();
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  progress.stage("reading events", 0);
  const std::string crs_wkt = crs_of(verb.grid, spec_of(verb.events));
  ReadEvents read = read_events(verb.events, crs_wkt);
  if (!verb.half_life.empty()) read.window.half_life = parse_duration(verb.half_life);
  const Events& events = read.batch.events;
  const double reach_m = kernel_reach(options.kernel, options.bandwidth.metres);
  const Grid grid = lay_grid(verb, crs_wkt, events, reach_m);
  const Grid wide = grid.expanded(static_cast<std::int64_t>(std::ceil(reach_m / grid.cell_m)));
  EventLayer layer;
  layer.as_of = read.as_of;
  layer.placed = place(verb, events, wide, crs_wkt);
  layer.batch = std::move(read.batch);
  const auto weights = layer.weights({}, read.window, verb.events.weight);
  progress.stage("density", grid.height);
  std::vector<Band> bands;
  bands.push_back({"density", fmt::format("{} kernel density, bandwidth {}", verb.kernel, verb.bandwidth), "events/km2",
                   density(layer.placed.weighted_points(wide, weights), grid, options, progress)});
  progress.stage("writing", 0);
  write_whole_file(verb.output, [&](const std::string& path) {
    data::write_cog(path, bands,
                    {bands[0].description, "",
                     fmt::format("{} to {}", to_string(read.window.first), to_string(read.window.last)), ""});
  });
  double counted = 0;
  for (const double weight : weights) counted += weight;
  if (common.json)
    fmt::print("{}\n", nlohmann::ordered_json{{"output", verb.output},
                                              {"read", layer.batch.rows_read},
                                              {"quarantined", layer.batch.quarantined.size()},
                                              {"weight", counted},
                                              {"width", grid.width},
                                              {"height", grid.height}}
                           .dump(2));
  if (common.quiet || common.json) return;
  for (const auto* warnings : {&layer.batch.warnings, &layer.placed.warnings})
    for (const std::string& warning : *warnings) fmt::print(stderr, "warning: {}\n", warning);
  if (!layer.batch.quarantined.empty())
    fmt::print(stderr, "warning: {} of {} records could not be used; `tocsin check` on a scenario tells why\n",
               layer.batch.quarantined.size(), layer.batch.rows_read);
  fmt::print(stderr, "wrote {}: {} x {} cells, weight {:.6g}\n", verb.output, grid.width, grid.height, counted);
}

}  // namespace

void add_density(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<DensityVerb>();
  CLI::App* sub =
      app.add_subcommand("density", "Kernel density of events, in events per km2 at the centre of each cell");
  add_event_options(*sub, verb->events);
  add_grid_options(*sub, verb->grid);
  sub->add_option("-o,--output", verb->output, "GeoTIFF to write")->required();
  sub->add_option("--bandwidth", verb->bandwidth, "radius of the kernel (gaussian: standard deviation), \"25 km\"")
      ->required();
  sub->add_option("--kernel", verb->kernel, "uniform, triangular, epanechnikov, quartic, triweight or gaussian")
      ->check(CLI::IsMember({"uniform", "triangular", "epanechnikov", "quartic", "biweight", "triweight", "gaussian"}))
      ->capture_default_str();
  sub->add_option("--half-life", verb->half_life, "older events count less: weight 2^(-age / half-life), \"90 days\"");
  add_common_options(*sub, common);
  sub->footer(
      "Kernels integrate to 1 over the plane; no edge correction. spatstat's sigma is a standard deviation for every\n"
      "kernel (quartic: bandwidth = sigma x sqrt(8)); QGIS and ArcGIS take the radius, as here.\n"
      "Example: tocsin density data/samples/western_equatoria/incidents.csv --cell \"1 km\" --bandwidth \"25 km\" \\\n"
      "           --admin data/samples/western_equatoria/counties.geojson --admin-code pcode -o density.tif");
  sub->callback([verb, &common] { density_verb(*verb, common); });
}

}  // namespace tocsin::cli
