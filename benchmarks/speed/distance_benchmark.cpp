#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <tocsin/distance/cost_distance.hpp>
#include <tocsin/distance/distance_transform.hpp>
#include <tocsin/distance/nearest_target.hpp>
#include <tocsin/distance/target_collector.hpp>

namespace tocsin {
namespace {

Grid square(std::int64_t cells) {
  Grid grid;
  grid.width = grid.height = cells;
  return grid;
}

std::vector<std::size_t> random_cells(const Grid& grid, std::int64_t in_a_million) {
  std::mt19937_64 engine(1);
  std::vector<std::size_t> cells(grid.size() * static_cast<std::size_t>(in_a_million) / 1'000'000);
  for (std::size_t& cell : cells) cell = engine() % grid.size();
  return cells;
}

/// Arguments: cells along a side, target cells in a million.
void distance_of(benchmark::State& state) {
  const Grid grid = square(state.range(0));
  const auto targets = random_cells(grid, state.range(1));
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
    ->Args({4000, 100'000})
    ->Args({10'000, 1000});

/// A river, two roads and a lake across a square.
Features few_features(double side) {
  Features features;
  const auto line = [&](double phase, double slope) {
    LineString points;
    for (int i = 0; i <= 200; ++i) {
      const double t = i / 200.0;
      points.emplace_back(t * side, -side * (0.5 + slope * (t - 0.5) + 0.1 * std::sin(9 * t + phase)));
    }
    features.push_back({points, {}, {}});
  };
  line(0, 0.2);
  line(2, -0.7);
  line(4, 0.8);
  Polygon lake;
  for (int i = 0; i <= 100; ++i) {
    const double angle = -i / 50.0 * 3.14159265358979323846, radius = side * (0.1 + 0.02 * std::sin(5 * angle));
    lake.outer().emplace_back(0.3 * side + radius * std::cos(angle), -0.7 * side + radius * std::sin(angle));
  }
  features.push_back({MultiPolygon{lake}, {}, {}});
  return features;
}

/// Argument: cells along a side.
void distance_to_few_features(benchmark::State& state) {
  const Grid grid = square(state.range(0));
  const Features features = few_features(static_cast<double>(state.range(0)));
  for (auto _ : state) {
    const TargetSpans targets = target_spans(features, {}, grid);
    auto result = Raster<float>::uninitialised(grid);
    distances_to_targets(targets, grid.cell_m, {0, 0, grid.width, grid.height}, result.values());
    benchmark::DoNotOptimize(result.values().data());
  }
}

BENCHMARK(distance_to_few_features)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Arg(4000)
    ->Arg(10'000);

/// Arguments: cells along a side, starts, moves (8 or 16).
void cost_distance_of(benchmark::State& state) {
  Raster<float> friction(square(state.range(0)));
  std::mt19937_64 engine(1);
  for (float& value : friction.values()) value = 0.2F + 2 * static_cast<float>(engine() >> 40) * 0x1p-24F;
  std::vector<std::size_t> starts(static_cast<std::size_t>(state.range(1)));
  for (std::size_t& start : starts) start = engine() % friction.values().size();
  const CostOptions options{state.range(2) == 8 ? Moves::eight : Moves::sixteen};
  for (auto _ : state) {
    const Raster<float> result = cost_distance(friction, starts, options);
    benchmark::DoNotOptimize(result.values().data());
  }
}

BENCHMARK(cost_distance_of)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Args({2000, 1, 8})
    ->Args({2000, 200, 8})
    ->Args({2000, 1, 16});

}  // namespace
}  // namespace tocsin
