#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/memory.hpp>
#include <tocsin/indicators/band_layout.hpp>
#include <tocsin/ports/result_sink.hpp>

namespace tocsin {
namespace {

/// Bytes that a run holds for each cell of a band at the same time, from above.
struct CellCost {
  double own;     ///< indicators (an exposure's raw values too), bands, layers, areas' shares, sums while aligning
  double margin;  ///< for each cell of the band with its margin: density's events, distances, population
};

CellCost cost_of(const Scenario& scenario) {
  const double indicators = static_cast<double>(scenario.indicators.size());
  const double sources = static_cast<double>(scenario.sources.size());
  return {4 * (2 * indicators + sources + 12) + 40, 60};
}

double bytes_of(const CellCost& cost, const Grid& grid, const Grid& wide, const SpreadSize& spread, std::int64_t rows) {
  const double margin_rows = static_cast<double>(wide.height - grid.height) + static_cast<double>(rows);
  const double spread_share = std::min(1.0, margin_rows / static_cast<double>(wide.height));
  return cost.own * static_cast<double>(rows) * static_cast<double>(grid.width) +
         cost.margin * margin_rows * static_cast<double>(wide.width) +
         spread_share * (sizeof(CellShare) * spread.cells + sizeof(double) * spread.painted);
}

/// The cell, in steps of a tenth, at which one band fits.
double cell_that_fits(const CellCost& cost, const Grid& grid, const Grid& wide, const SpreadSize& spread,
                      double memory) {
  double factor = 1.1;
  const auto coarser = [&](Grid of) {
    of.width = static_cast<std::int64_t>(std::ceil(static_cast<double>(of.width) / factor)) + 2;
    of.height = static_cast<std::int64_t>(std::ceil(static_cast<double>(of.height) / factor)) + 2;
    return of;
  };
  const auto least = [&] {
    const Grid own = coarser(grid);
    const SpreadSize fewer{spread.cells / (factor * factor), spread.painted / (factor * factor)};
    return bytes_of(cost, own, coarser(wide), fewer, std::min(ResultSink::row_step, own.height));
  };
  while (least() > memory && factor < 1e6) factor *= 1.1;
  return std::ceil(grid.cell_m * factor / 10) * 10;
}

}  // namespace

BandLayout lay_bands(const Scenario& scenario, const Grid& grid, const Grid& wide, const SpreadSize& spread) {
  const double memory = scenario.memory_bytes > 0 ? scenario.memory_bytes : default_memory_bytes();
  const CellCost cost = cost_of(scenario);
  const auto fits = [&](std::int64_t rows) { return bytes_of(cost, grid, wide, spread, rows) <= memory; };
  constexpr std::int64_t step = ResultSink::row_step;
  if (fits(grid.height)) return {grid.height, std::max<std::int64_t>(grid.height, 1)};
  const double least = bytes_of(cost, grid, wide, spread, std::min(step, grid.height));
  if (least > memory)
    throw Error(
        ErrorCode::scenario,
        fmt::format("{}: a cell of {} m gives {} x {} cells; a band of {} rows and its margin needs about {:.1f} "
                    "GB, and {:.1f} GB may be used: raise `memory` (--memory), or take a cell of \"{:.0f} m\"",
                    scenario.file.empty() ? scenario.name : scenario.file, grid.cell_m, grid.width, grid.height, step,
                    least / 1e9, memory / 1e9, cell_that_fits(cost, grid, wide, spread, memory)));
  std::int64_t steps = 1;
  while (fits((steps + 1) * step)) ++steps;
  return {grid.height, steps * step};
}

}  // namespace tocsin
