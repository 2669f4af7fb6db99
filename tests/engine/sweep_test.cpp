#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/density/direct.hpp>
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

constexpr Kernel finite_kernels[] = {Kernel::uniform, Kernel::triangular, Kernel::epanechnikov, Kernel::quartic,
                                     Kernel::triweight};

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

std::vector<double> painted(TilePainter& painter, const EventRows& events, const Grid& grid) {
  std::vector<double> values(grid.size());
  const auto [rows, columns] = painter.shape();
  for (std::int64_t row = 0; row < grid.height; row += rows) {
    for (std::int64_t column = 0; column < grid.width; column += columns) {
      const CellBlock tile{row, std::min(grid.height, row + rows), column, std::min(grid.width, column + columns)};
      painter.paint(events, tile, [&](std::int64_t at, std::span<const double> line) {
        std::copy(line.begin(), line.end(), values.begin() + static_cast<std::ptrdiff_t>(grid.index({column, at})));
      });
    }
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
  for (const double bandwidth_cells : {4.0, 4.1, 6.3, 10.6, 10.7, 21.4, 150.0, 5000.0}) {
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

TEST(Painters, AgreeWithADirectSumInLongDouble) {
  std::mt19937_64 engine(26);
  const Grid grid = grid_at(2e6, 9e6, 1000, 131, 67);
  for (const double bandwidth_m : {4000.0, 11700.0, 64000.0, 3e5}) {
    const auto points = random_events(engine, grid, 15000, 60);
    const EventRows events(points, grid, bandwidth_m);
    for (const Kernel kernel : finite_kernels) {
      for (const auto& painter :
           {make_sweep_painter(kernel, grid, bandwidth_m, true), make_direct_painter(kernel, grid, bandwidth_m)}) {
        if (!painter) continue;
        const auto found = painted(*painter, events, grid);
        const double largest = *std::max_element(found.begin(), found.end());
        for (std::size_t i = 0; i < found.size(); i += 13) {
          const Cell cell{static_cast<std::int64_t>(i) % grid.width, static_cast<std::int64_t>(i) / grid.width};
          const double expected = density_by_hand(points, grid, cell, kernel, bandwidth_m);
          // A hundredth of what the header promises.
          ASSERT_NEAR(found[i], expected, 1e-11 * largest) << to_string(kernel) << ' ' << bandwidth_m << ' ' << i;
          if (expected == 0) {
            ASSERT_EQ(found[i], 0.0) << to_string(kernel) << ' ' << bandwidth_m << ' ' << i;
          }
        }
      }
    }
  }
}

/// Circles through many cell centres (65^2 is a sum of two squares in four ways), where rounding could let one method
/// count a cell and the other not: the uniform kernel jumps there.
TEST(Painters, AgreeOnWhoIsOnTheRim) {
  for (const double origin : {0.0, 123456.0, 9.9e6}) {
    for (const double cell_m : {1.0, 0.1, 90.0, 1000.0 / 3}) {
      for (const double radius : {5.0, 25.0, 65.0}) {
        const Grid grid = grid_at(origin, origin + 150 * cell_m, cell_m, 160, 150);
        std::vector<WeightedPoint> points;
        for (const std::int64_t at : {-40, 3, 70, 71, 150}) {
          points.push_back({grid.x_of_column(at), grid.y_of_row(at + 1), 1});
          points.push_back({grid.x_of_column(at + 7) + cell_m / 2, grid.y_of_row(at), 1});
        }
        for (const WeightedPoint& point : points) {
          const EventRows events({&point, 1}, grid, radius * cell_m);
          const auto swept = painted(*make_sweep_painter(Kernel::uniform, grid, radius * cell_m, true), events, grid);
          const auto plain = painted(*make_direct_painter(Kernel::uniform, grid, radius * cell_m), events, grid);
          ASSERT_TRUE(same_bits(swept, plain)) << origin << ' ' << cell_m << ' ' << radius;
        }
      }
    }
  }
}

/// Grids and radii that leave odd ends: widths that no vector divides, tiles cut by the grid, places outside it.
TEST(Painters, EveryInstructionSetGivesTheSameBits) {
  std::mt19937_64 engine(25);
  constexpr InstructionSet sets[] = {InstructionSet::portable, InstructionSet::avx2, InstructionSet::avx512};
  for (const std::int64_t width : {1, 7, 61, 530}) {
    const Grid grid = grid_at(300, 70000, 1000, width, 70);
    for (const double bandwidth_m : {4000.0, 9300.0, 41000.0}) {
      auto points = random_events(engine, grid, 20000, 300);
      for (std::size_t i = 0; i < 40; ++i) points.push_back({grid.x_of_column(0), grid.y_of_row(2), 1e-3});
      for (const double sign : {1.0, -1.0}) {
        for (std::size_t i = 0; i < points.size(); i += 3) points[i].weight *= sign;
        const EventRows events(points, grid, bandwidth_m);
        for (const Kernel kernel : finite_kernels) {
          const auto with = [&](InstructionSet set, auto make) {
            const auto painter = make(set);
            return painter ? painted(*painter, events, grid) : std::vector<double>();
          };
          const auto sweep = [&](InstructionSet set) {
            return make_sweep_painter(kernel, grid, bandwidth_m, sign > 0, set);
          };
          const auto direct = [&](InstructionSet set) { return make_direct_painter(kernel, grid, bandwidth_m, set); };
          for (const InstructionSet set : sets) {
            if (set > widest_instruction_set()) continue;
            EXPECT_TRUE(same_bits(with(set, sweep), with(InstructionSet::portable, sweep))) << to_string(kernel);
            EXPECT_TRUE(same_bits(with(set, direct), with(InstructionSet::portable, direct))) << to_string(kernel);
          }
        }
      }
    }
  }
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

std::vector<WeightedPoint> visited(const EventRows& events, const CellBlock& block) {
  std::vector<WeightedPoint> found;
  events.visit(block,
               [&](std::span<const WeightedPoint> strip) { found.insert(found.end(), strip.begin(), strip.end()); });
  return found;
}

TEST(EventRows, MergesPlacesAndDropsWhatCannotReach) {
  const Grid grid = grid_at(0, 10, 1, 10, 10);
  const std::vector<WeightedPoint> points{{1, 1, 1}, {1, 1, 2}, {50, 5, 1}, {5, -40, 1}, {2, 2, 0}, {-2.5, 5, -1}};
  const EventRows events(points, grid, 3);
  EXPECT_EQ(events.size(), 2U);
  EXPECT_TRUE(events.any_negative());
  const auto near = visited(events, {0, 10, 0, 10});
  ASSERT_EQ(near.size(), 2U);
  EXPECT_EQ(near[0].weight + near[1].weight, 2);
}

TEST(EventRows, VisitsAllThatMayReachABlock) {
  std::mt19937_64 engine(27);
  const Grid grid = grid_at(500, 90000, 1000, 120, 90);
  // Enough for many chunks and buckets; towns with more places than a bucket should hold; every place twice.
  std::vector<WeightedPoint> points = random_events(engine, grid, 9000, 40000);
  for (std::size_t i = 0; i < 500; ++i) points.push_back({60000, 40000 + static_cast<double>(i), 1});
  const std::size_t places = points.size();
  points.insert(points.end(), points.rbegin(), points.rend());
  for (const double reach_m : {300.0, 7000.0, 1e12}) {
    const EventRows events(points, grid, reach_m);
    for (const CellBlock block : {CellBlock{0, 90, 0, 120}, {17, 18, 3, 4}, {40, 80, 60, 120}}) {
      const auto found = visited(events, block);
      const Box near = Box{grid.x_of_column(block.first_column), grid.y_of_row(block.end_row - 1),
                           grid.x_of_column(block.end_column - 1), grid.y_of_row(block.first_row)}
                           .expanded(reach_m);
      const auto reaches = [&](const WeightedPoint& point) { return near.contains(point.x, point.y); };
      EXPECT_EQ(std::count_if(found.begin(), found.end(), reaches),
                std::count_if(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(places), reaches));
    }
  }
}

}  // namespace
}  // namespace tocsin
