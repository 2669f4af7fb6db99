#pragma once

#include <string>
#include <vector>

#include <tocsin/data/tables.hpp>

namespace tocsin::data {

/// The hotspots of one period.
struct HotspotsOfPeriod {
  std::string period;  ///< its label
  std::vector<Hotspot> hotspots;
};

/// `period,id,name,place,place_km,kind,fate,since,places,area_km2,population,events,peak,z,p,q,stood`.
std::vector<AreaColumn> hotspot_columns();

/// The cells of a hotspot; empty where nothing is known. Kilometres have one decimal, areas have three decimals,
/// population none, statistics six significant digits.
std::vector<TableCell> hotspot_row(const std::string& period, const Hotspot& hotspot);

}  // namespace tocsin::data
