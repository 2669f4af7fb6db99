#include <string_view>
#include <vector>

#include <cpl_string.h>
#include <ogrsf_frmts.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/detail/area_layer.hpp>
#include <tocsin/data/detail/convert_geometry.hpp>
#include <tocsin/data/detail/qgis_style.hpp>
#include <tocsin/data/detail/write_file.hpp>
#include <tocsin/data/geopackage.hpp>

namespace tocsin::data {
namespace {

/// GDAL said why, into the trap; the writer gives up here and names the file further out.
struct Refused {};

void require(bool good) {
  if (!good) throw Refused();
}

void write_areas(GDALDataset& package, const AssessmentHeader& header, std::span<const AreaPeriod> periods) {
  CPLStringList options;
  options.SetNameValue("DESCRIPTION", "Risk score (0 to 100, higher = more risk) of each area in each period");
  const SrsHandle srs = header.grid.crs_wkt.empty() ? nullptr : parse_srs(header.grid.crs_wkt, "the grid");
  OGRLayer* layer = package.CreateLayer("areas", srs.get(), wkbMultiPolygon, options.List());
  require(layer != nullptr && create_area_fields(*layer, area_columns(header)));
  std::vector<OGRMultiPolygon> shapes;
  for (const MultiPolygon& shape : header.areas.shapes) shapes.push_back(to_ogr(shape));
  for (const AreaPeriod& period : periods)
    for (std::size_t area = 0; area < period.areas.size(); ++area) {
      const FeatureHandle feature(OGRFeature::CreateFeature(layer->GetLayerDefn()));
      set_area_fields(*feature, area_row(header, period, area));
      if (!shapes[area].IsEmpty()) feature->SetGeometry(&shapes[area]);
      require(layer->CreateFeature(feature.get()) == OGRERR_NONE);
    }
}

void write_hotspots(GDALDataset& package, const AssessmentHeader& header, std::span<const HotspotsOfPeriod> periods) {
  CPLStringList options;
  options.SetNameValue("DESCRIPTION", "Places that stand out beyond chance in each period (docs/methods-hotspots.md)");
  const SrsHandle srs = header.grid.crs_wkt.empty() ? nullptr : parse_srs(header.grid.crs_wkt, "the grid");
  OGRLayer* layer = package.CreateLayer("hotspots", srs.get(), wkbMultiPolygon, options.List());
  require(layer != nullptr && create_area_fields(*layer, hotspot_columns()));
  for (const HotspotsOfPeriod& period : periods)
    for (const Hotspot& hotspot : period.hotspots) {
      const FeatureHandle feature(OGRFeature::CreateFeature(layer->GetLayerDefn()));
      set_area_fields(*feature, hotspot_row(period.period, hotspot));
      OGRMultiPolygon shape = to_ogr(hotspot.shape);
      if (shape.IsEmpty() == 0) feature->SetGeometry(&shape);
      require(layer->CreateFeature(feature.get()) == OGRERR_NONE);
    }
}

void write_alerts(GDALDataset& package, const AssessmentHeader& header, const std::vector<Alert>& alerts) {
  CPLStringList options;
  options.SetNameValue("DESCRIPTION", "Alerts of each area in each period in which one stood (docs/methods-time.md)");
  const SrsHandle srs = header.grid.crs_wkt.empty() ? nullptr : parse_srs(header.grid.crs_wkt, "the grid");
  OGRLayer* layer = package.CreateLayer("alerts", srs.get(), wkbMultiPolygon, options.List());
  require(layer != nullptr && create_area_fields(*layer, alert_columns()));
  for (const Alert& alert : alerts) {
    const FeatureHandle feature(OGRFeature::CreateFeature(layer->GetLayerDefn()));
    set_area_fields(*feature, alert_row(header, alert));
    OGRMultiPolygon shape = to_ogr(header.areas.shapes[alert.area]);
    if (shape.IsEmpty() == 0) feature->SetGeometry(&shape);
    require(layer->CreateFeature(feature.get()) == OGRERR_NONE);
  }
}

struct LayerStyle {
  const char* layer;
  const char* name;
  const char* description;
  std::string qml;
};

/// As QGIS itself lays out the table.
void write_styles(GDALDataset& package, const std::string& as_of, std::span<const LayerStyle> styles) {
  OGRLayer* table = package.CreateLayer("layer_styles", nullptr, wkbNone, nullptr);
  require(table != nullptr);
  for (const char* name : {"f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName",
                           "styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui", "update_time"}) {
    const std::string_view column = name;
    OGRFieldDefn field(name, column == "update_time" ? OFTDateTime : column == "useAsDefault" ? OFTInteger : OFTString);
    if (column == "useAsDefault") field.SetSubType(OFSTBoolean);
    require(table->CreateField(&field) == OGRERR_NONE);
  }
  for (const LayerStyle& each : styles) {
    const FeatureHandle style(OGRFeature::CreateFeature(table->GetLayerDefn()));
    for (const char* empty : {"f_table_catalog", "f_table_schema", "owner"}) style->SetField(empty, "");
    style->SetField("f_table_name", each.layer);
    style->SetField("f_geometry_column", "geom");
    style->SetField("styleName", each.name);
    style->SetField("styleQML", each.qml.c_str());
    style->SetField("useAsDefault", 1);
    style->SetField("description", each.description);
    style->SetField("update_time", (as_of + "T00:00:00Z").c_str());
    require(table->CreateFeature(style.get()) == OGRERR_NONE);
  }
}

}  // namespace

void write_geopackage(const std::string& path, const AssessmentHeader& header, std::span<const AreaPeriod> periods,
                      std::span<const HotspotsOfPeriod> hotspots, const std::vector<Alert>* alerts) {
  register_gdal();
  const ErrorTrap trap;
  const std::string as_of = to_string(header.as_of);
  const ConfigOption fixed_date("OGR_CURRENT_DATE", (as_of + "T00:00:00.000Z").c_str());
  const ConfigOption no_side_file("GDAL_PAM_ENABLED", "NO");
  // Whoever publishes the folder brings its files to the disk; SQLite need not do so after every step.
  const ConfigOption no_sync("OGR_SQLITE_SYNCHRONOUS", "OFF");
  bool good = true;
  try {
    GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GPKG");
    if (driver == nullptr) throw Error(ErrorCode::internal, "this GDAL has no GeoPackage driver; build it with SQLite");
    const DatasetHandle package(driver->Create(path.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
    require(package != nullptr && package->StartTransaction() == OGRERR_NONE);
    write_areas(*package, header, periods);
    std::vector<LayerStyle> styles{{"areas", "risk score",
                                    "Score in five classes, last period of the layer; not observed is hatched",
                                    qgis_area_style()}};
    if (!hotspots.empty()) {
      write_hotspots(*package, header, hotspots);
      styles.push_back({"hotspots", "hotspots", "Outlines of the last period of the layer", qgis_hotspot_style()});
    }
    if (alerts != nullptr) write_alerts(*package, header, *alerts);
    write_styles(*package, as_of, styles);
    require(package->CommitTransaction() == OGRERR_NONE);
  } catch (const Refused&) {
    good = false;
  }
  if (!good || trap.failed()) throw Error(ErrorCode::io, cannot_write(path, trap.text()));
}

}  // namespace tocsin::data
