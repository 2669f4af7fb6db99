#include <algorithm>
#include <atomic>
#include <cstring>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/density_bands.hpp>

#include "density_cases.hpp"

namespace tocsin {
namespace {

using test::grid_at;
using test::random_events;

constexpr Kernel all_kernels[] = {Kernel::uniform, Kernel::triangular, Kernel::epanechnikov,
                                  Kernel::quartic, Kernel::triweight,  Kernel::gaussian};

template <typename T>
std::vector<T> painted_in_bands(const DensityBands& bands, const Grid& grid, std::int64_t height) {
  std::vector<T> values(grid.size(), T{-1});
  for (std::int64_t row = 0; row < grid.height; row += height) {
    const std::int64_t rows = std::min(height, grid.height - row);
    bands.paint(row, rows,
                std::span(values).subspan(grid.index({0, row}), static_cast<std::size_t>(rows * grid.width)));
  }
  return values;
}

template <typename T>
bool same_bytes(std::span<const T> a, std::span<const T> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

TEST(DensityBands, AnyBandsGiveTheBytesOfTheWhole) {
  std::mt19937_64 engine(31);
  const Grid grid = grid_at(0, 150000, 1000, 90, 150);
  // The southern third is out of reach: rows without events belong to the promise too.
  const Grid north = grid_at(0, 150000, 1000, 90, 100);
  const auto events = random_events(engine, north, -20000, 700);
  for (const Kernel kernel : all_kernels) {
    for (const double bandwidth_m : {700.0, 2500.0, 12000.0, 41300.0}) {
      const DensityOptions options{kernel, metres(kernel == Kernel::gaussian ? bandwidth_m / 3 : bandwidth_m)};
      const Raster<float> whole = density(events, grid, options);
      const Raster<double> precise = density_double(events, grid, options);
      const DensityBands bands(events, grid, options);
      for (const std::int64_t height : {std::int64_t{1}, std::int64_t{7}, std::int64_t{64}, grid.height}) {
        if (kernel == Kernel::gaussian && height == 1) continue;  // a whole block a row: slow, and 7 is as odd
        const auto found = painted_in_bands<float>(bands, grid, height);
        EXPECT_TRUE(same_bytes<float>(found, whole.values())) << to_string(kernel) << ' ' << height;
        const auto found_precise = painted_in_bands<double>(bands, grid, height);
        EXPECT_TRUE(same_bytes<double>(found_precise, precise.values())) << to_string(kernel) << ' ' << height;
      }
    }
  }
}

TEST(DensityBands, MayBePaintedFromSeveralThreads) {
  std::mt19937_64 engine(32);
  const Grid grid = grid_at(0, 64000, 1000, 70, 64);
  const auto events = random_events(engine, grid, 3000, 300);
  for (const Kernel kernel : {Kernel::quartic, Kernel::gaussian}) {
    const DensityOptions options{kernel, kilometres(5)};
    const DensityBands bands(events, grid, options);
    std::vector<float> values(grid.size());
    parallel_for(16, [&](std::size_t i) {
      bands.paint(static_cast<std::int64_t>(i) * 4, 4, std::span(values).subspan(i * 4 * 70, std::size_t{4} * 70));
    });
    const Raster<float> whole = density(events, grid, options);
    EXPECT_TRUE(same_bytes<float>(values, whole.values())) << to_string(kernel);
  }
}

TEST(DensityBands, CountsDistinctPlacesInReach) {
  const Grid grid = grid_at(0, 10, 1, 10, 10);
  const std::vector<WeightedPoint> events{{1, 1, 1}, {1, 1, 2}, {5, 5, 1}, {500, 5, 1}};
  const DensityBands bands(events, grid, {Kernel::quartic, metres(3)});
  EXPECT_EQ(bands.places(), 2U);
  EXPECT_GE(bands.preferred_rows(), 1);
}

TEST(DensityBands, AdvancesByTheRowsPainted) {
  class Counter : public Progress {
   public:
    void advance(std::int64_t steps) override { total += steps; }
    std::atomic<std::int64_t> total = 0;
  };
  const Grid grid = grid_at(0, 500, 1, 300, 500);
  const std::vector<WeightedPoint> events{{100, 100, 1}};
  for (const Kernel kernel : {Kernel::triangular, Kernel::quartic, Kernel::gaussian}) {
    const DensityBands bands(events, grid, {kernel, metres(6)});
    std::vector<float> out(std::size_t{333} * 300);
    Counter counter;
    bands.paint(101, 333, out, counter);
    EXPECT_EQ(counter.total, 333) << to_string(kernel);
  }
}

TEST(DensityBands, BandsThatDoNotFitAreRefused) {
  const Grid grid = grid_at(0, 10, 1, 4, 10);
  const DensityBands bands({}, grid, {Kernel::quartic, metres(3)});
  const auto code_of = [&](std::int64_t first, std::int64_t rows, std::size_t values) {
    std::vector<float> out(values);
    try {
      bands.paint(first, rows, out);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;  // no error at all
  };
  EXPECT_EQ(code_of(0, 10, 40), ErrorCode::internal);
  EXPECT_EQ(code_of(10, 0, 0), ErrorCode::internal);
  EXPECT_EQ(code_of(-1, 2, 8), ErrorCode::shape_mismatch);
  EXPECT_EQ(code_of(8, 3, 12), ErrorCode::shape_mismatch);
  EXPECT_EQ(code_of(8, -1, 0), ErrorCode::shape_mismatch);
  EXPECT_EQ(code_of(0, 2, 7), ErrorCode::shape_mismatch);
}

}  // namespace
}  // namespace tocsin
