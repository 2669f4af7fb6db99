#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/empirical_bayes.hpp>
#include <tocsin/hotspot/global_statistics.hpp>

#include "hotspot/statistic_cases.hpp"

namespace tocsin {
namespace {

using namespace test;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double oracle_tolerance = 1e-10;  // spdep's sums stand in another order
/// The last digit that the worked numbers hold, per 10,000; their shares were rounded before.
constexpr double worked_tolerance = 1e-6;

const std::vector<double> worked_populations{12000, 20000, 35000, 60000, 3000};
const std::vector<double> worked_cases{0, 2, 5, 24, 6};
Neighbours worked_chain() {
  return Neighbours({0, 1, 3, 5, 7, 8}, {1, 0, 2, 1, 3, 2, 4, 3});
}

void expect_per_10000(const std::vector<double>& got, const std::vector<double>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i] * 1e4, expected[i], worked_tolerance) << i;
}

TEST(SmoothRates, GivesTheWorkedNumbers) {
  const SmoothedRates rates = smooth_rates(worked_cases, worked_populations);
  expect_per_10000(rates.crude, {0, 1, 1.428571, 4, 20});
  expect_per_10000(rates.smoothed, {0.643198, 1.275202, 1.557565, 3.936340, 10.758880});
  EXPECT_NEAR(rates.mean[0], 2.8461538e-4, 0.5e-11);
  EXPECT_NEAR(rates.variance[0], 8.1234150e-8, 0.5e-15);
  EXPECT_EQ(rates.towards[0], Shrinkage::to_all);
}

TEST(SmoothRates, WhatChanceAloneGivesIsDrawnToTheMean) {
  const SmoothedRates rates = smooth_rates(std::vector<double>{0, 2, 5, 12, 1}, worked_populations);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(rates.variance[i], 0);
    EXPECT_EQ(rates.smoothed[i], rates.mean[i]);
    EXPECT_NEAR(rates.mean[i], 1.5384615e-4, 0.5e-11);
  }
  EXPECT_EQ(smooth_rates(std::vector<double>(5, 0), worked_populations).smoothed, std::vector<double>(5, 0));
}

TEST(SmoothRatesLocally, GivesTheWorkedNumbers) {
  const SmoothedRates rates = smooth_rates_locally(worked_cases, worked_populations, worked_chain(),
                                                   {.spread = LocalSpread::neighbourhood_mean, .fewest_neighbours = 0});
  expect_per_10000(rates.mean, {0.625, 1.044776, 2.695652, 3.571429, 4.761905});
  expect_per_10000(rates.smoothed, {0.625, 1.044776, 1.930755, 3.973194, 10.686845});
  EXPECT_NEAR(rates.variance[3], 8.921283e-8, 0.5e-14);
  EXPECT_EQ(rates.variance[0], 0);
  EXPECT_EQ(rates.towards[3], Shrinkage::to_neighbourhood);
}

TEST(SmoothRatesLocally, FewNeighboursDrawToTheMeanOfAll) {
  const SmoothedRates rates =
      smooth_rates_locally(worked_cases, worked_populations, worked_chain(), {.fewest_neighbours = 2});
  const SmoothedRates all = smooth_rates(worked_cases, worked_populations);
  EXPECT_EQ(rates.towards[0], Shrinkage::to_all);
  EXPECT_EQ(rates.smoothed[0], all.smoothed[0]);
  EXPECT_EQ(rates.towards[1], Shrinkage::to_neighbourhood);
  EXPECT_NE(rates.smoothed[1], all.smoothed[1]);
  // By default four are asked for.
  EXPECT_EQ(smooth_rates_locally(worked_cases, worked_populations, worked_chain()).smoothed, all.smoothed);
}

TEST(Rates, AgreeWithSpdepOnRealCounties) {
  SKIP_WITHOUT_REAL_DATA();
  const OracleTable table(real_oracle_folder() + "rates/nc74_queen.csv"),
      numbers(real_oracle_folder() + "rates/nc74_queen_global.csv");
  const Neighbours rows =
      neighbours_of(OracleTable(real_oracle_folder() + "local_moran/nc_rate74_queen_W_weights.csv"), 100);
  const std::vector<double> cases = table.numbers("cases"), populations = table.numbers("pop");
  const auto number = [&](const std::string& name) { return numbers.value("stat", name); };
  const SmoothedRates all = smooth_rates(cases, populations);
  expect_close(all.crude, table.numbers("raw"), oracle_tolerance, "raw", 0);
  expect_close(all.smoothed, table.numbers("EBest"), oracle_tolerance, "EBest", 0);
  expect_close(all.variance[0], number("EBest_a"), oracle_tolerance, "a", 0);
  expect_close(all.mean[0], number("EBest_b"), oracle_tolerance, "b", 0);
  const SmoothedRates local = smooth_rates_locally(cases, populations, rows, {.fewest_neighbours = 0});
  expect_close(local.smoothed, table.numbers("EBlocal"), oracle_tolerance, "EBlocal", 0);
  // A variance of rates is a difference of terms of about 1e-6.
  expect_close(local.variance, table.numbers("EBlocal_a"), oracle_tolerance, "local a", 1e-20);
  expect_close(local.mean, table.numbers("EBlocal_m"), oracle_tolerance, "local m", 0);
  const std::vector<double> z = standardised_rates(cases, populations);
  expect_close(z, table.numbers("EBI_z"), oracle_tolerance, "EBI z");
  expect_close(moran_i(z, rows).statistic, number("EBImoran_subtract_mean"), oracle_tolerance, "EB Moran");
  expect_close(moran_i(all.crude, rows).statistic, number("moran_of_raw_rate"), oracle_tolerance, "Moran of crude");
}

TEST(Rates, NotObservedIsInNoSum) {
  std::vector<double> populations = worked_populations, cases = worked_cases;
  populations.insert(populations.begin() + 2, {0, nan, 700});
  cases.insert(cases.begin() + 2, {3, 4, nan});
  const SmoothedRates rates = smooth_rates(cases, populations),
                      without = smooth_rates(worked_cases, worked_populations);
  for (const std::size_t gone : {2U, 3U, 4U}) {
    EXPECT_TRUE(std::isnan(rates.crude[gone]) && std::isnan(rates.smoothed[gone])) << gone;
    EXPECT_EQ(rates.towards[gone], Shrinkage::undefined);
    EXPECT_TRUE(std::isnan(standardised_rates(cases, populations)[gone]));
  }
  EXPECT_EQ(rates.smoothed[7], without.smoothed[4]);
  EXPECT_EQ(standardised_rates(cases, populations)[7], standardised_rates(worked_cases, worked_populations)[4]);
  // Nor is it a neighbour.
  const Neighbours chain({0, 1, 3, 4}, {1, 0, 2, 1});
  const SmoothedRates local = smooth_rates_locally(std::vector<double>{2, 1, 5}, std::vector<double>{100, 0, 300},
                                                   chain, {.fewest_neighbours = 0});
  EXPECT_EQ(local.mean[0], 0.02);
  // Nothing observed at all, and no case.
  EXPECT_TRUE(std::isnan(smooth_rates(std::vector<double>{1}, std::vector<double>{0}).smoothed[0]));
  EXPECT_TRUE(std::isnan(standardised_rates(std::vector<double>{0, 0}, std::vector<double>{5, 6})[0]));
}

TEST(Rates, NegativeNumbersAreRefusedWithTheirRow) {
  const auto message = [](const std::vector<double>& cases, const std::vector<double>& populations) {
    try {
      smooth_rates(cases, populations);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  EXPECT_NE(message({1, 2}, {10, -4}).find("population of row 1"), std::string::npos);
  EXPECT_NE(message({-1, 2}, {10, 4}).find("cases of row 0"), std::string::npos);
  EXPECT_NE(message({1, 2}, {10, INFINITY}).find("row 1"), std::string::npos);
  EXPECT_THROW(smooth_rates(std::vector<double>{1}, worked_populations), Error);
  EXPECT_THROW(smooth_rates_locally(worked_cases, worked_populations, lattice(2, 2)), Error);
}

}  // namespace
}  // namespace tocsin
