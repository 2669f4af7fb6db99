#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tocsin/grid/raster.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin {

/// A region of places that are significantly high (or low) in a period. NaN = not known.
struct Hotspot {
  std::string id;    ///< "hot-3"; kept from period to period while it stands
  std::string name;  ///< of the areas that it lies in, the largest part first
  std::vector<std::size_t>
      areas;          ///< indices of those that hold at least a tenth of its places, the largest part first
  std::string place;  ///< the named place nearest to the centre of its events; empty: none were given
  double place_km = not_observed;  ///< how far that is, kilometres
  std::string kind;                ///< "hot" or "cold"
  std::string fate;    ///< since the last period: "appeared", "stands", "grew", "shrank", "moved", "split", "merged"
  std::string since;   ///< label of the first period in which it stood without interruption
  MultiPolygon shape;  ///< outline, smoothed where the places are cells
  std::int64_t places = 0;
  double area_km2 = not_observed;
  double population = not_observed;  ///< persons
  double events = not_observed;      ///< in it, where the statistic counts events
  double peak = not_observed;        ///< the largest value (the smallest of a cold one)
  double z = not_observed;           ///< of its most significant place
  double p = not_observed;           ///< two-sided pseudo p of that place, mean over the placements
  double q = not_observed;           ///< its p corrected for the number of places looked at
  double stood = not_observed;       ///< share of the placements in which at least half of its places were significant
};

/// A column of the statistic's places: a band of its raster.
struct HotspotBand {
  std::string name, description;
  Raster<float> values;
};

/// What was found in one period.
struct HotspotPeriod {
  std::vector<Hotspot> hotspots;   ///< the most significant first
  std::vector<Hotspot> ended;      ///< those of the last period that do not stand any more: no shape, no numbers
  std::vector<HotspotBand> bands;  ///< value, z, p, q, stood over the places' own grid; empty unless asked for
};

}  // namespace tocsin
