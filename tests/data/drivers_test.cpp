#include <algorithm>
#include <filesystem>

#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/drivers.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/raster_source.hpp>
#include <tocsin/data/sha256.hpp>
#include <tocsin/data/table_source.hpp>
#include <tocsin/data/vector_source.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::TempFiles;
using test::thrown_by;

SourceSpec spec_of(const std::string& path) {
  SourceSpec spec;
  spec.name = "things";
  spec.path = path;
  return spec;
}

TEST(Drivers, ExtensionIsThatOfTheInnermostFile) {
  EXPECT_EQ(extension_of("/vsizip/a.zip/in/b.CSV"), ".csv");
  EXPECT_EQ(extension_of("x.csv.gz"), ".csv");
  EXPECT_EQ(extension_of("https://host/a.geojson?key=b.c"), ".geojson");
  EXPECT_EQ(extension_of("folder.d/file"), "");
  EXPECT_EQ(vsi_path("https://host/a.csv"), "/vsicurl/https://host/a.csv");
  EXPECT_EQ(vsi_path("a.csv.gz"), "/vsigzip/a.csv.gz");
}

TEST(Drivers, VirtualFormatTextNeverReachesAnotherFile) {
  const TempFiles files;
  const std::string secret = files.write("secret.csv", "latitude,longitude,word\n5,27,planted\n");
  const std::string vrt = "<OGRVRTDataSource><OGRVRTLayer name=\"secret\"><SrcDataSource>" + secret +
                          "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>\n";
  for (const char* name : {"events.csv", "events.tsv", "events.txt"}) {
    const Table table = open_table(spec_of(files.write(name, vrt)))->read();
    for (const auto& row : table.rows)
      for (const auto& cell : row) EXPECT_FALSE(contains(cell, "planted")) << name;
    for (const auto& column : table.columns) EXPECT_NE(column, "word") << name;
    EXPECT_TRUE(thrown_by([&] { open_features(spec_of(files.path(name)))->read("EPSG:32635", ""); }).happened) << name;
  }
  for (const char* name : {"areas.geojson", "areas.gpkg", "areas.kml", "areas.fgb", "areas.shp", "areas.xlsx"}) {
    const auto thrown = thrown_by([&] { open_areas(spec_of(files.write(name, vrt)))->read("EPSG:32635"); });
    EXPECT_TRUE(thrown.happened) << name;
    EXPECT_EQ(thrown.code, ErrorCode::input) << name;
  }
}

TEST(Drivers, RasterTextThatNamesOthersIsRefused) {
  const TempFiles files;
  const std::string vrt =
      "<VRTDataset rasterXSize=\"1\" rasterYSize=\"1\"><VRTRasterBand dataType=\"Byte\" band=\"1\">"
      "<SimpleSource><SourceFilename>/etc/hostname</SourceFilename></SimpleSource></VRTRasterBand>"
      "</VRTDataset>";
  const std::string wms =
      "<GDAL_WMS><Service name=\"TMS\"><ServerUrl>http://localhost:1/</ServerUrl></Service></GDAL_WMS>";
  for (const std::string& text : {vrt, wms}) {
    const auto thrown = thrown_by([&] { open_raster(spec_of(files.write("population.tif", text))); });
    ASSERT_TRUE(thrown.happened);
    EXPECT_EQ(thrown.code, ErrorCode::input);
  }
  for (const char* name : {"population.vrt", "population.xml", "population"}) {
    const auto thrown = thrown_by([&] { open_raster(spec_of(files.write(name, vrt))); });
    ASSERT_TRUE(thrown.happened) << name;
    EXPECT_EQ(thrown.code, ErrorCode::scenario) << name;
    EXPECT_TRUE(contains(thrown.message, ".tif")) << thrown.message;
  }
  for (const FormatInfo& format : formats())
    for (const std::string& driver : format.drivers)
      for (const char* refused :
           {"VRT", "WMS", "WCS", "WMTS", "HTTP", "MEM", "DERIVED", "STACIT", "STACTA", "OGCAPI", "MRF"})
        EXPECT_NE(driver, refused);
}

TEST(Drivers, EachBadPathGetsOneLineThatNamesIt) {
  const TempFiles files;
  std::filesystem::create_directory(files.path("folder.csv"));
  const auto missing = thrown_by([&] { open_events(spec_of(files.path("nothing.csv"))); });
  EXPECT_EQ(missing.code, ErrorCode::input);
  EXPECT_TRUE(contains(missing.message, "things") && contains(missing.message, "nothing.csv")) << missing.message;
  const auto folder = thrown_by([&] { open_events(spec_of(files.path("folder.csv"))); });
  EXPECT_EQ(folder.code, ErrorCode::input);
  EXPECT_TRUE(contains(folder.message, "directory")) << folder.message;
  const auto unknown = thrown_by([&] { open_events(spec_of(files.write("events.doc", "x"))); });
  EXPECT_EQ(unknown.code, ErrorCode::scenario);
  EXPECT_TRUE(contains(unknown.message, ".gpkg")) << unknown.message;
  const auto archive = thrown_by([&] { open_events(spec_of(files.write("events.zip", "x"))); });
  EXPECT_TRUE(contains(archive.message, "/vsizip/")) << archive.message;
  const auto damaged = thrown_by([&] { open_areas(spec_of(files.write("a.gpkg", "not a database"))); });
  EXPECT_EQ(damaged.code, ErrorCode::input);
  for (const auto& thrown : {missing, folder, unknown, archive, damaged}) {
    EXPECT_TRUE(thrown.happened);
    EXPECT_FALSE(contains(thrown.message, "\n")) << thrown.message;
  }
}

TEST(Drivers, FormatsNameWhatTheyRead) {
  const auto all = formats();
  EXPECT_TRUE(all.front().drivers.empty());  // delimited text is read here
  EXPECT_TRUE(all.front().available);
  const auto has_gtiff = [](const FormatInfo& format) {
    return std::find(format.drivers.begin(), format.drivers.end(), "GTiff") != format.drivers.end();
  };
  EXPECT_TRUE(has_gtiff(all.back()));
}

TEST(Sha256, IsThatOfTheBytes) {
  const TempFiles files;
  // FIPS 180-2, appendix B.1 and the empty message.
  EXPECT_EQ(sha256_of_file(files.write("abc", "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of_file(files.write("empty", "")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(thrown_by([&] { sha256_of_file(files.path("missing")); }).code, ErrorCode::input);
}

}  // namespace
}  // namespace tocsin::data
