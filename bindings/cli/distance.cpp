#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/cog.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/distance/distance_transform.hpp>
#include <tocsin/vector/area_raster.hpp>

#include "console_progress.hpp"
#include "grid_options.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct DistanceVerb {
  SourceSpec features;
  GridOptions grid;
  std::string output, max;
};

Box extent_of(const Features& features) {
  Box box = bounds_of(features.front().geometry);
  for (const Feature& feature : features) {
    const Box here = bounds_of(feature.geometry);
    box = {std::min(box.min_x, here.min_x), std::min(box.min_y, here.min_y), std::max(box.max_x, here.max_x),
           std::max(box.max_y, here.max_y)};
  }
  return box;
}

void distance_verb(DistanceVerb verb, const CommonOptions& common) {
  require_output(verb.output, common.overwrite, {".tif", ".tiff"});
  const Length max = verb.max.empty() ? metres(0) : parse_length(verb.max);
  if (!verb.max.empty() && max.metres <= 0) throw Error(ErrorCode::usage, "--max must be greater than 0");
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  progress.stage("reading features", 0);
  verb.features.name = verb.features.path;
  const std::string crs_wkt = crs_of(verb.grid, verb.features);
  const FeatureBatch batch = data::open_features(verb.features)->read(crs_wkt, {});
  if (batch.features.empty())
    throw Error(ErrorCode::input, fmt::format("{}: holds no feature that can be used", verb.features.path));
  const Box extent = extent_of(batch.features);
  // Features just outside the grid are near its edge: they are looked for up to --max, or everywhere, beyond it.
  Grid grid = grid_of(verb.grid, crs_wkt, extent.expanded(std::max(max.metres, 1.0)));
  progress.stage("distance", 0);
  const Box reach = grid.bounds();
  const double beyond = std::max({reach.min_x - extent.min_x, reach.min_y - extent.min_y, extent.max_x - reach.max_x,
                                  extent.max_y - reach.max_y, 0.0});
  const double margin_m = max.metres > 0 ? std::min(beyond, max.metres) : beyond;
  const auto margin = static_cast<std::int64_t>(margin_m / grid.cell_m) + 1;
  const Grid wide = grid.expanded(margin);
  std::vector<std::size_t> cells;
  for (const Feature& feature : batch.features) {
    throw_if_cancelled(progress);
    const auto touched = cells_touched(feature.geometry, wide);
    cells.insert(cells.end(), touched.begin(), touched.end());
  }
  const Raster<float> distances = distance_transform(cells, wide);
  Raster<float> raster(grid);
  for (std::int64_t row = 0; row < grid.height; ++row)
    for (std::int64_t column = 0; column < grid.width; ++column) {
      const float here = distances.at({column + margin, row + margin});
      const bool far = max.metres > 0 && !(static_cast<double>(here) <= max.metres);
      raster.at({column, row}) = far ? static_cast<float>(max.metres) : here;
    }
  std::vector<Band> bands;
  bands.push_back({"distance",
                   max.metres > 0 ? fmt::format("distance to the nearest feature, at most {}", verb.max)
                                  : "distance to the nearest feature",
                   "m", std::move(raster)});
  progress.stage("writing", 0);
  write_whole_file(verb.output, [&](const std::string& path) {
    data::write_cog(path, bands, {bands[0].description, "", "", ""});
  });
  if (common.json)
    fmt::print("{}\n", nlohmann::ordered_json{{"output", verb.output},
                                              {"features", batch.features.size()},
                                              {"width", grid.width},
                                              {"height", grid.height}}
                           .dump(2));
  if (common.quiet || common.json) return;
  for (const std::string& warning : batch.warnings) fmt::print(stderr, "warning: {}\n", warning);
  fmt::print(stderr, "wrote {}: {} x {} cells, {} features\n", verb.output, grid.width, grid.height,
             batch.features.size());
}

}  // namespace

void add_distance(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<DistanceVerb>();
  CLI::App* sub = app.add_subcommand("distance", "Exact Euclidean distance in metres to the nearest feature");
  sub->add_option("features", verb->features.path, "file of points, lines or polygons")->required();
  sub->add_option("--layer", verb->features.layer, "layer or sheet");
  sub->add_option("--where", verb->features.where, "OGR SQL where clause");
  sub->add_option("--input-crs", verb->features.crs, "CRS of the features (default: as the data say)");
  sub->add_option("--max", verb->max, "no distance is larger than this, \"50 km\"");
  add_grid_options(*sub, verb->grid);
  sub->add_option("-o,--output", verb->output, "GeoTIFF to write")->required();
  add_common_options(*sub, common);
  sub->footer(
      "From the centre of each cell to the centre of the nearest cell that a feature touches: the cell that owns a "
      "point,\n"
      "every cell that a line passes through, every cell that a polygon covers in part.\n"
      "Example: tocsin distance data/samples/western_equatoria/services.geojson --cell \"1 km\" --max \"50 km\" \\\n"
      "           --area data/samples/western_equatoria/western_equatoria.geojson -o distance.tif");
  sub->callback([verb, &common] { distance_verb(*verb, common); });
}

}  // namespace tocsin::cli
