#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <hotspot/neighbour_cases.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/grid_neighbours.hpp>
#include <tocsin/neighbours/triangulation.hpp>

namespace tocsin {
namespace {

using test::Link;
using test::links_of;

/// Whether some circle through two points holds no other: its centre stands on their bisector, within bounds that each
/// other point sets.
bool empty_circle_exists(const std::vector<Point>& points, std::size_t i, std::size_t j) {
  const long double mx = (points[i].x() + points[j].x()) / 2, my = (points[i].y() + points[j].y()) / 2;
  const long double ux = -(points[j].y() - points[i].y()), uy = points[j].x() - points[i].x();
  const long double ix = points[i].x() - mx, iy = points[i].y() - my, radius2 = ix * ix + iy * iy;
  long double low = -std::numeric_limits<long double>::infinity(), high = -low;
  for (std::size_t k = 0; k < points.size(); ++k) {
    if (k == i || k == j) continue;
    const long double kx = points[k].x() - mx, ky = points[k].y() - my;
    // |k - t u|^2 > |i - t u|^2, where u stands at a right angle to i: 2 t (k.u) < |k|^2 - |i|^2
    const long double slope = 2 * (kx * ux + ky * uy), room = kx * kx + ky * ky - radius2;
    if (slope > 0) high = std::min(high, room / slope);
    if (slope < 0) low = std::max(low, room / slope);
    if (slope == 0 && room <= 0) return false;
  }
  return low < high;
}

bool nobody_between(const std::vector<Point>& points, std::size_t i, std::size_t j) {
  for (std::size_t k = 0; k < points.size(); ++k) {
    if (k == i || k == j) continue;
    if ((points[i].x() - points[k].x()) * (points[j].x() - points[k].x()) +
            (points[i].y() - points[k].y()) * (points[j].y() - points[k].y()) <=
        0)
      return false;
  }
  return true;
}

TEST(Triangulation, RandomPointsAsBruteForce) {
  test::Uniform random(2);
  for (int trial = 0; trial < 10; ++trial) {
    const std::vector<Point> points = test::random_points(70, random, trial % 2 == 0 ? 1 : 1e6);
    EXPECT_EQ(links_of(delaunay_neighbours(points)),
              test::links_where(points.size(), [&](auto i, auto j) { return empty_circle_exists(points, i, j); }))
        << trial;
    EXPECT_EQ(links_of(gabriel_neighbours(points)),
              test::links_where(points.size(), [&](auto i, auto j) { return nobody_between(points, i, j); }))
        << trial;
  }
}

TEST(Triangulation, ALatticeHasNoDiagonals) {
  for (const double step : {1000.0, 0.25, 7.0}) {
    std::vector<Point> points;
    for (int row = 0; row < 13; ++row)
      for (int column = 0; column < 17; ++column) points.emplace_back(5e5 + step * column, 1e5 - step * row);
    const std::vector<Link> rook = links_of(rook_neighbours(test::grid_from(0, 0, 1, 17, 13)));
    EXPECT_EQ(links_of(delaunay_neighbours(points)), rook) << step;
    EXPECT_EQ(links_of(gabriel_neighbours(points)), rook) << step;
  }
}

TEST(Triangulation, PointsOnOneLineAreChained) {
  for (const Point& step : {Point(1, 0), Point(0, 1), Point(1, 2), Point(-3, 1)}) {
    std::vector<Point> points;
    for (const int at : {3, 0, 2, 1}) points.emplace_back(100 + at * step.x(), 100 + at * step.y());
    const std::vector<Link> chain{{0, 2}, {1, 3}, {2, 0}, {2, 3}, {3, 1}, {3, 2}};
    EXPECT_EQ(links_of(delaunay_neighbours(points)), chain);
    EXPECT_EQ(links_of(gabriel_neighbours(points)), chain);
  }
}

TEST(Triangulation, CoincidentPlacesShareTheirNeighbours) {
  const std::vector<Point> points{{0, 0}, {10, 0}, {0, 0}, {20, 0}};
  const std::vector<Link> links{{0, 1}, {0, 2}, {1, 0}, {1, 2}, {1, 3}, {2, 0}, {2, 1}, {3, 1}};
  EXPECT_EQ(links_of(delaunay_neighbours(points)), links);
  EXPECT_EQ(links_of(gabriel_neighbours(points)), links);
  EXPECT_EQ(delaunay_neighbours(std::vector<Point>(5, Point(1, 1))).links(), 20U);
  EXPECT_THROW(delaunay_neighbours(std::vector<Point>(2'000'000, Point(1, 1))), Error);  // would be 4e12 links
}

TEST(Triangulation, FewPointsAndPointsThatAreNowhere) {
  EXPECT_EQ(delaunay_neighbours({}).size(), 0U);
  EXPECT_EQ(delaunay_neighbours(std::vector<Point>{{1, 1}}).links(), 0U);
  EXPECT_EQ(links_of(delaunay_neighbours(std::vector<Point>{{1, 1}, {NAN, 2}, {3, 3}})),
            (std::vector<Link>{{0, 2}, {2, 0}}));
  EXPECT_THROW(delaunay_neighbours(std::vector<Point>{{1, 1}, {INFINITY, 2}}), Error);
  EXPECT_THROW(gabriel_neighbours(std::vector<Point>{{INFINITY, 1}}), Error);
}

TEST(Triangulation, OrderOfPointsAndThreadsDoNotMatter) {
  test::Uniform random(6);
  std::vector<Point> points = test::random_points(2000, random);
  for (int i = 0; i < 400; ++i) points.emplace_back(50 * (i % 20), 50 * (i / 20));  // with ties
  test::expect_same_on_any_threads([&] { return gabriel_neighbours(points); });
  const std::vector<std::uint32_t> order = test::shuffled_order(points.size(), random);
  const std::vector<Point> moved = test::reordered(points, order);
  EXPECT_EQ(test::links_in_old_order(delaunay_neighbours(moved), order), links_of(delaunay_neighbours(points)));
  EXPECT_EQ(test::links_in_old_order(gabriel_neighbours(moved), order), links_of(gabriel_neighbours(points)));
}

}  // namespace
}  // namespace tocsin
