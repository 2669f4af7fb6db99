// The whole main job on the synthetic sample: 12 months, 14 indicators, cells of 1 km, results kept in memory.
#include <benchmark/benchmark.h>

#include <tocsin/core/parallel.hpp>
#include <tocsin/indicators/assessment.hpp>

#include "open_sources.hpp"

namespace {

void run_sample(benchmark::State& state) {
  const tocsin::ThreadLimit threads(static_cast<int>(state.range(0)));
  const tocsin::Scenario scenario =
      tocsin::load_scenario(TOCSIN_SOURCE_DIR "/data/samples/western_equatoria/scenario.toml");
  for (auto iteration : state) {
    tocsin::Sources sources = tocsin::open_sources(scenario);
    tocsin::MemoryResultSink sink;
    benchmark::DoNotOptimize(tocsin::run_assessment(scenario, sources, sink));
  }
}
BENCHMARK(run_sample)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
