#include <algorithm>
#include <cmath>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/edge_walk.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin {
namespace {

using detail::CellPoint;

/// Adds the cells of one row between two ends of a line, west end first. A cell owns its left edge: an end that lies on
/// a column line without belonging to this row (`east_open`) does not touch the cell beyond that line.
void add_row_span(std::int64_t row, double west, double east, bool east_open, const Grid& grid,
                  std::vector<std::size_t>& cells) {
  double last = std::floor(east);
  if (east_open && last == east && east > west) last -= 1;
  const double first_column = std::max(0.0, std::floor(west));
  const double last_column = std::min(static_cast<double>(grid.width - 1), last);
  if (first_column > last_column) return;
  for (auto column = static_cast<std::int64_t>(first_column); column <= static_cast<std::int64_t>(last_column);
       ++column)
    cells.push_back(grid.index({column, row}));
}

/// Adds the cells that own a point of the segment p-q, both ends included.
void add_segment(CellPoint p, CellPoint q, const Grid& grid, std::vector<std::size_t>& cells) {
  if (q.v < p.v) std::swap(p, q);
  const double north = static_cast<double>(grid.first_row), south = static_cast<double>(grid.first_row + grid.height);
  if (q.v < north || p.v >= south) return;
  const auto first = static_cast<std::int64_t>(std::max(north, std::floor(p.v)));
  const auto last = static_cast<std::int64_t>(std::min(south - 1, std::floor(q.v)));
  for (std::int64_t row = first; row <= last; ++row) {
    const double top = static_cast<double>(row), bottom = top + 1;
    const double u_top = p.v >= top ? p.u : detail::u_at(p, q, top);
    const bool leaves = q.v >= bottom;  // the point on the bottom line belongs to the next row
    const double u_bottom = leaves ? detail::u_at(p, q, bottom) : q.u;
    add_row_span(row - grid.first_row, std::min(u_top, u_bottom), std::max(u_top, u_bottom), leaves && u_bottom > u_top,
                 grid, cells);
  }
}

std::vector<std::size_t> touched(const Point& point, const Grid& grid) {
  const auto cell = grid.cell_of_point(point.x(), point.y());
  if (!cell) return {};
  return {grid.index(*cell)};
}

std::vector<std::size_t> touched(const LineString& line, const Grid& grid) {
  std::vector<std::size_t> cells;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const Point& from = line[i];
    const Point& to = line[std::min(i + 1, line.size() - 1)];
    if (!std::isfinite(from.x()) || !std::isfinite(from.y()))
      throw Error(ErrorCode::invalid_argument, "a line has a coordinate that is not finite; repair the layer first");
    const auto in_cells = [&](const Point& point) {
      return CellPoint{(point.x() - grid.origin_x) / grid.cell_m, (grid.origin_y - point.y()) / grid.cell_m};
    };
    add_segment(in_cells(from), in_cells(to), grid, cells);
  }
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  return cells;
}

std::vector<std::size_t> touched(const MultiPolygon& shape, const Grid& grid) {
  std::vector<std::size_t> cells;
  for (const CellShare& share : coverage_fractions(shape, grid)) cells.push_back(share.cell);
  return cells;
}

}  // namespace

std::vector<std::size_t> cells_touched(const Geometry& geometry, const Grid& grid) {
  return std::visit([&](const auto& part) { return touched(part, grid); }, geometry);
}

}  // namespace tocsin
