#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/large_array.hpp>
#include <tocsin/grid/raster.hpp>

namespace tocsin {
namespace {

TEST(LargeArray, HoldsWhatItIsGivenSmallAndLarge) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{3'000'001}}) {
    LargeArray<float> array(size, 2.5F);
    for (const float value : array) ASSERT_EQ(value, 2.5F);
    const LargeArray<float> copy = array;
    array.clear();
    EXPECT_EQ(copy.size(), size);
    if (size == 0) continue;
    EXPECT_EQ(copy.back(), 2.5F);
  }
}

TEST(LargeArray, LargeOnesStartOnALargePage) {
  LargeArray<double> array(2'000'000);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(array.data()) % (1u << 21), 0u);
}

TEST(Raster, UninitialisedHasItsSizeAndTakesValues) {
  Grid grid;
  grid.width = 2000;
  grid.height = 1500;
  auto raster = Raster<float>::uninitialised(grid);
  ASSERT_EQ(raster.values().size(), grid.size());
  for (float& value : raster.values()) value = 1;
  EXPECT_EQ(raster.at({1999, 1499}), 1);
  EXPECT_EQ(Raster<float>(grid).at({7, 7}), 0) << "asked for plainly it is filled";
}

}  // namespace
}  // namespace tocsin
