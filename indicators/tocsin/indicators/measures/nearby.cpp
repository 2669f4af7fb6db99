#include <algorithm>
#include <limits>

#include <tocsin/distance/distance_transform.hpp>
#include <tocsin/indicators/measures/nearby.hpp>

namespace tocsin::measures {
namespace {

void add_events(const MeasureContext& context, const NearbySource& nearby, const TimeWindow& window,
                std::vector<std::size_t>& cells) {
  const EventLayer& layer = context.events.at(nearby.source);
  const auto weights = layer.weights(nearby.filter, window);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const PlacePrecision& precision = layer.batch.events.precision[i];
    const bool precise = precision.kind == PlaceKind::point ||
                         (precision.kind == PlaceKind::disc && precision.radius_m <= nearby.precision.metres);
    if (weights[i] <= 0 || !precise) continue;
    if (const auto cell = context.wide_grid.cell_of_point(layer.batch.events.x[i], layer.batch.events.y[i]))
      cells.push_back(context.wide_grid.index(*cell));
  }
}

void add_features(const MeasureContext& context, const NearbySource& nearby, const TimeWindow& window,
                  std::vector<std::size_t>& cells) {
  for (const Feature& feature : context.features.at({nearby.source, nearby.filter})) {
    if (feature.from && *feature.from > window.last) continue;
    if (feature.to && *feature.to < window.first) continue;
    const auto touched = cells_touched(feature.geometry, context.wide_grid);
    cells.insert(cells.end(), touched.begin(), touched.end());
  }
}

}  // namespace

Raster<float> distance_to_nearby(const MeasureContext& context, const NearbySource& nearby, const Period& period) {
  const TimeWindow window = window_of(period, nearby.window, std::nullopt);
  std::vector<std::size_t> cells;
  if (nearby.kind == PortKind::events)
    add_events(context, nearby, window, cells);
  else
    add_features(context, nearby, window, cells);
  if (cells.empty()) return Raster<float>(context.grid, std::numeric_limits<float>::infinity());
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  return context.cropped(distance_transform(cells, context.wide_grid));
}

}  // namespace tocsin::measures
