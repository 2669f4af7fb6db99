#pragma once

#include <span>
#include <utility>
#include <vector>

#include <tocsin/vector/coverage_runs.hpp>

namespace tocsin {

/// Finds the cells whose centres lie in a shape. It keeps its buffers: use one a thread, for many shapes.
///
/// A centre on the boundary belongs to the shape on its east or, where the boundary runs along the row, on its south,
/// as a cell owns its west and north sides: of shapes that share a boundary exactly one holds the centre.
class CentreWalk {
 public:
  explicit CentreWalk(const Grid& grid) : width_(grid.width), first_row_(grid.first_row) {}

  /// The cells of some rows, by runs with share 1 in row-major order; they do not depend on which other rows are asked
  /// for.
  /// @param shape  in the cells of this walk's grid, or of the grid that it is a band of
  /// @param rows   of this walk's grid, from 0
  /// @return       valid until the next call
  std::span<const CoverageRun> runs(const ShapeInCells& shape, RowRange rows);

 private:
  std::int64_t width_, first_row_;
  std::vector<std::pair<std::int64_t, double>> crossings_;  ///< row and column of the boundary, at the row's centres
  std::vector<CoverageRun> runs_;
};

}  // namespace tocsin
