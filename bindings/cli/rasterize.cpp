#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/pipeline.hpp>
#include <tocsin/data/raster_writer.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/vector/rasterise.hpp>

#include "console_progress.hpp"
#include "grid_options.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

constexpr double most_cells = 1e12;

struct RasterizeVerb {
  SourceSpec features;
  GridOptions grid;
  std::string output, method;
  bool total = false;
  std::vector<std::string> creation_options;
};

const std::map<std::string, RasteriseMethod> methods{{"coverage", RasteriseMethod::coverage},
                                                     {"centre", RasteriseMethod::centre},
                                                     {"touch", RasteriseMethod::touch},
                                                     {"length", RasteriseMethod::length},
                                                     {"count", RasteriseMethod::count}};

RasteriseOptions options_of(const RasterizeVerb& verb) {
  RasteriseOptions options;
  options.method = methods.at(verb.method);
  if (verb.total) options.meaning = RasteriseOptions::Meaning::total;
  options.validate();
  return options;
}

/// What the cells hold, and in which unit.
data::BandText text_of(const RasterizeVerb& verb, RasteriseMethod method) {
  const std::string& value = verb.features.value_field;
  data::BandText text{value.empty() ? verb.method : value, "", ""};
  switch (method) {
    case RasteriseMethod::coverage:
      text.description = value.empty() ? "share of the cell that areas cover"
                         : verb.total  ? fmt::format("{} of areas, spread evenly over each", value)
                                       : fmt::format("{}, mean by covered share", value);
      break;
    case RasteriseMethod::centre:
      text.description = value.empty() ? "1 where an area holds the cell's centre"
                                       : fmt::format("{} of the first area that holds the cell's centre", value);
      break;
    case RasteriseMethod::touch:
      text.description = value.empty() ? "1 where a feature touches the cell"
                                       : fmt::format("{} of the first feature that touches the cell", value);
      break;
    case RasteriseMethod::length:
      text.description =
          value.empty() ? "length of lines in the cell" : fmt::format("length of lines in the cell times {}", value);
      text.unit = value.empty() ? "m" : "";
      break;
    case RasteriseMethod::count:
      text.description = value.empty() ? "points in the cell" : fmt::format("{}, sum over points in the cell", value);
      break;
  }
  return text;
}

/// What is painted, and what was left out.
struct Painted {
  std::vector<Geometry> geometries;
  std::vector<double> values;
  Box extent = bounds_of(MultiPolygon{});
  std::size_t without_value = 0;
};

Painted select(const RasterizeVerb& verb, FeatureBatch& batch, RasteriseMethod method) {
  Painted painted;
  for (Feature& feature : batch.features) {
    if (!can_paint(method, feature.geometry)) {
      const bool point = std::holds_alternative<Point>(feature.geometry);
      const char* held = point ? "points" : std::holds_alternative<LineString>(feature.geometry) ? "lines" : "polygons";
      throw Error(ErrorCode::usage,
                  fmt::format("--method {} paints {}, and {} holds {}; for those there is --method {}", verb.method,
                              geometry_of(method), verb.features.path, held,
                              point          ? "count or touch"
                              : *held == 'l' ? "length or touch"
                                             : "coverage, centre or touch"));
    }
    if (!verb.features.value_field.empty()) {
      if (std::isnan(feature.value)) {
        ++painted.without_value;
        continue;
      }
      painted.values.push_back(feature.value);
    }
    const Box here = bounds_of(feature.geometry);
    painted.extent = {std::min(painted.extent.min_x, here.min_x), std::min(painted.extent.min_y, here.min_y),
                      std::max(painted.extent.max_x, here.max_x), std::max(painted.extent.max_y, here.max_y)};
    painted.geometries.push_back(std::move(feature.geometry));
  }
  if (painted.geometries.empty())
    throw Error(ErrorCode::input,
                painted.without_value > 0
                    ? fmt::format("{}: no feature has a {}", verb.features.path, verb.features.value_field)
                    : fmt::format("{}: holds no feature that can be used", verb.features.path));
  return painted;
}

/// Bands of rows are painted while earlier ones are compressed and written.
void write_bands(const Rasteriser& rasteriser, const Grid& grid, double memory, data::RasterWriter& writer,
                 Progress& progress) {
  constexpr std::int64_t band_rows = data::RasterWriter::block;
  const auto bands = static_cast<std::size_t>((grid.height + band_rows - 1) / band_rows);
  // Besides the cells of a band there are the sums of the rows that are painted at the moment.
  const double band_bytes = static_cast<double>(grid.width * band_rows) * 8;
  Pipeline pipeline;
  pipeline.slots = pipeline_slots(bands, static_cast<std::size_t>(std::max(1.0, memory / 2 / band_bytes)));
  std::vector<std::vector<float>> buffers(pipeline.slots);
  pipeline.compute = [&](std::size_t i, std::size_t slot) {
    const std::int64_t first = static_cast<std::int64_t>(i) * band_rows;
    buffers[slot].resize(static_cast<std::size_t>(std::min(band_rows, grid.height - first) * grid.width));
    rasteriser.paint(first, buffers[slot]);
  };
  pipeline.write = [&](std::size_t i, std::size_t slot) {
    const std::span<const float> rows = buffers[slot];
    writer.write_rows(static_cast<std::int64_t>(i) * band_rows, std::span(&rows, 1));
  };
  progress.stage("rasterizing", static_cast<std::int64_t>(bands));
  run_pipeline(bands, pipeline, progress);
}

void rasterize_verb(RasterizeVerb verb, const CommonOptions& common) {
  require_output(verb.output, common.overwrite, {".tif", ".tiff"},
                 {verb.features.path, verb.grid.area, verb.grid.like});
  const RasteriseOptions options = options_of(verb);
  if (verb.total && verb.features.value_field.empty())
    throw Error(ErrorCode::usage, "--total spreads the value of areas; name it with --value FIELD");
  const double memory = memory_of(common);
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  progress.stage("reading features", 0);
  verb.features.name = verb.features.path;
  const std::string crs_wkt = crs_of(verb.grid, verb.features);
  FeatureBatch batch = data::open_features(verb.features)->read(crs_wkt, {});
  const Painted painted = select(verb, batch, options.method);
  // A point or a line along the edge of its own extent would lie outside the cells.
  const Grid grid = grid_of(verb.grid, crs_wkt, painted.extent.expanded(1), most_cells);
  const Box cells = grid.bounds();
  if (painted.extent.max_x < cells.min_x || painted.extent.min_x > cells.max_x || painted.extent.max_y < cells.min_y ||
      painted.extent.min_y > cells.max_y)
    throw Error(ErrorCode::input,
                fmt::format("{}: none of its {} features reaches the grid; check --area, --bbox or --like, "
                            "and the CRS",
                            verb.features.path, painted.geometries.size()));
  const Rasteriser rasteriser(painted.geometries, painted.values, grid, options);
  const data::BandText text = text_of(verb, options.method);
  write_whole_file(verb.output, [&](const std::string& path) {
    data::RasterWriter writer(path, grid, {text}, {text.description, "", "", ""},
                              {data::RasterWriterOptions::Layout::tiled, verb.creation_options});
    write_bands(rasteriser, grid, memory, writer, progress);
    progress.stage("finishing the file", 0);
    writer.finish();
  });
  if (painted.without_value > 0)
    batch.warnings.push_back(
        fmt::format("{} features have no {} and are left out", painted.without_value, verb.features.value_field));
  if (!batch.quarantined.empty())
    batch.warnings.push_back(fmt::format("{} of {} records could not be used; the first is row {}: {}",
                                         batch.quarantined.size(), batch.rows_read, batch.quarantined.front().row,
                                         batch.quarantined.front().reason));
  if (common.json)
    fmt::print("{}\n", nlohmann::ordered_json{{"output", verb.output},
                                              {"features", painted.geometries.size()},
                                              {"without_value", painted.without_value},
                                              {"quarantined", batch.quarantined.size()},
                                              {"width", grid.width},
                                              {"height", grid.height}}
                           .dump(2));
  if (common.quiet || common.json) return;
  for (const std::string& warning : batch.warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
  fmt::print(stderr, "wrote {}: {} x {} cells, {} features\n", verb.output, grid.width, grid.height,
             painted.geometries.size());
}

}  // namespace

void add_rasterize(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<RasterizeVerb>();
  CLI::App* sub = app.add_subcommand("rasterize", "Areas, lines or points as a raster, exactly");
  sub->add_option("features", verb->features.path, "file of polygons, lines or points")->required();
  sub->add_option("--method", verb->method,
                  "coverage (share of the cell that areas cover), centre (the area that holds the cell's centre), "
                  "touch (any feature in the cell), length (metres of lines) or count (points)")
      ->required()
      ->check(CLI::IsMember({"coverage", "centre", "touch", "length", "count"}));
  sub->add_option("--value", verb->features.value_field, "number that features carry into the cells");
  sub->add_flag("--total", verb->total,
                "with coverage: the value is a total of the area, spread evenly over it; sums are kept");
  sub->add_option("--layer", verb->features.layer, "layer or sheet");
  sub->add_option("--where", verb->features.where, "OGR SQL where clause");
  sub->add_option("--input-crs", verb->features.crs, "CRS of the features (default: as the data say)");
  add_grid_options(*sub, verb->grid);
  sub->add_option("-o,--output", verb->output, "GeoTIFF to write")->required();
  sub->add_option("--co", verb->creation_options, "creation option of GDAL's GTiff driver, COMPRESS=ZSTD; may repeat");
  add_memory_option(*sub, common);
  add_common_options(*sub, common);
  sub->footer(
      "Without --value a cell holds the share covered (areas that overlap count each, so it can pass 1), 1 or 0, "
      "metres\n"
      "or a number of points. With it: the mean by covered share (--total: the part of the total), the value of the "
      "first\n"
      "feature in the file, metres times value, or the sum over points. Where no feature is, shares, lengths and "
      "counts\n"
      "are 0 and values are nodata; features whose value is not given are left out. A cell owns its west and north\n"
      "sides. Lengths and shares are those of the grid's CRS.\n"
      "Examples: tocsin rasterize data/samples/western_equatoria/counties.geojson --method coverage --total \\\n"
      "            --value population --cell \"1 km\" -o population.tif\n"
      "          tocsin rasterize data/samples/western_equatoria/roads.geojson --method length --cell \"5 km\" \\\n"
      "            --area data/samples/western_equatoria/western_equatoria.geojson -o roads.tif\n"
      "          tocsin rasterize data/samples/western_equatoria/services.geojson --method count --cell \"10 km\" \\\n"
      "            -o services.tif");
  sub->callback([verb, &common] { rasterize_verb(*verb, common); });
}

}  // namespace tocsin::cli
