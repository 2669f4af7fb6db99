#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <span>
#include <vector>

#include <tocsin/density/density.hpp>

namespace tocsin::test {

inline constexpr Kernel all_kernels[] = {Kernel::uniform, Kernel::triangular, Kernel::epanechnikov,
                                         Kernel::quartic, Kernel::triweight,  Kernel::gaussian};

inline Grid grid_at(double west, double north, double cell_m, std::int64_t width, std::int64_t height) {
  Grid grid;
  grid.origin_x = west;
  grid.origin_y = north;
  grid.cell_m = cell_m;
  grid.width = width;
  grid.height = height;
  return grid;
}

inline double uniform_draw(std::mt19937_64& engine, double low, double high) {
  return low + (high - low) * (static_cast<double>(engine() >> 11) * 0x1.0p-53);
}

/// Events over the grid and a margin around it; weights above 0.
inline std::vector<WeightedPoint> random_events(std::mt19937_64& engine, const Grid& grid, double margin_m,
                                                std::size_t n) {
  const Box box = grid.bounds().expanded(margin_m);
  std::vector<WeightedPoint> events(n);
  for (WeightedPoint& event : events) {
    event = {uniform_draw(engine, box.min_x, box.max_x), uniform_draw(engine, box.min_y, box.max_y),
             uniform_draw(engine, 0.1, 3)};
  }
  return events;
}

/// The kernel in long double, written out a second time.
inline long double kernel_by_hand(Kernel kernel, long double d2, long double h) {
  const long double pi = std::numbers::pi_v<long double>, u2 = d2 / (h * h);
  if (kernel == Kernel::gaussian) return std::exp(-u2 / 2) / (2 * pi * h * h);
  if (d2 > h * h) return 0;
  const long double rest = 1 - u2;
  switch (kernel) {
    case Kernel::uniform:
      return 1 / (pi * h * h);
    case Kernel::triangular:
      return 3 * (1 - std::sqrt(u2)) / (pi * h * h);
    case Kernel::epanechnikov:
      return 2 * rest / (pi * h * h);
    case Kernel::quartic:
      return 3 * rest * rest / (pi * h * h);
    case Kernel::triweight:
      return 4 * rest * rest * rest / (pi * h * h);
    case Kernel::gaussian:
      break;
  }
  return 0;
}

inline double density_by_hand(std::span<const WeightedPoint> events, const Grid& grid, Cell cell, Kernel kernel,
                              double bandwidth_m) {
  const long double x =
      static_cast<long double>(grid.origin_x) + (static_cast<long double>(cell.column) + 0.5L) * grid.cell_m;
  const long double y =
      static_cast<long double>(grid.origin_y) - (static_cast<long double>(cell.row) + 0.5L) * grid.cell_m;
  long double sum = 0;
  for (const WeightedPoint& event : events) {
    const long double dx = x - event.x, dy = y - event.y;
    sum += event.weight * kernel_by_hand(kernel, dx * dx + dy * dy, bandwidth_m);
  }
  return static_cast<double>(sum * 1e6L);
}

}  // namespace tocsin::test
