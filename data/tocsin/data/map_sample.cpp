#include <algorithm>

#include <tocsin/data/map_sample.hpp>

namespace tocsin::data {
namespace {

constexpr std::int64_t most_cells = 4096;  // along a side

std::int64_t step_of(const Grid& grid) {
  return std::max<std::int64_t>(1, (std::max(grid.width, grid.height) + most_cells - 1) / most_cells);
}

Grid coarse(const Grid& grid, std::int64_t step) {
  if (step == 1) return grid;
  Grid result = grid;
  result.origin_y = grid.north();
  result.first_row = 0;
  result.cell_m *= static_cast<double>(step);
  result.width = (grid.width + step - 1) / step;
  result.height = (grid.height + step - 1) / step;
  return result;
}

}  // namespace

MapSample::MapSample(const Grid& grid, std::size_t band)
    : first_row_(grid.first_row),
      height_(grid.height),
      step_(step_of(grid)),
      band_(band),
      raster_(coarse(grid, step_), static_cast<float>(not_observed)) {}

void MapSample::take(const Raster<float>& rows) {
  const Grid& band = rows.grid();
  const std::int64_t first = band.first_row - first_row_;
  for (std::int64_t row = 0; row < band.height; ++row) {
    // The middle of each step; of an incomplete one at the edge its last row or column.
    const std::int64_t whole = first + row, group = whole / step_;
    const std::int64_t middle = std::min(group * step_ + step_ / 2, height_ - 1);
    if (whole != middle) continue;
    for (std::int64_t column = 0; column < raster_.grid().width; ++column)
      raster_.at({column, group}) = rows.at({std::min(column * step_ + step_ / 2, band.width - 1), row});
  }
}

}  // namespace tocsin::data
