#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <tocsin/core/parallel.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/table/byte_stream.hpp>
#include <tocsin/data/table/delimited_reader.hpp>

namespace tocsin {
namespace {

constexpr int rows = 176'579;

/// As many rows as UCDP GED had in 2021, with columns like its.
const std::string& text() {
  static const std::string made = [] {
    std::string text =
        "id,year,type_of_violence,conflict_name,side_a,side_b,latitude,longitude,country,date_start,best,high,low\n";
    std::mt19937_64 engine(3);
    for (int i = 0; i < rows; ++i) {
      const auto number = static_cast<std::uint32_t>(engine());
      const auto best = number % 7, place = number % 120;
      text += fmt::format(
          "{},{},{},\"Country {}: Government, {}\",\"Government of Country {}\",\"Armed group {}\",{:.6f},{:.6f},"
          "\"Country {}\",{}-{:02}-{:02},{},{},{}\n",
          i + 1, 1989 + number % 32, 1 + number % 3, place, number % 9, place, number % 800,
          -30 + static_cast<double>(number % 60'000'000) * 1e-6, static_cast<double>(number % 50'000'000) * 1e-6, place,
          1989 + number % 32, 1 + number % 12, 1 + number % 28, best, best + 1, best);
    }
    return text;
  }();
  return made;
}

/// Cells alone: found, unquoted, and nothing understood.
void read_cells(benchmark::State& state) {
  for (auto _ : state) {
    const auto reader = data::read_delimited(data::bytes_of(text()), {});
    data::RawTable block = reader->header();
    std::size_t count = 0;
    while (reader->next(block)) count += block.rows();
    benchmark::DoNotOptimize(count);
  }
  state.SetItemsProcessed(state.iterations() * rows);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text().size()));
}

/// Events: checked and projected.
void read_events(benchmark::State& state) {
  const ThreadLimit limit(static_cast<int>(state.range(0)));
  const auto path = std::filesystem::temp_directory_path() / "tocsin_reading_benchmark.csv";
  std::ofstream(path, std::ios::binary) << text();
  SourceSpec spec;
  spec.name = "events";
  spec.path = path.string();
  spec.format = "ucdp-ged";
  const EventRequest request{data::crs_wkt("EPSG:6933"), {"best", "high", "low"}, {"country"}, {}};
  for (auto _ : state) benchmark::DoNotOptimize(data::open_events(spec)->read(request));
  state.SetItemsProcessed(state.iterations() * rows);
  std::filesystem::remove(path);
}

BENCHMARK(read_cells)->Name("reading/cells")->Unit(benchmark::kMillisecond);
BENCHMARK(read_events)
    ->Name("reading/events")
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace tocsin
