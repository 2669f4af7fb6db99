#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/layer.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/raster_source.hpp>
#include <tocsin/data/recognise/file_look.hpp>
#include <tocsin/data/recognise/table_look.hpp>
#include <tocsin/data/table/table_reader.hpp>
#include <tocsin/data/values/written_date.hpp>

namespace tocsin::data {
namespace {

/// Enough features to see whether an attribute holds dates.
constexpr std::int64_t features_for_dates = 1000;
/// Layers with more polygons than this are not looked through for unique attributes.
constexpr std::int64_t most_areas = 200'000;

std::string stem_of(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  return name.substr(0, name.find('.'));
}

bool is_number(const OGRFieldDefn& field) {
  return field.GetType() == OFTInteger || field.GetType() == OFTInteger64 || field.GetType() == OFTReal;
}

/// The geometry type that the layer declares or, where it declares none, that of its first feature.
OGRwkbGeometryType type_of(OGRLayer& layer) {
  const OGRwkbGeometryType declared = wkbFlatten(layer.GetGeomType());
  if (declared != wkbUnknown && declared != wkbGeometryCollection) return declared;
  layer.ResetReading();
  while (const FeatureHandle feature{layer.GetNextFeature()})
    if (const OGRGeometry* geometry = feature->GetGeometryRef()) return wkbFlatten(geometry->getGeometryType());
  return wkbNone;
}

std::vector<AttributeLook> attributes_of(OGRLayer& layer) {
  const OGRFeatureDefn& definition = *layer.GetLayerDefn();
  const int count = definition.GetFieldCount();
  std::vector<AttributeLook> attributes;
  std::vector<std::set<std::string>> seen(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    attributes.push_back(
        {definition.GetFieldDefn(i)->GetNameRef(), is_number(*definition.GetFieldDefn(i)), true, true});
  layer.ResetReading();
  std::int64_t features = 0;
  while (const FeatureHandle feature{layer.GetNextFeature()}) {
    if (++features > most_areas) break;
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      const std::string text(trim(field_text(*feature, static_cast<int>(i))));
      if (text.empty()) attributes[i].is_complete = false;
      if (attributes[i].is_unique && !seen[i].insert(text).second) attributes[i].is_unique = false;
    }
  }
  return attributes;
}

/// Which attributes hold dates and nothing else. Numbers are none, though they may be serial days of a spreadsheet.
std::vector<bool> dated_fields(OGRLayer& layer) {
  const OGRFeatureDefn& definition = *layer.GetLayerDefn();
  const auto count = static_cast<std::size_t>(definition.GetFieldCount());
  std::vector<bool> other(count), dates(count);
  for (std::size_t i = 0; i < count; ++i) other[i] = is_number(*definition.GetFieldDefn(static_cast<int>(i)));
  layer.ResetReading();
  for (std::int64_t row = 0; row < features_for_dates; ++row) {
    const FeatureHandle feature{layer.GetNextFeature()};
    if (!feature) break;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string text(trim(field_text(*feature, static_cast<int>(i))));
      if (other[i] || text.empty()) continue;
      (read_written_date(text) ? dates : other)[i] = true;
    }
  }
  for (std::size_t i = 0; i < count; ++i) dates[i] = dates[i] && !other[i];
  return dates;
}

void look_at_shapes(OGRLayer& layer, OGRwkbGeometryType type, FileLook& look) {
  const bool polygons = type == wkbPolygon || type == wkbMultiPolygon || type == wkbCurvePolygon ||
                        type == wkbMultiSurface || type == wkbTriangle;
  const bool lines = type == wkbLineString || type == wkbMultiLineString || type == wkbCompoundCurve ||
                     type == wkbCircularString || type == wkbMultiCurve;
  look.column_names = field_names(*layer.GetLayerDefn());
  if (polygons) {
    look.kind = FileKind::areas;
    look.what = "areas";
    look.why = fmt::format("{} polygon{}", look.records, look.records == 1 ? "" : "s");
    look.areas = recognise_area_attributes(attributes_of(layer), look.layer.empty() ? stem_of(look.path) : look.layer);
    if (look.areas.level < 0) look.areas.level = admin_level_of(stem_of(look.path));
    return;
  }
  find_feature_columns(look.column_names, dated_fields(layer), look);
  look.kind = lines ? FileKind::lines : FileKind::points;
  look.what = lines ? "lines" : "points without a day";
  look.why = fmt::format("{} {}", look.records, lines ? "lines" : "points");
}

void look_at_layer(OGRLayer& layer, FileLook& look) {
  const ErrorTrap trap;
  look.records = layer.GetFeatureCount(TRUE);
  const OGRwkbGeometryType type = layer.GetLayerDefn()->GetGeomFieldCount() > 0 ? type_of(layer) : wkbNone;
  const bool table_like = type == wkbNone || type == wkbPoint;
  if (table_like) {
    SourceSpec spec = look.spec(look.path);
    spec.layer = layer.GetName();
    const auto reader = open_table_reader(spec);
    look_at_columns(reader->header(), look);
  }
  if (type != wkbNone && look.kind == FileKind::other) {
    look.columns.clear();
    look_at_shapes(layer, type, look);
  }
}

std::vector<FileLook> look_at_layers(const std::string& path) {
  // Without these two, spreadsheets with only text are taken to have no header row.
  const ConfigOption xlsx("OGR_XLSX_HEADERS", "FORCE"), ods("OGR_ODS_HEADERS", "FORCE");
  SourceSpec opened;
  opened.name = opened.path = path;
  const DatasetHandle dataset = open_vector(opened);
  std::vector<FileLook> looks;
  for (int i = 0; i < dataset->GetLayerCount(); ++i) {
    OGRLayer& layer = *dataset->GetLayer(i);
    if (layer.GetFeatureCount(TRUE) == 0) continue;
    FileLook look;
    look.path = path;
    if (dataset->GetLayerCount() > 1) look.layer = layer.GetName();
    look_at_layer(layer, look);
    looks.push_back(std::move(look));
  }
  if (looks.empty())
    throw Error(ErrorCode::input, fmt::format("'{}' holds no record; give it its records, or leave it out", path));
  return looks;
}

bool is_vector(const std::string& path) {
  const std::string extension = extension_of(path);
  for (const FormatInfo& format : formats())
    if (format.reads != "rasters" &&
        std::find(format.extensions.begin(), format.extensions.end(), extension) != format.extensions.end())
      return true;
  return false;
}

}  // namespace

std::string_view to_string(FileKind kind) {
  switch (kind) {
    case FileKind::events:
      return "events";
    case FileKind::areas:
      return "areas";
    case FileKind::points:
      return "points";
    case FileKind::lines:
      return "lines";
    case FileKind::raster:
      return "raster";
    case FileKind::gaps:
      return "gaps";
    case FileKind::flows:
      return "flows";
    case FileKind::dates:
      return "dates";
    case FileKind::area_rows:
      return "area-rows";
    case FileKind::other:
      return "other";
  }
  return "other";
}

SourceSpec FileLook::spec(const std::string& name) const {
  SourceSpec spec;
  spec.name = name;
  spec.path = path;
  spec.layer = layer;
  if (kind == FileKind::events) {
    spec.format = format;
    if (format == "table") spec.columns = columns;
  }
  if (kind == FileKind::areas) {
    spec.code_field = areas.code;
    spec.name_field = areas.name;
  }
  return spec;
}

std::vector<FileLook> look_at_file(const std::string& path) {
  require_file(path, path);
  if (!is_delimited(path) && is_vector(path)) return look_at_layers(path);
  FileLook look;
  look.path = path;
  if (is_delimited(path)) {
    const auto reader = open_table_reader(look.spec(path));
    look_at_columns(reader->header(), look);
    for (const char* name : {"wkt", "geometry", "geom", "the_geom"})
      if (look.kind == FileKind::other && reader->header().find(name))
        look.why += "; with shapes as text, save it as a GeoPackage";
    return {look};
  }
  SourceSpec spec;
  spec.name = path;
  spec.path = path;
  open_raster(spec);  // says what is wrong with it
  look.kind = FileKind::raster;
  look.what = "a raster";
  look.why = "it opens as one";
  return {look};
}

}  // namespace tocsin::data
