#include <boost/geometry/algorithms/area.hpp>
#include <boost/geometry/algorithms/is_valid.hpp>
#include <boost/geometry/algorithms/within.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/regions/area_regions.hpp>
#include <tocsin/regions/cell_regions.hpp>

#include "engine/shapes.hpp"
#include "regions/maps.hpp"

namespace tocsin {
namespace {

using test::Map;
using test::map_of;

// Boost's overlay snaps to about 1e-7 of the extent; a part in a million of the area is ten times that.
constexpr double overlay_rounding = 1e-6;

/// An area for each cell, whose corners stand `jitter` cells off the lattice at most; neighbours have the same corners.
Areas areas_of(const Grid& grid, double jitter) {
  RandomStream random({.seed = 7});
  std::vector<Point> corners;
  for (std::int64_t row = 0; row <= grid.height; ++row)
    for (std::int64_t column = 0; column <= grid.width; ++column) {
      const double dx = jitter * (2 * random.uniform() - 1), dy = jitter * (2 * random.uniform() - 1);
      corners.emplace_back(grid.origin_x + (static_cast<double>(column) + dx) * grid.cell_m,
                           grid.origin_y - (static_cast<double>(row) + dy) * grid.cell_m);
    }
  Areas areas;
  for (std::int64_t row = 0; row < grid.height; ++row)
    for (std::int64_t column = 0; column < grid.width; ++column) {
      const auto at = [&](std::int64_t c, std::int64_t r) {
        return corners[static_cast<std::size_t>((row + r) * (grid.width + 1) + column + c)];
      };
      areas.shapes.push_back(test::polygon_of({at(0, 0), at(1, 0), at(1, 1), at(0, 1)}));
    }
  return areas;
}

Neighbours queen_of(const Grid& grid) {
  std::vector<std::size_t> offsets{0};
  std::vector<std::uint32_t> indices;
  for (std::int64_t row = 0; row < grid.height; ++row)
    for (std::int64_t column = 0; column < grid.width; ++column) {
      for (std::int64_t r = row - 1; r <= row + 1; ++r)
        for (std::int64_t c = column - 1; c <= column + 1; ++c)
          if (r >= 0 && r < grid.height && c >= 0 && c < grid.width && (r != row || c != column))
            indices.push_back(static_cast<std::uint32_t>(grid.index({c, r})));
      offsets.push_back(indices.size());
    }
  return {offsets, indices};
}

TEST(AreaRegions, OfSquareAreasAreThoseOfCells) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(seed);
    const Map map = test::random_map(seed);
    const std::vector<Region> cells = cell_regions(map.grid, map.mask);
    Grid whole_rows = map.grid;  // the areas are drawn without first_row
    whole_rows.origin_y = map.grid.north();
    whole_rows.first_row = 0;
    const std::vector<Region> regions = area_regions(areas_of(whole_rows, 0), queen_of(map.grid), map.mask);
    ASSERT_EQ(regions.size(), cells.size());
    for (std::size_t r = 0; r < regions.size(); ++r) {
      EXPECT_EQ(regions[r].places, cells[r].places);
      EXPECT_EQ(regions[r].shapes_not_united, 0U);
      EXPECT_NEAR(regions[r].area_km2 / cells[r].area_km2, 1, overlay_rounding);
      for (std::size_t cell = 0; cell < map.mask.size(); ++cell) {
        const Point centre(map.grid.x_of_column(static_cast<std::int64_t>(cell) % map.grid.width),
                           map.grid.y_of_row(static_cast<std::int64_t>(cell) / map.grid.width));
        EXPECT_EQ(boost::geometry::within(centre, regions[r].outline),
                  boost::geometry::within(centre, cells[r].outline));
      }
      EXPECT_NEAR(regions[r].centroid.x(), cells[r].centroid.x(), 1e-3 * map.grid.cell_m);
      EXPECT_NEAR(regions[r].centroid.y(), cells[r].centroid.y(), 1e-3 * map.grid.cell_m);
    }
  }
}

TEST(AreaRegions, OfCrookedAreasHaveTheSumOfTheirAreas) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(seed);
    Map map = test::random_map(seed);
    const Areas areas = areas_of(map.grid, 0.3);
    for (const Region& region : area_regions(areas, queen_of(map.grid), map.mask)) {
      double sum = 0;
      for (const std::size_t area : region.places) sum += boost::geometry::area(areas.shapes[area]);
      EXPECT_EQ(region.shapes_not_united, 0U);
      EXPECT_NEAR(region.area_km2 / (sum * 1e-6), 1, overlay_rounding);
      std::string why;
      EXPECT_TRUE(boost::geometry::is_valid(region.outline, why)) << why;
    }
  }
}

TEST(AreaRegions, ARingOfAreasHasAHole) {
  const Map map = map_of({"###", "#.#", "###"});
  const Region region = area_regions(areas_of(map.grid, 0.2), queen_of(map.grid), map.mask).at(0);
  ASSERT_EQ(region.outline.size(), 1U);
  EXPECT_EQ(region.outline[0].inners().size(), 1U);
}

TEST(AreaRegions, ALinkOneWayIsEnoughAndSmallRegionsAreLeftOut) {
  const Map map = map_of({"####"});
  const Areas areas = areas_of(map.grid, 0);
  const Neighbours one_way({0, 0, 0, 1, 1}, {0});  // 2 names 0
  const std::vector<Region> regions = area_regions(areas, one_way, map.mask);
  ASSERT_EQ(regions.size(), 3U);
  EXPECT_EQ(regions[0].places, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(regions[0].outline.size(), 2U);
  EXPECT_EQ(regions[1].places, std::vector<std::size_t>{1});
  EXPECT_EQ(area_regions(areas, one_way, map.mask, 2).size(), 1U);
  // An area that is not flagged joins nobody.
  EXPECT_EQ(area_regions(areas, one_way, std::vector<std::uint8_t>{0, 0, 1, 0}).at(0).places,
            std::vector<std::size_t>{2});
}

TEST(AreaRegions, OverlappingAreasCountOnce) {
  Areas areas;
  areas.shapes = {test::rectangle(0, 0, 2000, 1000), test::rectangle(1000, 0, 3000, 1000)};
  const Region region = area_regions(areas, Neighbours({0, 1, 2}, {1, 0}), std::vector<std::uint8_t>{1, 1}).at(0);
  EXPECT_NEAR(region.area_km2, 3, 3 * overlay_rounding);
  EXPECT_EQ(region.shapes_not_united, 0U);
}

TEST(AreaRegions, AShapeWhoseRingTurnsTheWrongWayStandsBesideTheOthers) {
  const Map map = map_of({"####"});
  Areas areas = areas_of(map.grid, 0);
  Polygon inside_out;
  inside_out.outer() = {{2500, 0}, {5000, 0}, {5000, 1000}, {2500, 1000}, {2500, 0}};
  areas.shapes[3] = {inside_out};
  const Region region = area_regions(areas, queen_of(map.grid), map.mask).at(0);
  EXPECT_EQ(region.places.size(), 4U);
  EXPECT_EQ(region.shapes_not_united, 1U);
  EXPECT_EQ(region.outline.size(), 2U);
}

TEST(AreaRegions, RefusesWhatDoesNotAlign) {
  const Map map = map_of({"##"});
  const Areas areas = areas_of(map.grid, 0);
  const std::vector<std::uint8_t> one{1};
  EXPECT_THROW(area_regions(areas, queen_of(map.grid), one), Error);
  EXPECT_THROW(area_regions(areas, Neighbours({0, 0}, {}), map.mask), Error);
  EXPECT_THROW(area_regions(areas, queen_of(map.grid), map.mask, 0), Error);
}

}  // namespace
}  // namespace tocsin
