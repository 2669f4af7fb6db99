#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/density.hpp>
#include <tocsin/density/event_rows.hpp>
#include <tocsin/density/separable.hpp>
#include <tocsin/density/sweep.hpp>

namespace tocsin {

namespace {

constexpr std::int64_t rows_per_band = 16;  // one task; small enough to poll the progress often

/// Cells along one side of a gaussian task: as wide as the reach on both sides together, where the cost of gathering
/// the margin around a block and that of the block itself balance. The bounds keep factors in cache and tasks worth a
/// start.
std::int64_t gaussian_side(const DensityOptions& options, const Grid& grid) {
  return static_cast<std::int64_t>(std::clamp(16 * options.bandwidth.metres / grid.cell_m, 32.0, 256.0));
}

std::int64_t parts(std::int64_t whole, std::int64_t part) {
  return (whole + part - 1) / part;
}

template <typename T>
void paint_finite(const EventRows& events, const DensityOptions& options, Raster<T>& result, Progress& progress) {
  const Grid& grid = result.grid();
  const double bandwidth_m = options.bandwidth.metres;
  const bool sweep = sweep_is_quicker(options.kernel, grid, bandwidth_m, events.size());
  const std::int64_t bands = parts(grid.height, rows_per_band);
  progress.stage("density", bands);
  parallel_for(static_cast<std::size_t>(bands), progress, [&](std::size_t band) {
    const auto painter = sweep ? make_sweep_painter(options.kernel, grid, bandwidth_m, !events.any_negative())
                               : make_direct_painter(options.kernel, grid, bandwidth_m);
    std::vector<double> line(static_cast<std::size_t>(grid.width));
    const std::int64_t first = static_cast<std::int64_t>(band) * rows_per_band;
    for (std::int64_t row = first; row < std::min(grid.height, first + rows_per_band); ++row) {
      throw_if_cancelled(progress);
      const auto near = events.near_rows(row, row);
      if (near.empty()) continue;  // the raster is 0 already
      painter->paint(row, near, line);
      std::transform(line.begin(), line.end(), result.row(row).begin(), [](double v) { return static_cast<T>(v); });
    }
  });
}

template <typename T>
void paint_gaussian(const EventRows& events, const DensityOptions& options, Raster<T>& result, Progress& progress) {
  const Grid& grid = result.grid();
  const std::int64_t side = gaussian_side(options, grid);
  const std::int64_t down = parts(grid.height, side), across = parts(grid.width, side);
  progress.stage("density", down * across);
  parallel_for(static_cast<std::size_t>(down * across), progress, [&](std::size_t task) {
    const std::int64_t first_row = static_cast<std::int64_t>(task) / across * side;
    const std::int64_t first_column = static_cast<std::int64_t>(task) % across * side;
    const CellBlock block{first_row, std::min(grid.height, first_row + side), first_column,
                          std::min(grid.width, first_column + side)};
    const std::vector<double> values = gaussian_block(events, grid, options.bandwidth.metres, block);
    for (std::int64_t r = 0; r < block.rows(); ++r) {
      const auto from = values.begin() + static_cast<std::ptrdiff_t>(r * block.columns());
      std::transform(from, from + static_cast<std::ptrdiff_t>(block.columns()),
                     result.row(first_row + r).begin() + static_cast<std::ptrdiff_t>(first_column),
                     [](double v) { return static_cast<T>(v); });
    }
  });
}

template <typename T>
Raster<T> paint(std::span<const WeightedPoint> points, const Grid& grid, const DensityOptions& options,
                Progress& progress) {
  options.validate();
  throw_if_cancelled(progress);
  const EventRows events(points, grid, kernel_reach(options.kernel, options.bandwidth.metres));
  Raster<T> result(grid);
  if (grid.size() == 0) return result;
  if (options.kernel == Kernel::gaussian) {
    paint_gaussian(events, options, result, progress);
  } else {
    paint_finite(events, options, result, progress);
  }
  return result;
}

}  // namespace

void DensityOptions::validate() const {
  if (std::isfinite(bandwidth.metres) && bandwidth.metres > 0) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("density: bandwidth must be a positive length, got {} m", bandwidth.metres));
}

Raster<float> density(std::span<const WeightedPoint> events, const Grid& grid, const DensityOptions& options) {
  Progress silent;
  return paint<float>(events, grid, options, silent);
}

Raster<float> density(std::span<const WeightedPoint> events, const Grid& grid, const DensityOptions& options,
                      Progress& progress) {
  return paint<float>(events, grid, options, progress);
}

Raster<double> density_double(std::span<const WeightedPoint> events, const Grid& grid, const DensityOptions& options) {
  Progress silent;
  return paint<double>(events, grid, options, silent);
}

}  // namespace tocsin
