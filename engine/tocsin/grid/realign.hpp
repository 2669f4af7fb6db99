#pragma once

#include <span>

#include <tocsin/grid/raster.hpp>

namespace tocsin {

/// A block of source cells whose corner nodes have been projected into the target grid's CRS. Cell (column, row) of the
/// block has the corners (column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1) of the node
/// lattice, so that neighbours share their edges and nothing is counted twice or lost.
struct SourceCells {
  std::int64_t width = 0, height = 0;  ///< cells
  std::span<const double> node_x,
      node_y;                     ///< (width + 1) * (height + 1) nodes, row-major; not finite = outside the CRS
  std::span<const float> values;  ///< width * height; NaN = not observed
};

/// Conservative realignment: shares totals. Each source cell's value is spread over the target cells in proportion to
/// the exact area of overlap, so that the sum over the target equals the sum over the source inside the grid. A target
/// cell that no observed source cell overlaps is NaN. Cost  O(source cells + overlaps); parallel; the same result for
/// any thread count.
Raster<float> realign_sum(const SourceCells& source, const Grid& grid);

/// Area-weighted mean of the observed source cells under each target cell; NaN where none is observed.
Raster<float> realign_mean(const SourceCells& source, const Grid& grid);

}  // namespace tocsin
