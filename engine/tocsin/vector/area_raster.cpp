#include <cmath>

#include <tocsin/core/parallel.hpp>
#include <tocsin/vector/area_raster.hpp>
#include <tocsin/vector/coverage_runs.hpp>

namespace tocsin {
namespace {

/// Area by the shoelace formula about the ring's first point; positive when clockwise on the map.
double clockwise_area(const Polygon::ring_type& ring) {
  double twice = 0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const double ax = ring[i].x() - ring[0].x(), ay = ring[i].y() - ring[0].y();
    const double bx = ring[i + 1].x() - ring[0].x(), by = ring[i + 1].y() - ring[0].y();
    twice += bx * ay - ax * by;
  }
  return 0.5 * twice;
}

}  // namespace

std::vector<CellShare> coverage_fractions(const MultiPolygon& shape, const Grid& grid) {
  const std::vector<CoverageRun> runs = coverage_runs(shape, grid);
  std::size_t cells = 0;
  for (const CoverageRun& run : runs) cells += static_cast<std::size_t>(run.end - run.first);
  std::vector<CellShare> shares;
  shares.reserve(cells);
  for (const CoverageRun& run : runs) {
    const std::size_t row = grid.index({0, run.row});
    for (std::int64_t column = run.first; column < run.end; ++column)
      shares.push_back({row + static_cast<std::size_t>(column), run.share});
  }
  return shares;
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
    for (const auto& hole : polygon.inners()) area_m2 -= std::abs(clockwise_area(hole));
  }
  return area_m2 * 1e-6;
}

}  // namespace tocsin
