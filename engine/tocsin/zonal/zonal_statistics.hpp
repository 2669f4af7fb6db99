#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/grid/raster.hpp>
#include <tocsin/vector/areas.hpp>
#include <tocsin/vector/coverage_runs.hpp>
#include <tocsin/zonal/zonal_accumulator.hpp>
#include <tocsin/zonal/zonal_request.hpp>

namespace tocsin {

/// Areas made ready for zonal statistics over one grid, for as many rasters on it as there are.
class ZonalAreas {
 public:
  /// @param areas  in the coordinates of `grid`; they may overlap
  /// @throws Error invalid_argument: a coordinate that is not finite
  ZonalAreas(const Areas& areas, Grid grid);

  [[nodiscard]] const Grid& grid() const { return grid_; }
  [[nodiscard]] std::size_t size() const { return shapes_.size(); }
  /// The stretches of rows that areas reach into, from north to south: others need not be read.
  [[nodiscard]] const std::vector<RowRange>& stretches() const { return stretches_; }

 private:
  friend class ZonalRun;
  Grid grid_;
  std::vector<ShapeInCells> shapes_;
  std::vector<std::size_t> order_;  ///< of areas from north to south, and from west to east in rows of blocks
  std::vector<RowRange> stretches_;
};

/// Statistics of a raster in each area, with exact coverage fractions, fed with bands of rows from the north.
///
/// Each row of cells has sums of its own; rows merge in order into blocks of rows, and blocks into areas, at places
/// that only the grid decides: the same bytes for any number of threads and any height of bands. Cost  time: the cells
/// that areas cover, read once or twice at the speed of memory, and the boundaries' cells.
///       Memory: one accumulator an area, and for median, quantile, majority, minority and variety every value that is
///       covered (see ObservedValues).
class ZonalRun {
 public:
  /// @param areas  must outlive the run
  ZonalRun(const ZonalAreas& areas, std::vector<ZonalRequest> requests);

  /// @param first_row  where the last band ended, or further south: rows that never come are not observed
  /// @param values     whole rows from `first_row` on; NaN = not observed
  /// @param weights    the same number, or none
  /// @throws Error shape_mismatch
  void add_rows(std::int64_t first_row, std::span<const double> values, std::span<const double> weights = {});

  /// One row an area, one column a request. Call once, after the last band.
  [[nodiscard]] std::vector<std::vector<double>> results() &&;

 private:
  struct Unit;
  struct AreaState {
    ZonalAccumulator blocks;  ///< that are complete
    ZonalAccumulator block;   ///< that rows are still added to
    std::int64_t at = -1;     ///< which one that is
  };
  [[nodiscard]] std::vector<Unit> units_of(const RowRange& rows);
  void compute(std::span<Unit> units, std::int64_t first_row, std::span<const double> values,
               std::span<const double> weights);
  void fold(std::span<Unit> units);

  const ZonalAreas& areas_;
  std::vector<ZonalRequest> requests_;
  ZonalParts parts_;
  std::vector<AreaState> states_;    ///< in area order
  std::vector<std::size_t> active_;  ///< areas, in ZonalAreas::order_, that began and did not end
  std::size_t begun_ = 0;            ///< areas of that order which began
};

/// The same for a raster in memory.
std::vector<std::vector<double>> zonal_statistics(const Raster<double>& values, const Areas& areas,
                                                  const std::vector<ZonalRequest>& requests,
                                                  const Raster<double>* weights = nullptr);

}  // namespace tocsin
