#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <numbers>
#include <queue>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/distance/cost_distance.hpp>
#include <tocsin/distance/radix_heap.hpp>

#include "csv.hpp"
#include "shapes.hpp"

namespace tocsin {
namespace {

constexpr float impassable = std::numeric_limits<float>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Grid grid_of(std::int64_t columns, std::int64_t rows, double cell_m = 1) {
  return test::grid_from(0, 0, cell_m, columns, rows);
}

/// Cost of a step by its definition; NaN when it is no step, leads out of the grid or through something impassable.
double step_cost(const Raster<float>& friction, const Cell& from, std::int64_t right, std::int64_t down, Moves moves) {
  const Grid& grid = friction.grid();
  const auto at = [&](std::int64_t dx, std::int64_t dy) {
    const Cell cell{from.column + dx, from.row + dy};
    const bool inside = cell.column >= 0 && cell.column < grid.width && cell.row >= 0 && cell.row < grid.height;
    return inside ? static_cast<double>(friction.at(cell)) : not_observed;
  };
  const std::int64_t far = std::max(std::abs(right), std::abs(down)), near = std::min(std::abs(right), std::abs(down));
  const double ends = at(0, 0) + at(right, down);
  if (far == 1 && near == 0) return ends * (grid.cell_m / 2);
  if (far == 1 && near == 1) return ends * (grid.cell_m * std::numbers::sqrt2 / 2);
  if (far != 2 || near != 1 || moves == Moves::eight) return not_observed;
  const std::int64_t sign_x = right > 0 ? 1 : -1, sign_y = down > 0 ? 1 : -1;
  const double first = std::abs(right) == 2 ? at(sign_x, 0) : at(0, sign_y);
  return (ends + (first + at(sign_x, sign_y))) * (grid.cell_m * std::sqrt(5.0) / 4);
}

/// Bellman and Ford: steps from every cell until nothing changes.
Raster<float> by_brute_force(const Raster<float>& friction, const std::vector<std::size_t>& starts, Moves moves,
                             double most = infinity) {
  const Grid& grid = friction.grid();
  std::vector<double> cost(grid.size(), infinity);
  for (const std::size_t start : starts)
    if (!std::isnan(friction.values()[start])) cost[start] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::int64_t row = 0; row < grid.height; ++row) {
      for (std::int64_t column = 0; column < grid.width; ++column) {
        for (std::int64_t down = -2; down <= 2; ++down) {
          for (std::int64_t right = -2; right <= 2; ++right) {
            const double whole =
                cost[grid.index({column, row})] + step_cost(friction, {column, row}, right, down, moves);
            if (!(whole <= most)) continue;
            double& known = cost[grid.index({column + right, row + down})];
            changed = changed || whole < known;
            known = std::min(known, whole);
          }
        }
      }
    }
  }
  Raster<float> result(grid);
  for (std::size_t i = 0; i < cost.size(); ++i)
    result.values()[i] = static_cast<float>(cost[i] == infinity ? not_observed : cost[i]);
  return result;
}

/// Dijkstra over the whole grid with one heap.
Raster<float> by_one_heap(const Raster<float>& friction, const std::vector<std::size_t>& starts, Moves moves) {
  const Grid& grid = friction.grid();
  std::vector<double> cost(grid.size(), infinity);
  std::priority_queue<std::pair<double, std::size_t>, std::vector<std::pair<double, std::size_t>>, std::greater<>>
      queue;
  for (const std::size_t start : starts) {
    if (std::isnan(friction.values()[start])) continue;
    cost[start] = 0;
    queue.emplace(0.0, start);
  }
  while (!queue.empty()) {
    const auto [here, index] = queue.top();
    queue.pop();
    if (here > cost[index]) continue;
    const Cell cell{static_cast<std::int64_t>(index) % grid.width, static_cast<std::int64_t>(index) / grid.width};
    for (std::int64_t down = -2; down <= 2; ++down) {
      for (std::int64_t right = -2; right <= 2; ++right) {
        const double whole = here + step_cost(friction, cell, right, down, moves);
        if (std::isnan(whole)) continue;
        const std::size_t to = grid.index({cell.column + right, cell.row + down});
        if (whole >= cost[to]) continue;
        cost[to] = whole;
        queue.emplace(whole, to);
      }
    }
  }
  Raster<float> result(grid);
  for (std::size_t i = 0; i < cost.size(); ++i)
    result.values()[i] = static_cast<float>(cost[i] == infinity ? not_observed : cost[i]);
  return result;
}

/// Roads, plains and swamps in patches, with a share of impassable cells.
Raster<float> random_friction(test::Uniform& random, const Grid& grid, double impassable_share) {
  Raster<float> friction(grid);
  for (std::int64_t row = 0; row < grid.height; ++row) {
    for (std::int64_t column = 0; column < grid.width; ++column) {
      const double patch = (row / 9 + column / 11) % 3 == 0 ? 20 : 1;
      const double value = row % 13 == 0 || column % 17 == 0 ? 0.02 : patch * random.between(0.1, 1);
      friction.at({column, row}) = random() < impassable_share ? impassable : static_cast<float>(value);
    }
  }
  return friction;
}

std::vector<std::size_t> random_starts(test::Uniform& random, const Grid& grid, int count) {
  std::vector<std::size_t> starts;
  for (int i = 0; i < count; ++i)
    starts.push_back(static_cast<std::size_t>(random() * static_cast<double>(grid.size())));
  return starts;
}

void expect_same_bits(const Raster<float>& found, const Raster<float>& expected, const std::string& what) {
  ASSERT_EQ(found.grid(), expected.grid()) << what;
  for (std::size_t i = 0; i < expected.values().size(); ++i) {
    const float here = found.values()[i], wanted = expected.values()[i];
    ASSERT_TRUE(here == wanted || (std::isnan(here) && std::isnan(wanted)))
        << what << ", cell " << i << ": " << here << " is not " << wanted;
  }
}

/// Bit for bit: the smallest sum is one number, however it is found.
TEST(CostDistance, AgreesWithBruteForceOnSmallGrids) {
  test::Uniform random(41);
  for (int round = 0; round < 60; ++round) {
    const Grid grid = grid_of(1 + static_cast<std::int64_t>(random() * 24),
                              1 + static_cast<std::int64_t>(random() * 24), round % 2 == 0 ? 1 : 30);
    const Raster<float> friction = random_friction(random, grid, round % 3 * 0.15);
    const auto starts = random_starts(random, grid, 1 + round % 4);
    for (const Moves moves : {Moves::eight, Moves::sixteen}) {
      const CostOptions options{moves, infinity, 2 + round % 7};
      expect_same_bits(cost_distance(friction, starts, options), by_brute_force(friction, starts, moves),
                       "seed 41, round " + std::to_string(round));
    }
  }
}

TEST(CostDistance, AgreesWithOneHeapForAnyBlocksAndThreads) {
  test::Uniform random(2);
  const Grid grid = grid_of(97, 83, 250);
  const Raster<float> friction = random_friction(random, grid, 0.2);
  const auto starts = random_starts(random, grid, 3);
  for (const Moves moves : {Moves::eight, Moves::sixteen}) {
    const Raster<float> expected = by_one_heap(friction, starts, moves);
    for (const std::int64_t block : {2, 5, 16, 64, 120}) {
      for (const int threads : {1, 2, 3, 8}) {
        const ThreadLimit limit(threads);
        expect_same_bits(cost_distance(friction, starts, {moves, infinity, block}), expected,
                         "blocks of " + std::to_string(block) + ", " + std::to_string(threads) + " threads");
      }
    }
  }
}

void expect_oracle(Moves moves, const std::string& file) {
  const auto table = test::read_csv("engine/oracle/distance/friction.csv", 0);
  const auto expected = test::read_csv("engine/oracle/distance/" + file, 0);
  const Grid grid = grid_of(45, 36, 30);
  Raster<float> friction(grid);
  for (std::size_t i = 0; i < grid.size(); ++i) friction.values()[i] = std::stof(table[i / 45][i % 45]);
  const std::vector<std::size_t> starts{2 * 45 + 2, 33 * 45 + 40, 18 * 45 + 22};
  const Raster<float> found = cost_distance(friction, starts, {moves, infinity, 16});
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const double wanted = std::stod(expected[i / 45][i % 45]);
    ASSERT_EQ(std::isnan(found.values()[i]), std::isnan(wanted)) << i;
    if (std::isnan(wanted)) continue;
    ASSERT_NEAR(found.values()[i], wanted, 1e-7 * wanted) << i;  // see oracle/distance/README.md
  }
}

TEST(CostDistance, AgreesWithScikitImage) {
  expect_oracle(Moves::eight, "cost_eight_moves.csv");
}

TEST(CostDistance, KnightsMovesAgreeWithGrass) {
  expect_oracle(Moves::sixteen, "cost_sixteen_moves.csv");
}

TEST(CostDistance, KnownByHand) {
  const float x = impassable;
  const Grid grid = grid_of(5, 3, 10);
  Raster<float> friction(grid);
  const std::array<float, 15> values{1, 1, x, 1, 1,  //
                                     1, 3, x, 1, 1,  //
                                     1, 1, x, x, 2};
  std::copy(values.begin(), values.end(), friction.values().begin());
  const std::vector<std::size_t> starts{0, 2};  // the second stands on an impassable cell and starts nothing
  const Raster<float> found = cost_distance(friction, starts);
  EXPECT_EQ(found.at({0, 0}), 0);
  EXPECT_EQ(found.at({1, 0}), 10);
  EXPECT_FLOAT_EQ(found.at({1, 1}), static_cast<float>(20 * std::numbers::sqrt2)) << "10 sqrt(2) (1 + 3) / 2";
  EXPECT_EQ(found.at({0, 2}), 20);
  EXPECT_FLOAT_EQ(found.at({1, 2}), static_cast<float>(10 + 10 * std::numbers::sqrt2)) << "around the dear cell";
  for (const Cell& cell : {Cell{2, 0}, Cell{2, 1}, Cell{3, 0}, Cell{4, 2}}) EXPECT_TRUE(std::isnan(found.at(cell)));
}

TEST(CostDistance, AKnightsMoveIsNoWayAroundAWall) {
  const Grid grid = grid_of(9, 9);
  Raster<float> friction(grid, 1);
  for (std::int64_t row = 0; row < 9; ++row) friction.at({4, row}) = impassable;
  const Raster<float> found = cost_distance(friction, std::vector<std::size_t>{0}, {Moves::sixteen, infinity, 4});
  for (std::int64_t row = 0; row < 9; ++row)
    for (std::int64_t column = 0; column < 9; ++column) EXPECT_EQ(std::isnan(found.at({column, row})), column >= 4);
}

TEST(CostDistance, OnFlatGroundStepsAreKnown) {
  const Grid grid = grid_of(41, 41, 100);
  const Raster<float> friction(grid, 0.5F);
  const std::vector<std::size_t> middle{grid.index({20, 20})};
  const Raster<float> eight = cost_distance(friction, middle),
                      sixteen = cost_distance(friction, middle, {Moves::sixteen});
  for (std::int64_t row = 0; row < 41; ++row) {
    for (std::int64_t column = 0; column < 41; ++column) {
      const double dx = std::abs(static_cast<double>(column - 20)), dy = std::abs(static_cast<double>(row - 20));
      const double far = std::max(dx, dy), near = std::min(dx, dy);
      const double octile = 50 * (far - near + std::numbers::sqrt2 * near);
      EXPECT_NEAR(eight.at({column, row}), octile, 1e-6 * octile);  // sums of rounded steps
      EXPECT_LE(sixteen.at({column, row}), eight.at({column, row}));
      EXPECT_GE(sixteen.at({column, row}) * (1 + 1e-6), 50 * std::hypot(dx, dy)) << "no way is shorter than straight";
    }
  }
}

TEST(CostDistance, ScalesWithTheFriction) {
  test::Uniform random(6);
  const Grid grid = grid_of(70, 50);
  Raster<float> friction = random_friction(random, grid, 0.1);
  const auto starts = random_starts(random, grid, 5);
  const Raster<float> once = cost_distance(friction, starts);
  for (float& value : friction.values()) value *= 4;  // exact
  Raster<float> expected = once;
  for (float& value : expected.values()) value *= 4;
  expect_same_bits(cost_distance(friction, starts), expected, "four times the friction");
}

TEST(CostDistance, TheLargestCostEndsTheSearchAndChangesNothingWithin) {
  test::Uniform random(19);
  const Grid grid = grid_of(60, 60);
  const Raster<float> friction = random_friction(random, grid, 0.1);
  const auto starts = random_starts(random, grid, 2);
  const Raster<float> all = cost_distance(friction, starts);
  for (const double most : {0.0, 0.7, 6.0, 1e9}) {
    const CostOptions options{Moves::eight, most, 8};
    const Raster<float> found = cost_distance(friction, starts, options);
    expect_same_bits(found, by_brute_force(friction, starts, Moves::eight, most), "most " + std::to_string(most));
    for (std::size_t i = 0; i < grid.size(); ++i) {
      if (std::isnan(found.values()[i])) continue;
      EXPECT_EQ(found.values()[i], all.values()[i]);
    }
  }
}

TEST(CostDistance, ZeroFrictionIsFree) {
  const Grid grid = grid_of(30, 20);
  const Raster<float> friction(grid, 0.0F);
  const Raster<float> found = cost_distance(friction, std::vector<std::size_t>{17}, {Moves::sixteen, infinity, 7});
  for (const float value : found.values()) EXPECT_EQ(value, 0);
}

/// What waits in a store comes back as it went, in whatever order and number.
TEST(CostDistance, SameBitsWhenBlocksWaitInAStore) {
  test::Uniform random(23);
  const Grid grid = grid_of(97, 131, 30);
  for (const Moves moves : {Moves::eight, Moves::sixteen}) {
    const CostOptions options{moves, infinity, 8};
    const Raster<float> friction = random_friction(random, grid, 0.15);
    const auto starts = random_starts(random, grid, 4);
    const Raster<float> expected = cost_distance(friction, starts, options);
    const double block_bytes = CostDistance::bytes_in_memory(grid, options) / (13 * 17);
    for (const int resident : {0, 9, 25, 60}) {
      CostDistance search(grid, options, std::make_unique<MemoryBlockStore>(), resident * block_bytes);
      for (std::int64_t row = 0; row < grid.height; row += 31) {
        const auto rows = static_cast<std::size_t>(std::min<std::int64_t>(31, grid.height - row));
        search.set_friction(row, friction.values().subspan(grid.index({0, row}), rows * 97));
      }
      for (const std::size_t start : starts)
        search.start_at({static_cast<std::int64_t>(start % 97), static_cast<std::int64_t>(start / 97)});
      Progress silent;
      search.solve(silent);
      Raster<float> found(grid);
      for (std::int64_t row = 0; row < grid.height; row += 20) {
        const auto rows = static_cast<std::size_t>(std::min<std::int64_t>(20, grid.height - row));
        search.read(row, found.values().subspan(grid.index({0, row}), rows * 97));
      }
      expect_same_bits(found, expected, std::to_string(resident) + " blocks in memory");
    }
  }
}

TEST(CostDistance, BadInput) {
  const Grid grid = grid_of(4, 3);
  Raster<float> friction(grid, 1);
  const auto code_of = [&](const Raster<float>& of, std::size_t start, const CostOptions& options) {
    try {
      cost_distance(of, std::vector<std::size_t>{start}, options);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(code_of(friction, 12, {}), ErrorCode::invalid_argument) << "outside";
  EXPECT_EQ(code_of(friction, 0, {Moves::eight, -1}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(friction, 0, {Moves::eight, not_observed}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(friction, 0, {Moves::eight, infinity, 1}), ErrorCode::invalid_argument);
  friction.at({2, 1}) = -0.5F;
  try {
    cost_distance(friction, std::vector<std::size_t>{0});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::input);
    EXPECT_NE(std::string(error.what()).find("column 3, row 2"), std::string::npos) << error.what();
  }
  friction.at({2, 1}) = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(std::isnan(cost_distance(friction, std::vector<std::size_t>{0}).at({2, 1}))) << "infinite is impassable";
}

TEST(CostDistance, WithoutAStartNothingIsReached) {
  const Raster<float> friction(grid_of(4, 3), 1);
  const Raster<float> found = cost_distance(friction, {});
  for (const float value : found.values()) EXPECT_TRUE(std::isnan(value));
}

TEST(RadixHeap, GivesKeysBackInOrder) {
  test::Uniform random(3);
  detail::RadixHeap heap;
  std::priority_queue<double, std::vector<double>, std::greater<>> expected;
  double last = 0;
  for (int step = 0; step < 20'000; ++step) {
    if (expected.empty() || random() < 0.55) {
      const double key = last + (random() < 0.1 ? 0.0 : std::ldexp(random(), static_cast<int>(random() * 40) - 20));
      heap.push(key, static_cast<std::uint32_t>(step));
      expected.push(key);
    } else {
      last = heap.pop().key;
      ASSERT_EQ(last, expected.top());
      expected.pop();
    }
    ASSERT_EQ(heap.empty(), expected.empty());
  }
}

}  // namespace
}  // namespace tocsin
