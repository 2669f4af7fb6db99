// The same records in every container that events come in.
#include <cpl_vsi.h>
#include <data/temp_files.hpp>
#include <gdal_priv.h>
#include <gtest/gtest.h>
#include <ogrsf_frmts.h>

#include <tocsin/data/crs.hpp>
#include <tocsin/data/event_source.hpp>

namespace tocsin::data {
namespace {

using test::TempFiles;

const std::string text =
    "pcode,date,latitude,longitude,category\n007,2021-08-02,5.6,27.45,rape\n010,2021-08,5.7,27.5,\n";

class Containers : public testing::Test {
 protected:
  void SetUp() override { register_gdal(); }

  void expect_same_events(const std::string& path) {
    SourceSpec spec;
    spec.name = "incidents";
    spec.path = path;
    const EventBatch batch = open_events(spec)->read({"EPSG:4326", {}, {}, {"pcode = '007'", "category IS NULL"}});
    ASSERT_EQ(batch.events.size(), 2U) << path;
    EXPECT_EQ(batch.events.row, (std::vector<std::int64_t>{2, 3})) << path;
    EXPECT_NEAR(batch.events.y[0], 5.6, 1e-9) << path;
    EXPECT_EQ(to_string(batch.events.last_day[1]), "2021-08-31") << path;
    EXPECT_EQ(batch.events.area_code.text(0), "007") << path;
    EXPECT_EQ(batch.matches, (std::vector<std::vector<std::uint8_t>>{{1, 0}, {0, 1}})) << path;
  }

  /// Writes the records as texts with a GDAL driver, as a person's spreadsheet program would.
  std::string write_with(const char* driver, const std::string& name) {
    const std::string path = files_.path(name);
    const DatasetHandle dataset(
        GetGDALDriverManager()->GetDriverByName(driver)->Create(path.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
    OGRLayer* layer = dataset->CreateLayer("incidents", nullptr, wkbNone);
    const std::vector<std::vector<const char*>> rows{{"pcode", "date", "latitude", "longitude", "category"},
                                                     {"007", "2021-08-02", "5.6", "27.45", "rape"},
                                                     {"010", "2021-08", "5.7", "27.5", nullptr}};
    for (const char* column : rows[0]) {
      OGRFieldDefn field(column, OFTString);
      layer->CreateField(&field);
    }
    for (std::size_t row = 1; row < rows.size(); ++row) {
      const FeatureHandle feature(OGRFeature::CreateFeature(layer->GetLayerDefn()));
      for (int i = 0; i < 5; ++i)
        if (rows[row][static_cast<std::size_t>(i)] != nullptr)
          feature->SetField(i, rows[row][static_cast<std::size_t>(i)]);
      EXPECT_EQ(layer->CreateFeature(feature.get()), OGRERR_NONE);
    }
    return path;
  }

  void write_inside(const std::string& vsi_file) {
    VSILFILE* file = VSIFOpenL(vsi_file.c_str(), "wb");
    ASSERT_NE(file, nullptr) << vsi_file;
    VSIFWriteL(text.data(), 1, text.size(), file);
    VSIFCloseL(file);
  }

  TempFiles files_;
};

TEST_F(Containers, DelimitedTextPlainZippedAndGzipped) {
  expect_same_events(files_.write("a.csv", text));
  std::string tabs = text;
  for (char& letter : tabs) letter = letter == ',' ? '\t' : letter;
  expect_same_events(files_.write("a.tsv", tabs));
  write_inside("/vsizip/" + files_.path("a.zip") + "/in/a.csv");
  expect_same_events("/vsizip/" + files_.path("a.zip") + "/in/a.csv");
  write_inside("/vsigzip/" + files_.path("a.csv.gz"));
  expect_same_events(files_.path("a.csv.gz"));
}

TEST_F(Containers, Spreadsheets) {
  for (const auto& [driver, name] : {std::pair{"XLSX", "a.xlsx"}, std::pair{"ODS", "a.ods"}})
    if (GetGDALDriverManager()->GetDriverByName(driver) != nullptr) expect_same_events(write_with(driver, name));
}

TEST_F(Containers, GeoPackageWithoutGeometry) {
  expect_same_events(write_with("GPKG", "a.gpkg"));
}

}  // namespace
}  // namespace tocsin::data
