#pragma once

#include <cstddef>
#include <vector>

#include <tocsin/vector/geometry.hpp>

namespace tocsin {

/// Significant places that hang together: cells of a grid or areas. What is known of the places (names, population,
/// events, p and q) is summed up by whoever knows it, over `places`.
struct Region {
  std::vector<std::size_t> places;  ///< cells (Grid::index) or areas, ascending
  MultiPolygon outline;             ///< exact
  double area_km2 = 0;              ///< of the outline
  Point centroid;                   ///< of the outline; need not lie in it; NaN where there is no area
  /// Areas whose shapes could not be united with the others' and stand beside them in `outline`; always 0 for cells.
  std::size_t shapes_not_united = 0;
};

}  // namespace tocsin
