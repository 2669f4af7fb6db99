#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/incremental_moran.hpp>

#include "hotspot/statistic_cases.hpp"

namespace tocsin {
namespace {

using namespace test;

/// A line of places with patches of 6 that are alike.
struct Line {
  std::vector<double> x, y, values;
  Line() {
    const std::vector<double> noise = random_values(60, 5);
    for (std::size_t i = 0; i < 60; ++i) {
      x.push_back(static_cast<double>(i));
      y.push_back(0);
      values.push_back((i / 6 % 2 == 0 ? 10 : 0) + noise[i]);
    }
  }
  [[nodiscard]] IncrementalMoran moran(const std::vector<double>& distances) const {
    return incremental_moran(values, distances, [&](double reach) {
      return styled(within(x, y, reach, one), WeightStyle::row_standardised);
    });
  }
};

TEST(IncrementalMoran, FindsThePeaksOfTheDeviate) {
  const Line line;
  const IncrementalMoran got = line.moran({0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  ASSERT_EQ(got.bands.size(), 17U);
  EXPECT_EQ(got.bands[0].moran.undefined, Undefined::no_neighbours);
  EXPECT_EQ(got.bands[0].islands, 60U);
  EXPECT_EQ(got.bands[1].islands, 0U);
  EXPECT_NEAR(got.bands[1].mean_neighbours, 118.0 / 60, 1e-14);
  // Peaks by their definition, from the deviates themselves.
  std::vector<std::size_t> peaks;
  const auto z = [&](std::size_t k) { return got.bands[k].moran.randomisation.z; };
  for (std::size_t k = 2; k < 16; ++k)
    if (z(k) > z(k - 1) && z(k) > z(k + 1)) peaks.push_back(k);
  ASSERT_GE(peaks.size(), 2U);
  EXPECT_EQ(got.first_peak, peaks.front());
  for (const std::size_t peak : peaks) EXPECT_GE(z(*got.highest_peak), z(peak));
  // Likeness is strongest well inside a patch of 6.
  EXPECT_LT(got.bands[*got.first_peak].distance_m, 6);
  EXPECT_EQ(got.bands[3].moran.statistic,
            moran_i(line.values, styled(within(line.x, line.y, 3, one), WeightStyle::row_standardised)).statistic);
}

TEST(IncrementalMoran, TheEndsAreNoPeaks) {
  const Line line;
  EXPECT_FALSE(line.moran({4, 5, 6}).first_peak.has_value());
  EXPECT_FALSE(line.moran({2}).highest_peak.has_value());
}

TEST(IncrementalMoran, RefusesDistancesThatDoNotAscend) {
  const Line line;
  EXPECT_THROW(line.moran({0, 1}), Error);
  EXPECT_THROW(line.moran({2, 2}), Error);
  EXPECT_THROW(line.moran({1, INFINITY}), Error);
}

}  // namespace
}  // namespace tocsin
