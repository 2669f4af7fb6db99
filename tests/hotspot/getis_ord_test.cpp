#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/getis_ord.hpp>

#include "hotspot/statistic_cases.hpp"

namespace tocsin {
namespace {

using namespace test;

constexpr GetisOrdOptions gi{.include_self = GetisOrdKind::gi};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// spdep's sums stand in another order.
constexpr double oracle_tolerance = 1e-10;
/// A few roundings.
constexpr double hand_tolerance = 1e-14;

void expect_oracle(const OracleTable& table, const std::vector<double>& x, const Neighbours& neighbours,
                   const std::string& what) {
  const LocalStatistic without = getis_ord(x, neighbours, gi);
  expect_close(without.z, table.numbers("G_z"), oracle_tolerance, what + " G_z");
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (without.undefined[i] != Undefined::no) continue;  // spdep leaves a ratio of 0 at islands
    expect_close(without.statistic[i], table.numbers("G")[i], oracle_tolerance, what + " G");
    expect_close(without.expectation[i], table.numbers("EG")[i], oracle_tolerance, what + " EG");
    expect_close(without.variance[i], table.numbers("VG")[i], oracle_tolerance, what + " VG", 0);
  }
  const LocalStatistic with = getis_ord(x, neighbours);
  expect_close(with.statistic, table.numbers("Gs"), oracle_tolerance, what + " Gs");
  expect_close(with.expectation, table.numbers("EGs"), oracle_tolerance, what + " EGs");
  expect_close(with.variance, table.numbers("VGs"), oracle_tolerance, what + " VGs", 0);
  expect_close(with.z, table.numbers("Gs_z"), oracle_tolerance, what + " Gs_z");
}

TEST(GetisOrd, AgreesWithSpdepOnAMadeUpGrid) {
  const OracleTable data = copied_oracle("getis_ord/grid20_data.csv");
  const std::vector<double> row = data.numbers("row"), col = data.numbers("col"), value = data.numbers("value");
  const auto oracle = [](const std::string& name) { return copied_oracle("getis_ord/grid20_" + name + ".csv"); };
  expect_oracle(oracle("value_queen_B"), value, within(col, row, 1.5, one), "queen");
  expect_oracle(oracle("count_band2.5_B"), data.numbers("count"), within(col, row, 2.5, one), "band");
  expect_oracle(oracle("value_knn8jitter_B"), value, nearest(data.numbers("jx"), data.numbers("jy"), 8), "nearest");
  expect_oracle(oracle("value_idw2_band3"), value, within(col, row, 3.01, [](double d) { return 1 / (d * d); }),
                "inverse distance");
}

TEST(GetisOrd, AgreesWithSpdepOnRealCounties) {
  SKIP_WITHOUT_REAL_DATA();
  const std::string folder = real_oracle_folder() + "getis_ord/";
  for (const std::string name : {"nc_rate74_queen_B", "nc_sid74_queen_B", "nc_rate74_queen_W_selfequal",
                                 "nc_rate74_band40km_B_isolates", "nc_rate74_idw1_80km"}) {
    const OracleTable table(folder + name + ".csv");
    const std::vector<double> x = table.numbers("x");
    expect_oracle(table, x, neighbours_of(OracleTable(folder + name + "_weights.csv"), x.size()), name);
  }
}

TEST(GetisOrd, IsWhatAHandFinds) {
  // 9 in the middle of 5 x 5, else 0: mean 0.36, s^2 = 3.1104. Middle: W = 9, (25 * 9 - 81) / 24 = 6,
  // z = (9 - 3.24) / sqrt(3.1104 * 6) = 5.76 / 4.32. Corner: W = 4, z^2 = 1.44^2 / (3.1104 * 3.5) = 4 / 21.
  std::vector<double> values(25, 0);
  values[12] = 9;
  const LocalStatistic star = getis_ord(values, lattice(5, 5));
  EXPECT_NEAR(star.z[12], 4.0 / 3, hand_tolerance);
  EXPECT_NEAR(star.z[6], 4.0 / 3, hand_tolerance);
  EXPECT_NEAR(star.z[0], -std::sqrt(4.0 / 21), hand_tolerance);
  EXPECT_NEAR(star.z[2], -std::sqrt(6.0 / 19), hand_tolerance);
  EXPECT_NEAR(star.statistic[12], 1, hand_tolerance);
  EXPECT_NEAR(star.expectation[12], 0.36, hand_tolerance);
  EXPECT_NEAR(star.variance[12], 18.6624 / 81, hand_tolerance);
  EXPECT_NEAR(star.p[12], 0.18242243945173575, hand_tolerance);  // 2 (1 - Phi(4/3))
  // Around the middle all others are equal: nothing can be said without it.
  const LocalStatistic without = getis_ord(values, lattice(5, 5), gi);
  EXPECT_EQ(without.undefined[12], Undefined::no_variance);
  EXPECT_TRUE(std::isnan(without.z[12]) && std::isnan(without.statistic[12]) && std::isnan(without.p[12]));
  EXPECT_EQ(without.undefined[6], Undefined::no);
}

TEST(GetisOrd, MomentsAreThoseOfAllPermutations) {
  std::vector<double> values = random_values(7, 3);
  values[4] = nan;
  const Neighbours neighbours = random_links(7, 5);
  const auto w = dense(neighbours);
  const LocalStatistic star = getis_ord(values, neighbours, {.self_weight = 0.7});
  const LocalStatistic without = getis_ord(values, neighbours, gi);
  const auto ratio = [&](const std::vector<double>& x, std::size_t i, double self) {
    double lag = 0, sum = 0;
    for (std::size_t j = 0; j < 7; ++j) {
      if (std::isnan(x[j]) || (j == i && self == 0)) continue;
      lag += (j == i ? self : w[i][j]) * x[j];
      sum += x[j];
    }
    return lag / sum;
  };
  for (std::size_t i = 0; i < 7; ++i) {
    if (i == 4) {
      EXPECT_EQ(star.undefined[i], Undefined::unobserved);
      EXPECT_TRUE(std::isnan(star.z[i]));
      continue;
    }
    const Moments all = over_all_permutations(values, nobody, [&](const auto& x) { return ratio(x, i, 0.7); });
    expect_close(star.statistic[i], ratio(values, i, 0.7), 1e-12, "Gi*");
    expect_close(star.expectation[i], all.mean, 1e-12, "E Gi*");
    expect_close(star.variance[i], all.variance, 1e-11, "V Gi*", 0);
    const Moments others = over_all_permutations(values, i, [&](const auto& x) { return ratio(x, i, 0); });
    expect_close(without.statistic[i], ratio(values, i, 0), 1e-12, "Gi");
    expect_close(without.expectation[i], others.mean, 1e-12, "E Gi");
    expect_close(without.variance[i], others.variance, 1e-11, "V Gi", 0);
    expect_close(without.z[i], (ratio(values, i, 0) - others.mean) / std::sqrt(others.variance), 1e-11, "z Gi");
  }
}

TEST(GetisOrd, OwnLinkOfARowStandsAndGiIgnoresIt) {
  const std::vector<double> values = random_values(25, 8);
  const Neighbours heavy = with_self(lattice(5, 5), 3);
  // The own link stands elsewhere in the sum.
  expect_close(getis_ord(values, heavy).z, getis_ord(values, lattice(5, 5), {.self_weight = 3}).z, 1e-13, "self");
  EXPECT_NE(getis_ord(values, heavy).z, getis_ord(values, lattice(5, 5)).z);
  EXPECT_EQ(getis_ord(values, heavy, gi).z, getis_ord(values, lattice(5, 5), gi).z);
}

TEST(GetisOrd, NotObservedIsAsIfThePlaceWereNotThere) {
  std::vector<double> values = random_values(25, 8);
  values[7] = nan;
  std::vector<std::uint8_t> present(25, 1);
  present[7] = 0;
  const LocalStatistic all = getis_ord(values, lattice(5, 5));
  EXPECT_EQ(all.z[0], getis_ord(values, among(lattice(5, 5), present)).z[0]);
  for (std::size_t i = 0; i < 25; ++i) EXPECT_EQ(std::isnan(all.z[i]), i == 7);
}

TEST(GetisOrd, AnIslandHasItsOwnValueAlone) {
  const Neighbours neighbours({0, 1, 2, 2, 2}, {1, 0});
  const std::vector<double> values{1, 2, 4, 9};
  // mean 4, s^2 = 9.5, (4 - 1) / 3 = 1: z = (9 - 4) / sqrt(9.5)
  const LocalStatistic star = getis_ord(values, neighbours);
  EXPECT_NEAR(star.z[3], 5 / std::sqrt(9.5), hand_tolerance);
  EXPECT_EQ(getis_ord(values, neighbours, gi).undefined[3], Undefined::no_neighbours);
  EXPECT_EQ(getis_ord(values, neighbours, {.self_weight = 0}).undefined[3], Undefined::no_neighbours);
  // An island by lack of observation.
  EXPECT_EQ(getis_ord(std::vector<double>{1, nan, 4, 9}, neighbours, gi).undefined[0], Undefined::no_neighbours);
}

TEST(GetisOrd, WithoutVarianceNothingIsSaid) {
  const Neighbours pairs({0, 1, 2, 3, 4}, {1, 0, 3, 2});
  const auto reasons = [&](std::vector<double> values) { return getis_ord(values, pairs).undefined; };
  EXPECT_EQ(reasons({2, 2, 2, 2}), std::vector<Undefined>(4, Undefined::no_variance));
  EXPECT_EQ(reasons({1, 2, nan, nan}), (std::vector<Undefined>{Undefined::no_variance, Undefined::no_variance,
                                                               Undefined::unobserved, Undefined::unobserved}));
  // All others are neighbours with one weight: the sum is the same for each permutation.
  const Neighbours complete = styled(within({0, 1, 2, 3}, {0, 0, 0, 0}, 9, one), WeightStyle::row_standardised);
  EXPECT_EQ(getis_ord(std::vector<double>{1, 2, 3, 5}, complete, gi).undefined,
            std::vector<Undefined>(4, Undefined::no_variance));
}

TEST(GetisOrd, DeviateIsDefinedWhereTheSumIsZero) {
  const std::vector<double> values{-3, -1, 0, 1, 3};
  const Neighbours chain({0, 1, 3, 5, 7, 8}, {1, 0, 2, 1, 3, 2, 4, 3});
  const LocalStatistic star = getis_ord(values, chain);
  EXPECT_TRUE(std::isnan(star.statistic[4]) && std::isnan(star.expectation[4]) && std::isnan(star.variance[4]));
  EXPECT_EQ(star.undefined[4], Undefined::no);
  // s^2 = 4, W = 2, (5 * 2 - 4) / 4 = 1.5: z = 4 / sqrt(6)
  EXPECT_NEAR(star.z[4], 4 / std::sqrt(6.0), hand_tolerance);
  // Sums below 0 turn the ratio, not z.
  std::vector<double> lower = values;
  for (double& value : lower) value -= 1;
  EXPECT_NEAR(getis_ord(lower, chain).z[4], 4 / std::sqrt(6.0), hand_tolerance);
  EXPECT_LT(getis_ord(lower, chain).statistic[4], getis_ord(lower, chain).expectation[4]);
}

TEST(GetisOrd, OneHugeValueDoesNotDrownTheOthers) {
  std::vector<double> values = random_values(25, 8);
  std::vector<double> without_it = values;
  values[12] = 1e12;
  without_it[12] = 3;  // Gi leaves the place's own value out: it does not matter
  expect_close(getis_ord(values, lattice(5, 5), gi).z[12], getis_ord(without_it, lattice(5, 5), gi).z[12], 1e-12, "Gi");
}

TEST(GetisOrd, RefusesWhatItCannotRead) {
  const Neighbours pair({0, 1, 2}, {1, 0});
  EXPECT_THROW(getis_ord(std::vector<double>{1}, pair), Error);
  EXPECT_THROW(getis_ord(std::vector<double>{1, INFINITY}, pair), Error);
  EXPECT_THROW(getis_ord(std::vector<double>{1, 2}, pair, {.self_weight = -1}), Error);
  EXPECT_THROW(getis_ord(std::vector<double>{1, 2}, pair, {.self_weight = nan}), Error);
}

}  // namespace
}  // namespace tocsin
