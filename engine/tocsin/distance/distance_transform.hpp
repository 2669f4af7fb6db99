#pragma once

#include <cstdint>
#include <span>

#include <tocsin/grid/raster.hpp>

namespace tocsin {

/// Exact Euclidean distance in metres from the centre of every cell to the centre of the nearest target cell, of a
/// whole grid at once; distances_to_targets gives the same bits window by window. Without any target cell every value
/// is NaN: nothing is known about a distance to what is not there.
///
/// @param targets  indices of target cells (Grid::index); may repeat
/// @throws Error   invalid_argument as spans_of_cells
/// Cost            O(cells) in parallel; the result is the same for any thread count.
Raster<float> distance_transform(std::span<const std::size_t> targets, const Grid& grid);

}  // namespace tocsin
