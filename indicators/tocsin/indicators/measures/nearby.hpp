#pragma once

#include <optional>
#include <string>

#include <tocsin/indicators/measure_context.hpp>

namespace tocsin::measures {

/// What proximity and presence measure the distance to.
struct NearbySource {
  std::string source, filter;
  PortKind kind = PortKind::features;  ///< features, or events
  std::optional<Duration> window;      ///< events of the last days only; features that existed in them
  /// Events that are known less precisely than this are left out: a distance to them means nothing.
  Length precision = metres(0);
};

/// Distance in metres from the centre of each cell of context.grid to the centre of the nearest cell that a feature
/// touches, or that holds an event, in the period; cells of the margin count. Infinite everywhere when the source was
/// read and holds nothing for the period: far, not unknown.
Raster<float> distance_to_nearby(const MeasureContext& context, const NearbySource& nearby, const Period& period);

}  // namespace tocsin::measures
