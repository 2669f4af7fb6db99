#include <algorithm>
#include <cmath>

#include <boost/geometry/algorithms/centroid.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <engine/shapes.hpp>
#include <gtest/gtest.h>

#include <tocsin/vector/areas.hpp>

namespace tocsin {
namespace {

Point centroid_of(const MultiPolygon& shape) {
  Areas areas;
  areas.shapes = {shape};
  return centroids(areas)[0];
}

void expect_at(const Point& point, double x, double y, double tolerance) {
  EXPECT_NEAR(point.x(), x, tolerance);
  EXPECT_NEAR(point.y(), y, tolerance);
}

TEST(Centroids, PartsAndHolesCountByTheirSurface) {
  constexpr double rounding = 1e-12;
  MultiPolygon parts = test::rectangle(0, 0, 2, 2);
  parts.push_back(test::rectangle(10, 0, 12, 6)[0]);
  expect_at(centroid_of(parts), (4 * 1 + 12 * 11) / 16.0, (4 * 1 + 12 * 3) / 16.0, rounding);
  MultiPolygon holed = test::rectangle(0, 0, 4, 4);
  holed[0].inners().push_back({{0, 0}, {2, 0}, {2, 4}, {0, 4}, {0, 0}});
  expect_at(centroid_of(holed), 3, 2, rounding);
  std::reverse(holed[0].outer().begin(), holed[0].outer().end());  // turned the wrong way
  expect_at(centroid_of(holed), 3, 2, rounding);
}

TEST(Centroids, StarsFarFromTheOriginAsBoostHasThem) {
  test::Uniform random(8);
  for (int trial = 0; trial < 20; ++trial) {
    const MultiPolygon shape = test::polygon_of(test::random_star(random, 5e5, 4e6, 10, 900, 40));
    Point expected(0, 0);
    boost::geometry::centroid(shape, expected);
    expect_at(centroid_of(shape), expected.x(), expected.y(), 1e-6);  // a micrometre; coordinates round at a nanometre
  }
}

TEST(Centroids, WhatHasNoSurfaceOrNoShape) {
  expect_at(centroid_of(test::rectangle(3, 3, 3, 3)), 3, 3, 0);
  EXPECT_TRUE(std::isnan(centroid_of({}).x()));
  EXPECT_TRUE(std::isnan(centroid_of({}).y()));
}

}  // namespace
}  // namespace tocsin
