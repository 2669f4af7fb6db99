#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/grid/block_means.hpp>

namespace tocsin {
namespace {

TEST(BlockMeans, MeansOfWhatIsInsideAndObserved) {
  const Grid grid = Grid::covering({0, 0, 5000, 3000}, kilometres(1));
  Raster<float> raster(grid);
  for (std::size_t i = 0; i < grid.size(); ++i) raster.values()[i] = static_cast<float>(i);
  std::vector<std::uint8_t> inside(grid.size(), 1);
  inside[0] = 0;
  raster.values()[4] = NAN;  // the only column of the last block: (4) and (9) of its two rows
  for (const std::size_t cell : {2U, 3U, 7U}) raster.values()[cell] = NAN;
  BlockMeans blocks(grid, 2);
  blocks.add(raster, inside);
  EXPECT_EQ(blocks.blocks().width, 3);
  EXPECT_EQ(blocks.blocks().height, 2);
  EXPECT_EQ(blocks.blocks().bounds().max_y, grid.bounds().max_y);
  const auto means = blocks.means();
  EXPECT_EQ(means[0], (1 + 5 + 6) / 3.0);
  EXPECT_TRUE(std::isnan(means[1]));  // one of four observed
  EXPECT_EQ(blocks.sums()[1], 8);
  EXPECT_EQ(means[2], 9);  // one of two is enough
  EXPECT_EQ(means[5], 14);
}

TEST(BlockMeans, TheSameBitsForAnyBands) {
  const Grid grid = Grid::covering({0, 0, 37000, 41000}, kilometres(1));
  Raster<float> raster(grid);
  std::vector<std::uint8_t> inside(grid.size());
  RandomStream random({.seed = 4});
  for (std::size_t i = 0; i < grid.size(); ++i) {
    raster.values()[i] = static_cast<float>(random.uniform());
    inside[i] = random.below(4) > 0 ? 1 : 0;
  }
  BlockMeans whole(grid, 5);
  whole.add(raster, inside);
  for (const std::int64_t height : {1, 7, 40}) {
    BlockMeans bands(grid, 5);
    for (std::int64_t first = 0; first < grid.height; first += height) {
      Raster<float> rows(grid.rows(first, std::min(height, grid.height - first)));
      const auto from = static_cast<std::size_t>(first * grid.width);
      std::copy_n(std::as_const(raster).values().begin() + static_cast<std::ptrdiff_t>(from), rows.grid().size(),
                  rows.values().begin());
      bands.add(rows, std::span(inside).subspan(from, rows.grid().size()));
    }
    EXPECT_EQ(bands.sums(), whole.sums());
  }
  EXPECT_THROW(BlockMeans(grid, 0), Error);
}

}  // namespace
}  // namespace tocsin
