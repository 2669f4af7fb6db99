#pragma once

#include <span>
#include <string>

#include <tocsin/data/alert_table.hpp>
#include <tocsin/data/hotspot_table.hpp>
#include <tocsin/data/tables.hpp>

namespace tocsin::data {

/// Writes a GeoPackage with layer `areas`: one feature an area and period, with the columns of areas.csv and the area's
/// shape in the grid's CRS; NULL = not observed. The same scores give the same bytes: its dates are the header's as_of.
///
/// QGIS opens both layers with the default styles in table `layer_styles`, which show the last period only. For
/// programs that take no style, the features of the last period are written last and thus are drawn on top of the
/// earlier ones.
/// @param hotspots  one entry a period, for layer `hotspots`; empty where none were looked for: no such layer
/// @param alerts    for layer `alerts`, one feature an alert and period, with the shape of its area; nullptr: no such
///                  layer
/// @throws Error io
void write_geopackage(const std::string& path, const AssessmentHeader& header, std::span<const AreaPeriod> periods,
                      std::span<const HotspotsOfPeriod> hotspots = {}, const std::vector<Alert>* alerts = nullptr);

}  // namespace tocsin::data
