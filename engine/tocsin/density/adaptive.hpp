#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/density/density.hpp>
#include <tocsin/grid/grid.hpp>

namespace tocsin {

struct AdaptiveOptions {
  Kernel kernel = Kernel::quartic;
  /// Of the pilot density, and of an event where the pilot equals its geometric mean.
  Length bandwidth = kilometres(25);
  /// The factors by which an event's bandwidth may differ from it. 0 and infinity: as the data say.
  double least_factor = 0.2, most_factor = 5;
  void validate() const;  ///< @throws Error invalid_argument
};

/// A place with what its events' kernel became.
struct AdaptivePlace {
  double x = 0, y = 0;  ///< metres
  double weight = 0;    ///< of all events there together
  double pilot = 0;     ///< events per km2, its own among them
  double bandwidth_m = 0;
};

/// Adaptive kernel density: narrow kernels where events are dense, wide ones where they are few. Each event's bandwidth
/// is h0 (f / g)^(-1/2) with the pilot density f at its place and the geometric mean g of the pilot over all events,
/// weighted as the events are. Density at the centre of every cell, in events per km2; no edge correction.
///
/// Every cell has the same bits in whatever bands it is painted and for any number of threads and order of events.
/// @see Abramson (1982), Annals of Statistics 10, 1217-1223; Silverman (1986), section 5.3
class AdaptiveDensity {
 public:
  /// @param events  weights not negative. All count for the pilot, however far from the grid; pass them from a margin
  /// of
  ///                kernel_reach(kernel, most_factor x bandwidth) around it
  /// @throws Error invalid_argument: options; a coordinate or weight that is not finite; a negative weight
  /// Cost    of the pilot as sums_of_others() in place_sums.hpp
  AdaptiveDensity(std::span<const WeightedPoint> events, const Grid& grid, const AdaptiveOptions& options);
  ~AdaptiveDensity();
  AdaptiveDensity(AdaptiveDensity&&) noexcept;
  AdaptiveDensity& operator=(AdaptiveDensity&&) noexcept;

  /// Writes rows [first_row, first_row + rows), row-major, in parallel; `progress` is advanced by `rows` in all.
  /// @throws Error shape_mismatch (rows outside the grid, or `out` does not hold rows x width values), cancelled
  /// Cost    places x cells in reach of each
  void paint(std::int64_t first_row, std::int64_t rows, std::span<double> out) const;
  void paint(std::int64_t first_row, std::int64_t rows, std::span<double> out, Progress& progress) const;

  /// In rising order of x, then y.
  [[nodiscard]] std::span<const AdaptivePlace> places() const;
  /// How many of them have a factor at its bound.
  [[nodiscard]] std::size_t clipped() const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace tocsin
