#pragma once

#include <cstddef>
#include <span>

#include <tocsin/core/progress.hpp>
#include <tocsin/density/kernel.hpp>
#include <tocsin/grid/raster.hpp>

namespace tocsin {

/// A weighted location. Equal locations may repeat; they are merged first.
struct WeightedPoint {
  double x = 0, y = 0;  ///< metres in the grid's CRS; may lie outside the grid
  double weight = 1;    ///< finite; 0 is skipped. Negative weights are allowed (difference maps).
};

struct DensityOptions {
  Kernel kernel = Kernel::quartic;
  Length bandwidth = kilometres(25);
  /// How many distinct places to count on when an algorithm is chosen; 0: as many as are given. Who paints bands of one
  /// raster from the events near each must say the same number for all, or bits may differ between bands.
  std::size_t expected_places = 0;
  void validate() const;  ///< @throws Error invalid_argument
};

/// Kernel density at the centre of every cell, in events per km2: sum over events of weight times kernel value.
/// No edge correction: pass events from a margin of one reach around the grid. Cells outside every kernel's reach are
/// exactly 0.
///
/// @throws Error invalid_argument (options, a coordinate or weight that is not finite), cancelled
/// Cost    uniform, epanechnikov, quartic, triweight: O(events x rows in reach + cells), not events x cells; below
///         radii of a dozen cells, or for few events, adding cell after cell is quicker and is done. triangular is not
///         a polynomial: O(events x cells in reach). gaussian: matrix products over blocks of cells, some thousand
///         multiplications a cell however many events. Events at the same place cost once; cells that none reaches cost
///         writing a zero. The result is the same for any thread count and event order, and for the vector
///         instructions of the processor.
/// Error   below 1e-9 of the maximum against a direct sum in long double; with negative weights, of the maximum that
///         their absolute values would give.
Raster<float> density(std::span<const WeightedPoint> events, const Grid& grid, const DensityOptions& options = {});
Raster<float> density(std::span<const WeightedPoint> events, const Grid& grid, const DensityOptions& options,
                      Progress& progress);

/// The same in double precision, for tests and for sums that go on.
Raster<double> density_double(std::span<const WeightedPoint> events, const Grid& grid,
                              const DensityOptions& options = {});

}  // namespace tocsin
