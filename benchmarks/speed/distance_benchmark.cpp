#include <cstdint>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <tocsin/distance/distance_transform.hpp>

namespace tocsin {
namespace {

/// Arguments: cells along a side, target cells in a million.
void distance_of(benchmark::State& state) {
  Grid grid;
  grid.width = grid.height = state.range(0);
  std::mt19937_64 engine(1);
  std::vector<std::size_t> targets(grid.size() * static_cast<std::size_t>(state.range(1)) / 1'000'000);
  for (std::size_t& target : targets) target = engine() % grid.size();
  for (auto _ : state) {
    const Raster<float> result = distance_transform(targets, grid);
    benchmark::DoNotOptimize(result.values().data());
  }
}

BENCHMARK(distance_of)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Args({1000, 1000})
    ->Args({4000, 1000})
    ->Args({4000, 100'000});

}  // namespace
}  // namespace tocsin
