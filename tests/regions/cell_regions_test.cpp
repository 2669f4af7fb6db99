#include <algorithm>
#include <cmath>
#include <deque>

#include <boost/geometry/algorithms/area.hpp>
#include <boost/geometry/algorithms/centroid.hpp>
#include <boost/geometry/algorithms/is_valid.hpp>
#include <boost/geometry/algorithms/within.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/regions/cell_regions.hpp>

#include "regions/maps.hpp"

namespace tocsin {
namespace {

using test::Map;
using test::map_of;

// Areas of outlines are sums of up to some hundred products of coordinates, up to 1e13 m2 and rounded to 1e-3 m2, set
// against cells of 1e4 m2 and more.
constexpr double area_rounding = 1e-4;

std::vector<Region> regions_of(const Map& map, const CellRegionOptions& options = {}) {
  return cell_regions(map.grid, map.mask, options);
}

/// Cell by cell, from the definition.
std::vector<std::vector<std::size_t>> flood_fill(const Map& map, CellContact contact) {
  std::vector<std::uint8_t> left = map.mask;
  std::vector<std::vector<std::size_t>> found;
  for (std::size_t start = 0; start < left.size(); ++start) {
    if (left[start] == 0) continue;
    std::vector<std::size_t> cells;
    std::deque<std::size_t> queue{start};
    left[start] = 0;
    while (!queue.empty()) {
      const std::size_t cell = queue.front();
      queue.pop_front();
      cells.push_back(cell);
      const auto row = static_cast<std::int64_t>(cell) / map.grid.width;
      const auto column = static_cast<std::int64_t>(cell) % map.grid.width;
      for (std::int64_t r = row - 1; r <= row + 1; ++r)
        for (std::int64_t c = column - 1; c <= column + 1; ++c) {
          if (r < 0 || r >= map.grid.height || c < 0 || c >= map.grid.width) continue;
          if (contact == CellContact::rook && r != row && c != column) continue;
          const std::size_t neighbour = map.grid.index({c, r});
          if (left[neighbour] == 0) continue;
          left[neighbour] = 0;
          queue.push_back(neighbour);
        }
    }
    std::sort(cells.begin(), cells.end());
    found.push_back(cells);
  }
  return found;
}

std::vector<std::pair<double, double>> points_of(const Polygon::ring_type& ring) {
  std::vector<std::pair<double, double>> points;
  for (const Point& point : ring) points.emplace_back(point.x(), point.y());
  return points;
}

void expect_exact_outline(const Map& map, const Region& region) {
  std::string why;
  EXPECT_TRUE(boost::geometry::is_valid(region.outline, why)) << why;
  const double cell_m2 = map.grid.cell_m * map.grid.cell_m;
  const double cells = static_cast<double>(region.places.size());
  EXPECT_DOUBLE_EQ(region.area_km2, cells * map.grid.cell_area_km2());
  EXPECT_NEAR(boost::geometry::area(region.outline) / cell_m2, cells, area_rounding);
  for (std::size_t cell = 0; cell < map.mask.size(); ++cell) {
    const Point centre(map.grid.x_of_column(static_cast<std::int64_t>(cell) % map.grid.width),
                       map.grid.y_of_row(static_cast<std::int64_t>(cell) / map.grid.width));
    EXPECT_EQ(boost::geometry::within(centre, region.outline),
              std::binary_search(region.places.begin(), region.places.end(), cell));
  }
  const auto turns = [](const Polygon::ring_type& ring) {
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const Point &a = ring[i == 0 ? ring.size() - 2 : i - 1], &b = ring[i], &c = ring[i + 1];
      if ((a.x() == b.x()) == (b.x() == c.x())) return false;
    }
    return true;
  };
  for (const Polygon& polygon : region.outline) {
    EXPECT_TRUE(turns(polygon.outer()));
    for (const auto& hole : polygon.inners()) EXPECT_TRUE(turns(hole));
  }
}

TEST(CellRegions, AreThoseOfAFloodFillWithTheUnionOfTheirCellsAsOutline) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    const Map map = test::random_map(seed);
    for (const CellContact contact : {CellContact::queen, CellContact::rook}) {
      const std::vector<std::vector<std::size_t>> expected = flood_fill(map, contact);
      const std::vector<Region> regions = regions_of(map, {.contact = contact});
      ASSERT_EQ(regions.size(), expected.size());
      for (std::size_t r = 0; r < regions.size(); ++r) {
        EXPECT_EQ(regions[r].places, expected[r]);
        expect_exact_outline(map, regions[r]);
      }
    }
  }
}

TEST(CellRegions, CentroidIsThatOfTheOutline) {
  const Map map = map_of({"###.", "#..#", ".#.."}, 1);
  for (const Region& region : regions_of(map)) {
    Point centroid;
    boost::geometry::centroid(region.outline, centroid);
    EXPECT_NEAR(region.centroid.x(), centroid.x(), 1e-12);
    EXPECT_NEAR(region.centroid.y(), centroid.y(), 1e-12);
  }
}

TEST(CellRegions, OneCellIsASquareThatBeginsInTheNorthWestAndRunsClockwise) {
  const Region region = regions_of(map_of({"...", ".#.", "..."}, 10)).at(0);
  const std::vector<std::pair<double, double>> square{{10, 20}, {20, 20}, {20, 10}, {10, 10}, {10, 20}};
  EXPECT_EQ(points_of(region.outline.at(0).outer()), square);
  EXPECT_DOUBLE_EQ(region.area_km2, 1e-4);
  EXPECT_EQ(region.centroid.x(), 15);
  EXPECT_EQ(region.centroid.y(), 15);
}

TEST(CellRegions, AWholeGridIsARectangle) {
  const Region region = regions_of(map_of({"####", "####", "####"}, 1)).at(0);
  EXPECT_EQ(test::corners_of(region.outline), 4U);
  EXPECT_EQ(region.places.size(), 12U);
}

TEST(CellRegions, AHoleRunsTheOtherWay) {
  const Region region = regions_of(map_of({"###", "#.#", "###"}, 1)).at(0);
  ASSERT_EQ(region.outline.size(), 1U);
  ASSERT_EQ(region.outline[0].inners().size(), 1U);
  const std::vector<std::pair<double, double>> hole{{1, 2}, {1, 1}, {2, 1}, {2, 2}, {1, 2}};
  EXPECT_EQ(points_of(region.outline[0].inners()[0]), hole);
}

TEST(CellRegions, IslandsInHolesAreRegionsOfTheirOwn) {
  const Map map = map_of({"#######", "#.....#", "#.###.#", "#.#.#.#", "#.###.#", "#.....#", "#######"});
  const std::vector<Region> regions = regions_of(map);
  ASSERT_EQ(regions.size(), 2U);
  for (const Region& region : regions) {
    EXPECT_EQ(test::rings_of(region.outline), 2U);
    expect_exact_outline(map, region);
  }
  EXPECT_EQ(regions[0].places.size(), 24U);
  EXPECT_EQ(regions[1].places.size(), 8U);
}

TEST(CellRegions, AnIslandThatTouchesItsRingAtACornerIsAPolygonInTheHole) {
  const Map map = map_of({"#####", "##..#", "#.#.#", "#...#", "#####"});
  const std::vector<Region> regions = regions_of(map);
  ASSERT_EQ(regions.size(), 1U);
  ASSERT_EQ(regions[0].outline.size(), 2U);
  EXPECT_EQ(regions[0].outline[0].inners().size(), 1U);
  expect_exact_outline(map, regions[0]);
  EXPECT_EQ(regions_of(map, {.contact = CellContact::rook}).size(), 2U);
}

TEST(CellRegions, HolesThatTouchAtACornerAreTwo) {
  const Map map = map_of({"####", "#.##", "##.#", "####"});
  const Region region = regions_of(map).at(0);
  ASSERT_EQ(region.outline.size(), 1U);
  EXPECT_EQ(region.outline[0].inners().size(), 2U);
  expect_exact_outline(map, region);
}

TEST(CellRegions, ARingThatClosesAtACornerHasAHoleThatTouchesItsOuterRing) {
  const Map map = map_of({"###", "#.#", "##."});
  const Region region = regions_of(map).at(0);
  ASSERT_EQ(region.outline.size(), 1U);
  EXPECT_EQ(region.outline[0].inners().size(), 1U);
  expect_exact_outline(map, region);
}

TEST(CellRegions, ACheckerboardIsOneRegionOrAsManyAsCells) {
  std::vector<std::string> rows;
  for (int row = 0; row < 20; ++row) rows.push_back(row % 2 ? ".#.#.#.#.#.#.#.#.#.#" : "#.#.#.#.#.#.#.#.#.#.");
  const Map map = map_of(rows);
  const std::vector<Region> queen = regions_of(map);
  ASSERT_EQ(queen.size(), 1U);
  EXPECT_EQ(queen[0].outline.size(), 200U);
  expect_exact_outline(map, queen[0]);
  EXPECT_EQ(regions_of(map, {.contact = CellContact::rook}).size(), 200U);
}

TEST(CellRegions, SmallOnesAreLeftOut) {
  const Map map = map_of({"#..##", ".....", "###.."});
  const std::vector<Region> regions = regions_of(map, {.least_cells = 2});
  ASSERT_EQ(regions.size(), 2U);
  EXPECT_EQ(regions[0].places, (std::vector<std::size_t>{3, 4}));
  EXPECT_EQ(regions[1].places, (std::vector<std::size_t>{10, 11, 12}));
  for (const Region& region : regions) expect_exact_outline(map, region);
  EXPECT_TRUE(regions_of(map, {.least_cells = 4}).empty());
}

TEST(CellRegions, NothingFlaggedIsNoRegion) {
  EXPECT_TRUE(regions_of(map_of({"...", "..."})).empty());
  EXPECT_TRUE(cell_regions(Grid{}, {}).empty());
}

TEST(CellRegions, ABandOfRowsHasTheCoordinatesOfItsGrid) {
  Map whole = map_of({"....", ".##.", "..#."}, 0.1);
  const Region expected = regions_of(whole).at(0);
  const Map band{whole.grid.rows(1, 2), {whole.mask.begin() + 4, whole.mask.end()}, {}};
  const Region region = regions_of(band).at(0);
  EXPECT_EQ(points_of(region.outline[0].outer()), points_of(expected.outline[0].outer()));
}

TEST(CellRegions, RefusesAMaskOfAnotherSizeAndRegionsOfNoCells) {
  const Map map = map_of({"###"});
  EXPECT_THROW(cell_regions(map.grid, std::vector<std::uint8_t>(4)), Error);
  EXPECT_THROW(regions_of(map, {.least_cells = 0}), Error);
}

}  // namespace
}  // namespace tocsin
