#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/distance/distance_transform.hpp>

#include "csv.hpp"

namespace tocsin {
namespace {

Grid grid_of(std::int64_t width, std::int64_t height, double cell_m = 1) {
  Grid grid;
  grid.cell_m = cell_m;
  grid.width = width;
  grid.height = height;
  return grid;
}

/// Equal to the last bit: squared distances are whole numbers, and one root, one product and one rounding follow.
void expect_brute_force(const std::vector<std::size_t>& targets, const Grid& grid) {
  const Raster<float> found = distance_transform(targets, grid);
  const auto width = static_cast<std::size_t>(grid.width);
  for (std::size_t i = 0; i < grid.size(); ++i) {
    std::int64_t nearest = INT64_MAX;
    for (const std::size_t target : targets) {
      const auto dx = static_cast<std::int64_t>(target % width) - static_cast<std::int64_t>(i % width);
      const auto dy = static_cast<std::int64_t>(target / width) - static_cast<std::int64_t>(i / width);
      nearest = std::min(nearest, dx * dx + dy * dy);
    }
    const auto expected = static_cast<float>(std::sqrt(static_cast<double>(nearest)) * grid.cell_m);
    ASSERT_EQ(found.values()[i], expected) << "cell " << i << " of " << grid.width << " x " << grid.height;
  }
}

TEST(DistanceTransform, AgreesWithScipy) {
  const auto binary = test::read_csv("engine/oracle/distance/binary.csv", 0);
  const auto expected = test::read_csv("engine/oracle/distance/distance_unit_cells.csv", 0);
  const Grid grid = grid_of(50, 40, 250);
  std::vector<std::size_t> targets;
  for (std::size_t r = 0; r < 40; ++r) {
    for (std::size_t c = 0; c < 50; ++c) {
      if (binary[r][c] == "1") targets.push_back(r * 50 + c);
    }
  }
  ASSERT_FALSE(targets.empty());
  const Raster<float> found = distance_transform(targets, grid);
  for (std::size_t r = 0; r < 40; ++r) {
    for (std::size_t c = 0; c < 50; ++c) {
      const double metres = std::stod(expected[r][c]) * 250;
      ASSERT_NEAR(found.values()[r * 50 + c], metres, 6e-8 * metres) << r << ' ' << c;  // one rounding to float
    }
  }
}

TEST(DistanceTransform, AgreesWithBruteForce) {
  std::mt19937_64 engine(7);
  for (int trial = 0; trial < 60; ++trial) {
    const Grid grid = grid_of(static_cast<std::int64_t>(1 + engine() % 70),
                              static_cast<std::int64_t>(1 + engine() % 70), trial % 2 == 0 ? 1.0 : 37.5);
    std::vector<std::size_t> targets(1 + engine() % (trial % 3 == 0 ? 200 : 4));
    for (std::size_t& target : targets) target = engine() % grid.size();
    expect_brute_force(targets, grid);
  }
}

TEST(DistanceTransform, LongThinGrids) {
  expect_brute_force({17, 2999}, grid_of(3000, 1));
  expect_brute_force({17, 2999}, grid_of(1, 3000));
  expect_brute_force({0, 4000}, grid_of(2001, 2));
}

TEST(DistanceTransform, WithoutTargetsNothingIsKnown) {
  const Raster<float> found = distance_transform({}, grid_of(5, 4));
  for (const float value : found.values()) EXPECT_TRUE(std::isnan(value));
}

TEST(DistanceTransform, EveryCellATarget) {
  const std::vector<std::size_t> all{0, 1, 2, 3, 4, 5, 5};
  const Raster<float> found = distance_transform(all, grid_of(3, 2));
  for (const float value : found.values()) EXPECT_EQ(value, 0);
}

TEST(DistanceTransform, ATargetOutsideTheGridIsRefused) {
  const std::vector<std::size_t> targets{6};
  try {
    distance_transform(targets, grid_of(3, 2));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
  }
}

TEST(DistanceTransform, SameBytesForAnyNumberOfThreads) {
  const Grid grid = grid_of(301, 203);
  std::mt19937_64 engine(3);
  std::vector<std::size_t> targets(40);
  for (std::size_t& target : targets) target = engine() % grid.size();
  const Raster<float> expected = distance_transform(targets, grid);
  for (const int threads : {1, 2, 3, 8}) {
    const ThreadLimit limit(threads);
    const Raster<float> found = distance_transform(targets, grid);
    EXPECT_EQ(std::memcmp(found.values().data(), expected.values().data(), expected.values().size_bytes()), 0)
        << threads;
  }
}

}  // namespace
}  // namespace tocsin
