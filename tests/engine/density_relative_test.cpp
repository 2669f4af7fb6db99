#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/density/relative.hpp>

#include "density_cases.hpp"

namespace tocsin {
namespace {

using test::all_kernels;
using test::grid_at;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TEST(RelativeDensity, PeopleToThemselvesAreOne) {
  std::mt19937_64 engine(1);
  const Grid grid = grid_at(0, 30000, 1000, 40, 30);
  Raster<float> persons(grid);
  for (float& count : persons.values()) count = static_cast<float>(test::uniform_draw(engine, 0, 500));
  const auto points = people_as_points(persons);
  for (const Kernel kernel : all_kernels) {
    const Raster<double> people = density_double(points, grid, {kernel, kilometres(4)});
    Raster<double> ratio = people;
    divide_by_people(ratio.values(), people.values(), 1);
    for (const double value : ratio.values()) EXPECT_EQ(value, 1.0);
  }
}

TEST(RelativeDensity, ATownIsNoHotterThanItsPeople) {
  // Events at 1 in 1000 of the people everywhere: the density shows the towns, the relative density nothing.
  std::mt19937_64 engine(2);
  const Grid grid = grid_at(0, 30000, 1000, 40, 30);
  Raster<float> persons(grid, 10.0F);
  persons.at({12, 9}) = 40000;
  auto events = people_as_points(persons);
  for (WeightedPoint& event : events) event.weight *= 1e-3;
  const Raster<double> people = density_double(people_as_points(persons), grid, {Kernel::quartic, kilometres(4)});
  Raster<double> found = density_double(events, grid, {Kernel::quartic, kilometres(4)});
  divide_by_people(found.values(), people.values(), 1);
  for (const double value : found.values()) EXPECT_NEAR(value, 1e-3, 1e-12);
}

TEST(RelativeDensity, TooFewPeopleAreNotObserved) {
  std::vector<double> events{2, 2, 2, 0, std::numeric_limits<double>::quiet_NaN()};
  divide_by_people(events, std::vector<double>{4, 0.5, 0, 1, 8}, 1);
  EXPECT_EQ(events[0], 0.5);
  EXPECT_TRUE(std::isnan(events[1]));
  EXPECT_TRUE(std::isnan(events[2]));
  EXPECT_EQ(events[3], 0.0);
  EXPECT_TRUE(std::isnan(events[4]));
}

TEST(RelativeDensity, UnobservedAndEmptyCellsGiveNoPoint) {
  Raster<float> persons(grid_at(0, 2, 1, 2, 2));
  persons.at({0, 0}) = nan;
  persons.at({1, 1}) = 7;
  const auto points = people_as_points(persons);
  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0].x, 1.5);
  EXPECT_EQ(points[0].y, 0.5);
  EXPECT_EQ(points[0].weight, 7);
}

TEST(RelativeDensity, BadInputIsRefused) {
  const auto code_of = [](const auto& call) {
    try {
      call();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;  // no error at all
  };
  Raster<float> persons(grid_at(0, 2, 1, 2, 2));
  for (const float bad : {-1.0F, std::numeric_limits<float>::infinity()}) {
    persons.at({1, 0}) = bad;
    EXPECT_EQ(code_of([&] { people_as_points(persons); }), ErrorCode::input);
  }
  std::vector<double> events(3);
  const std::vector<double> people(3), fewer(2);
  for (const double bad : {0.0, -1.0, static_cast<double>(nan), std::numeric_limits<double>::infinity()})
    EXPECT_EQ(code_of([&] { divide_by_people(events, people, bad); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { divide_by_people(events, fewer, 1); }), ErrorCode::shape_mismatch);
}

}  // namespace
}  // namespace tocsin
