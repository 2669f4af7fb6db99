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
  /// The named place of the scenario's `places` that stood in the period and is nearest to the mean centre of the
  /// region's events; to that of its places where no events are counted.
  /// @param events  by place, or empty
  [[nodiscard]] std::optional<NamedPlace> nearest(const Region& region, const std::vector<double>& events,
                                                  const Period& period) const;

 private:
  [[nodiscard]] Point centre_of(std::size_t place) const;
  [[nodiscard]] Point mean_centre(const Region& region, const std::vector<double>& events) const;

  const HotspotSpec& spec_;
  const HotspotPlaces& places_;
  const MeasureContext& context_;
  AreaLocator locator_;
  std::vector<Point> centroids_;  ///< of the areas, where they are the places
};

}  // namespace tocsin
