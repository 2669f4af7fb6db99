#pragma once

#include <string>

#include "hotspot_places.hpp"

namespace tocsin::cli {

/// The whole calculation for one place, as text: its neighbours and their values, the sums, the moments, z, the draws,
/// p and q.
/// @throws Error usage: no place of that code or name (names the nearest)
std::string explain_hotspot(const HotspotPlaces& places, const std::string& code, const HotspotTable& table,
                            const Neighbours& neighbours, const HotspotOptions& options);

}  // namespace tocsin::cli
