#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/global_statistics.hpp>

#include "hotspot/statistic_cases.hpp"

namespace tocsin {
namespace {

using namespace test;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double oracle_tolerance = 1e-10;  // spdep's sums stand in another order
/// spdep's variance of G is a difference of terms 10^4 times as large.
constexpr double g_tolerance = 1e-9;

void expect_oracle(const OracleTable& table, const std::string& name, const std::vector<double>& x,
                   const Neighbours& neighbours) {
  const auto expected = [&](const std::string& statistic) {
    const auto &cases = table.text("case"), &statistics = table.text("stat");
    for (std::size_t k = 0; k < cases.size(); ++k)
      if (cases[k] == name && statistics[k] == statistic) return table.numbers("value")[k];
    throw std::runtime_error(name + " has no " + statistic);
  };
  const auto check = [&](double got, const std::string& statistic, double tolerance = oracle_tolerance) {
    expect_close(got, expected(statistic), tolerance, name + " " + statistic, 0);
  };
  const GlobalStatistic moran = moran_i(x, neighbours), geary = geary_c(x, neighbours), g = getis_ord_g(x, neighbours);
  check(moran.statistic, "moran_I");
  check(moran.expectation, "moran_E");
  check(moran.randomisation.variance, "moran_V_rand");
  check(moran.randomisation.z, "moran_z_rand");
  check(moran.randomisation.p, "moran_p_greater_rand", INFINITY);  // exists; two-sided is twice that
  EXPECT_NEAR(moran.randomisation.p / 2, expected("moran_p_greater_rand"), 1e-12);
  check(moran.normality.variance, "moran_V_norm");
  check(moran.normality.z, "moran_z_norm");
  check(geary.statistic, "geary_C");
  check(geary.randomisation.variance, "geary_V_rand");
  check(-geary.randomisation.z, "geary_z_spdep_sign_rand");
  check(geary.normality.variance, "geary_V_norm");
  check(-geary.normality.z, "geary_z_spdep_sign_norm");
  check(g.statistic, "globalG");
  check(g.expectation, "globalG_E");
  check(g.randomisation.variance, "globalG_V", g_tolerance);
  check(g.randomisation.z, "globalG_z", g_tolerance);
}

TEST(GlobalStatistics, AgreeWithSpdepOnAMadeUpGrid) {
  expect_oracle(copied_oracle("local_moran/grid20_global.csv"), "grid20_value_queen_W",
                copied_oracle("getis_ord/grid20_data.csv").numbers("value"),
                styled(lattice(20, 20), WeightStyle::row_standardised));
}

TEST(GlobalStatistics, AgreeWithSpdepOnRealCounties) {
  SKIP_WITHOUT_REAL_DATA();
  const std::string folder = real_oracle_folder() + "local_moran/";
  const OracleTable table(folder + "global.csv");
  for (const std::string name : {"nc_rate74_queen_W", "nc_rate74_queen_B", "nc_rate74_knn4_W", "nc_rate74_idw1_80km"})
    expect_oracle(table, name, OracleTable(folder + name + ".csv").numbers("x"),
                  neighbours_of(OracleTable(folder + name + "_weights.csv"), 100));
}

TEST(JoinCounts, AgreeWithSpdepOnRealCounties) {
  SKIP_WITHOUT_REAL_DATA();
  const std::string folder = real_oracle_folder() + "local_moran/";
  const OracleTable classes(folder + "joincount_nc74_classes.csv");
  std::vector<double> high;
  for (const std::string& word : classes.text("class")) high.push_back(word == "hi" ? 1 : 0);
  const JoinCounts got =
      join_counts(high, neighbours_of(OracleTable(folder + "nc_rate74_queen_B_weights.csv"), high.size()));
  const OracleTable table(folder + "joincount_nc74_queen_B.csv");
  const auto check = [&](const GlobalStatistic& statistic, std::size_t row) {
    expect_close(statistic.statistic, table.numbers("joincount")[row], oracle_tolerance, "count");
    expect_close(statistic.expectation, table.numbers("expected")[row], oracle_tolerance, "expected");
    expect_close(statistic.randomisation.variance, table.numbers("variance")[row], oracle_tolerance, "variance");
    expect_close(statistic.randomisation.z, table.numbers("z")[row], oracle_tolerance, "z");
  };
  check(got.black_black, 0);
  check(got.white_white, 1);
  check(got.black_white, 2);
}

/// Brute force over a dense table of weights; values may have gaps.
struct Brute {
  std::vector<std::vector<double>> w;

  [[nodiscard]] double pairs(const std::vector<double>& x, const std::function<double(double, double)>& term) const {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t j = 0; j < x.size(); ++j)
        if (!std::isnan(x[i]) && !std::isnan(x[j])) sum += w[i][j] * term(x[i], x[j]);
    return sum;
  }
  [[nodiscard]] static double mean(const std::vector<double>& x) {
    double count = 0, sum = 0;
    for (const double value : x)
      if (!std::isnan(value)) ++count, sum += value;
    return sum / count;
  }
  [[nodiscard]] static double variance(const std::vector<double>& x, double less) {
    double count = -less, sum = 0;
    for (const double value : x)
      if (!std::isnan(value)) ++count, sum += (value - mean(x)) * (value - mean(x));
    return sum / count;
  }
  [[nodiscard]] double s0(const std::vector<double>& x) const {
    return pairs(x, [](double, double) { return 1.0; });
  }
  [[nodiscard]] double moran(const std::vector<double>& x) const {
    const double m = mean(x);
    return pairs(x, [&](double a, double b) { return (a - m) * (b - m); }) / (s0(x) * variance(x, 0));
  }
  [[nodiscard]] double geary(const std::vector<double>& x) const {
    return pairs(x, [](double a, double b) { return (a - b) * (a - b); }) / (2 * s0(x) * variance(x, 1));
  }
  [[nodiscard]] double getis_ord(const std::vector<double>& x) const {
    double all = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t j = 0; j < x.size(); ++j)
        if (i != j && !std::isnan(x[i]) && !std::isnan(x[j])) all += x[i] * x[j];
    return pairs(x, [](double a, double b) { return a * b; }) / all;
  }
};

void expect_moments(const GlobalStatistic& got, const std::vector<double>& values,
                    const std::function<double(const std::vector<double>&)>& statistic, const std::string& what) {
  const Moments expected = over_all_permutations(values, nobody, statistic);
  expect_close(got.statistic, statistic(values), 1e-12, what);
  expect_close(got.expectation, expected.mean, 1e-12, what + " E");
  expect_close(got.randomisation.variance, expected.variance, 1e-10, what + " V", 0);
  expect_close(got.randomisation.z, (statistic(values) - expected.mean) / std::sqrt(expected.variance), 1e-10,
               what + " z");
}

TEST(GlobalStatistics, MomentsAreThoseOfAllPermutations) {
  // Weights that are not symmetric; place 5 is an island, place 2 is not observed.
  const Neighbours neighbours = random_links(8, 7, 5);
  const Brute brute{dense(neighbours)};
  std::vector<double> values = random_values(8, 12);
  values[2] = nan;
  expect_moments(
      moran_i(values, neighbours), values, [&](const auto& x) { return brute.moran(x); }, "I");
  expect_moments(
      geary_c(values, neighbours), values, [&](const auto& x) { return brute.geary(x); }, "C");
  expect_moments(
      getis_ord_g(values, neighbours), values, [&](const auto& x) { return brute.getis_ord(x); }, "G");
}

TEST(JoinCounts, MomentsAreThoseOfAllPermutations) {
  const Neighbours neighbours = random_links(8, 7, 5);
  const Brute brute{dense(neighbours)};
  const std::vector<double> values{1, 0, nan, 1, 0, 1, 0, 0};
  const JoinCounts counts = join_counts(values, neighbours);
  const auto joins = [&](double black, const std::vector<double>& x) {
    return brute.pairs(x, [&](double a, double b) { return a + b == black ? 0.5 : 0.0; });
  };
  expect_moments(
      counts.black_black, values, [&](const auto& x) { return joins(2, x); }, "BB");
  expect_moments(
      counts.black_white, values, [&](const auto& x) { return joins(1, x); }, "BW");
  expect_moments(
      counts.white_white, values, [&](const auto& x) { return joins(0, x); }, "WW");
  EXPECT_THROW(join_counts(std::vector<double>{1, 0, 2, 1, 0, 1, 0, 0}, neighbours), Error);
}

TEST(GlobalStatistics, UndefinedHasItsReason) {
  const Neighbours none({0, 0, 0, 0, 0}, {});
  const Neighbours complete = within({0, 1, 2, 3}, {0, 0, 0, 0}, 9, one);
  const std::vector<double> values{1, 2, 4, 9};
  for (const auto statistic : {moran_i, geary_c, getis_ord_g}) {
    EXPECT_EQ(statistic(values, none).undefined, Undefined::no_neighbours);
    // All places are alike: no permutation changes anything.
    const GlobalStatistic all = statistic(values, complete);
    EXPECT_EQ(all.undefined, Undefined::no_variance);
    EXPECT_TRUE(std::isnan(all.statistic) && std::isnan(all.randomisation.p) && std::isnan(all.normality.p));
    EXPECT_EQ(statistic(std::vector<double>(4, 3.0), complete).undefined, Undefined::no_variance);
    EXPECT_EQ(statistic(std::vector<double>{1, 2, nan, nan}, complete).undefined, Undefined::no_variance);
    EXPECT_THROW(statistic(std::vector<double>{1, 2}, complete), Error);
  }
  // Three are enough for I and normality, not for the fourth moments of randomisation.
  const GlobalStatistic three = moran_i(std::vector<double>{1, 2, 4}, Neighbours({0, 1, 3, 4}, {1, 0, 2, 1}));
  EXPECT_EQ(three.undefined, Undefined::no);
  EXPECT_FALSE(std::isnan(three.normality.z));
  EXPECT_TRUE(std::isnan(three.randomisation.z));
}

TEST(GlobalStatistics, GetisOrdDeviateIsDefinedWhereTheDenominatorIsZero) {
  // Sum 1 and sum of squares 1: the products of pairs sum to 0.
  const std::vector<double> values{1, 0, 0, 0, 0};
  const GlobalStatistic g = getis_ord_g(values, Neighbours({0, 1, 3, 5, 7, 8}, {1, 0, 2, 1, 3, 2, 4, 3}));
  EXPECT_TRUE(std::isnan(g.statistic));
  EXPECT_EQ(g.undefined, Undefined::no_variance);   // with one value, the products are always 0
  const std::vector<double> mixed{2, 2, -1, 0, 0};  // squares 9 = 3^2
  const GlobalStatistic m = getis_ord_g(mixed, Neighbours({0, 1, 3, 5, 7, 8}, {1, 0, 2, 1, 3, 2, 4, 3}));
  EXPECT_TRUE(std::isnan(m.statistic) && std::isnan(m.expectation) && std::isnan(m.randomisation.variance));
  EXPECT_GT(m.randomisation.z, 0);
}

}  // namespace
}  // namespace tocsin
