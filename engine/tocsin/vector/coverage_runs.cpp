#include <algorithm>
#include <cmath>

#include <tocsin/core/error.hpp>
#include <tocsin/vector/coverage_runs.hpp>

namespace tocsin {
namespace {

using detail::CellPoint;

/// Shares closer than this to 0 or 1 are rounding: a thousand times what the sums below lose, and a square millimetre
/// in a cell of a kilometre.
constexpr double share_rounding = 1e-12;

/// Area by the shoelace formula about the ring's first point; positive when clockwise on the map.
double clockwise_area(std::span<const CellPoint> ring) {
  double twice = 0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const double au = ring[i].u - ring[0].u, av = ring[i].v - ring[0].v;
    const double bu = ring[i + 1].u - ring[0].u, bv = ring[i + 1].v - ring[0].v;
    twice += au * bv - bu * av;
  }
  return 0.5 * twice;
}

/// Rows (or columns) of cells between two coordinates, of those in `all`.
RowRange between(double least, double most, const RowRange& all) {
  const double first = static_cast<double>(all.first), end = static_cast<double>(all.end);
  if (!(most > first && least < end)) return {all.first, all.first};
  return {static_cast<std::int64_t>(std::max(first, std::floor(least))),
          static_cast<std::int64_t>(std::min(end, std::ceil(most)))};
}

}  // namespace

ShapeInCells::ShapeInCells(const MultiPolygon& shape, const Grid& grid)
    : rows_{grid.first_row, grid.first_row}, first_row_(grid.first_row) {
  std::size_t points = 0, rings = 0;
  for (const Polygon& polygon : shape) {
    points += polygon.outer().size();
    rings += 1 + polygon.inners().size();
    for (const auto& hole : polygon.inners()) points += hole.size();
  }
  points_.reserve(points);
  rings_.reserve(rings);
  for (const Polygon& polygon : shape) {
    add_ring(polygon.outer(), 1, grid);
    for (const auto& hole : polygon.inners()) add_ring(hole, -1, grid);
  }
  if (points_.empty()) return;
  const auto [west, east] = std::minmax_element(points_.begin(), points_.end(),
                                                [](const CellPoint& a, const CellPoint& b) { return a.u < b.u; });
  const auto [north, south] = std::minmax_element(points_.begin(), points_.end(),
                                                  [](const CellPoint& a, const CellPoint& b) { return a.v < b.v; });
  const RowRange columns = between(west->u, east->u, {0, grid.width});
  if (!columns.empty()) rows_ = between(north->v, south->v, {grid.first_row, grid.first_row + grid.height});
  first_column_ = columns.first;
  end_column_ = columns.end;
}

void ShapeInCells::add_ring(const Polygon::ring_type& ring, double inside, const Grid& grid) {
  const std::size_t first = points_.size();
  for (const Point& point : ring) {
    const CellPoint here{(point.x() - grid.origin_x) / grid.cell_m, (grid.origin_y - point.y()) / grid.cell_m};
    if (!std::isfinite(here.u) || !std::isfinite(here.v))
      throw Error(ErrorCode::invalid_argument, "a polygon has a coordinate that is not finite; repair the layer first");
    points_.push_back(here);
  }
  const double area = clockwise_area(std::span(points_).subspan(first));
  // A clockwise ring runs north on its west side, where the covered cells begin.
  rings_.push_back({points_.size(), area >= 0 ? -inside : inside});
  area_cells_ += inside * std::abs(area);
}

std::span<const CoverageRun> CoverageWalk::runs(const ShapeInCells& shape, RowRange rows) {
  runs_.clear();
  rows = RowRange{rows.first + first_row_, rows.end + first_row_}.within(shape.rows_from_origin());
  if (rows.empty()) return runs_;
  walked_.clear();
  const auto sink = [&](std::int64_t row, std::int64_t column, double area, double cover) {
    walked_.push_back({static_cast<std::int32_t>(row - rows.first), static_cast<std::int32_t>(column), area, cover});
  };
  const detail::EdgeWalk edges{rows.first, rows.end, width_};
  shape.for_each_edge([&](const CellPoint& p, const CellPoint& q, double sign) { edges.walk(p, q, sign, sink); });
  sort_by_cell(rows.end - rows.first);
  std::size_t begin = 0;
  for (const std::size_t end : row_ends_) {
    sweep_row(rows.first - first_row_, std::span(sorted_).subspan(begin, end - begin));
    begin = end;
  }
  return runs_;
}

void CoverageWalk::sort_by_column(std::span<Crossing> row) {
  constexpr std::size_t few = 32;
  if (row.size() > few) {
    std::stable_sort(row.begin(), row.end(), [](const Crossing& a, const Crossing& b) { return a.column < b.column; });
    return;
  }
  for (std::size_t next = 1; next < row.size(); ++next) {
    const Crossing crossing = row[next];
    std::size_t at = next;
    for (; at > 0 && crossing.column < row[at - 1].column; --at) row[at] = row[at - 1];
    row[at] = crossing;
  }
}

/// By counting rows, then within each row. Stable: the crossings of one cell are summed in ring order, whichever
/// library sorts.
void CoverageWalk::sort_by_cell(std::int64_t rows) {
  row_ends_.assign(static_cast<std::size_t>(rows), 0);
  const auto slot = [](const Crossing& crossing) { return static_cast<std::size_t>(crossing.row); };
  for (const Crossing& crossing : walked_) ++row_ends_[slot(crossing)];
  std::size_t before = 0;
  for (std::size_t& end : row_ends_) {
    const std::size_t count = end;
    end = before;
    before += count;
  }
  sorted_.resize(walked_.size());
  for (const Crossing& crossing : walked_) sorted_[row_ends_[slot(crossing)]++] = crossing;
  auto begin = sorted_.begin();
  for (const std::size_t row_end : row_ends_) {
    const auto end = sorted_.begin() + static_cast<std::ptrdiff_t>(row_end);
    sort_by_column({begin, end});
    begin = end;
  }
}

/// Sums the crossings of a row from west to east.
void CoverageWalk::sweep_row(std::int64_t first_row, std::span<const Crossing> crossings) {
  double cover = 0;
  for (std::size_t i = 0; i < crossings.size();) {
    const std::int64_t row = first_row + crossings[i].row, column = crossings[i].column;
    double share = cover;
    for (; i < crossings.size() && crossings[i].column == column; ++i) {
      share += crossings[i].area;
      cover += crossings[i].cover;
    }
    add_run(row, column, column + 1, share);
    add_run(row, column + 1, i < crossings.size() ? crossings[i].column : width_, cover);
  }
}

void CoverageWalk::add_run(std::int64_t row, std::int64_t first, std::int64_t end, double share) {
  if (share < share_rounding || first >= end) return;
  runs_.push_back({row, first, end, share > 1 - share_rounding ? 1.0 : share});
}

std::vector<CoverageRun> coverage_runs(const MultiPolygon& shape, const Grid& grid) {
  CoverageWalk walk(grid);
  const auto runs = walk.runs(ShapeInCells(shape, grid), {0, grid.height});
  return {runs.begin(), runs.end()};
}

}  // namespace tocsin
