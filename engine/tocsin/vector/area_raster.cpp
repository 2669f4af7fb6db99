#include <algorithm>
#include <cmath>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/grid/edge_walk.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin {
namespace {

using detail::CellPoint;
using Ring = Polygon::ring_type;

/// Shares closer than this to 0 or 1 are rounding: a thousand times what the sums below lose, and a square millimetre
/// in a cell of a kilometre.
constexpr double share_rounding = 1e-12;

/// What the edges in one cell add to it (area) and to every cell to its right (cover), in cell units.
struct Crossing {
  std::size_t cell = 0;
  double area = 0;
  double cover = 0;
};

/// Area by the shoelace formula about the ring's first point; positive when clockwise on the map.
double clockwise_area(const Ring& ring) {
  double twice = 0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const double ax = ring[i].x() - ring[0].x(), ay = ring[i].y() - ring[0].y();
    const double bx = ring[i + 1].x() - ring[0].x(), by = ring[i + 1].y() - ring[0].y();
    twice += bx * ay - ax * by;
  }
  return 0.5 * twice;
}

/// Adds the crossings of one ring. `inside` is 1 for an outer ring, -1 for a hole, whichever way the ring turns.
void add_ring(const Ring& ring, double inside, const Grid& grid, std::vector<Crossing>& crossings) {
  const auto to_cells = [&](const Point& point) {
    return CellPoint{(point.x() - grid.origin_x) / grid.cell_m, (grid.origin_y - point.y()) / grid.cell_m};
  };
  const auto sink = [&](std::int64_t row, std::int64_t column, double area, double cover) {
    crossings.push_back({grid.index({column, row - grid.first_row}), area, cover});
  };
  // A clockwise ring runs north on its west side, where the covered cells begin.
  const double sign = clockwise_area(ring) >= 0 ? -inside : inside;
  for (std::size_t i = 0; i < ring.size(); ++i)
    detail::walk_edge(to_cells(ring[i]), to_cells(ring[i + 1 == ring.size() ? 0 : i + 1]), grid.width,
                      {grid.first_row, grid.first_row + grid.height}, sign, sink);
}

void add_run(std::vector<CellShare>& shares, std::size_t first, std::size_t last, double share) {
  if (share < share_rounding) return;
  const double snapped = share > 1 - share_rounding ? 1.0 : share;
  for (std::size_t cell = first; cell < last; ++cell) shares.push_back({cell, snapped});
}

/// Sums the crossings of each row from west to east. `crossings` is sorted by cell.
std::vector<CellShare> sweep(const std::vector<Crossing>& crossings, const Grid& grid) {
  std::vector<CellShare> shares;
  const auto width = static_cast<std::size_t>(grid.width);
  for (std::size_t i = 0; i < crossings.size();) {
    const std::size_t row_end = (crossings[i].cell / width + 1) * width;
    double cover = 0;
    while (i < crossings.size() && crossings[i].cell < row_end) {
      const std::size_t cell = crossings[i].cell;
      double share = cover;
      for (; i < crossings.size() && crossings[i].cell == cell; ++i) {
        share += crossings[i].area;
        cover += crossings[i].cover;
      }
      add_run(shares, cell, cell + 1, share);
      const bool more = i < crossings.size() && crossings[i].cell < row_end;
      add_run(shares, cell + 1, more ? crossings[i].cell : row_end, cover);
    }
  }
  return shares;
}

bool is_finite(const Box& box) {
  return std::isfinite(box.width()) && std::isfinite(box.height());
}

}  // namespace

std::vector<CellShare> coverage_fractions(const MultiPolygon& shape, const Grid& grid) {
  const Box box = bounds_of(shape);
  if (shape.empty() || grid.size() == 0 || box.min_x > box.max_x) return {};
  if (!is_finite(box))
    throw Error(ErrorCode::invalid_argument, "a polygon has a coordinate that is not finite; repair the layer first");
  const Box whole = grid.bounds();
  if (box.max_x <= whole.min_x || box.min_x >= whole.max_x || box.max_y <= whole.min_y || box.min_y >= whole.max_y)
    return {};
  std::vector<Crossing> crossings;
  for (const Polygon& polygon : shape) {
    add_ring(polygon.outer(), 1, grid, crossings);
    for (const Ring& hole : polygon.inners()) add_ring(hole, -1, grid, crossings);
  }
  // Stable: crossings of one cell are summed in ring order, whichever library sorts.
  std::stable_sort(crossings.begin(), crossings.end(),
                   [](const Crossing& a, const Crossing& b) { return a.cell < b.cell; });
  return sweep(crossings, grid);
}

std::vector<std::vector<CellShare>> coverage_fractions(const Areas& areas, const Grid& grid) {
  std::vector<std::vector<CellShare>> shares(areas.size());
  parallel_for(areas.size(), [&](std::size_t i) { shares[i] = coverage_fractions(areas.shapes[i], grid); });
  return shares;
}

double area_km2(const MultiPolygon& shape) {
  double area_m2 = 0;
  for (const Polygon& polygon : shape) {
    area_m2 += std::abs(clockwise_area(polygon.outer()));
    for (const Ring& hole : polygon.inners()) area_m2 -= std::abs(clockwise_area(hole));
  }
  return area_m2 * 1e-6;
}

}  // namespace tocsin
