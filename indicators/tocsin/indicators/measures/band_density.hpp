#pragma once

#include <string>

#include <tocsin/density/density_bands.hpp>
#include <tocsin/indicators/measure_context.hpp>

namespace tocsin::measures {

/// Density of a source's events over the rows that the context has entered, with the bits that the whole grid would
/// have.
/// @param weights  one an event
inline Raster<double> density_of_rows(const MeasureContext& context, const std::string& source,
                                      std::span<const double> weights, const DensityOptions& options) {
  const PlacedEvents& placed = context.events.at(source).placed;
  const PlacedEvents::PlaceWeights sums = placed.weights_by_place(weights);
  std::vector<WeightedPoint> points;
  for (std::size_t i = 0; i < sums.points.size(); ++i)
    if (sums.points[i] != 0) points.push_back({placed.points[i].x, placed.points[i].y, sums.points[i]});
  Raster<double> rows(context.grid);
  DensityBands(points, context.whole_grid, options)
      .paint(context.grid.first_row - context.whole_grid.first_row, context.grid.height, rows.values());
  // Drawn places are all points; what is kept of spread ones must outlive them.
  if (!placed.spreads.empty()) context.place_densities(source, options).add(sums.spreads, rows);
  return rows;
}

}  // namespace tocsin::measures
