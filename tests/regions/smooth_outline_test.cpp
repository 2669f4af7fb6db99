#include <algorithm>
#include <cmath>

#include <boost/geometry/algorithms/area.hpp>
#include <boost/geometry/algorithms/covered_by.hpp>
#include <boost/geometry/algorithms/distance.hpp>
#include <boost/geometry/algorithms/is_valid.hpp>
#include <boost/geometry/geometries/multi_linestring.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/regions/cell_regions.hpp>
#include <tocsin/regions/smooth_outline.hpp>

#include "regions/maps.hpp"

namespace tocsin {
namespace {

using test::Map;
using test::map_of;

constexpr double most_departure = 0.35355339059327379;  // sqrt(2) / 4 of a cell
constexpr double most_area_a_corner = 11.0 / 64;        // of a cell
// Coordinates of up to 1e7 m are rounded to 1e-9 m, of cells of 100 m and more.
constexpr double rounding = 1e-9;
constexpr double area_rounding = 1e-4;  // as in the tests of cell regions

using Lines = boost::geometry::model::multi_linestring<LineString>;

Lines lines_of(const MultiPolygon& shape) {
  Lines lines;
  const auto add = [&](const Polygon::ring_type& ring) { lines.emplace_back(ring.begin(), ring.end()); };
  for (const Polygon& polygon : shape) {
    add(polygon.outer());
    for (const auto& hole : polygon.inners()) add(hole);
  }
  return lines;
}

/// The farthest that a corner or the middle of an edge of `from` lies from `to`.
double farthest(const MultiPolygon& from, const MultiPolygon& to) {
  const Lines lines = lines_of(to);
  double most = 0;
  for (const LineString& line : lines_of(from))
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
      const Point middle((line[i].x() + line[i + 1].x()) / 2, (line[i].y() + line[i + 1].y()) / 2);
      most = std::max({most, boost::geometry::distance(line[i], lines), boost::geometry::distance(middle, lines)});
    }
  return most;
}

MultiPolygon outline_of(const std::vector<std::string>& rows) {
  const Map map = map_of(rows, 1);
  return cell_regions(map.grid, map.mask).at(0).outline;
}

MultiPolygon smooth_of(const std::vector<std::string>& rows) {
  const Map map = map_of(rows, 1);
  return smooth_outline(cell_regions(map.grid, map.mask).at(0).outline, map.grid);
}

TEST(SmoothOutline, StaysValidWithAllItsRingsOnAThousandMaps) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE(seed);
    const Map map = test::random_map(seed);
    for (const Region& region : cell_regions(map.grid, map.mask)) {
      const MultiPolygon smooth = smooth_outline(region.outline, map.grid);
      std::string why;
      EXPECT_TRUE(boost::geometry::is_valid(smooth, why)) << why;
      ASSERT_EQ(smooth.size(), region.outline.size());
      for (std::size_t p = 0; p < smooth.size(); ++p) {
        ASSERT_EQ(smooth[p].inners().size(), region.outline[p].inners().size());
        EXPECT_GT(boost::geometry::area(smooth[p]), 0);
      }
    }
  }
}

TEST(SmoothOutline, KeepsWithinItsDepartureAndItsChangeOfArea) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(seed);
    const Map map = test::random_map(seed);
    const double cell_m = map.grid.cell_m;
    for (const Region& region : cell_regions(map.grid, map.mask)) {
      const MultiPolygon smooth = smooth_outline(region.outline, map.grid);
      EXPECT_LE(farthest(smooth, region.outline) / cell_m, most_departure + rounding);
      EXPECT_LE(farthest(region.outline, smooth) / cell_m, most_departure + rounding);
      const double change = boost::geometry::area(smooth) - boost::geometry::area(region.outline);
      EXPECT_LT(std::abs(change) / (cell_m * cell_m),
                most_area_a_corner * static_cast<double>(test::corners_of(region.outline)) + area_rounding);
    }
  }
}

TEST(SmoothOutline, RectanglesKeepTheirSize) {
  EXPECT_DOUBLE_EQ(boost::geometry::area(smooth_of({"#"})), 1 - 11.0 / 64);
  EXPECT_GT(boost::geometry::area(smooth_of({"##"})), 2 - 0.27);
  EXPECT_GT(boost::geometry::area(smooth_of({"#####", "#####", "#####"})), 15 - 0.27);
  EXPECT_LT(boost::geometry::area(smooth_of({"#####", "#####", "#####"})), 15);
}

TEST(SmoothOutline, AHoleOfOneCellStays) {
  const MultiPolygon smooth = smooth_of({"###", "#.#", "###"});
  ASSERT_EQ(smooth.at(0).inners().size(), 1U);
  // What the hole loses the region gains.
  EXPECT_DOUBLE_EQ(boost::geometry::area(smooth),
                   boost::geometry::area(smooth_of({"###", "###", "###"})) - (1 - 11.0 / 64));
}

TEST(SmoothOutline, StepsBecomeAStraightLine) {
  // The diagonal runs through the middles of the steps, from end to end without a point between.
  const MultiPolygon smooth = smooth_of({"#.....", "##....", "###...", "####..", "#####.", "######"});
  const auto& ring = smooth.at(0).outer();
  double longest = 0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const double dx = ring[i + 1].x() - ring[i].x(), dy = ring[i + 1].y() - ring[i].y();
    if (dx == -dy) longest = std::max(longest, std::hypot(dx, dy));
  }
  EXPECT_GT(longest, 4.5 * std::sqrt(2.0));
}

TEST(SmoothOutline, LongEdgesStayWhereTheyAre) {
  const MultiPolygon smooth = smooth_of({"##########", "##########", "##########"});
  std::size_t long_edges = 0;
  const auto& ring = smooth.at(0).outer();
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    if (ring[i].y() != ring[i + 1].y() || std::abs(ring[i].x() - ring[i + 1].x()) < 1) continue;
    ++long_edges;
    EXPECT_EQ(std::abs(ring[i].x() - ring[i + 1].x()), 8);
    EXPECT_TRUE(ring[i].y() == 0 || ring[i].y() == 3);
  }
  EXPECT_EQ(long_edges, 2U);
}

TEST(SmoothOutline, PolygonsThatTouchAtACornerPart) {
  const MultiPolygon smooth = smooth_of({"#.", ".#"});
  ASSERT_EQ(smooth.size(), 2U);
  EXPECT_GT(boost::geometry::distance(smooth[0], smooth[1]), 0.3);
}

TEST(SmoothOutline, TurnsWithTheMap) {
  // Mirrored maps have mirrored outlines: no direction is preferred.
  const double area = boost::geometry::area(smooth_of({"##..", ".###", ".#.."}));
  EXPECT_EQ(boost::geometry::area(smooth_of({"..##", "###.", "..#."})), area);
  EXPECT_EQ(boost::geometry::area(smooth_of({".#..", ".###", "##.."})), area);
  EXPECT_EQ(boost::geometry::area(smooth_of({"..#", "###", ".#.", ".#."})), area);
}

TEST(SmoothOutline, RefusesOutlinesThatAreNotOfCells) {
  const Map map = map_of({"##", "##"}, 1);
  MultiPolygon outline = outline_of({"##", "##"});
  MultiPolygon between = outline;
  between[0].outer()[1].x(1.5);
  EXPECT_THROW(smooth_outline(between, map.grid), Error);
  MultiPolygon slanting = outline;
  slanting[0].outer()[1].y(1);
  EXPECT_THROW(smooth_outline(slanting, map.grid), Error);
  MultiPolygon unknown = outline;
  unknown[0].outer()[1].x(NAN);
  EXPECT_THROW(smooth_outline(unknown, map.grid), Error);
  EXPECT_THROW(smooth_outline(MultiPolygon{Polygon{}}, map.grid), Error);
  EXPECT_TRUE(smooth_outline({}, map.grid).empty());
}

}  // namespace
}  // namespace tocsin
