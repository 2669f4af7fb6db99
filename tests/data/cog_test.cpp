#include <filesystem>

#include <cpl_string.h>
#include <data/made_up_run.hpp>
#include <data/temp_files.hpp>
#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <tocsin/data/gdal.hpp>
#include <tocsin/data/raster_writer.hpp>

namespace tocsin::data {
namespace {

using test::TempFiles;
using test::thrown_by;

const RasterText text{"Made up: risk", "Made up", "2021-12", "2022-01-15"};

/// As the main job writes a period that fits into memory.
void write_whole(const std::string& path, const std::vector<Band>& bands) {
  std::vector<BandText> texts;
  std::vector<std::span<const float>> values;
  for (const Band& band : bands) {
    texts.push_back({band.name, band.description, band.unit});
    values.push_back(band.values.values());
  }
  const Grid grid = bands.empty() ? Grid{} : bands.front().values.grid();
  RasterWriter writer(path, grid, texts, text, {RasterWriterOptions::Layout::cloud_optimized, {}});
  writer.write_rows(0, values);
  writer.finish();
}

class Cog : public testing::Test {
 protected:
  DatasetHandle write(std::int64_t width, std::int64_t height) {
    const AssessmentHeader header = test::made_up_header(width, height);
    bands_ = test::made_up_period(header, 0).bands;
    write_whole(files_.path("risk.tif"), bands_);
    return DatasetHandle(GDALDataset::Open(files_.path("risk.tif").c_str(), GDAL_OF_RASTER));
  }

  TempFiles files_;
  std::vector<Band> bands_;
};

TEST_F(Cog, SaysWhatItHolds) {
  const DatasetHandle dataset = write(40, 30);
  ASSERT_TRUE(dataset);
  EXPECT_STREQ(dataset->GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE"), "COG");
  EXPECT_STREQ(dataset->GetMetadataItem("AREA_OR_POINT"), "Area");
  EXPECT_STREQ(dataset->GetMetadataItem("TIFFTAG_IMAGEDESCRIPTION"), "Made up: risk");
  EXPECT_STREQ(dataset->GetMetadataItem("TOCSIN_SCENARIO"), "Made up");
  EXPECT_STREQ(dataset->GetMetadataItem("TOCSIN_PERIOD"), "2021-12");
  EXPECT_STREQ(dataset->GetMetadataItem("TOCSIN_AS_OF"), "2022-01-15");
  EXPECT_EQ(dataset->GetMetadataItem("TIFFTAG_DATETIME"), nullptr);
  EXPECT_TRUE(std::string(dataset->GetMetadataItem("TIFFTAG_SOFTWARE")).starts_with("tocsin "));
  EXPECT_STREQ(dataset->GetSpatialRef()->GetAuthorityCode(nullptr), "32635");
  ASSERT_EQ(dataset->GetRasterCount(), 4);
  EXPECT_STREQ(dataset->GetRasterBand(1)->GetDescription(), "score");
  EXPECT_STREQ(dataset->GetRasterBand(2)->GetUnitType(), "1");
  EXPECT_STREQ(dataset->GetRasterBand(2)->GetMetadataItem("DESCRIPTION"), "the coverage");
  EXPECT_TRUE(std::isnan(dataset->GetRasterBand(4)->GetNoDataValue()));
}

TEST_F(Cog, KeepsEveryValue) {
  const DatasetHandle dataset = write(40, 30);
  ASSERT_TRUE(dataset);
  std::vector<float> read(40 * 30);
  ASSERT_EQ(dataset->GetRasterBand(3)->RasterIO(GF_Read, 0, 0, 40, 30, read.data(), 40, 30, GDT_Float32, 0, 0, nullptr),
            CE_None);
  const auto written = bands_[2].values.values();
  for (std::size_t i = 0; i < read.size(); ++i)
    EXPECT_TRUE(read[i] == written[i] || (std::isnan(read[i]) && std::isnan(written[i]))) << i;
}

TEST_F(Cog, StatisticsAreThoseOfTheObservedCells) {
  const DatasetHandle dataset = write(40, 30);
  ASSERT_TRUE(dataset);
  GDALRasterBand& band = *dataset->GetRasterBand(1);
  double minimum = 0, maximum = 0, mean = 0, deviation = 0;
  ASSERT_EQ(band.ComputeStatistics(FALSE, &minimum, &maximum, &mean, &deviation, nullptr, nullptr), CE_None);
  // Read again: computing has put its own into the open dataset.
  const DatasetHandle fresh(GDALDataset::Open(files_.path("risk.tif").c_str(), GDAL_OF_RASTER));
  const auto stored = [&](const char* key) { return CPLAtof(fresh->GetRasterBand(1)->GetMetadataItem(key)); };
  EXPECT_NEAR(stored("STATISTICS_MINIMUM"), minimum, 1e-6);  // nine digits are written
  EXPECT_NEAR(stored("STATISTICS_MAXIMUM"), maximum, 1e-6);
  EXPECT_NEAR(stored("STATISTICS_MEAN"), mean, 1e-6);
  EXPECT_NEAR(stored("STATISTICS_STDDEV"), deviation, 1e-6);
  EXPECT_EQ(stored("STATISTICS_VALID_PERCENT"), 75);
}

TEST_F(Cog, LargeRastersHaveOverviewsThatInventNothing) {
  const DatasetHandle dataset = write(1100, 600);
  ASSERT_TRUE(dataset);
  GDALRasterBand& band = *dataset->GetRasterBand(1);
  ASSERT_GE(band.GetOverviewCount(), 2);
  double minmax[2] = {0, 0};
  GDALRasterBand& overview = *band.GetOverview(band.GetOverviewCount() - 1);
  ASSERT_EQ(overview.ComputeRasterMinMax(FALSE, minmax), CE_None);
  EXPECT_GE(minmax[0], 5);
  EXPECT_LE(minmax[1], 95);
}

TEST_F(Cog, LeavesNoSideFile) {
  write(1100, 600);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(files_.path("")), {}), 1);
}

TEST_F(Cog, TakesABandWithoutAnyObservation) {
  const Grid grid = test::made_up_header().grid;
  const std::vector<Band> bands{{"score", "", "", Raster<float>(grid, std::nanf(""))}};
  write_whole(files_.path("empty.tif"), bands);
  const DatasetHandle dataset(GDALDataset::Open(files_.path("empty.tif").c_str(), GDAL_OF_RASTER));
  ASSERT_TRUE(dataset);
  EXPECT_EQ(dataset->GetRasterBand(1)->GetMetadataItem("STATISTICS_MINIMUM"), nullptr);
  EXPECT_STREQ(dataset->GetRasterBand(1)->GetMetadataItem("STATISTICS_VALID_PERCENT"), "0");
}

TEST_F(Cog, RefusesWhatItCannotWrite) {
  const AssessmentHeader header = test::made_up_header();
  std::vector<Band> bands = test::made_up_period(header, 0).bands;
  EXPECT_EQ(thrown_by([&] { write_whole(files_.path("no/risk.tif"), bands); }).code, ErrorCode::io);
  EXPECT_EQ(thrown_by([&] { write_whole(files_.path("a.tif"), {}); }).code, ErrorCode::shape_mismatch);
  bands[1].values = Raster<float>(header.grid.expanded(1));
  EXPECT_EQ(thrown_by([&] { write_whole(files_.path("a.tif"), bands); }).code, ErrorCode::shape_mismatch);
}

}  // namespace
}  // namespace tocsin::data
