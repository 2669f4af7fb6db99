#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/raster_rows.hpp>
#include <tocsin/data/tables.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/zonal/zonal_statistics.hpp>

#include "console_progress.hpp"
#include "grid_options.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

constexpr std::int64_t band_rows = 256;

struct ZonalVerb {
  SourceSpec raster, areas, weights;
  std::string output;
  std::vector<std::string> statistics{"count", "coverage", "sum", "mean", "min", "max"};
  bool by_band = false;
};

std::vector<std::vector<double>> statistics_of_band(const ZonalVerb& verb, int band,
                                                    const std::vector<ZonalRequest>& requests, Areas& areas,
                                                    Progress& progress) {
  SourceSpec spec = verb.raster;
  spec.band = band;
  data::RasterRows values(spec);
  std::optional<data::RasterRows> weights;
  if (!verb.weights.path.empty()) {
    weights.emplace(verb.weights);
    if (!weights->same_cells(values))
      throw Error(ErrorCode::input, fmt::format("{}: its cells are not those of {}; bring it onto that grid first "
                                                "(gdalwarp -tr -te)",
                                                verb.weights.path, verb.raster.path));
  }
  areas = data::open_areas(verb.areas)->read(values.crs_wkt()).areas;
  const ZonalAreas in_cells(values.in_cells(areas), values.cell_grid());
  ZonalRun run(in_cells, requests);
  progress.stage(fmt::format("band {}", band), values.height());
  for (std::int64_t first = 0; first < values.height(); first += band_rows) {
    throw_if_cancelled(progress);
    const std::int64_t rows = std::min(band_rows, values.height() - first);
    run.add_rows(first, values.read(first, rows), weights ? weights->read(first, rows) : std::vector<double>());
    progress.advance(rows);
  }
  return std::move(run).results();
}

void zonal_verb(ZonalVerb verb, const CommonOptions& common) {
  require_output(verb.output, common.overwrite, {".csv"});
  verb.raster.name = verb.raster.path;
  verb.areas.name = verb.areas.path;
  verb.weights.name = verb.weights.path;
  verb.areas.overlaps_allowed = true;
  std::vector<ZonalRequest> requests;
  bool weighted = false;
  for (const std::string& name : verb.statistics) {
    requests.push_back(parse_zonal_request(name));
    weighted = weighted || name.starts_with("weighted_");
  }
  if (weighted && verb.weights.path.empty()) throw Error(ErrorCode::usage, "weighted statistics need --weights RASTER");
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  const int bands = verb.by_band ? data::bands_of(verb.raster) : 1;
  std::string table = "code,name";
  if (verb.by_band) table += ",band";
  for (const ZonalRequest& request : requests) table += "," + request.name;
  table += "\n";
  Areas areas;
  for (int band = 1; band <= bands; ++band) {
    const auto results = statistics_of_band(verb, verb.by_band ? band : verb.raster.band, requests, areas, progress);
    for (std::size_t a = 0; a < areas.size(); ++a) {
      table += data::csv_text(areas.codes[a]) + "," + data::csv_text(areas.names[a]);
      if (verb.by_band) table += fmt::format(",{}", band);
      for (const double value : results[a]) table += std::isnan(value) ? "," : fmt::format(",{}", value);
      table += "\n";
    }
  }
  write_whole_file(verb.output, [&](const std::string& path) {
    std::ofstream file(path, std::ios::binary);
    file << table;
    file.close();
    if (!file) throw Error(ErrorCode::io, fmt::format("{}: cannot be written; is the disk full?", verb.output));
  });
  if (common.json)
    fmt::print("{}\n",
               nlohmann::ordered_json{{"output", verb.output}, {"areas", areas.size()}, {"bands", bands}}.dump(2));
  else if (!common.quiet)
    fmt::print(stderr, "wrote {}: {} areas\n", verb.output, areas.size());
}

}  // namespace

void add_zonal(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<ZonalVerb>();
  CLI::App* sub = app.add_subcommand("zonal", "Statistics of a raster in each area, with exact coverage fractions");
  sub->add_option("raster", verb->raster.path, "raster file")->required();
  sub->add_option("areas", verb->areas.path, "file of polygons")->required();
  sub->add_option("-o,--output", verb->output, "CSV file to write")->required();
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
  add_common_options(*sub, common);
  sub->footer(
      "Each cell counts by the part of it that lies in the area. What was not observed (nodata) lowers count and\n"
      "coverage (the observed share of the area), and nothing else. An empty cell of the table is undefined.\n"
      "Example: tocsin zonal data/samples/western_equatoria/population.tif \\\n"
      "           data/samples/western_equatoria/counties.geojson --code pcode --name name --stats sum,coverage -o "
      "people.csv");
  sub->callback([verb, &common] { zonal_verb(*verb, common); });
}

}  // namespace tocsin::cli
