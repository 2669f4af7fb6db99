#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/emerging/space_time_cube.hpp>

#include "engine/shapes.hpp"

namespace tocsin {
namespace {

/// Sums of some tens of shares.
constexpr double rounding = 1e-12;

Day may(unsigned day) {
  return make_day(2021, 5, day);
}

/// Dekads of May 2021: 10, 10 and 11 days.
std::vector<Period> dekads() {
  return periods_between(may(1), may(31), Every::dekad);
}

Grid ten_by_ten() {
  return Grid::covering({0, 0, 10'000, 10'000}, kilometres(1));
}

/// West and east halves of the grid, and what lies north of it.
Areas halves() {
  Areas areas;
  areas.shapes = {test::rectangle(0, 0, 5'000, 10'000), test::rectangle(5'000, 0, 10'000, 10'000),
                  test::rectangle(0, 10'000, 10'000, 12'000)};
  areas.codes = areas.names = {"W", "E", "N"};
  return areas;
}

void add(Events& events, double x, double y, Day first, Day last, float radius_m = 0) {
  events.add(x, y, first);
  events.last_day.back() = last;
  if (radius_m > 0) events.precision.back() = {PlaceKind::disc, 0, radius_m};
}

double total(const SpaceTimeCube& cube) {
  return std::accumulate(cube.values.begin(), cube.values.end(), 0.0);
}

TEST(SpaceTimeCube, CountsPointsInTheirAreaAndPeriod) {
  Events events;
  add(events, 1'000, 1'000, may(3), may(3));
  add(events, 2'000, 9'000, may(10), may(10));
  add(events, 9'000, 5'000, may(11), may(11));
  add(events, 5'000, 5'000, may(31), may(31));   // on the border: of the first
  add(events, 50'000, 5'000, may(31), may(31));  // elsewhere
  add(events, 9'000, 5'000, may(31) + std::chrono::days{1}, may(31) + std::chrono::days{1});  // later
  const std::vector<double> weights{1, 1, 2, 1, 1, 1};
  const PlacedEvents placed = find_places(events, ten_by_ten(), {});
  const SpaceTimeCube cube = count_in_areas(events, weights, placed, halves(), dekads());
  EXPECT_EQ(cube.places, 3U);
  EXPECT_EQ(cube.values, (std::vector<double>{2, 0, 0, 0, 2, 0, 1, 0, 0}));
  EXPECT_EQ(cube.at(1, 1), 2);
  EXPECT_EQ(cube.slice(2)[0], 1);
}

TEST(SpaceTimeCube, SharesAnEventOverItsDaysAndItsPlace) {
  Events events;
  add(events, 5'000, 5'000, may(9), may(12), 2'000);  // 2 days in each of two dekads; half of the disc in each half
  const PlacedEvents placed = find_places(events, ten_by_ten(), {});
  const SpaceTimeCube cube = count_in_areas(events, std::vector<double>{1}, placed, halves(), dekads());
  for (const std::size_t t : {0U, 1U})
    for (const std::size_t place : {0U, 1U}) EXPECT_NEAR(cube.at(t, place), 0.25, rounding);
  EXPECT_NEAR(total(cube), 1, rounding);
  // A disc of which a part lies in no area counts by the rest.
  Events edge;
  add(edge, 0, 5'000, may(9), may(9), 1'000);
  const SpaceTimeCube half =
      count_in_areas(edge, std::vector<double>{1}, find_places(edge, ten_by_ten(), {}), halves(), dekads());
  EXPECT_NEAR(half.at(0, 0), 0.5, rounding);
  EXPECT_NEAR(total(half), 0.5, rounding);
}

TEST(SpaceTimeCube, CellsOfAreasAddUpToThem) {
  Events events;
  RandomStream random({.seed = 3});
  for (int i = 0; i < 200; ++i) {
    const Day first = may(1 + random.below(28));
    add(events, 2'500 + 5'000 * random.uniform(), 2'500 + 5'000 * random.uniform(), first,
        first + std::chrono::days{random.below(4)}, i % 3 == 0 ? 900.0F : 0.0F);
  }
  const std::vector<double> weights(events.size(), 1.5);
  const PlacedEvents placed = place_events(events, ten_by_ten(), {});
  const SpaceTimeCube cells = count_in_cells(events, weights, placed, ten_by_ten(), dekads());
  const SpaceTimeCube areas = count_in_areas(events, weights, placed, halves(), dekads());
  EXPECT_EQ(cells.places, 100U);
  for (std::size_t t = 0; t < 3; ++t) {
    double west = 0;
    for (std::size_t cell = 0; cell < 100; ++cell)
      if (cell % 10 < 5) west += cells.at(t, cell);
    EXPECT_NEAR(west, areas.at(t, 0), 1e-10);  // 100 cells of sums of 200
  }
  EXPECT_NEAR(total(cells), total(areas), 1e-10);
}

TEST(SpaceTimeCube, HasTheSameBytesForAnyNumberOfThreads) {
  Events events;
  RandomStream random({.seed = 4});
  for (int i = 0; i < 60; ++i)
    add(events, 10'000 * random.uniform(), 10'000 * random.uniform(), may(1), may(31), i % 2 == 0 ? 1'500.0F : 0.0F);
  const std::vector<double> weights(events.size(), 0.3);
  std::vector<std::vector<double>> found;
  for (const int threads : {1, 2, 3, 8}) {
    const ThreadLimit limit(threads);
    const PlacedEvents placed = place_events(events, ten_by_ten(), {});
    found.push_back(count_in_areas(events, weights, placed, halves(), dekads()).values);
    const auto cells = count_in_cells(events, weights, placed, ten_by_ten(), dekads()).values;
    found.back().insert(found.back().end(), cells.begin(), cells.end());
    EXPECT_EQ(found.back(), found.front());
  }
}

TEST(SpaceTimeCube, NeedsTheThreeForTheSameEvents) {
  Events events;
  add(events, 1, 1, may(1), may(1));
  const PlacedEvents placed = find_places(events, ten_by_ten(), {});
  EXPECT_THROW(count_in_areas(events, std::vector<double>{}, placed, halves(), dekads()), Error);
  EXPECT_THROW(count_in_cells(events, std::vector<double>{1}, PlacedEvents{}, ten_by_ten(), dekads()), Error);
}

TEST(SpaceTimeCube, HalfOfThePeriodWithoutALookIsAGap) {
  SpaceTimeCube cube{2, dekads(), {1, 2, 4, 8, 16, 32}};
  // Place 0: 4 days twice named, which count once, and 5 that overlap: days 1 to 5 of the first dekad. Place 1: 4 days.
  const double dropped = mark_gaps(
      cube,
      std::vector<UnobservedDays>{{0, may(1), may(4)}, {1, may(2), may(5)}, {0, may(1), may(4)}, {0, may(2), may(5)}});
  EXPECT_TRUE(std::isnan(cube.at(0, 0)));
  EXPECT_EQ(cube.at(0, 1), 2);
  EXPECT_EQ(cube.at(1, 0), 4);
  EXPECT_EQ(dropped, 1);
  // A third of the days is enough where so asked; what is a gap already drops nothing.
  EXPECT_EQ(mark_gaps(cube, std::vector<UnobservedDays>{{1, may(2), may(5)}, {0, may(1), may(9)}}, 0.3), 2);
  EXPECT_TRUE(std::isnan(cube.at(0, 1)));
  // Days beyond the cube, and a gap over all of it.
  EXPECT_EQ(mark_gaps(cube, std::vector<UnobservedDays>{{1, make_day(2020, 1, 1), make_day(2020, 12, 31)}}), 0);
  EXPECT_EQ(mark_gaps(cube, std::vector<UnobservedDays>{{1, make_day(2020, 1, 1), make_day(2022, 1, 1)}}), 40);
}

TEST(SpaceTimeCube, RefusesGapsThatAreNone) {
  SpaceTimeCube cube{2, dekads(), std::vector<double>(6)};
  EXPECT_THROW(mark_gaps(cube, std::vector<UnobservedDays>{{2, may(1), may(2)}}), Error);
  EXPECT_THROW(mark_gaps(cube, std::vector<UnobservedDays>{{0, may(2), may(1)}}), Error);
  EXPECT_THROW(mark_gaps(cube, {}, 0), Error);
  EXPECT_THROW(mark_gaps(cube, {}, 1.5), Error);
}

}  // namespace
}  // namespace tocsin
