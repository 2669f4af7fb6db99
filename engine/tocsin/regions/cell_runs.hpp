#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/grid/grid.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin {

/// When cells of a grid count as neighbours.
enum class CellContact {
  queen,  ///< they share an edge or a corner
  rook    ///< they share an edge
};

/// The flagged cells as runs that neither overlap nor meet, in row-major order.
/// @param mask  grid.size() flags, row-major; 0 = not flagged
std::vector<CellRun> cell_runs(const Grid& grid, std::span<const std::uint8_t> mask);

/// Which runs hang together.
/// @param runs  as cell_runs() gives them
/// @return      for each run the number of its component; components are numbered from 0 by their first run
/// Cost         O(runs) time (but for the inverse Ackermann function) and memory
std::vector<std::size_t> components_of_runs(std::span<const CellRun> runs, CellContact contact);

}  // namespace tocsin
