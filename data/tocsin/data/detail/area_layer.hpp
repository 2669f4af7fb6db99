#pragma once

#include <span>
#include <string>
#include <vector>

#include <tocsin/data/tables.hpp>

class OGRFeature;
class OGRLayer;

namespace tocsin::data {

/// The columns of a table of areas as fields of a layer; false when GDAL refuses one.
bool create_area_fields(OGRLayer& layer, std::span<const AreaColumn> columns);

/// A row of a table of areas into the fields of the same order; cells that hold nothing become NULL.
void set_area_fields(OGRFeature& feature, const std::vector<TableCell>& row);

}  // namespace tocsin::data
