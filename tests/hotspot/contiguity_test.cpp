#include <cmath>

#include <gtest/gtest.h>
#include <hotspot/neighbour_cases.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/contiguity.hpp>

namespace tocsin {
namespace {

using test::Link;
using test::links_of;
using test::rectangle;

Areas areas_of(std::vector<MultiPolygon> shapes) {
  Areas areas;
  areas.shapes = std::move(shapes);
  return areas;
}

/// A square cut in two again and again at whole multiples of 10 m: rectangles that meet at corners, along whole sides
/// and at T-junctions.
std::vector<Box> random_partition(std::uint64_t seed) {
  test::Uniform random(seed);
  std::vector<Box> boxes{{0, 0, 400, 400}};
  for (int cut = 0; cut < 200; ++cut) {
    const auto chosen = static_cast<std::size_t>(random() * static_cast<double>(boxes.size()));
    Box &box = boxes[chosen], other = box;
    const bool by_x = random() < 0.5;
    const double low = by_x ? box.min_x : box.min_y, high = by_x ? box.max_x : box.max_y;
    const double at = low + 10 * std::floor(random.between(1, (high - low) / 10));
    if (high - low < 20) continue;
    (by_x ? box.max_x : box.max_y) = at;
    (by_x ? other.min_x : other.min_y) = at;
    boxes.push_back(other);
  }
  return boxes;
}

std::vector<Link> brute_force(const std::vector<Box>& boxes, bool length) {
  return test::links_where(boxes.size(), [&](std::uint32_t i, std::uint32_t j) {
    const Box &a = boxes[i], &b = boxes[j];
    const double x = std::min(a.max_x, b.max_x) - std::max(a.min_x, b.min_x);
    const double y = std::min(a.max_y, b.max_y) - std::max(a.min_y, b.min_y);
    return x >= 0 && y >= 0 && (!length || x + y > 0);
  });
}

/// The boxes, each smaller by `shrink` on every side, turned about the origin and moved.
Areas turned(const std::vector<Box>& boxes, double shrink, double angle, double move) {
  Areas areas;
  for (const Box& box : boxes) {
    const Box small = box.expanded(-shrink);
    std::vector<Point> corners;
    const MultiPolygon straight = rectangle(small.min_x, small.min_y, small.max_x, small.max_y);
    for (const Point& p : straight[0].outer())
      corners.emplace_back(move + p.x() * std::cos(angle) - p.y() * std::sin(angle),
                           move + p.x() * std::sin(angle) + p.y() * std::cos(angle));
    areas.shapes.push_back(test::polygon_of(corners));
  }
  return areas;
}

TEST(Contiguity, RandomPartitionsWithTJunctionsAsBruteForce) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const std::vector<Box> boxes = random_partition(seed);
    ASSERT_NE(brute_force(boxes, false), brute_force(boxes, true));
    // Turned, a T-junction's vertex stands beside the edge by a rounding; moved, by a larger one.
    for (const double angle : {0.0, 0.3, 1.1})
      for (const double move : {0.0, 5e5}) {
        const Areas areas = turned(boxes, 0, angle, move);
        EXPECT_EQ(links_of(queen_neighbours(areas)), brute_force(boxes, false)) << seed << ' ' << angle << ' ' << move;
        EXPECT_EQ(links_of(rook_neighbours(areas)), brute_force(boxes, true)) << seed << ' ' << angle << ' ' << move;
      }
  }
}

TEST(Contiguity, BoundariesThatDoNotQuiteMeetNeedATolerance) {
  const std::vector<Box> boxes = random_partition(7);
  const Areas apart = turned(boxes, 0.3, 0.4, 1000);  // 0.6 m between sides, 0.85 m between corners
  EXPECT_EQ(queen_neighbours(apart).links(), 0U);
  EXPECT_EQ(rook_neighbours(apart, {.tolerance_m = 0.5}).links(), 0U);
  EXPECT_EQ(links_of(queen_neighbours(apart, {.tolerance_m = 1})), brute_force(boxes, false));
  EXPECT_EQ(links_of(rook_neighbours(apart, {.tolerance_m = 1})), brute_force(boxes, true));
  const Areas across = turned(boxes, -0.2, 0.4, 1000);  // digitised over each other
  EXPECT_EQ(links_of(rook_neighbours(across, {.tolerance_m = 1})), brute_force(boxes, true));
}

TEST(Contiguity, BoundariesDrawnWithOtherVerticesRunAlongWithinTheTolerance) {
  // The same border, drawn twice: straight, and with a vertex every 7 m that misses it by up to 2 m.
  std::vector<Point> west{{0, 0}, {0, 100}, {100, 100}}, east{{102, 100}};
  for (int i = 1; i < 14; ++i) west.emplace_back(100 + (i % 2 == 0 ? 1.5 : -1.5), 100 - 7 * i);
  west.emplace_back(100, 0);
  for (const Point& p : std::vector<Point>{{200, 100}, {200, 0}, {102, 0}}) east.push_back(p);
  const Areas areas = areas_of({test::polygon_of(west), test::polygon_of(east)});
  EXPECT_EQ(rook_neighbours(areas).links(), 0U);
  EXPECT_EQ(rook_neighbours(areas, {.tolerance_m = 4}).links(), 2U);
}

TEST(Contiguity, ARunMustBeLongerThanTheTolerance) {
  const auto beside = [](double overlap) {
    return areas_of({rectangle(0, 0, 100, 100), rectangle(101, 100 - overlap, 200, 200)});
  };
  EXPECT_EQ(rook_neighbours(beside(4), {.tolerance_m = 5}).links(), 0U);
  EXPECT_EQ(rook_neighbours(beside(6), {.tolerance_m = 5}).links(), 2U);
  EXPECT_EQ(queen_neighbours(beside(4), {.tolerance_m = 5}).links(), 2U);
  // A shared edge is a length however short it is, at any tolerance.
  const Areas narrow = areas_of({rectangle(0, 0, 10, 3), rectangle(10, 0, 20, 3)});
  EXPECT_EQ(rook_neighbours(narrow, {.tolerance_m = 5}).links(), 2U);
}

TEST(Contiguity, EdgesThatLeaveACommonCornerAtAnAngleShareAPoint) {
  const MultiPolygon left = test::polygon_of({{5e5, 5e5}, {5e5 - 100, 5e5 + 1000}, {5e5 - 900, 5e5 + 1000}});
  for (const double apart : {100.0, 1.0, 0.01}) {  // to an angle of 1e-5
    const MultiPolygon right = test::polygon_of({{5e5, 5e5}, {5e5 - 100 + apart, 5e5 + 1000}, {5e5 + 900, 5e5 + 1000}});
    EXPECT_EQ(queen_neighbours(areas_of({left, right})).links(), 2U) << apart;
    EXPECT_EQ(rook_neighbours(areas_of({left, right})).links(), 0U) << apart;
  }
}

TEST(Contiguity, HolesLakesAndIslandsInThem) {
  MultiPolygon around = rectangle(0, 0, 100, 100);
  around[0].inners().push_back({{20, 20}, {80, 20}, {80, 80}, {20, 80}, {20, 20}});
  const Areas areas = areas_of({around, rectangle(40, 40, 60, 60), {}, rectangle(200, 0, 300, 100)});
  const Neighbours apart = queen_neighbours(areas);
  EXPECT_EQ(islands(apart), (std::vector<std::uint32_t>{0, 1, 2, 3}));  // water on all sides; no shape; far away
  const Areas filled = areas_of({around, rectangle(20, 20, 80, 80)});
  EXPECT_EQ(links_of(rook_neighbours(filled)), (std::vector<Link>{{0, 1}, {1, 0}}));
  const Areas within = areas_of({rectangle(0, 0, 100, 100), rectangle(40, 40, 60, 60)});
  EXPECT_EQ(queen_neighbours(within).links(), 0U);  // no common boundary
}

TEST(Contiguity, OneLatticeOfManyPartsAndCrossingBoundaries) {
  MultiPolygon parts = rectangle(0, 0, 1, 1);
  parts.push_back(rectangle(5, 5, 6, 6)[0]);
  const Areas areas = areas_of({parts, rectangle(6, 6, 7, 7), rectangle(1, 0, 2, 1), rectangle(0.5, 0.5, 1.5, 1.5)});
  EXPECT_EQ(links_of(queen_neighbours(areas)),
            (std::vector<Link>{{0, 1}, {0, 2}, {0, 3}, {1, 0}, {2, 0}, {2, 3}, {3, 0}, {3, 2}}));
  EXPECT_EQ(links_of(rook_neighbours(areas)), (std::vector<Link>{{0, 2}, {2, 0}}));
}

TEST(Contiguity, OrderOfAreasAndThreadsDoNotMatter) {
  const std::vector<Box> boxes = random_partition(11);
  Areas areas = turned(boxes, 0.3, 0.4, 1000);
  const ContiguityOptions near{.tolerance_m = 1};
  test::expect_same_on_any_threads([&] { return rook_neighbours(areas, near); });
  const std::vector<Link> links = links_of(rook_neighbours(areas, near));
  test::Uniform random(12);
  const std::vector<std::uint32_t> order = test::shuffled_order(areas.size(), random);
  areas.shapes = test::reordered(areas.shapes, order);
  EXPECT_EQ(test::links_in_old_order(rook_neighbours(areas, near), order), links);
}

TEST(Contiguity, RefusesWhatCannotBePlaced) {
  EXPECT_THROW(queen_neighbours(areas_of({rectangle(0, 0, NAN, 1)})), Error);
  EXPECT_THROW(queen_neighbours(areas_of({rectangle(0, 0, 1, 1)}), {.tolerance_m = -1}), Error);
  EXPECT_THROW(queen_neighbours(areas_of({rectangle(0, 0, 1, 1)}), {.tolerance_m = NAN}), Error);
  EXPECT_EQ(queen_neighbours(areas_of({})).size(), 0U);
}

// 0 - 1 - 2   3
Neighbours chain(std::vector<double> weights = {}) {
  return {{0, 1, 3, 4, 4}, {1, 0, 2, 1}, std::move(weights)};
}

TEST(Barriers, AreJoinedAndSeparatedOnBothSides) {
  const std::vector<Link> ferry{{3, 0}, {0, 1}, {0, 3}};  // one link stood before, one is said twice
  EXPECT_EQ(joined(chain(), ferry), Neighbours({0, 2, 4, 5, 6}, {1, 3, 0, 2, 1, 0}));
  EXPECT_EQ(separated(joined(chain(), ferry), std::vector<Link>{{0, 3}}), chain());
  EXPECT_EQ(separated(chain(), std::vector<Link>{{2, 1}, {0, 3}}), Neighbours({0, 1, 2, 2, 2}, {1, 0}));
  EXPECT_EQ(joined(chain({1, 2, 3, 4}), ferry, 0.5),
            Neighbours({0, 2, 4, 5, 6}, {1, 3, 0, 2, 1, 0}, {1, 0.5, 2, 3, 4, 0.5}));
  EXPECT_EQ(separated(chain({1, 2, 3, 4}), std::vector<Link>{{0, 1}}), Neighbours({0, 0, 1, 2, 2}, {2, 1}, {3, 4}));
  EXPECT_FALSE(joined(chain(), ferry, 0.5).binary());
}

TEST(Barriers, RefusePlacesThatAreNotThere) {
  EXPECT_THROW(joined(chain(), std::vector<Link>{{0, 4}}), Error);
  EXPECT_THROW(joined(chain(), std::vector<Link>{{2, 2}}), Error);
  EXPECT_THROW(joined(chain(), std::vector<Link>{{0, 2}}, NAN), Error);
  EXPECT_THROW(separated(chain(), std::vector<Link>{{4, 0}}), Error);
}

}  // namespace
}  // namespace tocsin
