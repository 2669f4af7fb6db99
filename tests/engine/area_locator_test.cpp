#include <cmath>
#include <limits>

#include <boost/geometry/algorithms/covered_by.hpp>
#include <boost/geometry/algorithms/distance.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <gtest/gtest.h>

#include <tocsin/vector/area_raster.hpp>

#include "shapes.hpp"

namespace tocsin {
namespace {

using test::rectangle;

TEST(AreaLocator, FindsTheAreaThatHoldsAPoint) {
  Areas areas;
  areas.shapes = {rectangle(0, 0, 10, 10), rectangle(10, 0, 20, 10), MultiPolygon{}, rectangle(30, 0, 40, 10)};
  areas.shapes[3][0].inners().push_back(rectangle(33, 3, 36, 6)[0].outer());
  boost::geometry::correct(areas.shapes[3]);
  const AreaLocator locator(areas);
  EXPECT_EQ(locator.locate(3, 3), 0);
  EXPECT_EQ(locator.locate(13, 3), 1);
  EXPECT_EQ(locator.locate(25, 3), -1);
  EXPECT_EQ(locator.locate(31, 1), 3);
  EXPECT_EQ(locator.locate(34, 4), -1) << "in the hole";
  EXPECT_EQ(locator.locate(std::numeric_limits<double>::quiet_NaN(), 4), -1);
}

TEST(AreaLocator, BoundariesBelongToTheSmallerIndex) {
  Areas areas;
  areas.shapes = {rectangle(10, 0, 20, 10), rectangle(0, 0, 10, 10), rectangle(0, 10, 20, 20)};
  const AreaLocator locator(areas);
  EXPECT_EQ(locator.locate(10, 5), 0);
  EXPECT_EQ(locator.locate(5, 10), 1);
  EXPECT_EQ(locator.locate(10, 10), 0);
  EXPECT_EQ(locator.locate(20, 20), 2) << "the outer edge is inside too";
}

TEST(AreaLocator, NearestWithinADistance) {
  Areas areas;
  areas.shapes = {rectangle(0, 0, 10, 10), rectangle(30, 0, 40, 10)};
  const AreaLocator locator(areas);
  EXPECT_EQ(locator.nearest(13, 5, 5), 0);
  EXPECT_EQ(locator.nearest(13, 5, 2.9), -1);
  EXPECT_EQ(locator.nearest(13, 5, 3), 0) << "the distance itself is within";
  EXPECT_EQ(locator.nearest(27, 5, 50), 1);
  EXPECT_EQ(locator.nearest(20, 5, 50), 0) << "equally near: the smaller index";
  EXPECT_EQ(locator.nearest(35, 5, 0), 1) << "inside";
  EXPECT_EQ(locator.nearest(13, 13, 4), -1) << "4.2 m from the corner: a circle, not a box";
}

TEST(AreaLocator, AgreesWithTryingEveryArea) {
  test::Uniform random(23);
  Areas areas;
  for (int i = 0; i < 40; ++i) {
    const double x = random.between(0, 100), y = random.between(0, 100);
    areas.shapes.push_back(test::polygon_of(test::random_star(random, x, y, 1, 12, 9)));
  }
  const AreaLocator locator(areas);
  for (int round = 0; round < 500; ++round) {
    const Point point(random.between(-10, 110), random.between(-10, 110));
    std::int64_t holder = -1, nearest = -1;
    double best = 6;
    for (std::size_t i = areas.size(); i-- > 0;) {
      if (boost::geometry::covered_by(point, areas.shapes[i])) holder = static_cast<std::int64_t>(i);
      const double distance = boost::geometry::distance(point, areas.shapes[i]);
      if (distance <= best) best = distance, nearest = static_cast<std::int64_t>(i);
    }
    EXPECT_EQ(locator.locate(point.x(), point.y()), holder) << "seed 23, round " << round;
    EXPECT_EQ(locator.nearest(point.x(), point.y(), 6), nearest) << "seed 23, round " << round;
  }
}

}  // namespace
}  // namespace tocsin
