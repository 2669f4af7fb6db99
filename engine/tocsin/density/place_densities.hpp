#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/density/density.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin {

/// Densities of the places that events are spread over, each painted once with weight 1 and then added with whatever
/// weights a period gives them: density is linear in the weights, and places stay where they are.
///
/// Covers some rows of a grid; every cell has the same bits whichever rows are asked for together (for gaussian: rows
/// that begin and end at multiples of 256 or of DensityBands::preferred_rows()).
/// Memory  8 bytes for each cell of a place's box, widened by the kernel's reach, within the rows.
class PlaceDensities {
 public:
  /// @param placed     laid over `wide_rows`; must outlive this object, unchanged
  /// @param wide_rows  at least one reach and two rows beyond the rows on every side
  /// @param whole      the grid that the rows are cut from
  /// @param rows       Grid::rows of it
  PlaceDensities(const PlacedEvents& placed, Grid wide_rows, Grid whole, Grid rows, DensityOptions options);

  /// Adds the places' densities, events per km2, to a raster over the rows.
  /// @param weights  one for each of placed.spreads; places with weight 0 are not painted
  void add(std::span<const double> weights, Raster<double>& raster);

 private:
  struct Painted {
    bool done = false;
    std::int64_t first_column = 0, columns = 0, first_row = 0, rows = 0;  ///< of the rows' own grid; may be none
    std::vector<double> values;
  };
  void paint(std::size_t place);

  const PlacedEvents& placed_;
  Grid wide_rows_, whole_, rows_;
  DensityOptions options_;
  std::vector<Painted> painted_;
};

}  // namespace tocsin
