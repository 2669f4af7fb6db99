#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/vector/placement_draws.hpp>

namespace tocsin {
namespace {

/// A grid of 4 x 4 km; an event on a point, one known to a disc of 1 km about its middle, one to a disc that reaches
/// beyond the grid by half.
struct World {
  Grid grid = Grid::covering({0, 0, 4000, 4000}, kilometres(1));
  Events events;
  PlacedEvents placed;

  World() {
    events.add(500, 500, {});
    events.add(2000, 2000, {});
    events.add(0, 2000, {});
    for (const std::size_t i : {1U, 2U}) events.precision[i] = {PlaceKind::disc, 0, 1000};
    placed = place_events(events, grid, {});
  }
  [[nodiscard]] PlacementDraws draws(int count, std::uint64_t seed = 1) const {
    PlacementDraws result(placed, events.row, {.draws = count, .seed = seed});
    result.add_rows(placed, grid, grid);
    return result;
  }
};

TEST(PlacementDraws, FollowsTheSharesOfThePlace) {
  const World world;
  constexpr int count = 4000;
  const PlacementDraws draws = world.draws(count);
  EXPECT_TRUE(draws.any());
  std::map<std::pair<double, double>, int> seen;
  int outside = 0;
  for (int d = 0; d < count; ++d) {
    const PlacedEvents drawn = draws.drawn(world.placed, d);
    EXPECT_EQ(drawn.points[static_cast<std::size_t>(drawn.place[0])].x, 500);
    ASSERT_EQ(drawn.how[1], PlacedAs::point);
    const auto& point = drawn.points[static_cast<std::size_t>(drawn.place[1])];
    ++seen[{point.x, point.y}];
    outside += drawn.how[2] == PlacedAs::outside ? 1 : 0;
    EXPECT_TRUE(drawn.spreads.empty());
  }
  // A quarter of the disc lies in each of four cells; five standard deviations of a binomial count.
  EXPECT_EQ(seen.size(), 4U);
  for (const auto& [cell, times] : seen) EXPECT_NEAR(times, count / 4, 5 * std::sqrt(count * 0.25 * 0.75));
  EXPECT_NEAR(outside, count / 2, 5 * std::sqrt(count * 0.25));
}

TEST(PlacementDraws, TheSameInBandsAndWithoutOtherEvents) {
  const World world;
  const PlacementDraws whole = world.draws(50);
  PlacementDraws bands(world.placed, world.events.row, {.draws = 50});
  PlacedEvents band = world.placed;
  for (std::int64_t row = 0; row < 4; ++row) {
    const Grid laid = world.grid.rows(row, 1);
    band.lay(laid, nullptr);
    bands.add_rows(band, laid, laid);
  }
  for (int d = 0; d < 50; ++d) {
    const PlacedEvents a = whole.drawn(world.placed, d), b = bands.drawn(world.placed, d);
    ASSERT_EQ(a.points.size(), b.points.size());
    for (std::size_t i = 0; i < a.points.size(); ++i) {
      EXPECT_EQ(a.points[i].x, b.points[i].x);
      EXPECT_EQ(a.points[i].y, b.points[i].y);
    }
  }
  // Another seed draws other places.
  int moved = 0;
  const PlacementDraws other = world.draws(50, 2);
  for (int d = 0; d < 50; ++d) {
    const PlacedEvents a = whole.drawn(world.placed, d), b = other.drawn(world.placed, d);
    const auto &p = a.points[static_cast<std::size_t>(a.place[1])], &q = b.points[static_cast<std::size_t>(b.place[1])];
    moved += p.x != q.x || p.y != q.y ? 1 : 0;
  }
  EXPECT_GT(moved, 20);
}

TEST(PlacementDraws, ExactReportsStay) {
  Events events;
  events.add(500, 500, {});
  const Grid grid = Grid::covering({0, 0, 4000, 4000}, kilometres(1));
  const PlacedEvents placed = place_events(events, grid, {});
  EXPECT_FALSE(PlacementDraws(placed, events.row, {}).any());
  EXPECT_THROW(PlacementDraws(placed, events.row, {.draws = 0}), Error);
  EXPECT_THROW(PlacementDraws(placed, {}, {}), Error);
}

}  // namespace
}  // namespace tocsin
