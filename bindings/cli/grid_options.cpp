#include "grid_options.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/grid_of_raster.hpp>
#include <tocsin/data/vector_source.hpp>

namespace tocsin::cli {
namespace {

namespace fs = std::filesystem;

SourceSpec area_spec(const std::string& path) {
  SourceSpec spec;
  spec.name = path;
  spec.path = path;
  return spec;
}

}  // namespace

void add_grid_options(CLI::App& verb, GridOptions& options) {
  verb.add_option("--cell", options.cell, "edge of a cell, such as \"1 km\"");
  verb.add_option("--crs", options.crs, "projected CRS in metres, or auto: equal-area, centred on the area or the data")
      ->capture_default_str();
  auto* bbox =
      verb.add_option("--bbox", options.bbox, "xmin,ymin,xmax,ymax in the grid's CRS")->delimiter(',')->expected(4);
  auto* area = verb.add_option("--area", options.area, "polygons: the grid covers their box");
  auto* like = verb.add_option("--like", options.like, "a raster whose grid is taken over");
  bbox->excludes(area)->excludes(like);
  area->excludes(like);
}

std::string crs_of(const GridOptions& options, const SourceSpec& data) {
  if (!options.like.empty()) return data::grid_of_raster(options.like).crs_wkt;
  if (options.crs != "auto") return data::crs_wkt(options.crs);
  return data::crs_wkt("auto", data::lonlat_bounds(options.area.empty() ? data : area_spec(options.area)));
}

Grid grid_of(const GridOptions& options, const std::string& crs_wkt, const Box& data, double most_cells) {
  if (!options.like.empty()) return data::grid_of_raster(options.like);
  if (options.cell.empty())
    throw Error(ErrorCode::usage,
                "--cell is missing: give the edge of a cell, such as --cell \"1 km\", or --like RASTER");
  Box box = data;
  if (!options.bbox.empty()) box = {options.bbox[0], options.bbox[1], options.bbox[2], options.bbox[3]};
  if (!options.area.empty()) box = data::open_areas(area_spec(options.area))->read(crs_wkt).areas.bounds();
  Grid grid = Grid::covering(box, parse_length(options.cell), crs_wkt);
  const double cells = static_cast<double>(grid.width) * static_cast<double>(grid.height);
  if (cells > most_cells)
    throw Error(
        ErrorCode::scenario,
        fmt::format("a cell of {} m gives {} x {} cells, more than {:.0e}; the smallest cell that fits is \"{:.0f} m\"",
                    grid.cell_m, grid.width, grid.height, most_cells,
                    std::ceil(grid.cell_m * std::sqrt(cells / most_cells))));
  return grid;
}

bool extent_is_given(const GridOptions& options) {
  return !options.area.empty() || !options.bbox.empty() || !options.like.empty();
}

void require_output(const std::string& path, bool overwrite, const std::vector<std::string>& endings,
                    const std::vector<std::string>& inputs) {
  const std::string ending = fs::path(path).extension().string();
  if (std::find(endings.begin(), endings.end(), ending) == endings.end())
    throw Error(ErrorCode::usage, fmt::format("{}: this verb writes {}", path, fmt::join(endings, ", ")));
  if (fs::is_directory(path)) throw Error(ErrorCode::usage, fmt::format("{}: is a folder; name a file", path));
  if (fs::exists(path) && !overwrite)
    throw Error(ErrorCode::usage, fmt::format("{}: exists; add --overwrite to replace it", path));
  for (const std::string& input : inputs) {
    std::error_code not_a_file;
    if (!input.empty() && fs::equivalent(path, input, not_a_file))
      throw Error(ErrorCode::usage,
                  fmt::format("{}: is read as well; writing there would destroy it: name another file", path));
  }
  const fs::path parent = fs::absolute(path).parent_path();
  if (!fs::is_directory(parent))
    throw Error(ErrorCode::usage,
                fmt::format("{}: the folder {} does not exist; make it first", path, parent.string()));
}

std::string partial_path(const std::string& path) {
  const fs::path whole(path);
  return (whole.parent_path() / ("." + whole.stem().string() + ".partial" + whole.extension().string())).string();
}

void write_text(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw Error(ErrorCode::io, fmt::format("cannot write {}: is the disk full?", path));
}

void put_in_place(const std::string& partial, const std::string& path) {
  std::error_code fault;
  fs::rename(partial, path, fault);
  if (fault) throw Error(ErrorCode::io, fmt::format("{}: cannot be put in place: {}", path, fault.message()));
}

}  // namespace tocsin::cli
