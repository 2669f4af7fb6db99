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

/// The least that any method must do: write the cells once.
void memory_written(benchmark::State& state) {
  const auto side = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    const Raster<float> result(square(state.range(0)), 1.0F);
    benchmark::DoNotOptimize(result.values().data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(side * side * sizeof(float)) * state.iterations());
}

void settings(benchmark::internal::Benchmark* benchmark) {
  benchmark->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
  benchmark->ArgNames({"cells", "events", "radius"});
}

// The five cases that are compared with other programs.
BENCHMARK_CAPTURE(density_of, quartic, Kernel::quartic)
    ->Name("density")
    ->Apply(settings)
    ->Args({1000, 10'000, 20})
    ->Args({1000, 100'000, 20})
    ->Args({1000, 1'000'000, 20})
    ->Args({1000, 1'000'000, 100})
    ->Args({4000, 100'000, 80});

// Cost grows with events times rows: doubling the radius from 10 cells on doubles the time, not more.
BENCHMARK_CAPTURE(density_of, quartic, Kernel::quartic)
    ->Name("density_by_radius")
    ->Apply(settings)
    ->ArgsProduct({{2000}, {100'000}, {1, 2, 5, 10, 20, 40, 80, 160, 320}});

// Few events on a large grid: rows that none reaches cost no more than to write zeros.
BENCHMARK_CAPTURE(density_of, quartic, Kernel::quartic)
    ->Name("density_of_few")
    ->Apply(settings)
    ->ArgsProduct({{4000}, {0, 10, 1000}, {20}});
BENCHMARK(memory_written)
    ->Name("density_memory_written")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->ArgName("cells")
    ->Arg(1000)
    ->Arg(4000);

#define TOCSIN_DENSITY(kernel)                          \
  BENCHMARK_CAPTURE(density_of, kernel, Kernel::kernel) \
      ->Name("density_" #kernel)                        \
      ->Apply(settings)                                 \
      ->Args({1000, 10'000, 20})                        \
      ->Args({1000, 1'000'000, 20})                     \
      ->Args({1000, 1'000'000, 5})

TOCSIN_DENSITY(uniform);
TOCSIN_DENSITY(triangular);
TOCSIN_DENSITY(epanechnikov);
TOCSIN_DENSITY(triweight);
TOCSIN_DENSITY(gaussian)->Args({1000, 1'000, 20})->Args({4000, 100'000, 80});

#undef TOCSIN_DENSITY

}  // namespace
}  // namespace tocsin
