#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/temporal/mann_kendall.hpp>
#include <tocsin/temporal/sen_slope.hpp>

#include "engine/csv.hpp"

namespace tocsin {
namespace {

/// The oracle's numbers carry 17 digits; sums of some tens of terms in another order differ by less.
constexpr double oracle_tolerance = 1e-12;

std::map<std::string, std::vector<double>> oracle_series() {
  std::map<std::string, std::vector<double>> series;
  for (const auto& row : test::read_csv("emerging/oracle/mann_kendall_series.csv", 1))
    series[row.at(0)].push_back(std::stod(row.at(2)));
  return series;
}

TEST(MannKendall, AgreesWithTheOracle) {
  const auto series = oracle_series();
  int compared = 0;
  for (const auto& row : test::read_csv("emerging/oracle/mann_kendall.csv", 1)) {
    SCOPED_TRACE(row.at(0));
    const MannKendall test = mann_kendall(series.at(row.at(0)));
    EXPECT_EQ(test.observed, std::stoll(row.at(1)));
    EXPECT_EQ(test.s, std::stoll(row.at(2)));
    EXPECT_NEAR(test.variance, std::stod(row.at(3)), oracle_tolerance * test.variance);
    EXPECT_NEAR(test.tau_b, std::stod(row.at(4)), oracle_tolerance);
    EXPECT_NEAR(test.z, std::stod(row.at(5)), oracle_tolerance);
    EXPECT_NEAR(test.p, std::stod(row.at(6)), oracle_tolerance);
    ++compared;
  }
  EXPECT_EQ(compared, 8);
}

TEST(MannKendall, GivesTheWorkedNumbers) {
  const std::vector<double> x{3, 1, 4, 2, 5, 4, 6, 4, 8, 7, 9, 9};
  const MannKendall test = mann_kendall(x);
  EXPECT_EQ(test.s, 48);
  EXPECT_EQ(test.variance, 208);
  EXPECT_NEAR(test.z, 3.258864, 5e-7);  // printed to 6 decimals
  EXPECT_NEAR(test.p, 0.00111859, 5e-9);
  EXPECT_NEAR(test.tau_b, 0.7503665, 5e-8);
  const SenSlope sen = sen_slope(x);
  EXPECT_EQ(sen.slopes, 66);
  EXPECT_DOUBLE_EQ(sen.slope, 0.6125);
  // Rank 18.8665 lies between the slopes 4/9 and 1/2: interpolated. Programs that round the rank say 0.5.
  EXPECT_NEAR(sen.lower, 4 / 9.0 + 0.8665 * (0.5 - 4 / 9.0), 5e-6);
  EXPECT_DOUBLE_EQ(sen.upper, 1.0);
}

TEST(MannKendall, CountsAsPairsDoForManyLengthsAndTies) {
  RandomStream random({.seed = 11});
  for (std::size_t n = 0; n < 70; ++n)
    for (const std::uint32_t levels : {1U, 2U, 5U, 1000U}) {
      std::vector<double> x(n);
      for (double& value : x) value = random.below(10) == 0 ? NAN : static_cast<double>(random.below(levels));
      std::int64_t s = 0;
      for (std::size_t j = 0; j < n; ++j)
        for (std::size_t i = 0; i < j; ++i) s += (x[j] > x[i]) - (x[j] < x[i]);
      EXPECT_EQ(mann_kendall(x).s, s) << n << " values of " << levels << " levels";
    }
}

TEST(MannKendall, IsUndefinedWhereNothingCanRise) {
  for (const std::vector<double>& x : {std::vector<double>{}, {1}, {2, 2, 2, 2}, {NAN, 3, NAN}}) {
    const MannKendall test = mann_kendall(x);
    EXPECT_EQ(test.s, 0);
    EXPECT_EQ(test.variance, 0);
    EXPECT_TRUE(std::isnan(test.z) && std::isnan(test.p) && std::isnan(test.tau_b));
  }
  const std::vector<double> level{1, 2, 1};  // S is 0, and defined
  EXPECT_EQ(mann_kendall(level).z, 0);
  EXPECT_EQ(mann_kendall(level).p, 1);
}

TEST(MannKendall, SeesOnlyTheOrderOfValues) {
  const std::vector<double> x = oracle_series().at("noise40");
  std::vector<double> grown, back(x.rbegin(), x.rend());
  for (const double value : x) grown.push_back(std::exp(3 * value) + 7);
  EXPECT_EQ(mann_kendall(grown).z, mann_kendall(x).z);
  EXPECT_EQ(mann_kendall(back).s, -mann_kendall(x).s);
}

TEST(SenSlope, AgreesWithTheOracle) {
  const auto series = oracle_series();
  for (const auto& row : test::read_csv("emerging/oracle/mann_kendall.csv", 1)) {
    SCOPED_TRACE(row.at(0));
    const SenSlope sen = sen_slope(series.at(row.at(0)));
    EXPECT_NEAR(sen.slope, std::stod(row.at(7)), oracle_tolerance);
    EXPECT_NEAR(sen.lower, std::stod(row.at(8)), oracle_tolerance);
    EXPECT_NEAR(sen.upper, std::stod(row.at(9)), oracle_tolerance);
    EXPECT_EQ(sen.slopes, std::stoll(row.at(10)));
    EXPECT_NEAR(sen.intercept, std::stod(row.at(12)), oracle_tolerance * std::max(1.0, std::abs(sen.intercept)));
  }
}

TEST(SenSlope, GapsAreLeftOutAndKeepTheTimeOfTheOthers) {
  // A straight line stays one, whatever is missing from it; squeezed together it would be steeper.
  std::vector<double> line;
  for (int t = 0; t < 12; ++t) line.push_back(t % 3 == 1 || t == 5 ? NAN : 2.0 + 0.5 * t);
  const SenSlope sen = sen_slope(line);
  EXPECT_EQ(sen.slope, 0.5);
  EXPECT_EQ(sen.lower, 0.5);
  EXPECT_EQ(sen.upper, 0.5);
  EXPECT_EQ(sen.intercept, 2.0);
  EXPECT_EQ(sen.slopes, 21);  // of 7 values
  std::vector<double> days;
  for (int t = 0; t < 12; ++t) days.push_back(30.0 * t);
  EXPECT_DOUBLE_EQ(sen_slope(line, days).slope, 0.5 / 30);
}

TEST(SenSlope, RefusesTimesThatDoNotRise) {
  const std::vector<double> x{1, 2, 3}, back{0, 2, 1}, few{0, 1}, endless{0, 1, INFINITY};
  EXPECT_THROW(sen_slope(x, back), Error);
  EXPECT_THROW(sen_slope(x, few), Error);
  EXPECT_THROW(sen_slope(x, endless), Error);
  EXPECT_THROW(sen_slope(x, {}, {.confidence = 1}), Error);
  EXPECT_TRUE(std::isnan(sen_slope(std::vector<double>{NAN, 1}).slope));
}

}  // namespace
}  // namespace tocsin
