#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/adaptive.hpp>
#include <tocsin/density/place_sums.hpp>

#include "csv.hpp"
#include "density_cases.hpp"

namespace tocsin {
namespace {

using test::all_kernels;
using test::grid_at;
using test::kernel_by_hand;
using test::random_events;
using test::uniform_draw;

constexpr double infinity = std::numeric_limits<double>::infinity();
/// The accuracy of densities: 1e-10 of the maximum. Sums here are direct.
constexpr double promised = 1e-10;

std::vector<double> painted(const AdaptiveDensity& density, const Grid& grid, std::int64_t band) {
  std::vector<double> values(grid.size(), -1);
  for (std::int64_t row = 0; row < grid.height; row += band) {
    const std::int64_t rows = std::min(band, grid.height - row);
    density.paint(row, rows,
                  std::span(values).subspan(static_cast<std::size_t>(row * grid.width),
                                            static_cast<std::size_t>(rows * grid.width)));
  }
  return values;
}

std::vector<WeightedPoint> clusters300() {
  std::vector<WeightedPoint> events;
  for (const auto& row : test::read_csv("engine/oracle/density/clusters300_points.csv", 1))
    events.push_back({std::stod(row[1]), std::stod(row[2]), 1});
  return events;
}

TEST(AdaptiveDensity, AgreesWithTheOracle) {
  const auto events = clusters300();
  const AdaptiveOptions options{Kernel::gaussian, metres(10), 0, infinity};
  const AdaptiveDensity bandwidths(events, grid_at(0, 1, 1, 1, 1), options);
  const auto expected = test::read_csv("engine/oracle/density/clusters300_abramson_bandwidths.csv", 1);
  ASSERT_EQ(expected.size(), events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto places = bandwidths.places();
    const auto place = std::find_if(places.begin(), places.end(),
                                    [&](const AdaptivePlace& p) { return p.x == events[i].x && p.y == events[i].y; });
    ASSERT_NE(place, places.end());
    // Direct sums in another order.
    EXPECT_NEAR(place->pilot * 1e-6, std::stod(expected[i][1]), 1e-12 * 0.1) << i;
    EXPECT_NEAR(place->bandwidth_m, std::stod(expected[i][2]), 1e-12 * 20) << i;
  }
  const auto queries = test::read_csv("engine/oracle/density/clusters300_abramson.csv", 1);
  ASSERT_EQ(queries.size(), 40U);
  for (const auto& row : queries) {
    const Grid cell = grid_at(std::stod(row[1]) - 0.5, std::stod(row[2]) + 0.5, 1, 1, 1);
    const AdaptiveDensity density(events, cell, options);
    // Kernels end at 8 standard deviations here, below 1.3e-14 of their peak.
    EXPECT_NEAR(painted(density, cell, 1)[0] * 1e-6, std::stod(row[4]), 1e-12 * 0.08) << row[0];
  }
}

TEST(AdaptiveDensity, AgreesWithADirectSum) {
  std::mt19937_64 engine(2);
  const Grid grid = grid_at(-3000, 20000, 1000, 31, 23);
  const auto events = random_events(engine, grid, 9000, 80);
  for (const Kernel kernel : all_kernels) {
    for (const double bandwidth_m : {600.0, 3000.0, 20000.0}) {
      const AdaptiveDensity density(events, grid, {kernel, metres(bandwidth_m), 0.5, 2});
      const auto found = painted(density, grid, grid.height);
      const double largest = *std::max_element(found.begin(), found.end());
      for (std::size_t i = 0; i < found.size(); i += 5) {
        const double x = grid.x_of_column(static_cast<std::int64_t>(i) % grid.width);
        const double y = grid.y_of_row(static_cast<std::int64_t>(i) / grid.width);
        long double expected = 0;
        for (const AdaptivePlace& place : density.places()) {
          const long double dx = x - static_cast<long double>(place.x), dy = y - static_cast<long double>(place.y);
          expected += place.weight * kernel_by_hand(kernel, dx * dx + dy * dy, place.bandwidth_m);
        }
        ASSERT_NEAR(found[i], static_cast<double>(expected * 1e6L), promised * largest) << to_string(kernel);
      }
    }
  }
}

TEST(AdaptiveDensity, AnEvenPilotLeavesTheBandwidthAsItIs) {
  // Corners of a square: every event sees the others alike.
  const std::vector<WeightedPoint> events{{10, 10, 2}, {30, 10, 2}, {10, 30, 2}, {30, 30, 2}};
  const Grid grid = grid_at(0, 40, 1, 40, 40);
  for (const Kernel kernel : all_kernels) {
    const Length bandwidth = metres(kernel == Kernel::gaussian ? 9 : 25);
    const auto found = painted({events, grid, {kernel, bandwidth}}, grid, 40);
    const Raster<double> fixed = density_double(events, grid, {kernel, bandwidth});
    for (std::size_t i = 0; i < found.size(); ++i)
      ASSERT_NEAR(found[i], fixed.values()[i], promised * 4e6 / 625) << to_string(kernel) << ' ' << i;
  }
}

TEST(AdaptiveDensity, FactorsAreClippedAndCounted) {
  std::vector<WeightedPoint> events{{5e6, 5e6, 1}};  // one far away
  for (int i = 0; i < 200; ++i) events.push_back({i * 10.0, (i * 37 % 200) * 10.0, 1});
  const Grid grid = grid_at(0, 2000, 100, 20, 20);
  const AdaptiveDensity free(events, grid, {Kernel::gaussian, metres(2000), 0, infinity});
  const AdaptiveDensity clipped(events, grid, {Kernel::gaussian, metres(2000), 1, 3});
  EXPECT_EQ(free.clipped(), 0U);
  EXPECT_GT(free.places().back().bandwidth_m, 3 * 2000);
  EXPECT_EQ(clipped.places().back().bandwidth_m, 3 * 2000);
  std::size_t at_a_bound = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const double h = clipped.places()[i].bandwidth_m;
    EXPECT_TRUE(h >= 2000 && h <= 6000);
    EXPECT_EQ(h, std::clamp(free.places()[i].bandwidth_m, 2000.0, 6000.0));
    at_a_bound += h != free.places()[i].bandwidth_m ? 1 : 0;
  }
  EXPECT_EQ(clipped.clipped(), at_a_bound);
}

TEST(AdaptiveDensity, MassIsTheSumOfWeights) {
  std::mt19937_64 engine(5);
  const Grid grid = grid_at(0, 200000, 1000, 200, 200);
  const auto events = random_events(engine, grid, -70000, 60);
  double weight = 0;
  for (const WeightedPoint& event : events) weight += event.weight;
  for (const Kernel kernel : all_kernels) {
    const auto found =
        painted({events, grid, {kernel, kilometres(kernel == Kernel::gaussian ? 5 : 20), 0.5, 2}}, grid, 200);
    const double mass = std::accumulate(found.begin(), found.end(), 0.0) * grid.cell_area_km2();
    EXPECT_NEAR(mass / weight, 1, 0.01) << to_string(kernel);  // (cell / narrowest bandwidth)^2
  }
}

TEST(AdaptiveDensity, SameBitsForBandsThreadsAndOrder) {
  std::mt19937_64 engine(7);
  const Grid grid = grid_at(0, 90000, 1000, 70, 90);
  auto events = random_events(engine, grid, 5000, 300);
  for (std::size_t i = 0; i < 100; ++i)
    events.push_back({events[i % 9].x, events[i % 9].y, uniform_draw(engine, 0.1, 1)});
  auto shuffled = events;
  for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[engine() % i]);
  for (const Kernel kernel : all_kernels) {
    const AdaptiveOptions options{kernel, kilometres(6)};
    const auto expected = painted({events, grid, options}, grid, grid.height);
    for (const int threads : {1, 2, 3}) {
      const ThreadLimit limit(threads);
      for (const std::int64_t band : {1, 29, 64})
        EXPECT_EQ(painted({shuffled, grid, options}, grid, band), expected) << to_string(kernel) << ' ' << band;
    }
  }
}

TEST(AdaptiveDensity, NothingIn) {
  const Grid grid = grid_at(0, 3000, 1000, 4, 3);
  for (const double value : painted({{}, grid, {}}, grid, 3)) EXPECT_EQ(value, 0.0);
}

TEST(AdaptiveDensity, BadInputIsRefused) {
  const Grid grid = grid_at(0, 3000, 1000, 3, 3);
  const auto code_of = [&](const std::vector<WeightedPoint>& events, const AdaptiveOptions& options) {
    try {
      AdaptiveDensity(events, grid, options);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;  // no error at all
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(code_of({{0, 0, -1}}, {}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({{0, nan, 1}}, {}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({{0, 0, infinity}}, {}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({}, {Kernel::quartic, metres(0)}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({}, {Kernel::quartic, metres(1), 2, 5}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({}, {Kernel::quartic, metres(1), 0.2, nan}), ErrorCode::invalid_argument);
}

/// The sums at places against pairs one by one.
TEST(PlaceSums, AgreeWithPairsOneByOne) {
  std::mt19937_64 engine(8);
  std::vector<WeightedPoint> events = random_events(engine, grid_at(0, 1000, 1000, 1, 1), 0, 1500);
  // A crowd, where series are used, and a lonely place.
  for (int i = 0; i < 1500; ++i)
    events.push_back({uniform_draw(engine, 400, 440), uniform_draw(engine, 700, 740), uniform_draw(engine, 0.1, 3)});
  events.push_back({-3000, -3000, 1});
  const auto places = merge_places(events);
  double weight = 0;
  for (const WeightedPoint& place : places) weight += place.weight;
  for (const Kernel kernel : all_kernels) {
    for (const double h : {1.0, 12.0, 80.0, 3000.0}) {
      const auto found = sums_of_others(places, kernel, h);
      const auto logs = log_sums_of_others(places, h);
      const double peak = kernel_value(kernel, 0, h);
      for (std::size_t i = 0; i < places.size(); i += 13) {
        long double expected = 0;
        for (std::size_t j = 0; j < places.size(); ++j) {
          const long double dx = places[i].x - static_cast<long double>(places[j].x);
          const long double dy = places[i].y - static_cast<long double>(places[j].y);
          if (j != i) expected += places[j].weight * kernel_by_hand(kernel, dx * dx + dy * dy, h);
        }
        const double bound = kernel == Kernel::gaussian ? 3e-14 * peak * weight : 1e-13 * static_cast<double>(expected);
        ASSERT_NEAR(found[i], static_cast<double>(expected), bound) << to_string(kernel) << ' ' << h << ' ' << i;
        if (kernel != Kernel::gaussian) continue;
        // About the nearest place: far tails underflow even in long double.
        long double nearest = std::numeric_limits<long double>::infinity(), sum = 0;
        const auto distance2 = [&](std::size_t j) {
          const long double dx = places[i].x - static_cast<long double>(places[j].x);
          const long double dy = places[i].y - static_cast<long double>(places[j].y);
          return dx * dx + dy * dy;
        };
        for (std::size_t j = 0; j < places.size(); ++j)
          if (j != i) nearest = std::min(nearest, distance2(j));
        for (std::size_t j = 0; j < places.size(); ++j)
          if (j != i) sum += places[j].weight * std::exp((nearest - distance2(j)) / (2 * h * h));
        const double log_sum = static_cast<double>(std::log(sum * peak) - nearest / (2 * h * h));
        ASSERT_NEAR(logs[i], log_sum, 1e-10 + 1e-15 * std::abs(log_sum)) << h << ' ' << i;
      }
    }
  }
}

TEST(PlaceSums, OneAloneHasNoOthers) {
  const std::vector<WeightedPoint> alone{{3, 4, 2}};
  for (const Kernel kernel : all_kernels) EXPECT_EQ(sums_of_others(alone, kernel, 5)[0], 0.0);
  EXPECT_EQ(log_sums_of_others(alone, 5)[0], -infinity);
  EXPECT_TRUE(sums_of_others({}, Kernel::gaussian, 5).empty());
}

TEST(PlaceSums, SameBitsForAnyNumberOfThreads) {
  std::mt19937_64 engine(9);
  const auto places = merge_places(random_events(engine, grid_at(0, 100, 100, 1, 1), 0, 4000));
  const auto expected = log_sums_of_others(places, 10);
  for (const int threads : {1, 2, 3, 8}) {
    const ThreadLimit limit(threads);
    EXPECT_EQ(log_sums_of_others(places, 10), expected);
  }
}

}  // namespace
}  // namespace tocsin
