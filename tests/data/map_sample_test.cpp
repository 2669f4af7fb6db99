#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>

#include <tocsin/data/map_sample.hpp>

namespace tocsin::data {
namespace {

Raster<float> numbered(std::int64_t width, std::int64_t height) {
  Raster<float> raster({{}, 0, 0, 10, width, height});
  for (std::size_t i = 0; i < raster.values().size(); ++i) raster.values()[i] = static_cast<float>(i);
  return raster;
}

Raster<float> sampled(const Raster<float>& raster, std::int64_t band_rows) {
  const Grid& grid = raster.grid();
  MapSample sample(grid, 0);
  for (std::int64_t first = 0; first < grid.height; first += band_rows) {
    Raster<float> band(grid.rows(first, std::min(band_rows, grid.height - first)));
    std::copy_n(raster.row(first).begin(), band.values().size(), band.values().begin());
    sample.take(band);
  }
  return sample.raster();
}

TEST(MapSample, ASmallRasterStaysWhole) {
  const Raster<float> raster = numbered(30, 40);
  const Raster<float> sample = sampled(raster, 16);
  EXPECT_EQ(sample.grid(), raster.grid());
  EXPECT_TRUE(std::equal(sample.values().begin(), sample.values().end(), raster.values().begin()));
}

TEST(MapSample, ALargeOneKeepsTheMiddleOfEachStepWhateverTheBands) {
  const Raster<float> raster = numbered(5, 9003);  // steps of 3 rows: 3001 of them
  const Raster<float> whole = sampled(raster, 9003);
  EXPECT_EQ(whole.grid().height, 3001);
  EXPECT_EQ(whole.grid().width, 2);
  EXPECT_EQ(whole.grid().cell_m, 30);
  EXPECT_EQ(whole.at({0, 0}), raster.at({1, 1}));
  EXPECT_EQ(whole.at({1, 2}), raster.at({4, 7})) << "column 3 + 1 of 5";
  EXPECT_EQ(whole.at({0, 3000}), raster.at({1, 9001}));
  for (const std::int64_t rows : {1, 256, 1000}) {
    const Raster<float> parts = sampled(raster, rows);
    EXPECT_EQ(std::memcmp(parts.values().data(), whole.values().data(), whole.values().size_bytes()), 0) << rows;
  }
}

}  // namespace
}  // namespace tocsin::data
