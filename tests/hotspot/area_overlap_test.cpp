#include <cmath>

#include <gtest/gtest.h>
#include <hotspot/neighbour_cases.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/area_overlap.hpp>

namespace tocsin {
namespace {

using test::rectangle;

Areas areas_of(std::vector<MultiPolygon> shapes) {
  Areas areas;
  areas.shapes = std::move(shapes);
  return areas;
}

TEST(AreaOverlap, NamesThePairAndItsShareOfTheSmaller) {
  const auto found = overlapping_areas(areas_of({rectangle(0, 0, 100, 100), rectangle(100, 0, 200, 100),
                                                 rectangle(90, 20, 110, 40), rectangle(500, 0, 600, 100)}));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].first, 0U);
  EXPECT_EQ(found[0].second, 2U);
  EXPECT_DOUBLE_EQ(found[0].area_m2, 200);
  EXPECT_DOUBLE_EQ(found[0].share, 0.5);
  EXPECT_EQ(found[1].first, 1U);
}

TEST(AreaOverlap, AreasThatOnlyTouchDoNotOverlapAndSliversAreLetPass) {
  EXPECT_TRUE(
      overlapping_areas(areas_of({rectangle(0, 0, 1, 1), rectangle(1, 0, 2, 1), rectangle(0, 1, 2, 2)}), 0).empty());
  const Areas sliver = areas_of({rectangle(0, 0, 1000, 1000), rectangle(999.9, 0, 2000, 1000)});
  EXPECT_TRUE(overlapping_areas(sliver).empty());
  EXPECT_EQ(overlapping_areas(sliver, 1e-5).size(), 1U);
}

TEST(AreaOverlap, LakesHoldIslandsButAreasDoNotHoldAreas) {
  MultiPolygon around = rectangle(0, 0, 100, 100);
  around[0].inners().push_back({{20, 20}, {80, 20}, {80, 80}, {20, 80}, {20, 20}});
  EXPECT_TRUE(overlapping_areas(areas_of({around, rectangle(20, 20, 80, 80)})).empty());
  const auto beyond = overlapping_areas(areas_of({around, rectangle(10, 30, 50, 40)}));
  ASSERT_EQ(beyond.size(), 1U);
  EXPECT_DOUBLE_EQ(beyond[0].area_m2, 100);  // what reaches over the western shore
  const auto twice = overlapping_areas(areas_of({rectangle(0, 0, 10, 10), {}, rectangle(0, 0, 10, 10)}));
  ASSERT_EQ(twice.size(), 1U);
  EXPECT_EQ(twice[0].second, 2U);
  EXPECT_DOUBLE_EQ(twice[0].share, 1);
}

TEST(AreaOverlap, StarsOverlapBoxesAsClippingFinds) {
  test::Uniform random(3);
  for (int trial = 0; trial < 100; ++trial) {
    const MultiPolygon star = test::polygon_of(test::random_star(random, 0, 0, 20, 100, 25));
    const double x = random.between(-120, 90), y = random.between(-120, 90);
    const Box box{x, y, x + random.between(1, 80), y + random.between(1, 80)};
    const double expected = test::area_within(star, box);
    const auto found = overlapping_areas(areas_of({star, rectangle(box.min_x, box.min_y, box.max_x, box.max_y)}), 0);
    // Both round coordinates of about 100 m: 1e-9 m2 is far more than they lose.
    ASSERT_EQ(found.empty(), expected < 1e-9) << trial;
    if (!found.empty()) {
      EXPECT_NEAR(found[0].area_m2, expected, 1e-9) << trial;
    }
  }
}

TEST(AreaOverlap, TurningBothChangesNothing) {
  test::Uniform random(4);
  for (int trial = 0; trial < 30; ++trial) {
    std::vector<Point> a = test::random_star(random, 0, 0, 20, 100, 25);
    std::vector<Point> b = test::random_star(random, random.between(-90, 90), random.between(-90, 90), 20, 100, 31);
    const auto before = overlapping_areas(areas_of({test::polygon_of(a), test::polygon_of(b)}), 0);
    for (std::vector<Point>* ring : {&a, &b})
      for (Point& p : *ring) p = {0.6 * p.x() - 0.8 * p.y(), 0.8 * p.x() + 0.6 * p.y()};
    const auto after = overlapping_areas(areas_of({test::polygon_of(a), test::polygon_of(b)}), 0);
    ASSERT_EQ(before.size(), after.size());
    if (!before.empty()) {
      EXPECT_NEAR(before[0].area_m2, after[0].area_m2, 1e-9);
    }
  }
}

TEST(AreaOverlap, RefusesAShareThatIsNone) {
  EXPECT_THROW(overlapping_areas({}, -0.1), Error);
  EXPECT_THROW(overlapping_areas({}, NAN), Error);
  EXPECT_THROW(overlapping_areas({}, 1), Error);
  EXPECT_THROW(overlapping_areas(areas_of({rectangle(0, 0, INFINITY, 1)})), Error);
}

}  // namespace
}  // namespace tocsin
