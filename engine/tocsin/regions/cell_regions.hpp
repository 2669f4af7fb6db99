#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/grid/grid.hpp>
#include <tocsin/regions/cell_runs.hpp>
#include <tocsin/regions/region.hpp>

namespace tocsin {

struct CellRegionOptions {
  CellContact contact = CellContact::queen;
  std::size_t least_cells = 1;  ///< smaller regions are left out; at least 1

  /// @throws Error invalid_argument
  void validate() const;
};

/// Joins flagged cells of a grid into regions.
///
/// An outline is the union of the squares of the cells, exactly: a polygon for each group of cells that hang together
/// by edges, with its holes; under queen contact polygons of a region touch at corners, as do holes. It is valid as OGC
/// 06-103r4 (6.1.11, 6.1.14) has it, and has a point only where it turns. Area and centroid are those of the cells.
///
/// @param mask  grid.size() flags, row-major; 0 = not in a region
/// @return      in row-major order of the first cell of each
/// @throws Error shape_mismatch, invalid_argument
/// Cost         O(cells) time; memory for the cells that are flagged
std::vector<Region> cell_regions(const Grid& grid, std::span<const std::uint8_t> mask,
                                 const CellRegionOptions& options = {});

}  // namespace tocsin
