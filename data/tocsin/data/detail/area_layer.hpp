#pragma once

#include <string>
#include <vector>

#include <tocsin/data/tables.hpp>

class OGRFeature;
class OGRLayer;

namespace tocsin::data {

/// The columns of the areas table as fields of a layer; false when GDAL refuses one.
bool create_area_fields(OGRLayer& layer, const AssessmentHeader& header);

/// A row of the areas table into the fields of the same order; cells that hold nothing become NULL.
void set_area_fields(OGRFeature& feature, const std::vector<TableCell>& row);

/// With a leading apostrophe where a spreadsheet would take the text for a formula.
std::string without_formula(const std::string& text);

}  // namespace tocsin::data
