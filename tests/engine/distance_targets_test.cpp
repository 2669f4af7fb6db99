#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/distance/distance_transform.hpp>
#include <tocsin/distance/nearest_target.hpp>
#include <tocsin/distance/target_collector.hpp>
#include <tocsin/vector/area_raster.hpp>

#include "csv.hpp"
#include "shapes.hpp"

namespace tocsin {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Nearest {
  std::vector<float> distances;
  std::vector<std::int32_t> ids;
};

struct Target {
  Cell cell;
  std::int32_t id = 0;
};

/// Every cell against every target, in whole numbers.
Nearest by_brute_force(const std::vector<Target>& targets, const Grid& grid) {
  Nearest result;
  for (std::int64_t row = 0; row < grid.height; ++row) {
    for (std::int64_t column = 0; column < grid.width; ++column) {
      std::int64_t nearest = INT64_MAX;
      std::int32_t id = no_target_id;
      for (const Target& target : targets) {
        const std::int64_t dx = target.cell.column - column, dy = target.cell.row - row, d2 = dx * dx + dy * dy;
        if (d2 < nearest || (d2 == nearest && target.id < id)) id = target.id;
        nearest = std::min(nearest, d2);
      }
      result.distances.push_back(static_cast<float>(std::sqrt(static_cast<double>(nearest)) * grid.cell_m));
      result.ids.push_back(id);
    }
  }
  return result;
}

Nearest of_window(const TargetSpans& targets, const Grid& grid, const CellWindow& window) {
  Nearest result{std::vector<float>(window.size()), std::vector<std::int32_t>(window.size())};
  nearest_targets(targets, grid.cell_m, window, result.distances, result.ids);
  return result;
}

Nearest of_grid(const TargetSpans& targets, const Grid& grid) {
  return of_window(targets, grid, {0, 0, grid.width, grid.height});
}

void expect_equal(const Nearest& found, const Nearest& expected, const std::string& what) {
  ASSERT_EQ(found.distances.size(), expected.distances.size()) << what;
  for (std::size_t i = 0; i < expected.distances.size(); ++i) {
    ASSERT_EQ(found.distances[i], expected.distances[i]) << what << ", cell " << i;
    ASSERT_EQ(found.ids[i], expected.ids[i]) << what << ", cell " << i;
  }
}

Feature feature_of(Geometry geometry) {
  return {std::move(geometry), {}, {}};
}

/// Points, lines and polygons with holes in and around a grid.
Features random_features(test::Uniform& random, const Grid& grid, int count, double beyond_m) {
  const Box box = grid.bounds().expanded(beyond_m);
  Features features;
  for (int i = 0; i < count; ++i) {
    const double x = random.between(box.min_x, box.max_x), y = random.between(box.min_y, box.max_y);
    const double size = random.between(0.5, 8) * grid.cell_m;
    if (i % 3 == 0) {
      features.push_back(feature_of(Point(x, y)));
    } else if (i % 3 == 1) {
      LineString line{{x, y}};
      for (int k = 0; k < 3; ++k) line.emplace_back(x + random.between(-2, 2) * size, y + random.between(-2, 2) * size);
      features.push_back(feature_of(line));
    } else {
      MultiPolygon shape = test::polygon_of(test::random_star(random, x, y, 0.4 * size, size, 9));
      const auto hole = test::random_star(random, x, y, 0.1 * size, 0.3 * size, 5);
      shape[0].inners().emplace_back(hole.begin(), hole.end());
      boost::geometry::correct(shape);
      features.push_back(feature_of(shape));
    }
  }
  return features;
}

/// All cells that features touch in a grid with a margin.
std::vector<Target> cells_of(const Features& features, const std::vector<std::int32_t>& ids, const Grid& grid,
                             std::int64_t margin) {
  const Grid wide = grid.expanded(margin);
  std::vector<Target> targets;
  for (std::size_t i = 0; i < features.size(); ++i)
    for (const std::size_t cell : cells_touched(features[i].geometry, wide))
      targets.push_back({{static_cast<std::int64_t>(cell) % wide.width - margin,
                          static_cast<std::int64_t>(cell) / wide.width - margin},
                         ids[i]});
  return targets;
}

std::vector<std::int32_t> shuffled_ids(test::Uniform& random, std::size_t count) {
  std::vector<std::int32_t> ids;
  for (std::size_t i = 0; i < count; ++i)  // some features share an id
    ids.push_back(static_cast<std::int32_t>(random() * 1.5 * static_cast<double>(count)) - 3);
  return ids;
}

TEST(NearestTarget, AgreesWithBruteForceForAllGeometries) {
  test::Uniform random(5);
  for (int round = 0; round < 120; ++round) {
    const Grid grid = test::grid_from(-300, 700, 10, 1 + static_cast<std::int64_t>(random() * 50),
                                      1 + static_cast<std::int64_t>(random() * 90));
    const Features features = random_features(random, grid, 1 + round % 17, round % 4 == 0 ? 900 : 60);
    const auto ids = shuffled_ids(random, features.size());
    const auto targets = cells_of(features, ids, grid, 150);
    const Nearest found = of_grid(target_spans(features, ids, grid), grid);
    expect_equal(found, by_brute_force(targets, grid), "seed 5, round " + std::to_string(round));
  }
}

TEST(NearestTarget, TiesGoToTheSmallestId) {
  // A lattice: most cells have several nearest targets, four of them around a common centre.
  const Grid grid = test::grid_from(0, 0, 1, 24, 90);
  test::Uniform random(9);
  for (int round = 0; round < 20; ++round) {
    Features features;
    for (int row = -2; row < 25; ++row)
      for (int column = -2; column < 9; ++column)
        features.push_back(feature_of(Point(4 * column + 0.5, 4 * row + 0.5)));
    const auto ids = shuffled_ids(random, features.size());
    expect_equal(of_grid(target_spans(features, ids, grid), grid),
                 by_brute_force(cells_of(features, ids, grid, 20), grid), "seed 9, round " + std::to_string(round));
  }
}

TEST(NearestTarget, OverlappingFeaturesLeaveTheCellToTheSmallestId) {
  const Grid grid = test::grid_from(0, 0, 1, 8, 6);
  const Features features{feature_of(test::rectangle(0.5, 0.5, 6.5, 5.5)), feature_of(test::rectangle(2, 1, 4, 4)),
                          feature_of(test::rectangle(3, 2, 8, 3)), feature_of(Point(3.5, 2.5))};
  const std::vector<std::int32_t> ids{3, 1, 2, -7};
  expect_equal(of_grid(target_spans(features, ids, grid), grid), by_brute_force(cells_of(features, ids, grid, 9), grid),
               "overlap");
}

/// The oracle's cells are 2.5 high and 1 wide: in cells of 0.5 its centres are 5 rows and 2 columns apart.
TEST(NearestTarget, AgreesWithTheOracleOfNearestCells) {
  const auto binary = test::read_csv("engine/oracle/distance/binary.csv", 0);
  const auto distance = test::read_csv("engine/oracle/distance/distance.csv", 0);
  const auto nearest = test::read_csv("engine/oracle/distance/nearest_index.csv", 0);
  const Grid grid = test::grid_from(0, 0, 0.5, 100, 200);
  Features features;
  std::vector<std::int32_t> ids;
  for (std::size_t r = 0; r < 40; ++r) {
    for (std::size_t c = 0; c < 50; ++c) {
      if (binary[r][c] != "1") continue;
      features.push_back(feature_of(
          Point(grid.x_of_column(static_cast<std::int64_t>(2 * c)), grid.y_of_row(static_cast<std::int64_t>(5 * r)))));
      ids.push_back(static_cast<std::int32_t>(r * 50 + c));
    }
  }
  const Nearest found = of_grid(target_spans(features, ids, grid), grid);
  int untied = 0;
  for (std::size_t r = 0; r < 40; ++r) {
    for (std::size_t c = 0; c < 50; ++c) {
      const std::size_t cell = 5 * r * 100 + 2 * c;
      const double metres = std::stod(distance[r][c]);
      ASSERT_NEAR(found.distances[cell], metres, 6e-8 * metres) << r << ' ' << c;  // one rounding to float
      if (nearest[r][c] == "-1") continue;                                         // tied
      ++untied;
      ASSERT_EQ(found.ids[cell], std::stoi(nearest[r][c])) << r << ' ' << c;
    }
  }
  EXPECT_GT(untied, 1500);
}

TEST(NearestTarget, AnyWindowHasTheBitsOfTheWhole) {
  test::Uniform random(31);
  const Grid grid = test::grid_from(0, 0, 30, 141, 300);
  const Features features = random_features(random, grid, 60, 2000);
  const auto ids = shuffled_ids(random, features.size());
  const TargetSpans targets = target_spans(features, ids, grid);
  const Nearest whole = of_grid(targets, grid);
  const std::vector<CellWindow> windows{{0, 0, 141, 64},  {0, 37, 141, 1},   {0, 100, 141, 200}, {140, 0, 1, 300},
                                        {17, 3, 50, 297}, {60, 250, 81, 50}, {0, 0, 0, 0},       {5, 64, 1, 65}};
  for (const CellWindow& window : windows) {
    const Nearest found = of_window(targets, grid, window);
    std::vector<float> distances(window.size());
    distances_to_targets(targets, grid.cell_m, window, distances);
    for (std::int64_t row = 0; row < window.rows; ++row) {
      for (std::int64_t column = 0; column < window.columns; ++column) {
        const auto at = static_cast<std::size_t>(row * window.columns + column);
        const std::size_t cell = grid.index({window.first_column + column, window.first_row + row});
        ASSERT_EQ(found.distances[at], whole.distances[cell]);
        ASSERT_EQ(found.ids[at], whole.ids[cell]);
        ASSERT_EQ(distances[at], whole.distances[cell]) << "without ids";
      }
    }
  }
}

TEST(NearestTarget, SameForAnyNumberOfThreads) {
  test::Uniform random(77);
  const Grid grid = test::grid_from(0, 0, 30, 200, 400);
  const Features features = random_features(random, grid, 40, 500);
  const auto ids = shuffled_ids(random, features.size());
  const Nearest expected = of_grid(target_spans(features, ids, grid), grid);
  for (const int threads : {1, 2, 3, 8}) {
    const ThreadLimit limit(threads);
    expect_equal(of_grid(target_spans(features, ids, grid), grid), expected, std::to_string(threads) + " threads");
  }
}

TEST(NearestTarget, ShiftsWithItsTargets) {
  test::Uniform random(12);
  const Grid grid = test::grid_from(0, 0, 1, 61, 130);
  const Grid shifted = test::grid_from(-7, 9, 1, 75, 112);  // reaches beyond it in the west and east
  const Features features = random_features(random, grid, 30, 40);
  const auto ids = shuffled_ids(random, features.size());
  const Nearest here = of_grid(target_spans(features, ids, grid), grid);
  const Nearest there = of_grid(target_spans(features, ids, shifted), shifted);
  for (std::int64_t row = 9; row < 121; ++row)
    for (std::int64_t column = 0; column < 61; ++column) {
      const std::size_t a = grid.index({column, row}), b = shifted.index({column + 7, row - 9});
      ASSERT_EQ(here.distances[a], there.distances[b]) << column << ' ' << row;
      ASSERT_EQ(here.ids[a], there.ids[b]) << column << ' ' << row;
    }
}

TEST(TargetSpans, FarAwayFeaturesCount) {
  const Grid grid = test::grid_from(0, 0, 1, 40, 70);
  for (const auto& [x, y] : std::vector<std::pair<double, double>>{
           {-30'000'000.5, 3.5}, {20.5, 1e6 + 0.5}, {5e5 + 0.5, -4e5 - 0.5}, {-123456.5, -654321.5}}) {
    const Features features{feature_of(Point(x, y))};
    const TargetSpans targets = target_spans(features, {}, grid);
    ASSERT_EQ(targets.spans.size(), 1u);
    const Target target{{static_cast<std::int64_t>(std::floor(x)), 69 - static_cast<std::int64_t>(std::floor(y))}, 0};
    expect_equal(of_grid(targets, grid), by_brute_force({target}, grid), std::to_string(x));
  }
}

TEST(TargetSpans, WhatCannotBeNearestIsNotKept) {
  test::Uniform random(8);
  const Grid grid = test::grid_from(0, 0, 1, 100, 100);
  Features features{feature_of(Point(50, 50))};
  for (int i = 0; i < 2000; ++i)
    features.push_back(feature_of(Point(random.between(500, 5000), random.between(-5000, 5000))));
  EXPECT_EQ(target_spans(features, {}, grid).spans.size(), 1u) << "all of the others are farther from every cell";
  // A polygon as large as a country around a small grid costs what lies beside the grid.
  const Features around{feature_of(test::polygon_of(test::random_star(random, 50, 50, 2000, 3000, 60)))};
  EXPECT_EQ(target_spans(around, {}, grid).spans.size(), 102u) << "a span a column, and one cell on each side";
}

TEST(TargetSpans, BeyondTheLargestDistanceNothingIsSought) {
  const Grid grid = test::grid_from(0, 0, 10, 20, 20);
  const Features features{feature_of(Point(305, 100)), feature_of(LineString{{100, 900}, {150, 950}})};
  const auto kept = [&](double most_m) { return target_spans(features, {}, grid, most_m).spans.size(); };
  EXPECT_EQ(kept(20), 0u);
  EXPECT_EQ(kept(150), 1u);
  // Within the largest distance the values are those of a search without one.
  const Nearest all = of_grid(target_spans(features, {}, grid), grid);
  const Nearest near = of_grid(target_spans(features, {}, grid, 150), grid);
  for (std::size_t i = 0; i < all.distances.size(); ++i) {
    if (all.distances[i] <= 150) {
      ASSERT_EQ(near.distances[i], all.distances[i]) << i;
    }
  }
}

TEST(TargetSpans, NothingToMeasureTo) {
  const Grid grid = test::grid_from(0, 0, 1, 5, 4);
  const Features features{feature_of(MultiPolygon{}), feature_of(LineString{}),
                          feature_of(test::polygon_of({{1, 1}, {2, 2}, {3, 3}}))};
  const TargetSpans targets = target_spans(features, {}, grid);
  EXPECT_TRUE(targets.empty());
  const Nearest found = of_grid(targets, grid);
  for (const float distance : found.distances) EXPECT_TRUE(std::isnan(distance));
  for (const std::int32_t id : found.ids) EXPECT_EQ(id, no_target_id);
  // A feature that touches no cell does not stop the search for one that does.
  Features more = features;
  more.push_back(feature_of(Point(1000.5, 1.5)));
  EXPECT_EQ(target_spans(more, {}, grid).spans.size(), 1u);
}

TEST(TargetSpans, BadInput) {
  const Grid grid = test::grid_from(0, 0, 1, 5, 4);
  const auto code_of = [&](const Features& features, const std::vector<std::int32_t>& ids) {
    try {
      target_spans(features, ids, grid);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;
  };
  EXPECT_EQ(code_of({feature_of(Point(1, 1))}, {1, 2}), ErrorCode::shape_mismatch);
  EXPECT_EQ(code_of({feature_of(Point(1e8, 1))}, {}), ErrorCode::invalid_argument) << "too far away to be exact";
  EXPECT_EQ(code_of({feature_of(LineString{{0, 0}, {infinity, 1}})}, {}), ErrorCode::invalid_argument);
  const std::vector<std::size_t> cells{3};
  std::vector<float> distances(20);
  std::vector<std::int32_t> ids(20);
  EXPECT_THROW(nearest_targets(spans_of_cells(cells, grid), 1, {0, 0, 5, 4}, distances, ids), Error) << "without ids";
  EXPECT_THROW(distances_to_targets(spans_of_cells(cells, grid), 1, {0, 0, 5, 3}, distances), Error) << "wrong size";
}

}  // namespace
}  // namespace tocsin
