#include <filesystem>
#include <utility>

#include <cpl_string.h>
#include <fmt/format.h>
#include <ogrsf_frmts.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/area_table.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/detail/area_layer.hpp>
#include <tocsin/data/detail/convert_geometry.hpp>
#include <tocsin/data/detail/write_file.hpp>

namespace tocsin::data {
namespace {

std::string csv_cell(const TableCell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return csv_text(*text);
  if (const auto* whole = std::get_if<int>(&cell)) return fmt::format("{}", *whole);
  if (const auto* number = std::get_if<double>(&cell)) return fmt::format("{}", *number);
  return {};
}

std::string csv_of(const AreaTable& table) {
  std::string text;
  const auto add_line = [&](const auto& cells, const auto& text_of) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) text += ',';
      text += text_of(cells[i]);
    }
    text += '\n';
  };
  add_line(table.columns, [](const AreaColumn& column) { return csv_text(column.name); });
  for (const auto& row : table.rows) add_line(row, csv_cell);
  return text;
}

bool write_features(GDALDataset& dataset, const AreaTable& table, const Areas& areas, const std::string& crs_wkt,
                    CPLStringList options) {
  const SrsHandle srs = parse_srs(crs_wkt, "the areas");
  OGRLayer* layer = dataset.CreateLayer(table.layer.c_str(), srs.get(), wkbMultiPolygon, options.List());
  if (layer == nullptr || !create_area_fields(*layer, table.columns)) return false;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const FeatureHandle feature(OGRFeature::CreateFeature(layer->GetLayerDefn()));
    set_area_fields(*feature, table.rows[row]);
    OGRMultiPolygon shape = to_ogr(areas.shapes[table.area[row]]);
    if (shape.IsEmpty() == 0) feature->SetGeometry(&shape);
    if (layer->CreateFeature(feature.get()) != OGRERR_NONE) return false;
  }
  return true;
}

void write_layer(const std::string& path, const char* driver_name, const AreaTable& table, const Areas& areas,
                 const std::string& crs_wkt) {
  register_gdal();
  const ErrorTrap trap;
  const ConfigOption fixed_date("OGR_CURRENT_DATE", "2000-01-01T00:00:00.000Z");
  const ConfigOption no_side_file("GDAL_PAM_ENABLED", "NO");
  const ConfigOption no_sync("OGR_SQLITE_SYNCHRONOUS", "OFF");
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName(driver_name);
  if (driver == nullptr) throw Error(ErrorCode::internal, fmt::format("this GDAL has no {} driver", driver_name));
  DatasetHandle dataset(driver->Create(path.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
  CPLStringList options;
  if (driver_name == std::string("GeoJSON")) options.SetNameValue("RFC7946", "YES");
  // One transaction where the format has them: a feature at a time is slow.
  bool good = dataset != nullptr;
  const bool transaction = good && dataset->TestCapability(ODsCTransactions) != 0;
  good = good && (!transaction || dataset->StartTransaction() == OGRERR_NONE) &&
         write_features(*dataset, table, areas, crs_wkt, std::move(options)) &&
         (!transaction || dataset->CommitTransaction() == OGRERR_NONE);
  dataset.reset();  // the last bytes are written here, and a full disk may only show now
  if (!good || trap.failed()) throw Error(ErrorCode::io, cannot_write(path, trap.text()));
}

}  // namespace

const std::vector<std::string>& area_table_endings() {
  static const std::vector<std::string> endings{".csv", ".xlsx", ".gpkg", ".geojson"};
  return endings;
}

void write_area_table(const std::string& path, const AreaTable& table, const Areas& areas, const std::string& crs_wkt) {
  const std::string ending = std::filesystem::path(path).extension().string();
  if (ending == ".csv") return write_file(path, csv_of(table));
  if (ending == ".xlsx") return write_xlsx(path, table.layer, table.columns, table.rows);
  write_layer(path, ending == ".gpkg" ? "GPKG" : "GeoJSON", table, areas, crs_wkt);
}

}  // namespace tocsin::data
