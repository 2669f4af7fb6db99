#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <tocsin/vector/rasterise.hpp>
#include <tocsin/zonal/zonal_statistics.hpp>

namespace tocsin {
namespace {

constexpr std::int64_t side = 4000;

Grid grid() {
  return {{}, 500'000, 1'000'000, 100, side, side};
}

double unit(std::mt19937_64& engine) {
  return static_cast<double>(engine() >> 11) * 0x1.0p-53;
}

const Raster<double>& values() {
  static const Raster<double> raster = [] {
    Raster<double> made(grid());
    std::mt19937_64 engine(1);
    for (double& value : made.values()) value = unit(engine) < 0.02 ? not_observed : 200 * unit(engine);
    return made;
  }();
  return raster;
}

/// `count` areas side by side over the whole grid, with rough borders of about `corners` corners each.
Areas areas_of(std::int64_t count, int corners) {
  const auto along = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  const double step = grid().bounds().width() / static_cast<double>(along);
  std::mt19937_64 engine(2);
  Areas areas;
  for (std::int64_t i = 0; i < count; ++i) {
    const double x = grid().origin_x + step * (static_cast<double>(i % along) + 0.5);
    const double y = grid().origin_y - step * (static_cast<double>(i / along) + 0.5);
    Polygon polygon;
    for (int k = 0; k < corners; ++k) {
      const double angle = -6.283185307179586 * k / corners, radius = step * (0.5 + 0.1 * unit(engine));
      polygon.outer().emplace_back(x + radius * std::cos(angle), y + radius * std::sin(angle));
    }
    polygon.outer().push_back(polygon.outer().front());
    areas.shapes.push_back({polygon});
    areas.codes.push_back(std::to_string(i));
    areas.names.emplace_back();
  }
  return areas;
}

void zonal_of(benchmark::State& state, const std::vector<std::string>& names) {
  const Areas areas = areas_of(state.range(0), static_cast<int>(state.range(1)));
  std::vector<ZonalRequest> requests;
  for (const std::string& name : names) requests.push_back(parse_zonal_request(name));
  const Raster<double>& raster = values();
  for (auto _ : state) benchmark::DoNotOptimize(zonal_statistics(raster, areas, requests));
}

void coverage_of(benchmark::State& state) {
  const Areas areas = areas_of(state.range(0), static_cast<int>(state.range(1)));
  const std::vector<Geometry> shapes(areas.shapes.begin(), areas.shapes.end());
  std::vector<float> cells(grid().size());
  for (auto _ : state) {
    Rasteriser(shapes, {}, grid()).paint(0, cells);
    benchmark::DoNotOptimize(cells.data());
  }
}

void settings(benchmark::internal::Benchmark* benchmark) {
  benchmark->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime()->ArgNames({"areas", "corners"});
}

// Cost over the number of areas that share the same cells: fewer, larger ones with longer borders to more, smaller
// ones.
BENCHMARK_CAPTURE(zonal_of, sums, std::vector<std::string>{"count", "sum", "mean", "min", "max", "stdev"})
    ->Apply(settings)
    ->Args({1, 1000})
    ->Args({10, 1000})
    ->Args({100, 400})
    ->Args({1000, 100})
    ->Args({10'000, 40})
    ->Args({50'000, 20})
    ->Args({100'000, 20});
BENCHMARK_CAPTURE(zonal_of, median, std::vector<std::string>{"median"})
    ->Apply(settings)
    ->Args({100, 400})
    ->Args({50'000, 20});
BENCHMARK(coverage_of)->Apply(settings)->Args({100, 400})->Args({50'000, 20});

}  // namespace
}  // namespace tocsin
