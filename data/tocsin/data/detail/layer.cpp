#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/layer.hpp>

namespace tocsin::data {

OGRLayer& pick_layer(GDALDataset& dataset, const SourceSpec& spec, std::vector<std::string>& warnings) {
  std::vector<std::string> names;
  for (int i = 0; i < dataset.GetLayerCount(); ++i) names.emplace_back(dataset.GetLayer(i)->GetName());
  if (names.empty())
    throw Error(ErrorCode::input, fmt::format("source '{}': '{}' holds no layer", spec.name, spec.path));
  if (!spec.layer.empty()) {
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == spec.layer) return *dataset.GetLayer(static_cast<int>(i));
    throw Error(ErrorCode::scenario, fmt::format("source '{}': '{}' has no layer '{}'; it has {}", spec.name, spec.path,
                                                 spec.layer, fmt::join(names, ", ")));
  }
  if (names.size() > 1)
    warnings.push_back(fmt::format("source '{}': '{}' holds {} layers ({}); the first is used, name another as layer",
                                   spec.name, spec.path, names.size(), fmt::join(names, ", ")));
  return *dataset.GetLayer(0);
}

std::string field_text(const OGRFeature& feature, int field) {
  if (feature.IsFieldSetAndNotNull(field) == 0) return {};
  const OGRFieldType type = feature.GetFieldDefnRef(field)->GetType();
  if (type == OFTReal) return fmt::format("{}", feature.GetFieldAsDouble(field));
  if (type == OFTDate || type == OFTDateTime) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zone = 0;
    feature.GetFieldAsDateTime(field, &year, &month, &day, &hour, &minute, &second, &zone);
    return fmt::format("{:04}-{:02}-{:02}", year, month, day);
  }
  return feature.GetFieldAsString(field);
}

std::vector<std::string> field_names(const OGRFeatureDefn& definition) {
  std::vector<std::string> names;
  for (int i = 0; i < definition.GetFieldCount(); ++i) names.emplace_back(definition.GetFieldDefn(i)->GetNameRef());
  return names;
}

}  // namespace tocsin::data
