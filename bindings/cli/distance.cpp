#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/grid_of_raster.hpp>
#include <tocsin/data/raster_writer.hpp>
#include <tocsin/data/vector_source.hpp>

#include "console_progress.hpp"
#include "distance_maps.hpp"
#include "grid_options.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

constexpr double most_cells = 1e12;
/// Whole numbers up to this size are exact in the float32 of the output.
constexpr double largest_id = 16'777'216;

struct DistanceVerb {
  SourceSpec features;
  GridOptions grid;
  std::string output, max, to = "distance", friction;
  int moves = 0;  ///< 0: not said
  std::vector<std::string> creation_options;
  [[nodiscard]] bool by_cost() const { return !friction.empty(); }
  [[nodiscard]] bool to_id() const { return to == "nearest-id"; }
};

void check_together(const DistanceVerb& verb) {
  const GridOptions& grid = verb.grid;
  const bool grid_said = !grid.cell.empty() || !grid.bbox.empty() || !grid.area.empty() || !grid.like.empty() ||
                         grid.crs != GridOptions().crs;
  if (verb.by_cost() && grid_said)
    throw Error(ErrorCode::usage, "--cost gives the grid; leave out --cell, --crs, --bbox, --area and --like");
  if (verb.by_cost() && verb.to_id())
    throw Error(ErrorCode::usage, "--to nearest-id goes by straight distance; leave out --cost, or --to");
  if (!verb.by_cost() && verb.moves != 0) throw Error(ErrorCode::usage, "--moves goes with --cost FRICTION");
  if (!verb.to_id() && !verb.features.value_field.empty())
    throw Error(ErrorCode::usage, "--id goes with --to nearest-id");
}

double largest_distance(const DistanceVerb& verb) {
  if (verb.max.empty()) return std::numeric_limits<double>::infinity();
  const double metres = parse_length(verb.max).metres;
  if (metres <= 0) throw Error(ErrorCode::usage, "--max must be greater than 0");
  return metres;
}

double largest_cost(const DistanceVerb& verb) {
  if (verb.max.empty()) return std::numeric_limits<double>::infinity();
  double most = 0;
  const char* end = verb.max.data() + verb.max.size();
  const auto [stopped, fault] = std::from_chars(verb.max.data(), end, most);
  if (fault != std::errc() || stopped != end || !(most > 0))
    throw Error(ErrorCode::usage,
                fmt::format("--max '{}': with --cost it is a cost, a number greater than 0 such as 12", verb.max));
  return most;
}

struct ReadFeatures {
  FeatureBatch batch;
  std::size_t beyond_reach = 0;  ///< points where the grid's CRS does not reach
};

ReadFeatures read_features(const SourceSpec& spec, const std::string& crs_wkt) {
  ReadFeatures read{data::open_features(spec)->read(crs_wkt, {})};
  read.beyond_reach = std::erase_if(read.batch.features, [](const Feature& feature) {
    const Point* point = std::get_if<Point>(&feature.geometry);
    return point != nullptr && std::abs(point->x()) >= data::beyond_reach_m;
  });
  if (read.batch.features.empty())
    throw Error(ErrorCode::input, fmt::format("{}: holds no feature that can be used", spec.path));
  return read;
}

Box extent_of(const Features& features) {
  Box box = bounds_of(features.front().geometry);
  for (const Feature& feature : features) {
    const Box here = bounds_of(feature.geometry);
    box = {std::min(box.min_x, here.min_x), std::min(box.min_y, here.min_y), std::max(box.max_x, here.max_x),
           std::max(box.max_y, here.max_y)};
  }
  return box;
}

std::vector<std::int32_t> ids_of(const DistanceVerb& verb, const Features& features) {
  if (!verb.to_id()) return {};
  const std::string& field = verb.features.value_field;
  std::vector<std::int32_t> ids;
  for (const Feature& feature : features) {
    const double id = field.empty() ? static_cast<double>(feature.record) : feature.value;
    if (!(std::abs(id) <= largest_id && id == std::round(id)))
      throw Error(
          ErrorCode::input,
          field.empty()
              ? fmt::format("{}: more than {:.0f} features cannot be numbered exactly in a float32 raster",
                            verb.features.path, largest_id)
              : fmt::format("{}: record {} has {} as {}; ids are whole numbers of up to {:.0f}, which a float32 "
                            "raster holds exactly; leave out --id to number the features",
                            verb.features.path, feature.record, std::isnan(id) ? "nothing" : fmt::format("{}", id),
                            field, largest_id));
    ids.push_back(static_cast<std::int32_t>(id));
  }
  return ids;
}

data::RasterWriterOptions writer_options(const DistanceVerb& verb) {
  return {data::RasterWriterOptions::Layout::tiled, verb.creation_options};
}

/// As the crow flies. @return the grid
Grid map_straight(const DistanceVerb& verb, const Features& features, const std::string& crs_wkt, double memory,
                  Progress& progress) {
  const StraightMap map{features, ids_of(verb, features), largest_distance(verb)};
  const double around = std::isinf(map.most_m) ? 1 : std::max(map.most_m, 1.0);
  const Grid grid = grid_of(verb.grid, crs_wkt, extent_of(features).expanded(around), most_cells);
  data::BandText text{"distance", "distance to the nearest feature", "m"};
  if (verb.to_id()) text = {"nearest", "id of the nearest feature", ""};
  if (!verb.max.empty()) text.description += (verb.to_id() ? " within " : ", at most ") + verb.max;
  write_whole_file(verb.output, [&](const std::string& path) {
    data::RasterWriter writer(path, grid, {text}, {text.description, "", "", ""}, writer_options(verb));
    write_straight_map(map, grid, writer, memory, progress);
    progress.stage("finishing the file", 0);
    writer.finish();
  });
  return grid;
}

/// Over a friction raster.
Grid map_cost(const DistanceVerb& verb, const Grid& grid, const Features& features, double memory, CostReport& report,
              Progress& progress) {
  CostOptions options;
  if (verb.moves == 16) options.moves = Moves::sixteen;
  options.most = largest_cost(verb);
  SourceSpec friction;
  friction.name = friction.path = verb.friction;
  const std::filesystem::path output(verb.output);
  const std::string blocks = (output.parent_path() / ("." + output.stem().string() + ".blocks")).string();
  data::BandText text{"cost", fmt::format("cost of the cheapest way to a feature, {} moves", verb.moves == 16 ? 16 : 8),
                      ""};
  if (!verb.max.empty()) text.description += fmt::format(", up to {}", verb.max);
  CostDistance search = solved_cost(friction, grid, features, options, blocks, memory, report, progress);
  write_whole_file(verb.output, [&](const std::string& path) {
    data::RasterWriter writer(path, grid, {text}, {text.description, "", "", ""}, writer_options(verb));
    write_costs(search, grid, writer, progress);
    progress.stage("finishing the file", 0);
    writer.finish();
  });
  return grid;
}

void add_warnings(const ReadFeatures& read, const CostReport& report, std::vector<std::string>& warnings) {
  const FeatureBatch& batch = read.batch;
  if (!batch.quarantined.empty())
    warnings.push_back(fmt::format("{} of {} records could not be used; the first is row {}: {}",
                                   batch.quarantined.size(), batch.rows_read, batch.quarantined.front().row,
                                   batch.quarantined.front().reason));
  if (read.beyond_reach > 0)
    warnings.push_back(
        fmt::format("{} features lie where the grid's CRS does not reach and are left out", read.beyond_reach));
  if (report.outside > 0)
    warnings.push_back(fmt::format("{} features lie outside the friction raster and start nothing", report.outside));
  if (report.on_impassable_only > 0)
    warnings.push_back(
        fmt::format("{} features lie on impassable cells alone and start nothing", report.on_impassable_only));
}

void distance_verb(DistanceVerb verb, const CommonOptions& common) {
  require_output(verb.output, common.overwrite, {".tif", ".tiff"},
                 {verb.features.path, verb.friction, verb.grid.area, verb.grid.like});
  check_together(verb);
  // Said before anything is read.
  if (verb.by_cost())
    largest_cost(verb);
  else
    largest_distance(verb);
  const double memory = memory_of(common);
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  progress.stage("reading features", 0);
  verb.features.name = verb.features.path;
  Grid grid;
  if (verb.by_cost()) grid = data::grid_of_raster(verb.friction);
  const std::string crs_wkt = verb.by_cost() ? grid.crs_wkt : crs_of(verb.grid, verb.features);
  const ReadFeatures read = read_features(verb.features, crs_wkt);
  CostReport report;
  grid = verb.by_cost() ? map_cost(verb, grid, read.batch.features, memory, report, progress)
                        : map_straight(verb, read.batch.features, crs_wkt, memory, progress);
  if (common.json) {
    nlohmann::ordered_json summary{{"output", verb.output},
                                   {"features", read.batch.features.size()},
                                   {"quarantined", read.batch.quarantined.size()},
                                   {"width", grid.width},
                                   {"height", grid.height}};
    if (verb.by_cost()) {
      summary["starting_cells"] = report.starts;
      summary["features_outside"] = report.outside;
      summary["features_on_impassable_cells"] = report.on_impassable_only;
    }
    fmt::print("{}\n", summary.dump(2));
  }
  if (common.quiet || common.json) return;
  std::vector<std::string> warnings = read.batch.warnings;
  add_warnings(read, report, warnings);
  for (const std::string& warning : warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
  fmt::print(stderr, "wrote {}: {} x {} cells, {} features\n", verb.output, grid.width, grid.height,
             read.batch.features.size());
}

constexpr const char* explanation =
    "Straight distances go from the centre of each cell to the centre of the nearest cell that a feature touches: the\n"
    "cell that owns a point, every cell that a line passes through, every cell that a polygon covers in part. They "
    "are\n"
    "exact. Features outside the grid count. With --max no distance is larger than it. --to nearest-id gives the id "
    "of\n"
    "the nearest feature instead, of several equally near the smallest, and nodata where none lies within --max.\n"
    "\n"
    "--cost FRICTION gives the accumulated cost of the cheapest way from each cell to a cell that a feature touches. "
    "The\n"
    "raster holds cost per metre (hours per metre: the result is in hours), >= 0; nodata is impassable, and its grid "
    "is\n"
    "the result's. A step costs its length times the mean friction of its two cells, as in GRASS r.cost, ArcGIS and "
    "R's\n"
    "terra; with --moves 16 also knight's moves, which take the mean of the four cells that they cross, as r.cost -k. "
    "What\n"
    "cannot be reached, or costs more than --max, is nodata. What does not fit in --memory waits in a file beside the "
    "output.\n"
    "\n"
    "Examples: tocsin distance data/samples/western_equatoria/services.geojson --cell \"1 km\" --max \"50 km\" \\\n"
    "            --area data/samples/western_equatoria/western_equatoria.geojson -o distance.tif\n"
    "          tocsin distance data/samples/western_equatoria/services.geojson --to nearest-id --cell \"1 km\" -o "
    "nearest.tif\n"
    "Hours to a clinic at 30 km/h on roads and 4 km/h elsewhere:\n"
    "          tocsin distance data/samples/western_equatoria/roads.geojson --cell \"1 km\" \\\n"
    "            --area data/samples/western_equatoria/western_equatoria.geojson -o to_road.tif\n"
    "          gdal_calc.py -A to_road.tif --calc=\"where(A<1, 1/30000, 1/4000)\" --type=Float32 "
    "--outfile=friction.tif\n"
    "          tocsin distance data/samples/western_equatoria/services.geojson --cost friction.tif --moves 16 -o "
    "hours.tif";

}  // namespace

void add_distance(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<DistanceVerb>();
  CLI::App* sub = app.add_subcommand(
      "distance", "Exact Euclidean distance to the nearest feature, who that is, or the cost of travelling there");
  sub->add_option("features", verb->features.path, "file of points, lines or polygons")->required();
  sub->add_option("--layer", verb->features.layer, "layer or sheet");
  sub->add_option("--where", verb->features.where, "OGR SQL where clause");
  sub->add_option("--input-crs", verb->features.crs, "CRS of the features (default: as the data say)");
  sub->add_option("--max", verb->max, "no distance is larger than this, \"50 km\"; with --cost a cost, 12");
  sub->add_option("--to", verb->to, "distance, in metres, or nearest-id")
      ->check(CLI::IsMember({"distance", "nearest-id"}))
      ->capture_default_str();
  sub->add_option("--id", verb->features.value_field,
                  "whole number that tells features apart (default: their number in the file, from 1)");
  sub->add_option("--cost", verb->friction, "raster of friction, cost per metre, to travel over");
  sub->add_option("--moves", verb->moves, "with --cost: to the 8 neighbours, or 16 with knight's moves (default: 8)")
      ->check(CLI::IsMember({8, 16}));
  add_grid_options(*sub, verb->grid);
  sub->add_option("-o,--output", verb->output, "GeoTIFF to write")->required();
  sub->add_option("--co", verb->creation_options, "creation option of GDAL's GTiff driver, COMPRESS=ZSTD; may repeat");
  add_memory_option(*sub, common);
  add_common_options(*sub, common);
  sub->footer(explanation);
  sub->callback([verb, &common] { distance_verb(*verb, common); });
}

}  // namespace tocsin::cli
