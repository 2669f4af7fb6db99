#include <ogrsf_frmts.h>

#include <tocsin/data/detail/area_layer.hpp>

namespace tocsin::data {

bool create_area_fields(OGRLayer& layer, std::span<const AreaColumn> columns) {
  for (const AreaColumn& column : columns) {
    const OGRFieldType type = column.type == ColumnType::text    ? OFTString
                              : column.type == ColumnType::whole ? OFTInteger
                                                                 : OFTReal;
    OGRFieldDefn field(column.name.c_str(), type);
    if (layer.CreateField(&field) != OGRERR_NONE) return false;
  }
  return true;
}

void set_area_fields(OGRFeature& feature, const std::vector<TableCell>& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const int field = static_cast<int>(i);
    if (const auto* text = std::get_if<std::string>(&row[i]))
      feature.SetField(field, text->c_str());
    else if (const auto* whole = std::get_if<int>(&row[i]))
      feature.SetField(field, *whole);
    else if (const auto* number = std::get_if<double>(&row[i]))
      feature.SetField(field, *number);
    else
      feature.SetFieldNull(field);
  }
}

}  // namespace tocsin::data
