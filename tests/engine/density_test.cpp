#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/density.hpp>

#include "csv.hpp"
#include "density_cases.hpp"

namespace tocsin {
namespace {

using test::all_kernels;
using test::density_by_hand;
using test::grid_at;
using test::random_events;

/// The promise of the header: 1e-9 of the maximum. Exact sums are much closer; 1e-10 leaves a margin to it.
constexpr double promised = 1e-10;

void expect_by_hand(const std::vector<WeightedPoint>& events, const Grid& grid, const DensityOptions& options) {
  const Raster<double> found = density_double(events, grid, options);
  const double reach = kernel_reach(options.kernel, options.bandwidth.metres);
  std::vector<double> expected(grid.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Cell cell{static_cast<std::int64_t>(i) % grid.width, static_cast<std::int64_t>(i) / grid.width};
    expected[i] = density_by_hand(events, grid, cell, options.kernel, options.bandwidth.metres);
    const bool reached = std::any_of(events.begin(), events.end(), [&](const WeightedPoint& event) {
      return std::hypot(grid.x_of_column(cell.column) - event.x, grid.y_of_row(cell.row) - event.y) <= reach;
    });
    if (!reached) {
      ASSERT_EQ(found.values()[i], 0.0) << to_string(options.kernel) << " cell " << i;
    }
    ASSERT_GE(found.values()[i], 0.0) << to_string(options.kernel) << " cell " << i;
  }
  const double largest = *std::max_element(expected.begin(), expected.end());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(found.values()[i], expected[i], promised * largest)
        << to_string(options.kernel) << ' ' << options.bandwidth.metres << " m, cell " << i;
  }
}

TEST(Density, AgreesWithADirectSumInLongDouble) {
  std::mt19937_64 engine(11);
  for (const Kernel kernel : all_kernels) {
    for (const double bandwidth_cells : {0.3, 0.9, 1.5, 4.2, 13.7, 60.0}) {
      const Grid grid = grid_at(-3000, 8000, 1000, 41, 23);
      expect_by_hand(random_events(engine, grid, 9000, 60), grid, {kernel, kilometres(bandwidth_cells)});
    }
  }
}

TEST(Density, ManyEventsWhereOtherMethodsAreChosen) {
  std::mt19937_64 engine(12);
  const Grid grid = grid_at(0, 20000, 1000, 20, 20);
  for (const Kernel kernel : all_kernels) {
    expect_by_hand(random_events(engine, grid, 16000, 3000), grid, {kernel, kilometres(4)});
  }
}

TEST(Density, EventsOnEdgesCornersAndOutside) {
  const Grid grid = grid_at(0, 12000, 1000, 12, 12);
  std::vector<WeightedPoint> events;
  for (const double x : {-3000.0, 0.0, 500.0, 6000.0, 11500.0, 12000.0, 15000.0, 20000.0}) {
    for (const double y : {-3000.0, 0.0, 500.0, 6000.0, 11500.0, 12000.0, 15000.0, 20000.0})
      events.push_back({x, y, 1});
  }
  // Bandwidths of whole and half cells put cell centres exactly on the rim, which belongs to the support.
  for (const Kernel kernel : all_kernels) {
    for (const double bandwidth_m : {500.0, 1000.0, 2500.0, 5000.0}) {
      expect_by_hand(events, grid, {kernel, metres(bandwidth_m)});
    }
  }
}

TEST(Density, TheRimBelongsToTheSupport) {
  const Grid grid = grid_at(0, 11, 1, 11, 11);
  const std::vector<WeightedPoint> events{{5.5, 5.5, 1}};
  const Raster<double> found = density_double(events, grid, {Kernel::uniform, metres(5)});
  const auto inside = std::count_if(found.values().begin(), found.values().end(), [](double v) { return v > 0; });
  EXPECT_EQ(inside, 81);  // Gauss' circle problem: lattice points within radius 5, (3, 4) and its like among them
}

TEST(Density, WorkedNumbers) {
  // Cell centre at (0, 0); events at 0, 10 and 30 km; six printed digits and more.
  const Grid grid = grid_at(-500, 500, 1000, 1, 1);
  const std::vector<WeightedPoint> events{{0, 0, 1}, {10000, 0, 0.5}, {30000, 0, 1}};
  EXPECT_NEAR(density_double(events, grid).at({0, 0}), 2.0669261e-3, 1e-10);
  EXPECT_FLOAT_EQ(density(events, grid).at({0, 0}), 2.0669261e-3F);
}

TEST(Density, AgreesWithSpatstat) {
  std::vector<WeightedPoint> plain, weighted;
  for (const auto& row : test::read_csv("engine/oracle/density/clusters300_points.csv", 1)) {
    weighted.push_back({std::stod(row[1]), std::stod(row[2]), std::stod(row[3])});
    plain.push_back({weighted.back().x, weighted.back().y, 1});
  }
  const auto rows = test::read_csv("engine/oracle/density/clusters300_density.csv", 1);
  ASSERT_EQ(rows.size(), 800U);
  for (const auto& row : rows) {
    const Kernel kernel = row[0] == "disc" ? Kernel::uniform : parse_kernel(row[0]).value();
    const double x = std::stod(row[4]), y = std::stod(row[5]);
    // The unit of length is taken for a metre: a density per unit area is a millionth of one per km2.
    const Grid grid = grid_at(x - 0.5, y + 0.5, 1, 1, 1);
    const auto found = density_double(row[2] == "TRUE" ? weighted : plain, grid, {kernel, metres(std::stod(row[1]))});
    // 3e-13 of 0.071, the smallest maximum of the tables: both are direct sums of the closed form.
    EXPECT_NEAR(found.values()[0] * 1e-6, std::stod(row[6]), 2e-14) << row[0] << ' ' << row[1] << " at " << row[3];
  }
}

TEST(Density, AgreesWithASumOverAWholeGrid) {
  std::vector<WeightedPoint> points;
  for (const auto& row : test::read_csv("engine/oracle/density/clusters300_points.csv", 1)) {
    points.push_back({std::stod(row[1]), std::stod(row[2]), 1});
  }
  // The table's cells are 3.75 x 10/3: 9 and 8 of ours, whose centres fall on the table's places.
  const double cell = 5.0 / 12;
  const Grid grid = grid_at(0, 80 + cell / 2, cell, 288, 193);
  const auto rows = test::read_csv("engine/oracle/density/clusters300_grid32x24.csv", 1);
  ASSERT_EQ(rows.size(), 768U);
  for (const auto& [kernel, column] :
       {std::pair(Kernel::quartic, std::size_t{4}), {Kernel::gaussian, std::size_t{5}}}) {
    const Raster<double> found = density_double(points, grid, {kernel, metres(10)});
    const double largest = *std::max_element(found.values().begin(), found.values().end());
    for (const auto& row : rows) {
      const Cell at{9 * std::stoll(row[0]) + 4, 192 - (8 * std::stoll(row[1]) + 4)};
      ASSERT_NEAR(grid.y_of_row(at.row), std::stod(row[3]), 1e-12);
      ASSERT_NEAR(found.at(at), 1e6 * std::stod(row[column]), promised * largest) << to_string(kernel);
    }
  }
}

TEST(Density, MassIsTheSumOfWeights) {
  std::mt19937_64 engine(5);
  const Grid grid = grid_at(0, 200000, 1000, 200, 200);
  std::vector<WeightedPoint> events = random_events(engine, grid, -60000, 40);
  double weight = 0;
  for (const WeightedPoint& event : events) weight += event.weight;
  for (const Kernel kernel : all_kernels) {
    const Length bandwidth = kernel == Kernel::gaussian ? kilometres(7) : kilometres(25);
    const Raster<double> found = density_double(events, grid, {kernel, bandwidth});
    const double mass = std::accumulate(found.values().begin(), found.values().end(), 0.0) * grid.cell_area_km2();
    EXPECT_NEAR(mass / weight, 1, 1.0 / (25 * 25)) << to_string(kernel);  // (cell / bandwidth)^2
  }
}

TEST(Density, PreciseFarFromTheOriginAndAlongLongRows) {
  std::mt19937_64 engine(6);
  const Grid grid = grid_at(9.9e6, 1.01e7, 250, 40000, 3);
  std::vector<WeightedPoint> events = random_events(engine, grid, 2000, 20000);
  for (const Kernel kernel : all_kernels) {
    for (const double bandwidth_m : {1000.0, 25000.0}) {
      const Raster<double> found = density_double(events, grid, {kernel, metres(bandwidth_m)});
      const double largest = *std::max_element(found.values().begin(), found.values().end());
      for (std::int64_t column = 0; column < grid.width; column += kernel == Kernel::gaussian ? 7993 : 1999) {
        const double expected = density_by_hand(events, grid, {column, 1}, kernel, bandwidth_m);
        ASSERT_NEAR(found.at({column, 1}), expected, promised * largest) << to_string(kernel) << ' ' << column;
      }
    }
  }
}

TEST(Density, OrderOfEventsDoesNotMatter) {
  std::mt19937_64 engine(8);
  const Grid grid = grid_at(0, 50000, 1000, 60, 50);
  std::vector<WeightedPoint> events = random_events(engine, grid, 5000, 300);
  for (std::size_t i = 0; i < 200; ++i) {
    // Towns repeat with other weights, whose sum must not depend on the order either.
    events.push_back({events[i % 20].x, events[i % 20].y, test::uniform_draw(engine, 0.1, 1)});
  }
  for (const Kernel kernel : all_kernels) {
    const DensityOptions options{kernel, kilometres(6)};
    const Raster<double> expected = density_double(events, grid, options);
    std::vector<WeightedPoint> shuffled = events;
    for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[engine() % i]);
    const Raster<double> found = density_double(shuffled, grid, options);
    EXPECT_EQ(std::memcmp(found.values().data(), expected.values().data(), expected.values().size_bytes()), 0)
        << to_string(kernel);
  }
}

TEST(Density, ShiftedByWholeCells) {
  std::mt19937_64 engine(9);
  const Grid grid = grid_at(0, 64000, 1000, 80, 64), west = grid_at(-13000, 69000, 1000, 80, 64);
  std::vector<WeightedPoint> events = random_events(engine, grid, -20000, 100);
  for (const Kernel kernel : all_kernels) {
    const DensityOptions options{kernel, kilometres(6)};
    const Raster<double> here = density_double(events, grid, options), there = density_double(events, west, options);
    const double largest = *std::max_element(here.values().begin(), here.values().end());
    for (std::int64_t row = 0; row < 59; ++row) {
      for (std::int64_t column = 0; column < 67; ++column) {
        ASSERT_NEAR(here.at({column, row}), there.at({column + 13, row + 5}), 1e-12 * largest) << to_string(kernel);
      }
    }
  }
}

TEST(Density, ShiftedWithItsGridByWholeCells) {
  // Eighths of a metre: every coordinate is exact, here and there, so not a bit may change.
  std::mt19937_64 engine(15);
  const Grid here = grid_at(0, 64 * 512, 512, 90, 64), there = grid_at(-333 * 512, 5000 * 512, 512, 90, 64);
  std::vector<WeightedPoint> events = random_events(engine, here, 4000, 300), moved;
  for (WeightedPoint& event : events) {
    event.x = std::round(event.x * 8) / 8;
    event.y = std::round(event.y * 8) / 8;
    moved.push_back({event.x - 333 * 512, event.y + (5000 - 64) * 512, event.weight});
  }
  for (const Kernel kernel : all_kernels) {
    for (const double bandwidth_m : {1500.0, 9000.0}) {  // added cell after cell, swept
      const DensityOptions options{kernel, metres(bandwidth_m)};
      const Raster<double> before = density_double(events, here, options);
      const Raster<double> after = density_double(moved, there, options);
      EXPECT_EQ(std::memcmp(before.values().data(), after.values().data(), after.values().size_bytes()), 0)
          << to_string(kernel) << ' ' << bandwidth_m;
    }
  }
}

TEST(Density, SplitInTwoHalvesIsTheSameEvent) {
  std::mt19937_64 engine(16);
  const Grid grid = grid_at(0, 50000, 1000, 60, 50);
  const std::vector<WeightedPoint> events = random_events(engine, grid, 5000, 400);
  std::vector<WeightedPoint> halves;
  for (const double sign : {1.0, -1.0}) {
    for (const WeightedPoint& event : events) halves.push_back({event.x, event.y, event.weight * 0.5});
    if (sign > 0) std::reverse(halves.begin(), halves.end());
  }
  for (const Kernel kernel : all_kernels) {
    for (const Length bandwidth : {kilometres(3), kilometres(17)}) {
      const Raster<double> whole = density_double(events, grid, {kernel, bandwidth});
      const Raster<double> split = density_double(halves, grid, {kernel, bandwidth});
      EXPECT_EQ(std::memcmp(whole.values().data(), split.values().data(), split.values().size_bytes()), 0)
          << to_string(kernel);
    }
  }
}

TEST(Density, SameBytesForAnyNumberOfThreads) {
  std::mt19937_64 engine(10);
  const Grid grid = grid_at(0, 150000, 1000, 170, 150);
  // Towns among them: many events in one bucket of x when they are sorted.
  std::vector<WeightedPoint> events = random_events(engine, grid, 5000, 2000);
  for (std::size_t i = 0; i < 1000; ++i) events.push_back({50000, 70000 + 100.0 * static_cast<double>(i % 7), 0.1});
  for (const Kernel kernel : all_kernels) {
    for (const Length bandwidth : {kilometres(5), kilometres(20)}) {
      const DensityOptions options{kernel, bandwidth};
      const Raster<float> expected = density(events, grid, options);
      for (const int threads : {1, 2, 3, 8}) {
        const ThreadLimit limit(threads);
        const Raster<float> found = density(events, grid, options);
        EXPECT_EQ(std::memcmp(found.values().data(), expected.values().data(), expected.values().size_bytes()), 0)
            << to_string(kernel) << ' ' << threads;
      }
    }
  }
}

TEST(Density, WeightsThatCancelLeaveExactlyNothing) {
  const Grid grid = grid_at(0, 10000, 1000, 10, 10);
  const std::vector<WeightedPoint> events{{5100, 5200, 0.3}, {5100, 5200, -0.3}, {2000, 2000, 0}};
  for (const Kernel kernel : all_kernels) {
    const Raster<double> found = density_double(events, grid, {kernel, kilometres(3)});
    for (const double value : found.values()) ASSERT_EQ(value, 0.0);
  }
}

TEST(Density, NegativeWeightsMakeADifferenceMap) {
  const Grid grid = grid_at(0, 10000, 1000, 10, 10);
  const std::vector<WeightedPoint> events{{2500, 5500, 1}, {7500, 5500, -1}};
  for (const Kernel kernel : all_kernels) {
    const Raster<double> found = density_double(events, grid, {kernel, kilometres(2)});
    EXPECT_GT(found.at({2, 4}), 0);
    EXPECT_NEAR(found.at({2, 4}), -found.at({7, 4}), 1e-12 * found.at({2, 4}));
  }
}

TEST(Density, NothingIn) {
  const Raster<float> found = density({}, grid_at(0, 3000, 1000, 4, 3));
  for (const float value : found.values()) EXPECT_EQ(value, 0.0F);
  EXPECT_TRUE(density({}, Grid{}).empty());
}

TEST(Density, BadInputIsRefused) {
  const Grid grid = grid_at(0, 3000, 1000, 3, 3);
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  const auto code_of = [&](const std::vector<WeightedPoint>& events, Length bandwidth) {
    try {
      density(events, grid, {Kernel::quartic, bandwidth});
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;  // no error at all
  };
  for (const double bad : {nan, infinity, -infinity}) {
    EXPECT_EQ(code_of({{bad, 0, 1}}, metres(5)), ErrorCode::invalid_argument);
    EXPECT_EQ(code_of({{0, bad, 1}}, metres(5)), ErrorCode::invalid_argument);
    EXPECT_EQ(code_of({{0, 0, bad}}, metres(5)), ErrorCode::invalid_argument);
    EXPECT_EQ(code_of({{0, 0, 1}}, metres(bad)), ErrorCode::invalid_argument);
  }
  EXPECT_EQ(code_of({{0, 0, 1}}, metres(0)), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({{0, 0, 1}}, metres(-1)), ErrorCode::invalid_argument);
}

TEST(Density, StopsWhenAsked) {
  class Stopped : public Progress {
    [[nodiscard]] bool cancelled() const override { return true; }
  } progress;
  try {
    density({}, grid_at(0, 3000, 1000, 3, 3), {}, progress);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::cancelled);
  }
}

TEST(Density, EnormousAndTinyBandwidths) {
  std::mt19937_64 engine(13);
  const Grid grid = grid_at(0, 5000, 1000, 6, 5);
  const std::vector<WeightedPoint> events = random_events(engine, grid, 3000, 20);
  for (const Kernel kernel : all_kernels) {
    expect_by_hand(events, grid, {kernel, kilometres(1e9)});
    EXPECT_EQ(density_double(events, grid, {kernel, metres(1e-6)}).at({0, 0}), 0.0);
  }
}

}  // namespace
}  // namespace tocsin
