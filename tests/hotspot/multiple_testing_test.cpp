#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/multiple_testing.hpp>

#include "hotspot/statistic_cases.hpp"

namespace tocsin {
namespace {

using namespace test;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double oracle_tolerance = 1e-14;  // the same products in the same order; R sums 1 / i in long double

void expect_oracle(const OracleTable& table) {
  const std::vector<double> p = table.numbers("p");
  expect_close(adjusted(p, Correction::benjamini_hochberg), table.numbers("BH"), oracle_tolerance, "BH", 0);
  expect_close(adjusted(p, Correction::benjamini_yekutieli), table.numbers("BY"), oracle_tolerance, "BY", 0);
  expect_close(adjusted(p, Correction::holm), table.numbers("holm"), oracle_tolerance, "Holm", 0);
  expect_close(adjusted(p, Correction::bonferroni), table.numbers("bonferroni"), oracle_tolerance, "Bonferroni", 0);
  expect_close(adjusted(p, Correction::none), p, 0, "none", 0);
}

TEST(MultipleTesting, AgreesWithR) {
  expect_oracle(copied_oracle("multiple_testing/ties_na.csv"));
  expect_oracle(copied_oracle("multiple_testing/grid20_gistar_two_sided.csv"));
}

TEST(MultipleTesting, AgreesWithROnRealCounties) {
  SKIP_WITHOUT_REAL_DATA();
  expect_oracle(OracleTable(real_oracle_folder() + "multiple_testing/nc_sid74_upper.csv"));
}

TEST(MultipleTesting, WhatWasNotTestedDoesNotCount) {
  const std::vector<double> p{0.01, nan, 0.04};
  EXPECT_EQ(adjusted(p, Correction::bonferroni)[0], 0.02);
  EXPECT_TRUE(std::isnan(adjusted(p, Correction::bonferroni)[1]));
  EXPECT_TRUE(adjusted(std::vector<double>{}, Correction::holm).empty());
  EXPECT_THROW(adjusted(std::vector<double>{0.1, 1.5}, Correction::holm), Error);
  EXPECT_THROW(adjusted(std::vector<double>{-0.1}, Correction::none), Error);
}

TEST(MultipleTesting, CorrectionsHaveTheirWords) {
  EXPECT_EQ(name(Correction::none), "none");
  EXPECT_EQ(name(Correction::benjamini_hochberg), "bh");
  EXPECT_EQ(name(Correction::benjamini_yekutieli), "by");
  EXPECT_EQ(name(Correction::holm), "holm");
  EXPECT_EQ(name(Correction::bonferroni), "bonferroni");
}

}  // namespace
}  // namespace tocsin
