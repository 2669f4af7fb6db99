#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/grid.hpp>

namespace tocsin {

Grid Grid::covering(const Box& box, Length cell, std::string crs_wkt) {
  const double size = cell.metres;
  if (!std::isfinite(size) || size <= 0)
    throw Error(ErrorCode::invalid_argument, fmt::format("cell must be a positive length, got {} m", size));
  if (!std::isfinite(box.width()) || !std::isfinite(box.height()) || box.width() <= 0 || box.height() <= 0)
    throw Error(ErrorCode::invalid_argument, "the box that the grid should cover is empty, reversed or not finite");
  const double first_column = std::floor(box.min_x / size), last_column = std::ceil(box.max_x / size);
  const double first_row = std::floor(box.min_y / size), last_row = std::ceil(box.max_y / size);
  constexpr double most = 2147483648.0;
  if (last_column - first_column > most || last_row - first_row > most)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a cell of {} m is too small for a box of {} by {} m", size, box.width(), box.height()));
  Grid grid;
  grid.crs_wkt = std::move(crs_wkt);
  grid.origin_x = first_column * size;
  grid.origin_y = last_row * size;
  grid.cell_m = size;
  grid.width = static_cast<std::int64_t>(last_column - first_column);
  grid.height = static_cast<std::int64_t>(last_row - first_row);
  return grid;
}

std::optional<Cell> Grid::cell_of_point(double x, double y) const {
  const double column = std::floor((x - origin_x) / cell_m);
  const double row = std::floor((origin_y - y) / cell_m) - static_cast<double>(first_row);
  // Written so that NaN fails the test.
  if (!(column >= 0 && column < static_cast<double>(width) && row >= 0 && row < static_cast<double>(height))) return {};
  return Cell{static_cast<std::int64_t>(column), static_cast<std::int64_t>(row)};
}

Grid Grid::rows(std::int64_t first, std::int64_t count) const {
  Grid band = *this;
  band.first_row += first;
  band.height = count;
  return band;
}

Grid Grid::expanded(std::int64_t cells) const {
  Grid larger = *this;
  larger.origin_x -= static_cast<double>(cells) * cell_m;
  larger.origin_y += static_cast<double>(cells) * cell_m;
  larger.width += 2 * cells;
  larger.height += 2 * cells;
  return larger;
}

}  // namespace tocsin
