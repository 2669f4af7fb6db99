#include <algorithm>
#include <cstdint>

#include <gtest/gtest.h>

#include <tocsin/core/uninitialised.hpp>
#include <tocsin/grid/raster.hpp>

namespace tocsin {
namespace {

Grid grid_of(std::int64_t width, std::int64_t height) {
  Grid grid;
  grid.width = width;
  grid.height = height;
  return grid;
}

// 1400 x 900 floats take more than two huge pages, the others less than one.
TEST(Raster, IsFilledAndCopiedWhateverItsSize) {
  for (const Grid& grid : {grid_of(0, 0), grid_of(3, 2), grid_of(1400, 900)}) {
    const Raster<float> zeros(grid);
    EXPECT_TRUE(std::all_of(zeros.values().begin(), zeros.values().end(), [](float v) { return v == 0; }));
    Raster<float> twos(grid, 2.0F);
    const Raster<float> copy = twos;
    std::fill(twos.values().begin(), twos.values().end(), 3.0F);
    EXPECT_TRUE(std::all_of(copy.values().begin(), copy.values().end(), [](float v) { return v == 2; }));
    const Raster<float> moved = std::move(twos);
    EXPECT_EQ(moved.values().size(), grid.size());
    EXPECT_TRUE(std::all_of(moved.values().begin(), moved.values().end(), [](float v) { return v == 3; }));
  }
}

TEST(Raster, ForOverwriteHoldsWhatIsWritten) {
  for (const Grid& grid : {grid_of(0, 0), grid_of(3, 2), grid_of(1400, 900)}) {
    auto raster = Raster<double>::uninitialised(grid);
    EXPECT_EQ(raster.grid(), grid);
    ASSERT_EQ(raster.values().size(), grid.size());
    double next = 0;
    for (double& value : raster.values()) value = next++;
    for (std::size_t i = 0; i < grid.size(); ++i) ASSERT_EQ(raster.values()[i], static_cast<double>(i));
  }
}

TEST(Uninitialised, BeginsOnACacheLine) {
  for (const std::size_t n : {0U, 1U, 1000U, 262143U, 262144U, 1000000U}) {
    Uninitialised<double> values(n);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values.data()) % 64, 0U);
    std::fill(values.values().begin(), values.values().end(), 1.0);
    EXPECT_EQ(std::count(values.values().begin(), values.values().end(), 1.0), static_cast<std::ptrdiff_t>(n));
  }
}

}  // namespace
}  // namespace tocsin
