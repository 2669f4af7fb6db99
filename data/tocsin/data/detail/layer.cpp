#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/delimited.hpp>
#include <tocsin/data/detail/layer.hpp>
#include <tocsin/data/detail/raw_table.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/drivers.hpp>

namespace tocsin::data {
namespace {

/// The CRS of the layer's points as WKT, empty when it has none.
std::string wkt_of(const OGRSpatialReference* srs) {
  if (srs == nullptr || srs->IsLocal() != 0) return {};
  char* text = nullptr;
  const char* const options[] = {"FORMAT=WKT2", nullptr};
  srs->exportToWkt(&text, options);
  std::string wkt = text == nullptr ? "" : text;
  CPLFree(text);
  return wkt;
}

void add_point(const OGRFeature& feature, RawTable& table) {
  const OGRGeometry* geometry = feature.GetGeometryRef();
  const bool is_point =
      geometry != nullptr && wkbFlatten(geometry->getGeometryType()) == wkbPoint && geometry->IsEmpty() == 0;
  table.x.push_back(is_point ? geometry->toPoint()->getX() : std::nan(""));
  table.y.push_back(is_point ? geometry->toPoint()->getY() : std::nan(""));
}

RawTable table_of_layer(const SourceSpec& spec) {
  // Without these two, spreadsheets with only text are taken to have no header row. They are read when first asked.
  const ConfigOption xlsx("OGR_XLSX_HEADERS", "FORCE"), ods("OGR_ODS_HEADERS", "FORCE");
  const DatasetHandle dataset = open_vector(spec.name, spec.path);
  const ErrorTrap trap;
  RawTable table;
  OGRLayer& layer = pick_layer(*dataset, spec, table.warnings);
  OGRFeatureDefn* definition = layer.GetLayerDefn();
  table.columns = field_names(*definition);
  for (std::string& column : table.columns) column = std::string(trim(column));
  const bool has_points = definition->GetGeomFieldCount() > 0;
  if (has_points) table.crs_wkt = wkt_of(layer.GetSpatialRef());
  std::vector<std::string> cells(table.columns.size());
  std::int64_t row = 1;
  layer.ResetReading();
  while (FeatureHandle feature{layer.GetNextFeature()}) {
    bool blank = !has_points || feature->GetGeometryRef() == nullptr;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      cells[i] = field_text(*feature, static_cast<int>(i));
      blank = blank && trim(cells[i]).empty();
    }
    ++row;
    if (blank) continue;
    const std::size_t before = table.rows();
    table.add_row(row, cells);
    if (has_points && table.rows() > before) add_point(*feature, table);
  }
  if (trap.failed())
    throw Error(ErrorCode::input, fmt::format("source '{}': '{}' cannot be read to its end; it is damaged{}", spec.name,
                                              spec.path, trap.note()));
  return table;
}

}  // namespace

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

RawTable read_table(const SourceSpec& spec) {
  if (!is_delimited(spec.path)) return table_of_layer(spec);
  return parse_delimited(read_text_file(spec.name, spec.path), fmt::format("source '{}': '{}'", spec.name, spec.path));
}

}  // namespace tocsin::data
