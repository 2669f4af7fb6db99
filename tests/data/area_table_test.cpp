#include <cmath>
#include <fstream>
#include <sstream>

#include <gdal_priv.h>
#include <gtest/gtest.h>
#include <ogrsf_frmts.h>

#include <tocsin/data/area_table.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/gdal.hpp>

#include "temp_files.hpp"

namespace tocsin::data {
namespace {

SourceSpec named(const std::string& name, const std::string& path) {
  SourceSpec spec;
  spec.name = name;
  spec.path = path;
  return spec;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

MultiPolygon box(double x, double y, double edge) {
  Polygon polygon;
  polygon.outer() = {{x, y}, {x, y + edge}, {x + edge, y + edge}, {x + edge, y}, {x, y}};
  return {polygon};
}

class AreaTables : public testing::Test {
 protected:
  AreaTables() {
    areas_.shapes = {box(500000, 550000, 1000), MultiPolygon{}};
    table_.columns = {{"code", ColumnType::text}, {"band", ColumnType::whole}, {"quantile(0.9)", ColumnType::number}};
    table_.rows = {{"A, \"1\"", 1, 0.1}, {"=B", 1, TableCell()}, {"A, \"1\"", 2, 1e300}};
    table_.area = {0, 1, 0};
  }

  AreaTable table_;
  Areas areas_;
  const std::string utm_ = crs_wkt("EPSG:32635");
  test::TempFiles files_;
};

TEST_F(AreaTables, AsText) {
  const std::string path = files_.path("a.csv");
  write_area_table(path, table_, areas_, utm_);
  EXPECT_EQ(bytes_of(path), "code,band,quantile(0.9)\n\"A, \"\"1\"\"\",1,0.1\n'=B,1,\n\"A, \"\"1\"\"\",2,1e+300\n");
}

TEST_F(AreaTables, NamesItsLayer) {
  table_.layer = "hotspots";
  write_area_table(files_.path("h.gpkg"), table_, areas_, utm_);
  EXPECT_STREQ(open_vector(named("h", files_.path("h.gpkg")))->GetLayer(0)->GetName(), "hotspots");
}

TEST_F(AreaTables, AsWorkbook) {
  write_area_table(files_.path("a.xlsx"), table_, {}, std::string());  // no shapes are needed
  write_area_table(files_.path("again.xlsx"), table_, {}, std::string());
  EXPECT_EQ(bytes_of(files_.path("a.xlsx")), bytes_of(files_.path("again.xlsx")));
  const DatasetHandle book = open_vector(named("a", files_.path("a.xlsx")));
  OGRLayer& sheet = *book->GetLayer(0);
  EXPECT_STREQ(sheet.GetName(), "areas");
  ASSERT_EQ(sheet.GetFeatureCount(), 3);
  const FeatureHandle first(sheet.GetNextFeature()), second(sheet.GetNextFeature());
  EXPECT_STREQ(first->GetFieldAsString("code"), "A, \"1\"");
  EXPECT_EQ(first->GetFieldAsDouble("quantile(0.9)"), 0.1);
  EXPECT_STREQ(second->GetFieldAsString("code"), "'=B");  // no formula
  EXPECT_EQ(second->IsFieldSetAndNotNull(2), 0);
}

TEST_F(AreaTables, AsLayers) {
  for (const std::string name : {"a.gpkg", "a.geojson"}) {
    const std::string path = files_.path(name), again = files_.path("again_" + name);
    write_area_table(path, table_, areas_, utm_);
    write_area_table(again, table_, areas_, utm_);
    EXPECT_EQ(bytes_of(path), bytes_of(again)) << name;
    const DatasetHandle dataset = open_vector(named(name, path));
    OGRLayer& layer = *dataset->GetLayer(0);
    ASSERT_EQ(layer.GetFeatureCount(), 3) << name;
    const FeatureHandle first(layer.GetNextFeature()), second(layer.GetNextFeature());
    EXPECT_EQ(first->GetFieldAsString("code"), std::string("A, \"1\""));
    EXPECT_EQ(first->GetFieldAsDouble("quantile(0.9)"), 0.1);
    EXPECT_EQ(second->IsFieldSetAndNotNull(second->GetFieldIndex("quantile(0.9)")), 0);
    EXPECT_TRUE(second->GetGeometryRef() == nullptr);
    OGREnvelope here;
    first->GetGeometryRef()->getEnvelope(&here);
    // The same box in metres, or in degrees: 1 km is 0.009 degrees.
    EXPECT_NEAR(here.MaxX - here.MinX, name == "a.gpkg" ? 1000 : 1000 / 111'000.0, name == "a.gpkg" ? 1e-6 : 1e-4);
  }
}

TEST_F(AreaTables, ThatCannotBeWrittenSaySo) {
  for (const char* name : {"none/a.csv", "none/a.gpkg", "none/a.geojson"}) {
    const auto thrown = test::thrown_by([&] { write_area_table(files_.path(name), table_, areas_, utm_); });
    EXPECT_EQ(thrown.code, ErrorCode::io) << name;
    EXPECT_TRUE(test::contains(thrown.message, "cannot be written")) << thrown.message;
  }
}

}  // namespace
}  // namespace tocsin::data
