#include <tocsin/distance/distance_transform.hpp>
#include <tocsin/distance/nearest_target.hpp>

namespace tocsin {

Raster<float> distance_transform(std::span<const std::size_t> targets, const Grid& grid) {
  const TargetSpans spans = spans_of_cells(targets, grid);
  auto result = Raster<float>::uninitialised(grid);
  distances_to_targets(spans, grid.cell_m, {0, 0, grid.width, grid.height}, result.values());
  return result;
}

}  // namespace tocsin
