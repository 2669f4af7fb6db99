#pragma once

#include <cstdint>
#include <span>

#include <tocsin/grid/grid.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {

// Neighbours among the cells of a grid, without their geometry. The places are the cells that `inside` flags, numbered
// row by row from the north-west; without flags, all cells. What is a place but was not observed stays one: see
// among(). Binary and symmetric, no cell its own neighbour; in parallel, and the same for any number of threads.
// @param inside  empty, or one flag for each cell: 0 for those outside the area of interest
// They throw Error shape_mismatch for flags that do not fit the grid, memory for links that do not fit into a quarter
// of the machine's memory, and invalid_argument for more than 2^32 cells. Cost: O(cells + links); 4 bytes a link and 12
// bytes a cell.

/// The up to eight cells around each.
Neighbours queen_neighbours(const Grid& grid, std::span<const std::uint8_t> inside = {});

/// The up to four cells beside each.
Neighbours rook_neighbours(const Grid& grid, std::span<const std::uint8_t> inside = {});

/// All cells whose centres stand within a distance, that distance included, also where rounding puts them 1e-12 of it
/// beyond.
/// @param distance_m  finite, at least the size of a cell: with less, every cell is an island
/// @throws Error invalid_argument
Neighbours band_neighbours(const Grid& grid, double distance_m, std::span<const std::uint8_t> inside = {});

}  // namespace tocsin
