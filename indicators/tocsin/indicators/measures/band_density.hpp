#pragma once

#include <tocsin/density/density_bands.hpp>
#include <tocsin/indicators/measure_context.hpp>

namespace tocsin::measures {

/// Density over the rows that the context has entered, with the bits that the whole grid would have.
template <typename T>
Raster<T> density_of_rows(const MeasureContext& context, std::span<const WeightedPoint> points,
                          const DensityOptions& options) {
  const DensityBands bands(points, context.whole_grid, options);
  Raster<T> rows(context.grid);
  bands.paint(context.grid.first_row - context.whole_grid.first_row, context.grid.height, rows.values());
  return rows;
}

}  // namespace tocsin::measures
