#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/grid/grid.hpp>
#include <tocsin/vector/coverage_runs.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin {

/// What a cell gets from features. Without values it is what can be known of every cell, 0 where there is nothing; with
/// values of the features NaN stands where no feature is.
enum class RasteriseMethod {
  coverage,  ///< polygons: the share of the cell that they cover, each counted by itself where they overlap; with
             ///< values their mean by that share
  centre,  ///< polygons: 1 where one holds the cell's centre; with values that of the first that does (see CentreWalk)
  touch,   ///< any: 1 where a feature is in the cell (see cells_touched); with values that of the first
  length,  ///< lines: metres inside the cell; with values metres times value
  count    ///< points: how many the cell owns; with values the sum of theirs (both 0 where there are none)
};

struct RasteriseOptions {
  RasteriseMethod method = RasteriseMethod::coverage;
  /// What a value says of a polygon, for `coverage`: a property of each place in it (a rate, a mean), or a total, which
  /// is spread evenly over it and adds up in the cells.
  enum class Meaning { everywhere, total };
  Meaning meaning = Meaning::everywhere;

  /// @throws Error invalid_argument: a total with another method than coverage
  void validate() const;
};

/// The geometry that a method takes, as a word: "polygons", "lines", "points"; empty: any.
const char* geometry_of(RasteriseMethod method);
/// True when the method can paint the geometry.
bool can_paint(RasteriseMethod method, const Geometry& geometry);

/// Paints features into the cells of a grid, in bands of rows: the same bytes for any bands and any number of threads.
///
/// Where several features meet in a cell, sums are taken in their order. Sums keep what they sum, as far as it lies in
/// the grid: totals, metres and points. Parts outside the grid are ignored.
/// Cost  the boundary's and the lines' cells, and the cells painted; memory for the features and a few rows.
class Rasteriser {
 public:
  /// @param geometries  in the coordinates of the grid
  /// @param values      none, or one a geometry, all observed
  /// @throws Error shape_mismatch; invalid_argument: a geometry that the method does not take, a value that is not
  ///         finite, a coordinate that is not finite
  Rasteriser(const std::vector<Geometry>& geometries, std::vector<double> values, const Grid& grid,
             RasteriseOptions options = {});

  /// Rows from `first_row` on, in parallel. May be called from several threads.
  /// @param out  whole rows
  void paint(std::int64_t first_row, std::span<float> out) const;

 private:
  enum class Sum { amounts, mean, first };
  struct Cells;
  class Brush;
  [[nodiscard]] Sum sum() const;
  void index_rows();
  void paint_block(const RowRange& rows, std::span<float> out) const;

  const std::vector<Geometry>& geometries_;
  std::vector<double> values_;
  Grid grid_;
  RasteriseOptions options_;
  std::vector<ShapeInCells> shapes_;                ///< of polygons, by geometry; of others empty
  std::vector<std::size_t> block_ends_, in_block_;  ///< geometries that reach into each block of rows, in order
};

}  // namespace tocsin
