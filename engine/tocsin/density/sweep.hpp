#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <tocsin/density/event_rows.hpp>
#include <tocsin/density/kernel.hpp>
#include <tocsin/grid/grid.hpp>

namespace tocsin {

/// Paints rows of the density of a kernel with finite support; an internal part of density(). One object for each task.
class RowPainter {
 public:
  virtual ~RowPainter() = default;
  /// Writes events per km2 into `out`, one value a column.
  virtual void paint(std::int64_t row, std::span<const WeightedPoint> near, std::span<double> out) = 0;
};

/// Polynomial kernels (uniform, epanechnikov, quartic, triweight) by sweeping: (s - (t - a)^2)^p is a polynomial in the
/// column t between the two ends of the kernel's chord in the row. Its coefficients are added at one end and taken off
/// at the other; one sweep along the row sums and evaluates them. Cost: a constant per event and row, and per cell.
///
/// Precision: the row is cut into blocks of 2 to 4 bandwidths. Each has its own origin and starts from nothing, so
/// that powers stay small and rounding cannot travel: the error depends neither on the length of the row nor on where
/// the grid lies. A count of active events beside the coefficients makes cells out of reach exactly 0.
///
/// @param non_negative  no weight is negative: rounding below 0 is cut off
/// @return              null for triangular and gaussian, which are no polynomials
std::unique_ptr<RowPainter> make_sweep_painter(Kernel kernel, const Grid& grid, double bandwidth_m, bool non_negative);

/// Any kernel with finite support, by adding the kernel's value cell after cell. Cost: cells in reach of each event.
/// @return null for gaussian
std::unique_ptr<RowPainter> make_direct_painter(Kernel kernel, const Grid& grid, double bandwidth_m);

/// Whether sweeping is expected to be quicker than adding cell after cell.
bool sweep_is_quicker(Kernel kernel, const Grid& grid, double bandwidth_m, std::size_t events);

}  // namespace tocsin
