#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tocsin/indicators/hotspot_places.hpp>
#include <tocsin/regions/region.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin {

/// Tells in words where a region of places lies.
class HotspotNames {
 public:
  HotspotNames(const HotspotSpec& spec, const HotspotPlaces& places, const MeasureContext& context);

  /// The areas that hold at least a tenth of its places, the largest part first; at least one where any holds some.
  [[nodiscard]] std::vector<std::size_t> areas(const Region& region) const;
  /// The names of the first two of them.
  [[nodiscard]] std::string of_areas(std::span<const std::size_t> areas) const;

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
