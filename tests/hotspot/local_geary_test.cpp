#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/local_geary.hpp>

#include "hotspot/statistic_cases.hpp"

namespace tocsin {
namespace {

using namespace test;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double oracle_tolerance = 1e-10;  // spdep's sums stand in another order

TEST(LocalGeary, AgreesWithSpdepOnAMadeUpGrid) {
  const OracleTable table = copied_oracle("local_moran/grid20_value_queen_W.csv");
  const Neighbours rows = styled(lattice(20, 20), WeightStyle::row_standardised);
  expect_close(local_geary(table.numbers("x"), rows).statistic, table.numbers("localC"), oracle_tolerance, "C");
}

TEST(LocalGeary, AgreesWithSpdepOnRealCounties) {
  SKIP_WITHOUT_REAL_DATA();
  const std::string folder = real_oracle_folder() + "local_moran/nc_rate74_";
  for (const std::string name : {"queen_W", "queen_B", "knn4_W", "idw1_80km"}) {
    const OracleTable table(folder + name + ".csv");
    const Neighbours neighbours = neighbours_of(OracleTable(folder + name + "_weights.csv"), 100);
    expect_close(local_geary(table.numbers("x"), neighbours).statistic, table.numbers("localC"), oracle_tolerance,
                 name);
  }
}

double brute_geary(const std::vector<double>& x, const std::vector<std::vector<double>>& w, std::size_t i) {
  double count = 0, mean = 0, squares = 0, sum = 0;
  for (const double value : x)
    if (!std::isnan(value)) ++count, mean += value;
  mean /= count;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (std::isnan(x[j])) continue;
    squares += (x[j] - mean) * (x[j] - mean);
    sum += w[i][j] * (x[i] - x[j]) * (x[i] - x[j]);
  }
  return sum / (squares / (count - 1));
}

TEST(LocalGeary, MomentsAreThoseOfAllPermutationsOfTheOthers) {
  const Neighbours neighbours = random_links(7, 6);
  const auto w = dense(neighbours);
  std::vector<double> with_gap = random_values(7, 4), with_outlier = random_values(7, 5);
  with_gap[2] = nan;
  with_outlier[1] = 1e4;  // holds nearly all of every moment
  for (const std::vector<double>& values : {with_gap, with_outlier}) {
    const LocalStatistic got = local_geary(values, neighbours);
    for (std::size_t i = 0; i < 7; ++i) {
      if (std::isnan(values[i])) continue;
      const Moments expected =
          over_all_permutations(values, i, [&](const std::vector<double>& x) { return brute_geary(x, w, i); });
      // Where one value is all, brute force loses half of its digits.
      const double tolerance = values[1] == 1e4 ? 1e-7 : 1e-11;
      expect_close(got.statistic[i], brute_geary(values, w, i), 1e-12, "C");
      expect_close(got.expectation[i], expected.mean, 1e-12, "E");
      expect_close(got.variance[i], expected.variance, tolerance, "V", 0);
      expect_close(got.z[i], (got.statistic[i] - expected.mean) / std::sqrt(expected.variance), tolerance, "z");
    }
  }
}

TEST(LocalGeary, KeepsAVarianceThatIsSmallBesideItsTerms) {
  // From 0 all others are about equally far: their squared differences vary by 10^-6.
  const std::vector<double> values{0, 1, -1, 1 + 1e-6, -1, 1, -1};
  const Neighbours neighbours = random_links(7, 6);
  const auto w = dense(neighbours);
  const Moments expected =
      over_all_permutations(values, 0, [&](const std::vector<double>& x) { return brute_geary(x, w, 0); });
  // Brute force sees deviations of 10^-6 beside 1, with 10^-16 of rounding.
  expect_close(local_geary(values, neighbours).variance[0], expected.variance, 1e-8, "V", 0);
  // As far as rounding shows, 0.1 and 0.3 are equally far from 0.2.
  const Neighbours chain({0, 1, 3, 5, 7, 8}, {1, 0, 2, 1, 3, 2, 4, 3});
  EXPECT_EQ(local_geary(std::vector<double>{0.1, 0.3, 0.2, 0.1, 0.3}, chain).undefined[2], Undefined::no_variance);
}

TEST(LocalGeary, PlacesWithoutVarianceHaveTheirReason) {
  // From 1, both 0 and 2 are equally far: C is the same for each permutation, though the values differ.
  const Neighbours chain({0, 1, 3, 5, 7, 8}, {1, 0, 2, 1, 3, 2, 4, 3});
  const LocalStatistic geary = local_geary(std::vector<double>{0, 2, 1, 0, 2}, chain);
  EXPECT_EQ(geary.undefined[2], Undefined::no_variance);
  EXPECT_EQ(geary.undefined[1], Undefined::no);
  const PermutationResult draws = permute_local_geary(std::vector<double>{0, 2, 1, 0, 2}, chain, {.permutations = 9});
  EXPECT_TRUE(std::isnan(draws.p_less[2]) && std::isnan(draws.draws[2]));
  EXPECT_EQ(draws.draws[1], 9);
  EXPECT_EQ(local_geary(std::vector<double>{1, nan, 1, 0, 2}, chain).undefined[0], Undefined::no_neighbours);
  EXPECT_EQ(local_geary(std::vector<double>(5, 2.0), chain).undefined,
            std::vector<Undefined>(5, Undefined::no_variance));
}

TEST(LocalGearyPermutation, ComesNearTheShareOfAllPermutations) {
  std::vector<double> values = random_values(8, 4);
  values[3] = values[5];  // ties are real
  values[6] = nan;
  const Neighbours neighbours = random_links(8, 6);
  const auto w = dense(neighbours);
  constexpr std::int64_t draws = 20'000;
  const PermutationResult got = permute_local_geary(values, neighbours, {.permutations = draws, .seed = 2});
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == 6) continue;
    const double observed = brute_geary(values, w, i);
    const auto share = [&](double sign) {
      return over_all_permutations(values, i,
                                   [&](const std::vector<double>& x) {
                                     return sign * (brute_geary(x, w, i) - observed) >= -1e-9 ? 1.0 : 0.0;
                                   })
          .mean;
    };
    // Five standard errors, and the one that is added to both counts.
    const auto near = [&](double p, double expected) {
      EXPECT_NEAR(p, expected, 5 * std::sqrt(expected * (1 - expected) / draws) + 1.0 / draws) << i;
    };
    near(got.p_greater[i], share(1));
    near(got.p_less[i], share(-1));
    const double p = std::min(got.p_greater[i], got.p_less[i]);
    EXPECT_NEAR(got.standard_error[i], std::sqrt(p * (1 - p) / draws), 1e-15);
  }
}

TEST(LocalGearyPermutation, OfAPlaceDoesNotDependOnOtherPlaces) {
  constexpr std::size_t n = 1000;
  const std::vector<double> values = random_values(n, 4);
  Links chain(n), alone(n);
  for (std::uint32_t i = 0; i + 2 < n; ++i) chain[i] = {{i + 1, 1.0}, {i + 2, 1.0}};
  for (const std::size_t place : {303, 703}) alone[place] = chain[place];
  const PermutationResult all = permute_local_geary(values, neighbours_of(chain), {.permutations = 199});
  const PermutationResult two = permute_local_geary(values, neighbours_of(alone), {.permutations = 199});
  for (const std::size_t place : {303, 703}) EXPECT_EQ(two.p_less[place], all.p_less[place]);
}

TEST(LocalGearyPermutation, RefusesPermutationsOutOfRange) {
  const Neighbours chain({0, 1, 3, 4}, {1, 0, 2, 1});
  EXPECT_THROW(permute_local_geary(std::vector<double>{1, 2, 4}, chain, {.permutations = 0}), Error);
}

}  // namespace
}  // namespace tocsin
