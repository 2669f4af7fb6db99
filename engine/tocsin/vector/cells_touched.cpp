#include <algorithm>
#include <cmath>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/edge_walk.hpp>
#include <tocsin/vector/area_raster.hpp>
#include <tocsin/vector/coverage_runs.hpp>

namespace tocsin {
namespace {

using detail::CellPoint;

/// Adds the cells of one row between two ends of a line, west end first. A cell owns its left edge: an end that lies on
/// a column line without belonging to this row (`east_open`) does not touch the cell beyond that line.
void add_row_span(std::int64_t row, double west, double east, bool east_open, const Grid& grid,
                  std::vector<CellRun>& runs) {
  double last = std::floor(east);
  if (east_open && last == east && east > west) last -= 1;
  const double first_column = std::max(0.0, std::floor(west));
  const double last_column = std::min(static_cast<double>(grid.width - 1), last);
  if (first_column > last_column) return;
  runs.push_back({row, static_cast<std::int64_t>(first_column), static_cast<std::int64_t>(last_column) + 1});
}

/// Adds the cells that own a point of the segment p-q, both ends included.
void add_segment(CellPoint p, CellPoint q, const Grid& grid, std::vector<CellRun>& runs) {
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
                 grid, runs);
  }
}

/// Joins runs that overlap or meet; in place, sorted by row and column.
void join(std::vector<CellRun>& runs) {
  std::size_t kept = 0;
  for (const CellRun& run : runs) {
    if (kept > 0 && runs[kept - 1].row == run.row && run.first <= runs[kept - 1].end) {
      runs[kept - 1].end = std::max(runs[kept - 1].end, run.end);
    } else {
      runs[kept++] = run;
    }
  }
  runs.resize(kept);
}

std::vector<CellRun> touched(const Point& point, const Grid& grid) {
  const auto cell = grid.cell_of_point(point.x(), point.y());
  if (!cell) return {};
  return {{cell->row, cell->column, cell->column + 1}};
}

std::vector<CellRun> touched(const LineString& line, const Grid& grid) {
  std::vector<CellRun> runs;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const Point& from = line[i];
    const Point& to = line[std::min(i + 1, line.size() - 1)];
    if (!std::isfinite(from.x()) || !std::isfinite(from.y()))
      throw Error(ErrorCode::invalid_argument, "a line has a coordinate that is not finite; repair the layer first");
    const auto in_cells = [&](const Point& point) {
      return CellPoint{(point.x() - grid.origin_x) / grid.cell_m, (grid.origin_y - point.y()) / grid.cell_m};
    };
    add_segment(in_cells(from), in_cells(to), grid, runs);
  }
  std::sort(runs.begin(), runs.end(),
            [](const CellRun& a, const CellRun& b) { return a.row != b.row ? a.row < b.row : a.first < b.first; });
  join(runs);
  return runs;
}

std::vector<CellRun> touched(const MultiPolygon& shape, const Grid& grid) {
  std::vector<CellRun> runs;
  for (const CoverageRun& run : coverage_runs(shape, grid)) runs.push_back({run.row, run.first, run.end});
  join(runs);
  return runs;
}

}  // namespace

std::vector<CellRun> runs_touched(const Geometry& geometry, const Grid& grid) {
  return std::visit([&](const auto& part) { return touched(part, grid); }, geometry);
}

std::vector<std::size_t> cells_touched(const Geometry& geometry, const Grid& grid) {
  std::vector<std::size_t> cells;
  for (const CellRun& run : runs_touched(geometry, grid)) {
    for (std::int64_t column = run.first; column < run.end; ++column) cells.push_back(grid.index({column, run.row}));
  }
  return cells;
}

}  // namespace tocsin
