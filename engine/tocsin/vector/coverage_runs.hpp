#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/grid/edge_walk.hpp>
#include <tocsin/grid/grid.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin {

/// Rows [first, end) of a grid.
struct RowRange {
  std::int64_t first = 0, end = 0;
  [[nodiscard]] bool empty() const { return first >= end; }
  [[nodiscard]] RowRange within(const RowRange& other) const {
    return {first > other.first ? first : other.first, end < other.end ? end : other.end};
  }
};

/// Cells [first, end) of a row, each covered by the same share of its area: a cell at the boundary, or a stretch of
/// the interior, which is never listed cell by cell.
struct CoverageRun {
  std::int64_t row = 0, first = 0, end = 0;
  double share = 0;  ///< 0 < share <= 1
};

/// A polygon in the cells of a grid: what has to be computed once, however many bands of rows it is then walked in.
class ShapeInCells {
 public:
  ShapeInCells() = default;
  /// @throws Error invalid_argument: a coordinate that is not finite
  ShapeInCells(const MultiPolygon& shape, const Grid& grid);

  /// Rows (from 0) and columns of the grid that the shape may touch.
  [[nodiscard]] RowRange rows() const { return {rows_.first - first_row_, rows_.end - first_row_}; }
  [[nodiscard]] std::int64_t first_column() const { return first_column_; }
  [[nodiscard]] std::int64_t end_column() const { return end_column_; }
  /// The same rows, counted from the origin of the grid, as those of a band are.
  [[nodiscard]] const RowRange& rows_from_origin() const { return rows_; }
  /// Planar area of the whole shape, outside the grid too, in cells.
  [[nodiscard]] double area_cells() const { return area_cells_; }

  /// Calls edge(p, q, sign) for each edge of each ring, in the ring's order; the points count rows from the origin of
  /// the grid. `sign` is that of the area to the right of an edge that runs south: -1 where a shape begins.
  template <typename Edge>
  void for_each_edge(const Edge& edge) const {
    std::size_t first = 0;
    for (const Ring& ring : rings_) {
      for (std::size_t i = first; i < ring.end; ++i)
        edge(points_[i], points_[i + 1 == ring.end ? first : i + 1], ring.sign);
      first = ring.end;
    }
  }

 private:
  struct Ring {
    std::size_t end = 0;  ///< of its points
    double sign = 0;      ///< of an edge that runs south
  };
  void add_ring(const Polygon::ring_type& ring, double inside, const Grid& grid);

  std::vector<detail::CellPoint> points_;
  std::vector<Ring> rings_;
  RowRange rows_;  ///< counted from the grid's origin, as v is
  std::int64_t first_row_ = 0;
  std::int64_t first_column_ = 0, end_column_ = 0;
  double area_cells_ = 0;
};

/// Finds the exact coverage of shapes over a grid by runs. It keeps its buffers: use one a thread, for many shapes.
class CoverageWalk {
 public:
  explicit CoverageWalk(const Grid& grid) : width_(grid.width), first_row_(grid.first_row) {}

  /// The runs of some rows in row-major order; they do not depend on which other rows are asked for. Cells touched only
  /// along an edge or at a corner are left out, parts outside the grid are ignored, holes are honoured.
  /// @param shape  in the cells of this walk's grid, or of the grid that it is a band of
  /// @param rows   of this walk's grid, from 0
  /// @return       valid until the next call
  /// Cost         O(vertices + c) for c cells that the boundary crosses in these rows; cells inside cost nothing.
  /// Source       boundary walk through cells with signed areas (as font rasterisers do), interior by runs.
  std::span<const CoverageRun> runs(const ShapeInCells& shape, RowRange rows);

 private:
  /// What the edges in one cell add to it (area) and to every cell to its right (cover), in cell units.
  struct Crossing {
    std::int32_t row = 0, column = 0;  ///< row from the first that is asked for
    double area = 0, cover = 0;
  };
  static void sort_by_column(std::span<Crossing> row);
  void sort_by_cell(std::int64_t rows);
  void sweep_row(std::int64_t first_row, std::span<const Crossing> crossings);
  void add_run(std::int64_t row, std::int64_t first, std::int64_t end, double share);

  std::int64_t width_, first_row_;
  std::vector<Crossing> walked_, sorted_;
  std::vector<std::size_t> row_ends_;
  std::vector<CoverageRun> runs_;
};

/// The runs of one shape over a whole grid.
std::vector<CoverageRun> coverage_runs(const MultiPolygon& shape, const Grid& grid);

}  // namespace tocsin
