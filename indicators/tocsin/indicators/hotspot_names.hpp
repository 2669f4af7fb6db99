#pragma once

#include <optional>
#include <string>

#include <tocsin/indicators/hotspot_places.hpp>
#include <tocsin/regions/region.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin {

/// Tells in words where a region of places lies.
class HotspotNames {
 public:
  HotspotNames(const HotspotSpec& spec, const HotspotPlaces& places, const MeasureContext& context);

  /// Of the areas that hold most of its places, the largest part first; at most two.
  [[nodiscard]] std::string of_areas(const Region& region) const;

  struct NamedPlace {
    std::string name;
    double distance_km = 0;
  };
  /// The named place of the scenario's `places` that stood in the period and is nearest to a place's centre.
  [[nodiscard]] std::optional<NamedPlace> nearest(std::size_t place, const Period& period) const;

 private:
  [[nodiscard]] Point centre_of(std::size_t place) const;

  const HotspotSpec& spec_;
  const HotspotPlaces& places_;
  const MeasureContext& context_;
  AreaLocator locator_;
  std::vector<Point> centroids_;  ///< of the areas, where they are the places
};

}  // namespace tocsin
