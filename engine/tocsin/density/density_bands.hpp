#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <tocsin/core/progress.hpp>
#include <tocsin/density/density.hpp>
#include <tocsin/grid/grid.hpp>

namespace tocsin {

/// Kernel density in bands of whole rows, for grids larger than memory: keeps the events, not the raster.
///
/// Every cell has the bits that density() gives it, whatever bands it is painted in and in whatever order.
class DensityBands {
 public:
  /// Merges the events and sorts them by row. They are copied; the grid is too.
  ///
  /// @throws Error invalid_argument (options, a coordinate or weight that is not finite)
  /// Cost    O(n log n) time; memory for the events that can reach the grid.
  DensityBands(std::span<const WeightedPoint> events, const Grid& grid, const DensityOptions& options);
  ~DensityBands();
  DensityBands(DensityBands&&) noexcept;
  DensityBands& operator=(DensityBands&&) noexcept;

  /// Writes the density of rows [first_row, first_row + rows) in events per km2, row-major, into `out`, all of which is
  /// overwritten. Runs in parallel inside, and may be called from several threads at once.
  ///
  /// @param progress  advanced by `rows` in all; the caller declares the stage
  /// @throws Error    shape_mismatch (rows outside the grid, or `out` does not hold rows x width values), cancelled
  /// Cost             as density(), in proportion to the rows; for gaussian whole blocks of preferred_rows() are
  ///                  computed, whatever part of them is asked for.
  void paint(std::int64_t first_row, std::int64_t rows, std::span<float> out) const;
  void paint(std::int64_t first_row, std::int64_t rows, std::span<float> out, Progress& progress) const;
  void paint(std::int64_t first_row, std::int64_t rows, std::span<double> out) const;
  void paint(std::int64_t first_row, std::int64_t rows, std::span<double> out, Progress& progress) const;

  /// Bands that begin at a multiple of this many rows, and are a multiple of it high, waste no work.
  [[nodiscard]] std::int64_t preferred_rows() const;
  /// How many distinct places can reach the grid, after merging.
  [[nodiscard]] std::size_t places() const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace tocsin
