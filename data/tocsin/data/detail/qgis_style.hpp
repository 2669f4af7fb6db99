#pragma once

#include <string>

namespace tocsin::data {

/// The style with which QGIS opens layer `areas`: the score in five classes, "not observed" hatched.
///
/// The layer holds one feature an area and period, all on top of each other. The rules therefore show only the last of
/// the periods that the layer has at the time; a filter such as "period" = '2021-08' shows that one.
std::string qgis_area_style();

}  // namespace tocsin::data
