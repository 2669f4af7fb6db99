#pragma once

#include <string>

namespace tocsin::data {

/// The style with which QGIS opens layer `areas`: the score in five classes, "not observed" hatched.
///
/// The layer holds one feature an area and period, all on top of each other. The rules therefore show only the last of
/// the periods that the layer has at the time; a filter such as "period" = '2021-08' shows that one.
std::string qgis_area_style();

/// The style with which QGIS opens layer `hotspots`: the outlines of the last period, of hot ones in dark red, of cold
/// ones in blue, by no fill in the way of what lies below; labelled with their name and since when they stand.
std::string qgis_hotspot_style();

}  // namespace tocsin::data
