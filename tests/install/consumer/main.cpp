// What another program sees: a density from points in memory. No file is touched.
#include <cmath>
#include <cstdio>
#include <vector>

#include <tocsin/density/density.hpp>

int main() {
  using namespace tocsin;
  const Grid grid = Grid::covering({0, 0, 100'000, 100'000}, kilometres(1), "");
  const std::vector<WeightedPoint> events{{50'500, 50'500, 2}, {52'500, 48'500, 1}};
  const Raster<float> risk = density(events, grid, {.kernel = Kernel::quartic, .bandwidth = kilometres(25)});

  double total = 0;
  for (const float value : risk.values()) total += value;
  std::printf("%.3f of 3 events on the map\n", total);
  // Each cell is 1 km2, so the densities add up to the number of events.
  return std::abs(total - 3) < 0.01 ? 0 : 1;
}
