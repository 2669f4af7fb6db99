#include <cstdint>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <tocsin/density/density.hpp>

namespace tocsin {
namespace {

Grid square(std::int64_t side) {
  Grid grid;
  grid.origin_y = static_cast<double>(side) * 1000;
  grid.cell_m = 1000;
  grid.width = grid.height = side;
  return grid;
}

/// Distinct places spread evenly: the hardest case, since nothing merges.
std::vector<WeightedPoint> scattered(std::int64_t count, const Grid& grid) {
  std::mt19937_64 engine(1);
  const auto unit = [&] { return static_cast<double>(engine() >> 11) * 0x1.0p-53; };
  const double extent = grid.bounds().width();
  std::vector<WeightedPoint> events(static_cast<std::size_t>(count));
  for (WeightedPoint& event : events) {
    event.x = unit() * extent;
    event.y = unit() * extent;
  }
  return events;
}

/// Arguments: cells along a side, events, bandwidth in cells.
void density_of(benchmark::State& state, Kernel kernel) {
  const Grid grid = square(state.range(0));
  const auto events = scattered(state.range(1), grid);
  const DensityOptions options{kernel, kilometres(static_cast<double>(state.range(2)))};
  for (auto _ : state) {
    const Raster<float> result = density(events, grid, options);
    benchmark::DoNotOptimize(result.values().data());
  }
}

#define TOCSIN_DENSITY(kernel)                          \
  BENCHMARK_CAPTURE(density_of, kernel, Kernel::kernel) \
      ->Unit(benchmark::kMillisecond)                   \
      ->MeasureProcessCPUTime()                         \
      ->UseRealTime()                                   \
      ->Args({1000, 1'000'000, 20})

TOCSIN_DENSITY(quartic)
    ->Args({1000, 1'000'000, 2})
    ->Args({1000, 1'000'000, 5})
    ->Args({1000, 1'000'000, 50})
    ->Args({1000, 1'000, 50})
    ->Args({4000, 100'000, 80});
TOCSIN_DENSITY(uniform);
TOCSIN_DENSITY(epanechnikov);
TOCSIN_DENSITY(triweight);
TOCSIN_DENSITY(triangular);
TOCSIN_DENSITY(gaussian)->Args({1000, 1'000, 20})->Args({1000, 1'000'000, 2})->Args({4000, 100'000, 80});

#undef TOCSIN_DENSITY

}  // namespace
}  // namespace tocsin
