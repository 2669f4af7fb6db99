#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include <tocsin/distance/target_spans.hpp>

namespace tocsin {

/// A rectangle of cells of a grid.
struct CellWindow {
  std::int64_t first_column = 0, first_row = 0;
  std::int64_t columns = 0, rows = 0;
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows); }
};

/// The identifier of no target.
inline constexpr std::int32_t no_target_id = std::numeric_limits<std::int32_t>::min();

/// Exact Euclidean distance from the centre of every cell of a window to the centre of the nearest target cell. Any
/// window gives a cell the same bits: squared distances in cells are whole numbers, and one root, one product and one
/// rounding follow.
///
/// @param cell_m     edge of a cell, metres
/// @param distances  window.size() values, row-major: metres; NaN when there is no target at all
/// @throws Error     shape_mismatch
/// Cost    O(cells + columns with a target, for every 64 rows), in parallel; memory for 64 rows a thread. Where targets
///         are far apart the root of each value is what takes the time.
/// Source  Felzenszwalb and Huttenlocher (2012), Theory of Computing 8, 415-428. For a band of rows only the targets in
///         it and those whose Voronoi cells reach it matter: the cells are convex, so a target above that is nearest to
///         no point of the line along the band's upper edge is nearest to none of its cells (likewise below).
void distances_to_targets(const TargetSpans& targets, double cell_m, const CellWindow& window,
                          std::span<float> distances);

/// The same, and the id of the nearest target; of several that are equally near the smallest id.
/// @param ids  window.size() values; no_target_id when there is no target at all
/// @throws Error  shape_mismatch, also when the targets carry no ids
void nearest_targets(const TargetSpans& targets, double cell_m, const CellWindow& window, std::span<float> distances,
                     std::span<std::int32_t> ids);

}  // namespace tocsin
