#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <tocsin/core/progress.hpp>
#include <tocsin/density/kernel.hpp>
#include <tocsin/grid/grid.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin {

/// Edge correction of kernel densities at the border of an area beyond which nothing could be observed.
///
/// e(x), the edge mass, is the integral over the area of the kernel about x: 1 well inside, a half on a straight
/// border, a quarter in a right-angled corner. density / e is the estimate that stays flat up to the border where
/// events are spread evenly; it does not keep the total. Only events inside the area may be in the density. An
/// international border that events beyond it are reported from is no edge: read those events instead.
///
/// Exact but for rounding (1e-12): the mass is an integral along the border, done in closed form (edge_method.hpp), not
/// a sum of cells. Values do not depend on the bands that they are painted in, on threads or on the order of polygons.
/// Source  Diggle (1985), Applied Statistics 34, 138-147, the correction by location.
class EdgeMass {
 public:
  /// @param area  polygons that do not overlap; borders that two of them share vertex by vertex are no edge
  /// @throws Error invalid_argument: a bandwidth that is not a positive length, a coordinate that is not finite;
  /// memory:
  ///         a gaussian bandwidth below about a ten-millionth of the border's length
  EdgeMass(const MultiPolygon& area, Kernel kernel, Length bandwidth);
  ~EdgeMass();
  EdgeMass(EdgeMass&&) noexcept;
  EdgeMass& operator=(EdgeMass&&) noexcept;

  /// The edge mass at a place, inside the area or not; from 0 to 1. Cost: the edges of the border.
  [[nodiscard]] double at(double x, double y) const;

  /// Writes the edge mass at the centres of rows [first_row, first_row + rows), row-major, in parallel.
  /// @throws Error shape_mismatch (`out` does not hold rows x width values), cancelled
  /// Cost    edges x cells within reach of them; next to nothing for other cells.
  void paint(const Grid& grid, std::int64_t first_row, std::int64_t rows, std::span<double> out) const;
  void paint(const Grid& grid, std::int64_t first_row, std::int64_t rows, std::span<double> out,
             Progress& progress) const;

  /// What to divide the density of those rows by: the edge mass, or NaN (not observed) where a cell's centre lies
  /// outside the area, and where less than `least_mass` of the kernel lies inside it. On an island far smaller than the
  /// bandwidth the quotient would rest on next to nothing.
  /// @throws Error as paint(); invalid_argument: least_mass not from 0 to 1
  void paint_divisor(const Grid& grid, std::int64_t first_row, std::int64_t rows, std::span<double> out,
                     Progress& progress, double least_mass = 0.01) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace tocsin
