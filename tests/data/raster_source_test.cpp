#include <array>
#include <cmath>
#include <filesystem>
#include <numeric>

#include <data/temp_files.hpp>
#include <gdal_priv.h>
#include <gtest/gtest.h>
#include <ogr_spatialref.h>

#include <tocsin/core/parallel.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/raster_rows.hpp>
#include <tocsin/data/raster_source.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::TempFiles;
using test::thrown_by;

const float nan_value = std::numeric_limits<float>::quiet_NaN();

/// What a small GeoTIFF is made of.
struct Tif {
  int width = 4, height = 2;
  std::vector<double> values{1, 2, 3, 4, 5, 6, 7, 8};
  std::array<double, 6> transform{500000, 1000, 0, 600000, 0, -1000};
  std::string crs = "EPSG:32635";
  GDALDataType type = GDT_Float32;
  double nodata = not_observed;
  double scale = 1, offset = 0;
  std::vector<std::uint8_t> mask = {};
};

class RasterFiles : public testing::Test {
 protected:
  void SetUp() override { register_gdal(); }

  const SourceSpec& write(const Tif& tif) {
    spec_.name = "population";
    spec_.path = files_.path("raster.tif");
    const ConfigOption inside("GDAL_TIFF_INTERNAL_MASK", "YES");
    const DatasetHandle dataset(GetGDALDriverManager()->GetDriverByName("GTiff")->Create(
        spec_.path.c_str(), tif.width, tif.height, 1, tif.type, nullptr));
    auto transform = tif.transform;
    dataset->SetGeoTransform(transform.data());
    if (!tif.crs.empty()) dataset->SetSpatialRef(parse_srs(tif.crs, "test").get());
    GDALRasterBand& band = *dataset->GetRasterBand(1);
    if (!std::isnan(tif.nodata)) band.SetNoDataValue(tif.nodata);
    if (tif.scale != 1) band.SetScale(tif.scale);
    if (tif.offset != 0) band.SetOffset(tif.offset);
    std::vector<double> values = tif.values;
    EXPECT_EQ(band.RasterIO(GF_Write, 0, 0, tif.width, tif.height, values.data(), tif.width, tif.height, GDT_Float64, 0,
                            0, nullptr),
              CE_None);
    if (!tif.mask.empty()) {
      dataset->CreateMaskBand(GMF_PER_DATASET);
      std::vector<std::uint8_t> mask = tif.mask;
      EXPECT_EQ(band.GetMaskBand()->RasterIO(GF_Write, 0, 0, tif.width, tif.height, mask.data(), tif.width, tif.height,
                                             GDT_Byte, 0, 0, nullptr),
                CE_None);
    }
    return spec_;
  }

  std::vector<float> read(Resample rule, const Grid& grid) {
    spec_.resample = rule;
    const Raster<float> raster = open_raster(spec_)->read(grid).raster;
    return {raster.values().begin(), raster.values().end()};
  }

  static Grid utm_grid(double x, double y, double cell, std::int64_t width, std::int64_t height) {
    return {crs_wkt("EPSG:32635"), x, y, cell, width, height};
  }

  static void expect_equal(const std::vector<float>& actual, const std::vector<float>& expected) {
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
      if (std::isnan(expected[i]))
        EXPECT_TRUE(std::isnan(actual[i])) << i << ": " << actual[i];
      else
        EXPECT_NEAR(actual[i], expected[i], 1e-4F) << i;  // float32, and node interpolation to 1e-4 of a cell
  }

  TempFiles files_;
  SourceSpec spec_;
};

TEST_F(RasterFiles, EachRuleOnCoarserAndFinerGrids) {
  write({});
  const Grid coarse = utm_grid(500000, 600000, 2000, 2, 1);
  expect_equal(read(Resample::sum, coarse), {14, 22});
  expect_equal(read(Resample::mean, coarse), {3.5F, 5.5F});
  const Grid same = utm_grid(500000, 600000, 1000, 4, 2);
  for (const Resample rule : {Resample::sum, Resample::mean, Resample::nearest, Resample::bilinear, Resample::mode})
    expect_equal(read(rule, same), {1, 2, 3, 4, 5, 6, 7, 8});
  const Grid fine = utm_grid(500500, 599500, 500, 2, 2);
  expect_equal(read(Resample::nearest, fine), {1, 2, 5, 6});
  // Centres a quarter and three quarters of the way between the centres of the four cells.
  expect_equal(read(Resample::bilinear, fine), {2.25F, 2.75F, 4.25F, 4.75F});
  expect_equal(read(Resample::sum, fine), {0.25F, 0.5F, 1.25F, 1.5F});
}

TEST_F(RasterFiles, OutsideTheRasterNothingIsObserved) {
  write({});
  const Grid beyond = utm_grid(498000, 601000, 1000, 3, 2);
  for (const Resample rule : {Resample::sum, Resample::mean, Resample::nearest, Resample::bilinear, Resample::mode})
    expect_equal(read(rule, beyond), {nan_value, nan_value, nan_value, nan_value, nan_value, 1});
  const Grid elsewhere = utm_grid(900000, 100000, 1000, 2, 2);
  for (const Resample rule : {Resample::sum, Resample::mean, Resample::nearest, Resample::bilinear, Resample::mode})
    expect_equal(read(rule, elsewhere), {nan_value, nan_value, nan_value, nan_value});
}

TEST_F(RasterFiles, ModeTakesTheValueThatCoversMost) {
  Tif tif;
  tif.values = {1, 2, 7, 7, 1, 1, 3, 3};
  write(tif);
  expect_equal(read(Resample::mode, utm_grid(500000, 600000, 2000, 2, 1)), {1, 3});  // of equals the smallest
}

TEST_F(RasterFiles, NodataIsComparedAsTheFileStoresIt) {
  Tif tif;
  tif.nodata = -3.4e+38;  // not a float32: the cells hold -3.39999995e+38
  tif.values[1] = -3.4e+38;
  write(tif);
  const Grid coarse = utm_grid(500000, 600000, 2000, 2, 1);
  expect_equal(read(Resample::sum, coarse), {12, 22});
  expect_equal(read(Resample::mean, coarse), {4, 5.5F});
  expect_equal(read(Resample::nearest, utm_grid(500000, 600000, 1000, 2, 1)), {1, nan_value});
  expect_equal(read(Resample::bilinear, utm_grid(500000, 600000, 1000, 2, 1)), {1, nan_value});
}

TEST_F(RasterFiles, MasksScalesAndIntegers) {
  Tif tif;
  tif.type = GDT_Int16;
  tif.scale = 0.5;
  tif.offset = 10;
  tif.nodata = 8;
  write(tif);
  expect_equal(read(Resample::nearest, utm_grid(500000, 600000, 1000, 4, 2)),
               {10.5F, 11, 11.5F, 12, 12.5F, 13, 13.5F, nan_value});
  Tif masked;
  masked.mask = {255, 0, 255, 255, 255, 255, 255, 255};
  write(masked);
  expect_equal(read(Resample::nearest, utm_grid(500000, 600000, 1000, 3, 1)), {1, nan_value, 3});
}

TEST_F(RasterFiles, InfinitiesAreNotObservedAndSaid) {
  Tif tif;
  tif.values[0] = std::numeric_limits<double>::infinity();
  write(tif);
  const RasterBatch batch = open_raster(spec_)->read(utm_grid(500000, 600000, 1000, 4, 2));
  EXPECT_TRUE(std::isnan(batch.raster.values()[0]));
  ASSERT_EQ(batch.warnings.size(), 1U);
  EXPECT_TRUE(contains(batch.warnings[0], "infinite")) << batch.warnings[0];
}

TEST_F(RasterFiles, SouthUpFilesComeOutNorthUp) {
  Tif tif;
  tif.transform = {500000, 1000, 0, 598000, 0, 1000};
  write(tif);
  for (const Resample rule : {Resample::sum, Resample::nearest})
    expect_equal(read(rule, utm_grid(500000, 600000, 1000, 4, 2)), {5, 6, 7, 8, 1, 2, 3, 4});
}

TEST_F(RasterFiles, DensitiesBecomeCounts) {
  write({});
  spec_.per_km2 = true;
  expect_equal(read(Resample::mean, utm_grid(500000, 600000, 2000, 2, 1)), {14, 22});
  for (const Resample rule : {Resample::sum, Resample::mode})
    EXPECT_EQ(thrown_by([&] { read(rule, utm_grid(500000, 600000, 2000, 2, 1)); }).code, ErrorCode::scenario);
}

/// A raster in degrees: totals are kept on the projected grid, whatever the number of blocks.
TEST_F(RasterFiles, BlocksDoNotShowAndTotalsAreKept) {
  Tif tif;
  tif.width = 90;
  tif.height = 70;
  tif.crs = "EPSG:4326";
  tif.transform = {26.2, 0.02, 0, 6.4, 0, -0.02};
  tif.values.resize(90 * 70);
  for (std::size_t i = 0; i < tif.values.size(); ++i) tif.values[i] = static_cast<double>((i * 37) % 101);
  tif.values[1234] = tif.nodata = -1;
  write(tif);
  SourceRaster source(spec_);
  const Grid grid = Grid::covering({400000, 540000, 630000, 720000}, kilometres(3), crs_wkt("EPSG:32635"));
  const auto total = [](const Raster<float>& raster) {
    return std::accumulate(raster.values().begin(), raster.values().end(), 0.0, [](double sum, float value) {
      return sum + (std::isnan(value) ? 0.0 : static_cast<double>(value));
    });
  };
  const Raster<float> whole = realign(source, grid, Resample::sum, 1'000'000);
  const double expected = std::accumulate(tif.values.begin(), tif.values.end(), 1.0);  // 1 takes the nodata's -1 back
  EXPECT_NEAR(total(whole) / expected, 1, 1e-6);
  for (const Resample rule : {Resample::sum, Resample::mean}) {
    const Raster<float> once = realign(source, grid, rule, 1'000'000), blocks = realign(source, grid, rule, 500);
    for (std::size_t i = 0; i < grid.size(); ++i) {
      ASSERT_EQ(std::isnan(once.values()[i]), std::isnan(blocks.values()[i])) << i;
      if (!std::isnan(once.values()[i])) {
        ASSERT_NEAR(once.values()[i], blocks.values()[i], 2e-3F) << i;
      }
    }
  }
  for (const Resample rule : {Resample::bilinear, Resample::nearest, Resample::mode}) {
    const Raster<float> once = sample(source, grid, rule, 1'000'000), blocks = sample(source, grid, rule, 500);
    for (std::size_t i = 0; i < grid.size(); ++i)
      ASSERT_TRUE(once.values()[i] == blocks.values()[i] || std::isnan(once.values()[i])) << i;
  }
}

TEST_F(RasterFiles, ThreadsDoNotShow) {
  Tif tif;
  tif.width = 60;
  tif.height = 200;
  tif.crs = "EPSG:4326";
  tif.transform = {26.2, 0.02, 0, 8.4, 0, -0.02};
  tif.values.assign(60 * 200, 0);
  for (std::size_t i = 0; i < tif.values.size(); ++i) tif.values[i] = std::sin(static_cast<double>(i));
  write(tif);
  SourceRaster source(spec_);
  const Grid grid = Grid::covering({420000, 500000, 530000, 900000}, kilometres(2), crs_wkt("EPSG:32635"));
  for (const Resample rule : {Resample::sum, Resample::mean, Resample::bilinear, Resample::mode}) {
    const auto run = [&](int threads) {
      const ThreadLimit limit(threads);
      const bool conservative = rule == Resample::sum || rule == Resample::mean;
      const Raster<float> raster = conservative ? realign(source, grid, rule, 3000) : sample(source, grid, rule, 3000);
      return std::string(reinterpret_cast<const char*>(raster.values().data()), raster.values().size_bytes());
    };
    const std::string one = run(1);
    EXPECT_TRUE(one == run(2) && one == run(3) && one == run(8));
  }
}

TEST_F(RasterFiles, UnusableFilesAreRefused) {
  const auto refused = [&](const Tif& tif) {
    write(tif);
    return thrown_by([&] { open_raster(spec_)->read(utm_grid(500000, 600000, 1000, 4, 2)); });
  };
  Tif no_crs, rotated;
  no_crs.crs = "";
  rotated.transform = {500000, 1000, 50, 600000, 50, -1000};
  EXPECT_TRUE(contains(refused(no_crs).message, "no CRS"));
  EXPECT_TRUE(contains(refused(rotated).message, "rotated"));
  write({});
  spec_.band = 3;
  const auto band = thrown_by([&] { open_raster(spec_); });
  EXPECT_EQ(band.code, ErrorCode::input);
  EXPECT_TRUE(contains(band.message, "no band 3; it has 1")) << band.message;
  spec_.band = 1;
  no_crs.crs = "";
  write(no_crs);
  spec_.crs = "EPSG:32635";
  expect_equal(read(Resample::sum, utm_grid(500000, 600000, 2000, 2, 1)), {14, 22});
}

TEST_F(RasterFiles, FilesCutShortAreRefused) {
  Tif tif;
  tif.width = tif.height = 200;
  tif.values.assign(200 * 200, 1);
  write(tif);
  const auto size = std::filesystem::file_size(spec_.path);
  std::filesystem::resize_file(spec_.path, size / 2);
  for (const Resample rule : {Resample::sum, Resample::nearest}) {
    const auto thrown = thrown_by([&] { read(rule, utm_grid(500000, 600000, 2000, 50, 50)); });
    EXPECT_TRUE(thrown.happened);
    EXPECT_EQ(thrown.code, ErrorCode::input) << thrown.message;
    EXPECT_FALSE(contains(thrown.message, "\n"));
  }
}

TEST_F(RasterFiles, RowsAreReadInTheRastersOwnCells) {
  Tif tif;
  tif.transform = {500000, 1000, 0, 598000, 0, 500};  // rows run north
  tif.mask = {255, 255, 0, 255, 255, 255, 255, 255};
  tif.scale = 10;
  RasterRows rows(write(tif));
  Areas areas;
  areas.shapes = {{Polygon{}}};
  areas.shapes[0][0].outer() = {{501500, 598250}, {501500, 599000}, {502500, 599000}, {501500, 598250}};
  const Areas in_cells = rows.in_cells(areas);
  EXPECT_EQ(in_cells.bounds(), (Box{1.5, 0.5, 2.5, 2}));
  const Grid part = columns_with(in_cells, rows.cell_grid());
  EXPECT_EQ(part.origin_x, 1);
  ASSERT_EQ(part.width, 2);
  std::vector<double> cells(4);
  rows.read(part, 0, 2, cells);
  EXPECT_EQ(std::vector<double>(cells.begin(), cells.begin() + 3), (std::vector<double>{60, 70, 20}));
  EXPECT_TRUE(std::isnan(cells[3])) << "masked";
  rows.read(part, 1, 1, std::span(cells).first(2));
  EXPECT_EQ(cells[0], 20);
  areas.shapes[0][0].outer() = {{900000, 598250}, {900000, 599000}, {902500, 599000}, {900000, 598250}};
  EXPECT_EQ(columns_with(rows.in_cells(areas), rows.cell_grid()).width, 1) << "areas beside the raster";
}

}  // namespace
}  // namespace tocsin::data
