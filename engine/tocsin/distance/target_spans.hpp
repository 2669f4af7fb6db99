#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/grid/grid.hpp>

namespace tocsin {

/// Target cells on and around a grid as runs down its columns: a polygon costs a few runs a column, and what lies
/// above, within and below any band of rows is found without touching the rest. Rows and columns count from the grid's
/// north-west cell and may be negative or lie beyond its far sides.
struct TargetSpans {
  struct Span {
    std::int32_t first_row = 0, end_row = 0;  ///< [first_row, end_row)
  };
  std::vector<std::int32_t> columns;  ///< those with a target, ascending
  std::vector<std::size_t> offsets;   ///< columns[i] owns spans [offsets[i], offsets[i + 1]); one more than columns
  std::vector<Span> spans;            ///< of each column ascending and disjoint
  std::vector<std::int32_t> ids;      ///< one a span; empty where nobody asks which target it is

  [[nodiscard]] bool empty() const { return spans.empty(); }
};

/// Distances between cells are exact up to this many rows or columns (2^25): at a cell of one metre most of the way
/// round the Earth.
inline constexpr std::int64_t most_cells_apart = std::int64_t{1} << 25;

/// @param targets  indices of target cells (Grid::index) in any order; may repeat
/// @throws Error   invalid_argument: an index outside the grid, or a grid of more than most_cells_apart rows or columns
/// Cost            O(targets + width), and a sort of each column whose targets do not come from north to south.
TargetSpans spans_of_cells(std::span<const std::size_t> targets, const Grid& grid);

/// Throws Error invalid_argument when targets this far around a grid (or none: 0) cannot be told exactly.
void require_exact_distances(const Grid& grid, std::int64_t margin_cells);

}  // namespace tocsin
