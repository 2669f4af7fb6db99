#include <algorithm>
#include <cmath>

#include <tocsin/density/tile_painter.hpp>

namespace tocsin {

double rim_tolerance(const Grid& grid, double reach_m) {
  const Box bounds = grid.bounds().expanded(reach_m);
  const double farthest =
      std::max({std::abs(bounds.min_x), std::abs(bounds.max_x), std::abs(bounds.min_y), std::abs(bounds.max_y)});
  const double places = farthest / grid.cell_m, reach = reach_m / grid.cell_m;
  return std::min(1.0, 16 * 0x1p-53 * (places + reach * reach));
}

}  // namespace tocsin
