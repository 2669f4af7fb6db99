#pragma once

#include <string>

#include "hotspot_places.hpp"
#include "verbs.hpp"

namespace tocsin::cli {

/// One row a place, with the areas' shapes where the path's ending has room for them.
void write_hotspot_table(const std::string& path, const HotspotPlaces& places, const HotspotTable& table);
/// One band a column.
void write_hotspot_raster(const std::string& path, const HotspotPlaces& places, const HotspotTable& table);

/// Moran's I within growing bands, as a table; says which distance it suggests.
/// @param bands  "10 km,100 km,10 km": first, last and step
/// @throws Error usage
void try_bands(const std::string& bands, const std::string& output, const HotspotPlaces& places,
               const CommonOptions& common);

}  // namespace tocsin::cli
