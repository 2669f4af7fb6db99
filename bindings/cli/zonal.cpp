#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/pipeline.hpp>
#include <tocsin/data/area_table.hpp>
#include <tocsin/data/raster_rows.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/zonal/zonal_statistics.hpp>

#include "console_progress.hpp"
#include "grid_options.hpp"
#include "printable.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

struct ZonalVerb {
  SourceSpec raster, areas, weights;
  std::string output;
  std::vector<std::string> statistics{"count", "coverage", "sum", "mean", "min", "max"};
  bool by_band = false;
};

/// Rows that are read at a time, and how many readings are in flight. The result does not depend on either.
struct Bands {
  std::vector<RowRange> rows;
  std::size_t slots = 1;
};

/// Bands of whole blocks of the file, large enough to be worth a task and, where memory lets, small enough for the
/// cache; half of the memory is for them, the other half for areas and what is known of them.
Bands bands_of_rows(const std::vector<RowRange>& stretches, std::int64_t block_rows, double row_bytes, double memory) {
  constexpr double wanted_bytes = 8e6;
  const auto fitting = static_cast<std::int64_t>(std::max(1.0, memory / 2 / row_bytes));
  const auto blocks = static_cast<std::int64_t>(wanted_bytes / row_bytes) / block_rows;
  const std::int64_t height = std::min(fitting, std::max<std::int64_t>(1, blocks) * block_rows);
  Bands bands;
  for (const RowRange& stretch : stretches)
    for (std::int64_t first = stretch.first; first < stretch.end;) {
      const std::int64_t end = std::min(stretch.end, (first / height + 1) * height);
      bands.rows.push_back({first, end});
      first = end;
    }
  bands.slots =
      pipeline_slots(bands.rows.size(), static_cast<std::size_t>(std::max<std::int64_t>(1, fitting / height)));
  return bands;
}

/// What one reading of the pipeline has for itself.
struct Reader {
  data::RasterRows values;
  std::unique_ptr<data::RasterRows> weights;
  std::vector<double> value_cells, weight_cells;

  Reader(const SourceSpec& raster, const SourceSpec& weight) : values(raster) {
    if (!weight.path.empty()) weights = std::make_unique<data::RasterRows>(weight);
  }
};

std::vector<std::vector<double>> statistics_of_band(const ZonalVerb& verb, int band, const ZonalAreas& areas,
                                                    const std::vector<ZonalRequest>& requests, double memory,
                                                    Progress& progress) {
  SourceSpec raster = verb.raster;
  raster.band = band;
  const double row_bytes = static_cast<double>(areas.grid().width) * 8 * (verb.weights.path.empty() ? 1 : 2);
  const Bands bands = bands_of_rows(areas.stretches(), data::RasterRows(raster).block_rows(), row_bytes, memory);
  std::vector<Reader> readers;
  for (std::size_t slot = 0; slot < bands.slots; ++slot) readers.emplace_back(raster, verb.weights);
  ZonalRun run(areas, requests);
  Pipeline pipeline;
  pipeline.slots = bands.slots;
  pipeline.compute = [&](std::size_t i, std::size_t slot) {
    Reader& reader = readers[slot];
    const RowRange rows = bands.rows[i];
    const auto cells = static_cast<std::size_t>((rows.end - rows.first) * areas.grid().width);
    reader.value_cells.resize(cells);
    reader.values.read(areas.grid(), rows.first, rows.end - rows.first, reader.value_cells);
    if (!reader.weights) return;
    reader.weight_cells.resize(cells);
    reader.weights->read(areas.grid(), rows.first, rows.end - rows.first, reader.weight_cells);
  };
  pipeline.write = [&](std::size_t i, std::size_t slot) {
    run.add_rows(bands.rows[i].first, readers[slot].value_cells, readers[slot].weight_cells);
  };
  progress.stage(fmt::format("band {}", band), static_cast<std::int64_t>(bands.rows.size()));
  run_pipeline(bands.rows.size(), pipeline, progress);
  return std::move(run).results();
}

void require_same_cells(const ZonalVerb& verb, const data::RasterRows& values) {
  if (verb.weights.path.empty() || data::RasterRows(verb.weights).same_cells(values)) return;
  throw Error(ErrorCode::input, fmt::format("{}: its cells are not those of {}; bring it onto that grid first "
                                            "(gdalwarp -tr -te)",
                                            verb.weights.path, verb.raster.path));
}

std::vector<ZonalRequest> requests_of(const ZonalVerb& verb) {
  std::vector<ZonalRequest> requests;
  for (const std::string& name : verb.statistics) requests.push_back(parse_zonal_request(name));
  if (verb.weights.path.empty() && parts_of(requests).weights)
    throw Error(ErrorCode::usage, "weighted statistics need --weights RASTER");
  return requests;
}

data::AreaTable table_for(const ZonalVerb& verb, const std::vector<ZonalRequest>& requests) {
  data::AreaTable table;
  table.columns = {{"code", data::ColumnType::text}, {"name", data::ColumnType::text}};
  if (verb.by_band) table.columns.push_back({"band", data::ColumnType::whole});
  for (const ZonalRequest& request : requests) table.columns.push_back({request.name, data::ColumnType::number});
  return table;
}

void add_band(const ZonalVerb& verb, int band, const Areas& areas, const std::vector<std::vector<double>>& results,
              data::AreaTable& table) {
  for (std::size_t a = 0; a < areas.size(); ++a) {
    std::vector<data::TableCell> row{areas.codes[a], areas.names[a]};
    if (verb.by_band) row.emplace_back(band);
    for (const double value : results[a]) {
      row.emplace_back();
      if (!std::isnan(value)) row.back() = value;
    }
    table.rows.push_back(std::move(row));
    table.area.push_back(a);
  }
}

void zonal_verb(ZonalVerb verb, const CommonOptions& common) {
  require_output(verb.output, common.overwrite, data::area_table_endings(),
                 {verb.raster.path, verb.areas.path, verb.weights.path});
  for (SourceSpec* spec : {&verb.raster, &verb.areas, &verb.weights}) spec->name = spec->path;
  verb.areas.overlaps_allowed = true;
  const std::vector<ZonalRequest> requests = requests_of(verb);
  const double memory = memory_of(common);
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  progress.stage("reading areas", 0);
  const data::RasterRows values(verb.raster);
  require_same_cells(verb, values);
  const AreaBatch batch = data::open_areas(verb.areas)->read(values.crs_wkt());
  const Areas in_cells = values.in_cells(batch.areas);
  const ZonalAreas areas(in_cells, data::columns_with(in_cells, values.cell_grid()));
  if (areas.stretches().empty())
    throw Error(ErrorCode::input,
                fmt::format("{}: none of its {} areas reaches {}; check that both are the right files", verb.areas.path,
                            areas.size(), verb.raster.path));
  data::AreaTable table = table_for(verb, requests);
  const int bands = verb.by_band ? data::bands_of(verb.raster) : 1;
  for (int i = 1; i <= bands; ++i) {
    const int band = verb.by_band ? i : verb.raster.band;
    add_band(verb, band, batch.areas, statistics_of_band(verb, band, areas, requests, memory, progress), table);
  }
  write_whole_file(verb.output, [&](const std::string& path) {
    data::write_area_table(path, table, batch.areas, values.crs_wkt());
  });
  if (common.json)
    fmt::print("{}\n",
               nlohmann::ordered_json{{"output", verb.output}, {"areas", areas.size()}, {"bands", bands}}.dump(2));
  if (common.quiet || common.json) return;
  for (const std::string& warning : batch.warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
  fmt::print(stderr, "wrote {}: {} areas\n", verb.output, areas.size());
}

}  // namespace

void add_zonal(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<ZonalVerb>();
  CLI::App* sub = app.add_subcommand("zonal", "Statistics of a raster in each area, with exact coverage fractions");
  sub->add_option("raster", verb->raster.path, "raster file")->required();
  sub->add_option("areas", verb->areas.path, "file of polygons; they may overlap")->required();
  sub->add_option("-o,--output", verb->output, "table to write: .csv, or with the areas' shapes .gpkg or .geojson")
      ->required();
  sub->add_option("--stats", verb->statistics,
                  "count, coverage, sum, mean, min, max, stdev, variance, median, quantile(0.9), majority, minority, "
                  "variety, weighted_sum, weighted_mean")
      ->delimiter(',');
  sub->add_option("--weights", verb->weights.path, "raster of weights on the same cells");
  sub->add_option("--code", verb->areas.code_field, "attribute with the areas' codes (default: numbered from 1)");
  sub->add_option("--name", verb->areas.name_field, "attribute with their names");
  sub->add_option("--layer", verb->areas.layer, "layer of the areas");
  sub->add_option("--where", verb->areas.where, "OGR SQL where clause on the areas");
  sub->add_option("--band", verb->raster.band, "band of the raster")->check(CLI::PositiveNumber)->capture_default_str();
  sub->add_flag("--by-band", verb->by_band, "all bands, a row for each");
  add_memory_option(*sub, common);
  add_common_options(*sub, common);
  sub->footer(
      "Each cell counts by the part of it that lies in the area. What was not observed (nodata) lowers count and\n"
      "coverage (the observed share of the area), and nothing else. An empty cell of the table is undefined.\n"
      "Areas in another CRS are brought into the raster's, their edges true to 5 cm. median, quantile, majority,\n"
      "minority and variety keep every distinct value of each area, whatever --memory says.\n"
      "Example: tocsin zonal data/samples/western_equatoria/population.tif \\\n"
      "           data/samples/western_equatoria/counties.geojson --code pcode --name name --stats sum,coverage -o "
      "people.csv");
  sub->callback([verb, &common] { zonal_verb(*verb, common); });
}

}  // namespace tocsin::cli
