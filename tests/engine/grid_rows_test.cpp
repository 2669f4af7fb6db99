#include <vector>

#include <gtest/gtest.h>

#include <tocsin/grid/grid.hpp>
#include <tocsin/vector/area_raster.hpp>

#include "shapes.hpp"

namespace tocsin {
namespace {

/// A cell and an origin that no binary fraction holds exactly: any other order of operations shows in the last bits.
Grid awkward_grid() {
  return {{}, 1234567.1, 7654321.3, 333.3, 97, 61};
}

TEST(GridRows, ABandHasTheCoordinatesOfTheWhole) {
  const Grid grid = awkward_grid();
  const Grid band = grid.rows(20, 13), inner = band.rows(3, 4);
  EXPECT_EQ(band.height, 13);
  EXPECT_EQ(band.y_of_row(5), grid.y_of_row(25));
  EXPECT_EQ(inner.y_of_row(2), grid.y_of_row(25));
  EXPECT_EQ(band.bounds().max_y, band.north());
  EXPECT_EQ(grid.rows(0, grid.height), grid);
  const double x = grid.x_of_column(7), y = grid.y_of_row(22);
  EXPECT_EQ(band.cell_of_point(x, y), (Cell{7, 2}));
  EXPECT_FALSE(band.cell_of_point(x, grid.y_of_row(19)));
  EXPECT_FALSE(band.cell_of_point(x, grid.y_of_row(33)));
}

TEST(GridRows, EveryPointBelongsToOneBand) {
  const Grid grid = awkward_grid();
  for (int i = 0; i < 610; ++i) {
    const double row = static_cast<double>(i) / 10;  // points on the lines between rows too
    const double y = grid.origin_y - row * grid.cell_m;
    const auto whole = grid.cell_of_point(grid.x_of_column(3), y);
    int holders = 0;
    for (std::int64_t first = 0; first < grid.height; first += 7) {
      const Grid band = grid.rows(first, std::min<std::int64_t>(7, grid.height - first));
      const auto here = band.cell_of_point(grid.x_of_column(3), y);
      if (!here) continue;
      ++holders;
      ASSERT_TRUE(whole);
      EXPECT_EQ(here->row + first, whole->row);
    }
    EXPECT_EQ(holders, whole ? 1 : 0);
  }
}

TEST(GridRows, CoverageInBandsHasTheBitsOfTheWhole) {
  const Grid grid = awkward_grid();
  test::Uniform uniform(9);
  const Box box = grid.bounds();
  for (int i = 0; i < 50; ++i) {
    const double x = uniform.between(box.min_x, box.max_x), y = uniform.between(box.min_y, box.max_y);
    const MultiPolygon shape =
        test::polygon_of(test::random_star(uniform, x, y, 5 * grid.cell_m, 25 * grid.cell_m, 60));
    const auto whole = coverage_fractions(shape, grid);
    for (const std::int64_t height : {1, 7, 20}) {
      std::vector<CellShare> parts;
      for (std::int64_t first = 0; first < grid.height; first += height)
        for (CellShare part : coverage_fractions(shape, grid.rows(first, std::min(height, grid.height - first)))) {
          part.cell += grid.index({0, first});
          parts.push_back(part);
        }
      ASSERT_EQ(parts.size(), whole.size()) << "shape " << i << ", bands of " << height;
      for (std::size_t k = 0; k < whole.size(); ++k) {
        EXPECT_EQ(parts[k].cell, whole[k].cell);
        EXPECT_EQ(parts[k].share, whole[k].share) << "shape " << i << ", bands of " << height;
      }
    }
  }
}

}  // namespace
}  // namespace tocsin
