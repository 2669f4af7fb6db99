#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/density/event_rows.hpp>
#include <tocsin/density/separable.hpp>
#include <tocsin/density/sweep.hpp>

#include "density_cases.hpp"

namespace tocsin {
namespace {

using test::density_by_hand;
using test::grid_at;
using test::random_events;

constexpr Kernel polynomial_kernels[] = {Kernel::uniform, Kernel::epanechnikov, Kernel::quartic, Kernel::triweight};

std::vector<double> painted(RowPainter& painter, const EventRows& events, const Grid& grid) {
  std::vector<double> values(grid.size());
  for (std::int64_t row = 0; row < grid.height; ++row) {
    const std::span<double> line(values.data() + grid.index({0, row}), static_cast<std::size_t>(grid.width));
    painter.paint(row, events.near_rows(row, row), line);
  }
  return values;
}

/// The sweep may never contradict the plain sum, whichever the cost model would have taken.
void expect_agreement(const std::vector<WeightedPoint>& points, const Grid& grid, double bandwidth_m,
                      double tolerance) {
  for (const Kernel kernel : polynomial_kernels) {
    const EventRows events(points, grid, bandwidth_m);
    const auto sweep = make_sweep_painter(kernel, grid, bandwidth_m, !events.any_negative());
    const auto direct = make_direct_painter(kernel, grid, bandwidth_m);
    const auto swept = painted(*sweep, events, grid), plain = painted(*direct, events, grid);
    const double largest = *std::max_element(plain.begin(), plain.end());
    for (std::size_t i = 0; i < swept.size(); ++i) {
      ASSERT_NEAR(swept[i], plain[i], tolerance * largest) << to_string(kernel) << ' ' << bandwidth_m << " cell " << i;
      if (plain[i] == 0) {  // on the rim
        ASSERT_LE(swept[i], 1e-15 * largest) << to_string(kernel) << " cell " << i;
      }
      if (!events.any_negative()) {
        ASSERT_GE(swept[i], 0.0);
      }
    }
  }
}

TEST(Sweep, AgreesWithThePlainSum) {
  std::mt19937_64 engine(21);
  for (const double bandwidth_cells : {0.4, 1.0, 3.3, 10.6, 10.7, 21.4, 150.0, 5000.0}) {
    const Grid grid = grid_at(500, 30000, 1000, 333, 19);
    expect_agreement(random_events(engine, grid, 30000, 200), grid, bandwidth_cells * 1000, 1e-11);
  }
}

TEST(Sweep, LongRowsFarFromTheOrigin) {
  std::mt19937_64 engine(22);
  const Grid grid = grid_at(9.99e6, 1.0e7, 100, 40000, 3);
  const auto events = random_events(engine, grid, 500, 30000);
  expect_agreement(events, grid, 700, 1e-10);
  expect_agreement(events, grid, 9000, 1e-10);
}

TEST(Sweep, AHeavyPlaceLeavesNoTraceBeyondItsReach) {
  const Grid grid = grid_at(0, 3, 1, 2000, 3);
  const std::vector<WeightedPoint> points{{100.3, 1.4, 1e12}, {150.1, 1.6, 1}, {1500.2, 1.5, 1}};
  for (const Kernel kernel : polynomial_kernels) {
    const EventRows events(points, grid, 20);
    const auto values = painted(*make_sweep_painter(kernel, grid, 20, true), events, grid);
    for (std::int64_t column = 0; column < grid.width; ++column) {
      const double expected = density_by_hand(points, grid, {column, 1}, kernel, 20);
      const double value = values[grid.index({column, 1})];
      if (expected == 0) {
        ASSERT_EQ(value, 0.0) << column;
      }
      if (column > 125) {
        ASSERT_NEAR(value, expected, 1e-9 * expected + 1e-9) << to_string(kernel) << ' ' << column;
      }
    }
  }
}

TEST(Sweep, RoundingNeverMakesANegativeDensity) {
  // A heavy place ends while a light one goes on: what rounding leaves of it is larger than the light one's rim.
  const Grid grid = grid_at(0, 3, 1, 300, 3);
  for (const double x : {110.2, 117.7, 125.1, 131.9, 139.3}) {
    const std::vector<WeightedPoint> points{{100.3, 1.4, 1e13}, {x, 1.6, 1}};
    for (const Kernel kernel : polynomial_kernels) {
      const EventRows events(points, grid, 20);
      const auto values = painted(*make_sweep_painter(kernel, grid, 20, true), events, grid);
      EXPECT_GE(*std::min_element(values.begin(), values.end()), 0.0) << to_string(kernel) << ' ' << x;
    }
  }
}

TEST(Sweep, DifferencesMayBeNegative) {
  std::mt19937_64 engine(23);
  const Grid grid = grid_at(0, 20, 1, 100, 20);
  auto points = random_events(engine, grid, 5, 60);
  for (std::size_t i = 0; i < points.size(); i += 2) points[i].weight = -points[i].weight;
  expect_agreement(points, grid, 8.5, 1e-11);
}

TEST(Separable, BothWaysAgree) {
  // The same block, once with few events in each call and once with all of them, so that both ways are taken.
  std::mt19937_64 engine(24);
  const Grid grid = grid_at(0, 24000, 1000, 24, 24);
  const auto points = random_events(engine, grid, 30000, 6000);
  const CellBlock block{3, 24, 0, 20};
  const auto together = gaussian_block(EventRows(points, grid, 32000), grid, 4000, block);
  std::vector<double> parts(together.size());
  for (std::size_t first = 0; first < points.size(); first += 100) {
    const auto part = gaussian_block(EventRows(std::span(points).subspan(first, 100), grid, 32000), grid, 4000, block);
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i] += part[i];
  }
  const double largest = *std::max_element(parts.begin(), parts.end());
  ASSERT_GT(largest, 0);
  double worst = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) worst = std::max(worst, std::abs(parts[i] - together[i]));
  EXPECT_LT(worst, 1e-11 * largest);
  EXPECT_NE(parts, together);  // otherwise the same way was taken twice
}

TEST(EventRows, MergesPlacesAndDropsWhatCannotReach) {
  const Grid grid = grid_at(0, 10, 1, 10, 10);
  const std::vector<WeightedPoint> points{{1, 1, 1}, {1, 1, 2}, {50, 5, 1}, {5, -40, 1}, {2, 2, 0}, {-2.5, 5, -1}};
  const EventRows events(points, grid, 3);
  EXPECT_EQ(events.size(), 2U);
  EXPECT_TRUE(events.any_negative());
  const auto near = events.near_rows(0, 9);
  ASSERT_EQ(near.size(), 2U);
  EXPECT_EQ(near[1].weight, 3);
}

}  // namespace
}  // namespace tocsin
