#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <tocsin/grid/raster.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin {

/// Share of one cell that a shape covers.
struct CellShare {
  std::size_t cell = 0;  ///< Grid::index
  double share = 0;      ///< 0 < share <= 1, of the cell's area
};

/// Exact coverage fractions of a polygon over a grid, in row-major order of cells. Cells touched only along an edge or
/// at a corner are left out. Parts outside the grid are ignored. Holes are honoured.
/// @throws Error invalid_argument: a coordinate that is not finite
/// Cost        as coverage_runs, and a list of the cells inside: where they can be worked on by runs, ask for those.
std::vector<CellShare> coverage_fractions(const MultiPolygon& shape, const Grid& grid);

/// Coverage fractions of all areas, in area order; computed in parallel.
std::vector<std::vector<CellShare>> coverage_fractions(const Areas& areas, const Grid& grid);

/// Planar area in km2 (not clipped to any grid).
double area_km2(const MultiPolygon& shape);

/// Finds the area that holds a point. Boundaries belong to the area with the smaller index.
class AreaLocator {
 public:
  explicit AreaLocator(const Areas& areas);
  ~AreaLocator();
  AreaLocator(AreaLocator&&) noexcept;
  /// Index of the area, or -1.
  [[nodiscard]] std::int64_t locate(double x, double y) const;
  /// Index of the nearest area within `distance_m`, or -1.
  [[nodiscard]] std::int64_t nearest(double x, double y, double distance_m) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Cells [first, end) of a row.
struct CellRun {
  std::int64_t row = 0, first = 0, end = 0;
  friend bool operator==(const CellRun&, const CellRun&) = default;
};

/// Cells that a geometry touches: the cell that owns a point, the cells that a line passes through, the cells that a
/// polygon covers in part (share > 0) or wholly. As runs that neither overlap nor meet, in row-major order, so that the
/// inside of a polygon costs nothing; parts outside the grid are ignored.
/// @throws Error invalid_argument: a coordinate of a line or polygon that is not finite
std::vector<CellRun> runs_touched(const Geometry& geometry, const Grid& grid);

/// The same cell by cell (Grid::index). Sorted, each once.
std::vector<std::size_t> cells_touched(const Geometry& geometry, const Grid& grid);

}  // namespace tocsin
