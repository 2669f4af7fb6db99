#include "distance_maps.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/pipeline.hpp>
#include <tocsin/data/file_block_store.hpp>
#include <tocsin/data/raster_rows.hpp>
#include <tocsin/distance/nearest_target.hpp>
#include <tocsin/distance/target_collector.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin::cli {
namespace {

constexpr std::int64_t band_rows = data::RasterWriter::block;

std::size_t bands_of(const Grid& grid) {
  return static_cast<std::size_t>((grid.height + band_rows - 1) / band_rows);
}

CellWindow window_of(const Grid& grid, std::size_t band) {
  const std::int64_t first = static_cast<std::int64_t>(band) * band_rows;
  return {0, first, grid.width, std::min(band_rows, grid.height - first)};
}

/// How many bands fit in memory beside what is there already.
std::size_t bands_that_fit(double memory_bytes, double taken_bytes, double band_bytes) {
  if (taken_bytes + band_bytes > memory_bytes)
    throw Error(ErrorCode::memory, fmt::format("{} rows of the map and what they are made from take {:.0f} MB; give at "
                                               "least --memory \"{:.0f} MB\", or a larger --cell",
                                               band_rows, std::ceil((taken_bytes + band_bytes) * 1e-6),
                                               std::ceil((taken_bytes + band_bytes) * 1e-6)));
  return static_cast<std::size_t>((memory_bytes - taken_bytes) / band_bytes);
}

double bytes_of(const TargetSpans& targets) {
  const double columns = static_cast<double>(targets.columns.size()), spans = static_cast<double>(targets.spans.size());
  return columns * (sizeof(std::int32_t) + sizeof(std::size_t)) +
         spans * (sizeof(TargetSpans::Span) + sizeof(std::int32_t));
}

void write_band(data::RasterWriter& writer, std::size_t band, std::span<const float> values) {
  writer.write_rows(static_cast<std::int64_t>(band) * band_rows, std::span(&values, 1));
}

/// No distance is larger than the largest; to what lies beyond it nothing is nearest.
void limit(const StraightMap& map, std::span<float> distances, std::span<const std::int32_t> ids) {
  const bool limited = std::isfinite(map.most_m);
  for (std::size_t i = 0; i < distances.size(); ++i) {
    const bool beyond = limited && !(static_cast<double>(distances[i]) <= map.most_m);
    if (ids.empty()) {
      if (beyond) distances[i] = static_cast<float>(map.most_m);
    } else {
      distances[i] = beyond || ids[i] == no_target_id ? static_cast<float>(not_observed) : static_cast<float>(ids[i]);
    }
  }
}

}  // namespace

void write_straight_map(const StraightMap& map, const Grid& grid, data::RasterWriter& writer, double memory_bytes,
                        Progress& progress) {
  progress.stage("finding the cells of the features", 0);
  const TargetSpans targets = target_spans(map.features, map.ids, grid, map.most_m);
  throw_if_cancelled(progress);
  if (targets.empty() && std::isinf(map.most_m))
    throw Error(ErrorCode::input,
                "no feature touches any cell: polygons without area, and lines without points, do not");
  const bool with_ids = !map.ids.empty();
  const double columns = static_cast<double>(std::max<std::size_t>(targets.columns.size(), 1));
  // A strip of 64 rows with its candidates, for each thread; the writer's row of blocks.
  const double scratch = columns * (with_ids ? 600.0 : 330.0) * static_cast<double>(thread_count());
  const double cells = static_cast<double>(grid.width) * static_cast<double>(band_rows);
  const std::size_t fit = bands_that_fit(memory_bytes, bytes_of(targets) + scratch + 4 * cells,
                                         cells * (with_ids ? sizeof(float) + sizeof(std::int32_t) : sizeof(float)));
  struct Slot {
    std::vector<float> distances;
    std::vector<std::int32_t> ids;
  };
  const std::size_t bands = bands_of(grid);
  Pipeline pipeline;
  pipeline.slots = pipeline_slots(bands, fit);
  std::vector<Slot> slots(pipeline.slots);
  pipeline.compute = [&](std::size_t band, std::size_t at) {
    const CellWindow window = window_of(grid, band);
    Slot& slot = slots[at];
    slot.distances.resize(window.size());
    slot.ids.resize(with_ids ? window.size() : 0);
    if (with_ids) {
      nearest_targets(targets, grid.cell_m, window, slot.distances, slot.ids);
    } else {
      distances_to_targets(targets, grid.cell_m, window, slot.distances);
    }
    limit(map, slot.distances, slot.ids);
  };
  pipeline.write = [&](std::size_t band, std::size_t at) { write_band(writer, band, slots[at].distances); };
  progress.stage("distance", static_cast<std::int64_t>(bands));
  run_pipeline(bands, pipeline, progress);
}

namespace {

void set_friction(CostDistance& search, const SourceSpec& friction, const Grid& grid, Progress& progress) {
  data::RasterRows rows(friction);
  progress.stage("reading the friction", static_cast<std::int64_t>(bands_of(grid)));
  const Grid cells = rows.cell_grid();
  std::vector<double> read;
  std::vector<float> values;
  for (std::size_t band = 0; band < bands_of(grid); ++band) {
    throw_if_cancelled(progress);
    const CellWindow window = window_of(grid, band);
    read.resize(static_cast<std::size_t>(window.rows * cells.width));
    rows.read(cells, window.first_row, window.rows, read);
    values.resize(read.size());
    std::transform(read.begin(), read.end(), values.begin(), [](double value) { return static_cast<float>(value); });
    try {
      search.set_friction(window.first_row, values);
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("{}: {}", friction.path, error.what()));
    }
    progress.advance(1);
  }
}

void set_starts(CostDistance& search, const SourceSpec& friction, const Grid& grid, const Features& features,
                CostReport& report) {
  for (const Feature& feature : features) {
    std::size_t passable = 0;
    const std::vector<CellRun> runs = runs_touched(feature.geometry, grid);
    for (const CellRun& run : runs)
      for (std::int64_t column = run.first; column < run.end; ++column)
        passable += search.start_at({column, run.row}) ? 1 : 0;
    report.starts += passable;
    report.outside += runs.empty() ? 1 : 0;
    report.on_impassable_only += !runs.empty() && passable == 0 ? 1 : 0;
  }
  if (report.starts == 0)
    throw Error(ErrorCode::input,
                fmt::format("no feature lies on a passable cell of {}: {} lie outside the raster, {} on impassable "
                            "cells (nodata); check the CRS of both, and the extent",
                            friction.path, report.outside, report.on_impassable_only));
}

}  // namespace

CostDistance solved_cost(const SourceSpec& friction, const Grid& grid, const Features& features,
                         const CostOptions& options, const std::string& blocks_path, double memory_bytes,
                         CostReport& report, Progress& progress) {
  // A band as the reader holds it, in double and in float.
  constexpr double bytes_a_cell = 2 * sizeof(double) + 2 * sizeof(float);
  const double band = static_cast<double>(grid.width) * static_cast<double>(band_rows) * bytes_a_cell;
  const double left = memory_bytes - band;
  const double whole = CostDistance::bytes_in_memory(grid, options);
  // Fewer blocks than these would be read from the disk more often than they are searched.
  const double blocks = std::ceil(static_cast<double>(grid.width) / static_cast<double>(options.block)) *
                        std::ceil(static_cast<double>(grid.height) / static_cast<double>(options.block));
  const double least = whole * std::min(1.0, 27 / blocks);
  if (left < least)
    throw Error(
        ErrorCode::memory,
        fmt::format("the travel cost over {} x {} cells takes at least {:.0f} MB; give at least "
                    "--memory \"{:.0f} MB\"",
                    grid.width, grid.height, std::ceil((band + least) * 1e-6), std::ceil((band + least) * 1e-6)));
  std::unique_ptr<BlockStore> store;
  if (left < whole) store = std::make_unique<data::FileBlockStore>(blocks_path);
  CostDistance search(grid, options, std::move(store), left);
  set_friction(search, friction, grid, progress);
  set_starts(search, friction, grid, features, report);
  progress.stage("travel cost", 0);
  search.solve(progress);
  return search;
}

void write_costs(CostDistance& search, const Grid& grid, data::RasterWriter& writer, Progress& progress) {
  const std::size_t bands = bands_of(grid);
  Pipeline pipeline;
  pipeline.slots = pipeline_slots(bands, 2);
  std::vector<std::vector<float>> buffers(pipeline.slots);
  pipeline.read = [&](std::size_t band, std::size_t slot) {
    const CellWindow window = window_of(grid, band);
    buffers[slot].resize(window.size());
    search.read(window.first_row, buffers[slot]);
  };
  pipeline.write = [&](std::size_t band, std::size_t slot) { write_band(writer, band, buffers[slot]); };
  progress.stage("writing", static_cast<std::int64_t>(bands));
  run_pipeline(bands, pipeline, progress);
}

}  // namespace tocsin::cli
