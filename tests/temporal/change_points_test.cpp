#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/temporal/trend/change_points.hpp>

#include "temporal/simulated.hpp"

namespace tocsin {
namespace {

double stretch_cost(const std::vector<double>& counts, std::size_t a, std::size_t b) {
  double sum = 0;
  for (std::size_t i = a; i < b; ++i) sum += counts[i];
  return sum > 0 ? -2 * sum * std::log(sum / static_cast<double>(b - a)) : 0;
}

/// The least cost over all ways to cut the series.
double by_trying_all(const std::vector<double>& counts, double penalty, std::size_t least) {
  const std::size_t n = counts.size();
  double best = INFINITY;
  for (unsigned cuts = 0; cuts < 1U << (n - 1); ++cuts) {
    double cost = 0;
    std::size_t begin = 0;
    bool long_enough = true;
    for (std::size_t i = 1; i <= n; ++i) {
      if (i < n && (cuts >> (i - 1) & 1) == 0) continue;
      long_enough &= i - begin >= least;
      cost += stretch_cost(counts, begin, i) + (i < n ? penalty : 0);
      begin = i;
    }
    if (long_enough) best = std::min(best, cost);
  }
  return best;
}

TEST(ChangePoints, CostTheLeastOfAllPartitions) {
  RandomStream random({.seed = 31});
  for (int trial = 0; trial < 60; ++trial) {
    std::vector<double> counts(12);
    for (std::size_t t = 0; t < counts.size(); ++t) counts[t] = test::poisson_draw(random, t < 5 ? 2 : t < 9 ? 9 : 0.5);
    for (const std::size_t least : {1U, 3U}) {
      const ChangePoints found = change_points(counts, {}, {.penalty = 4, .least = least});
      EXPECT_NEAR(found.cost, by_trying_all(counts, 4, least), 1e-9);
    }
  }
}

TEST(ChangePoints, FindAStepAndSayWhere) {
  std::vector<double> counts(36, 2.0);
  for (std::size_t t = 20; t < 36; ++t) counts[t] = 9;
  const ChangePoints found = change_points(counts);
  ASSERT_EQ(found.points.size(), 1U);
  EXPECT_EQ(found.points[0].first, 20U);
  EXPECT_LE(found.points[0].earliest, 20U);
  EXPECT_GE(found.points[0].latest, 20U);
  EXPECT_LE(found.points[0].latest - found.points[0].earliest, 3U);
  EXPECT_DOUBLE_EQ(found.points[0].before, 2);
  EXPECT_DOUBLE_EQ(found.points[0].after, 9);
  EXPECT_DOUBLE_EQ(found.level, 9);
}

TEST(ChangePoints, KeepGapsAndFollowExposure) {
  std::vector<double> counts(36, 2.0), days(36, 30.0);
  for (std::size_t t = 20; t < 36; ++t) counts[t] = 9;
  for (std::size_t t = 17; t < 22; ++t) counts[t] = NAN;  // a gap over the step
  const ChangePoints found = change_points(counts, days);
  ASSERT_EQ(found.points.size(), 1U);
  EXPECT_EQ(found.points[0].first, 22U);
  // Fewer days explain fewer events: no change.
  std::vector<double> half(counts);
  for (std::size_t t = 0; t < 36; ++t) {
    days[t] = t < 20 ? 15 : 30;
    half[t] = t < 20 ? 4 : 8;
  }
  EXPECT_TRUE(change_points(half, days).points.empty());
}

TEST(ChangePoints, OfLittleOrNothing) {
  EXPECT_TRUE(std::isnan(change_points(std::vector<double>{}).level));
  EXPECT_TRUE(std::isnan(change_points(std::vector<double>{NAN, NAN}).level));
  EXPECT_EQ(change_points(std::vector<double>{3}).level, 3);
  const std::vector<double> silent(60, 0.0);
  EXPECT_TRUE(change_points(silent).points.empty());
  EXPECT_EQ(change_points(silent).level, 0);
  EXPECT_THROW(change_points(std::vector<double>{-1, 2}), Error);
  EXPECT_THROW(change_points(std::vector<double>{1, 2}, {}, {.dispersion = 0}), Error);
}

TEST(ChangePoints, AreSeldomWhereThereAreNone) {
  RandomStream random({.seed = 32});
  constexpr int draws = 300;
  int poisson = 0, clustered = 0;
  for (int i = 0; i < draws; ++i) {
    std::vector<double> even, clusters;
    for (int t = 0; t < 60; ++t) {
      even.push_back(test::poisson_draw(random, 4));
      clusters.push_back(test::clustered_draw(random, 4, 3));
    }
    poisson += !change_points(even).points.empty();
    clustered += !change_points(clusters, {}, {.dispersion = 3}).points.empty();
  }
  EXPECT_LE(poisson, draws / 20);
  EXPECT_LE(clustered, draws / 12);  // skewed counts have longer tails than the likelihood of their mean
}

TEST(ChangePoints, IntervalsHoldThePlace) {
  RandomStream random({.seed = 33});
  int found_one = 0, held = 0;
  for (int i = 0; i < 300; ++i) {
    std::vector<double> counts;
    const std::size_t place = 15 + random.below(20);
    for (std::size_t t = 0; t < 50; ++t) counts.push_back(test::poisson_draw(random, t < place ? 3 : 8));
    const ChangePoints found = change_points(counts);
    if (found.points.size() != 1) continue;
    ++found_one;
    held += found.points[0].earliest <= place && place <= found.points[0].latest;
  }
  EXPECT_GT(found_one, 270);
  EXPECT_GE(held, 0.92 * found_one);  // 95 % asked for, four standard errors of 270 draws less two
}

}  // namespace
}  // namespace tocsin
