#include <cmath>
#include <filesystem>

#include <data/temp_files.hpp>
#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/gdal.hpp>
#include <tocsin/data/raster_writer.hpp>
#include <tocsin/data/sha256.hpp>
#include <tocsin/grid/raster.hpp>

namespace tocsin::data {
namespace {

using test::TempFiles;
using test::thrown_by;
using Layout = RasterWriterOptions::Layout;

Raster<float> waves(std::int64_t width, std::int64_t height) {
  Raster<float> raster({crs_wkt("EPSG:32635"), 500000, 600000, 1000, width, height});
  for (std::int64_t row = 0; row < height; ++row)
    for (std::int64_t column = 0; column < width; ++column)
      raster.at({column, row}) = (column + row) % 7 == 0
                                     ? std::nanf("")
                                     : static_cast<float>(std::sin(0.01 * static_cast<double>(column * row)));
  return raster;
}

class RasterWriting : public testing::TestWithParam<Layout> {
 protected:
  std::string write(const Raster<float>& raster, std::int64_t rows_at_a_time, const std::string& name) {
    const Grid& grid = raster.grid();
    RasterWriter writer(files_.path(name), grid, {{"wave", "a made-up wave", "1"}, {"again", "", ""}},
                        {"Made up", "", "", ""}, {GetParam(), {}});
    for (std::int64_t row = 0; row < grid.height; row += rows_at_a_time) {
      const std::int64_t rows = std::min(rows_at_a_time, grid.height - row);
      const auto part = raster.values().subspan(grid.index({0, row}), static_cast<std::size_t>(rows * grid.width));
      writer.write_rows(row, std::vector{part, part});
    }
    writer.finish();
    return sha256_of_file(files_.path(name));
  }
  TempFiles files_;
};

TEST_P(RasterWriting, TheSameBytesForAnyPartsAndThreads) {
  const Raster<float> raster = waves(700, 1000);
  const std::string whole = write(raster, 1000 + 24, "a.tif");
  for (const int threads : {1, 2, 8}) {
    const ThreadLimit limit(threads);
    EXPECT_EQ(write(raster, 256, "b.tif"), whole);
    EXPECT_EQ(write(raster, 512, "c.tif"), whole);
  }
}

TEST_P(RasterWriting, SaysNothingOnStandardError) {
  const Raster<float> raster = waves(700, 600);
  const ThreadLimit limit(4);
  testing::internal::CaptureStderr();
  RasterWriter writer(files_.path("a.tif"), raster.grid(), std::vector<BandText>(9, {"wave", "", ""}), {},
                      {GetParam(), {}});
  writer.write_rows(0, std::vector<std::span<const float>>(9, raster.values()));
  writer.finish();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_P(RasterWriting, KeepsValuesStatisticsAndOverviews) {
  const Raster<float> raster = waves(700, 600);
  write(raster, 256, "a.tif");
  const DatasetHandle dataset(GDALDataset::Open(files_.path("a.tif").c_str(), GDAL_OF_RASTER));
  ASSERT_TRUE(dataset);
  ASSERT_EQ(dataset->GetRasterCount(), 2);
  GDALRasterBand& band = *dataset->GetRasterBand(2);
  std::vector<float> read(raster.values().size());
  ASSERT_EQ(band.RasterIO(GF_Read, 0, 0, 700, 600, read.data(), 700, 600, GDT_Float32, 0, 0, nullptr), CE_None);
  double minimum = INFINITY, sum = 0, count = 0;
  for (std::size_t i = 0; i < read.size(); ++i) {
    const float wanted = raster.values()[i];
    ASSERT_TRUE(read[i] == wanted || (std::isnan(read[i]) && std::isnan(wanted))) << i;
    if (std::isnan(wanted)) continue;
    minimum = std::min(minimum, static_cast<double>(wanted));
    sum += static_cast<double>(wanted);
    ++count;
  }
  EXPECT_NEAR(CPLAtof(band.GetMetadataItem("STATISTICS_MINIMUM")), minimum, 1e-8);  // nine digits are written
  EXPECT_NEAR(CPLAtof(band.GetMetadataItem("STATISTICS_MEAN")), sum / count, 1e-8);
  EXPECT_GE(band.GetOverviewCount(), 1);
  EXPECT_STREQ(dataset->GetRasterBand(1)->GetDescription(), "wave");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(files_.path("")), {}), 1) << "a side file was left";
}

TEST_P(RasterWriting, NothingStaysWithoutFinish) {
  {
    const Raster<float> raster = waves(300, 300);
    RasterWriter writer(files_.path("a.tif"), raster.grid(), {{"a", "", ""}}, {}, {GetParam(), {}});
    writer.write_rows(0, std::vector{std::span(raster.values())});
  }
  EXPECT_TRUE(std::filesystem::is_empty(files_.path("")));
}

INSTANTIATE_TEST_SUITE_P(Layouts, RasterWriting, testing::Values(Layout::tiled, Layout::cloud_optimized));

std::string write_by_columns(const TempFiles& files, const Raster<float>& raster, std::int64_t at_a_time) {
  const Grid& grid = raster.grid();
  RasterWriter writer(files.path("a.tif"), grid, {{"a", "", ""}}, {});
  for (std::int64_t first = 0; first < grid.width; first += at_a_time) {
    const std::int64_t columns = std::min(at_a_time, grid.width - first);
    std::vector<float> strip;
    for (std::int64_t row = 0; row < grid.height; ++row)
      for (std::int64_t c = 0; c < columns; ++c) strip.push_back(raster.at({first + c, row}));
    writer.write_columns(first, columns, std::vector{std::span<const float>(strip)});
  }
  writer.finish();
  return sha256_of_file(files.path("a.tif"));
}

TEST(RasterWriter, ColumnsKeepEveryValueAndTheSameBytes) {
  TempFiles files;
  const Raster<float> raster = waves(700, 600);
  const std::string narrow = write_by_columns(files, raster, 256);
  EXPECT_EQ(write_by_columns(files, raster, 512), narrow);
  const DatasetHandle dataset(GDALDataset::Open(files.path("a.tif").c_str(), GDAL_OF_RASTER));
  std::vector<float> read(raster.values().size());
  ASSERT_EQ(
      dataset->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, 700, 600, read.data(), 700, 600, GDT_Float32, 0, 0, nullptr),
      CE_None);
  for (std::size_t i = 0; i < read.size(); ++i)
    ASSERT_TRUE(read[i] == raster.values()[i] || (std::isnan(read[i]) && std::isnan(raster.values()[i]))) << i;
}

TEST(RasterWriter, RefusesPartsAndOptionsThatDoNotFit) {
  TempFiles files;
  const Raster<float> raster = waves(700, 600);
  const auto create = [&](std::vector<std::string> options) {
    return RasterWriter(files.path("a.tif"), raster.grid(), {{"a", "", ""}}, {}, {Layout::tiled, std::move(options)});
  };
  RasterWriter writer = create({"COMPRESS=ZSTD"});
  const std::span<const float> values = raster.values();
  const auto refused = [&](std::int64_t first_row, const std::vector<std::span<const float>>& parts) {
    return thrown_by([&] { writer.write_rows(first_row, parts); }).code == ErrorCode::shape_mismatch;
  };
  EXPECT_TRUE(refused(100, {values.first(700 * 256)}));
  EXPECT_TRUE(refused(0, {values.first(700 * 100)}));
  EXPECT_TRUE(refused(0, {values, values}));
  EXPECT_TRUE(refused(0, {}));
  EXPECT_EQ(thrown_by([&] { create({"BLOCKXSIZE=64"}); }).code, ErrorCode::usage);
  EXPECT_EQ(thrown_by([&] { create({"COMPRESS"}); }).code, ErrorCode::usage);
  EXPECT_EQ(thrown_by([&] { create({"NO_SUCH_OPTION=1"}); }).code, ErrorCode::usage);
  EXPECT_EQ(thrown_by([&] {
              RasterWriter(files.path("no/a.tif"), raster.grid(), {{"a", "", ""}}, {});
            }).code,
            ErrorCode::io);
}

}  // namespace
}  // namespace tocsin::data
