#pragma once

#include <cstdint>
#include <span>

#include <tocsin/grid/raster.hpp>

namespace tocsin {

/// Exact Euclidean distance in metres from the centre of every cell to the centre of the nearest target cell.
/// Without any target cell every value is NaN: nothing is known about a distance to what is not there.
///
/// @param targets  indices of target cells (Grid::index); may repeat
/// Cost    O(cells), two passes in parallel; the result is the same for any thread count.
/// Source  Felzenszwalb and Huttenlocher (2012), Theory of Computing 8, 415-428. Squared distances are exact integers.
Raster<float> distance_transform(std::span<const std::size_t> targets, const Grid& grid);

}  // namespace tocsin
