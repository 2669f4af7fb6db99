#pragma once

#include <string>

#include <tocsin/core/progress.hpp>
#include <tocsin/hotspot/hotspots.hpp>
#include <tocsin/neighbours/neighbours.hpp>

#include "hotspot_places.hpp"

namespace tocsin::cli {

/// Which numbers `tocsin hotspots` looks at.
struct ValueChoice {
  std::string path;
  HotspotFields fields;
  std::string smooth = "eb";  ///< with a population: eb, eb-local, standardised or none
};

/// Makes of the places' numbers what the statistic looks at: events over people become rates, unless the statistic is
/// the excess, which gets people (else ground) to deal events by.
/// @throws Error input: a number that the statistic cannot take, by file, field and place; usage
void prepare_values(const ValueChoice& choice, HotspotStatistic statistic, const Neighbours& neighbours,
                    HotspotPlaces& places);

/// find_hotspots, whose complaints name the file and the field.
HotspotTable hotspots_among(const ValueChoice& choice, const HotspotPlaces& places, const Neighbours& neighbours,
                            const HotspotOptions& options, Progress& progress);

}  // namespace tocsin::cli
