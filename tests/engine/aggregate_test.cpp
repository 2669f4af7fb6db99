#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/index/aggregate.hpp>

namespace tocsin {
namespace {

const std::vector<double> x{.2, .5, .9};
const std::vector<double> w{.5, .3, .2};
constexpr double printed = 5e-8;  // seven printed digits

double combined(const std::string& rule, const std::vector<double>& values = x, const std::vector<double>& weights = w,
                MissingRule missing = MissingRule::reweight) {
  return aggregate(values, weights, parse_aggregate_rule(rule), missing);
}

TEST(Aggregate, WorkedNumbers) {
  EXPECT_NEAR(combined("arithmetic"), .43, 1e-15);
  EXPECT_NEAR(combined("geometric"), .3556760, printed);
  EXPECT_NEAR(combined("power: 0.5"), .3912196, printed);
  EXPECT_NEAR(combined("power: 2"), .5069517, printed);
  EXPECT_NEAR(combined("power: 3"), .5721535, printed);
  EXPECT_EQ(combined("max"), .9);
  EXPECT_NEAR(combined("geometric: 0.01", {0, .5, .9}), .0795316, printed);
}

TEST(Aggregate, MissingValues) {
  const std::vector<double> gap{.2, NAN, .9};
  EXPECT_NEAR(combined("arithmetic", gap), .4, 1e-15);
  EXPECT_TRUE(std::isnan(combined("arithmetic", gap, w, MissingRule::propagate)));
  EXPECT_NEAR(combined("arithmetic", x, w, MissingRule::propagate), .43, 1e-15);
  EXPECT_TRUE(std::isnan(combined("max", {NAN, NAN}, {1, 1})));
  EXPECT_TRUE(std::isnan(combined("arithmetic", {}, {})));
}

TEST(Aggregate, AValueWithoutWeightTakesNoPart) {
  EXPECT_EQ(combined("max", {.2, .9}, {1, 0}), .2);
  EXPECT_NEAR(combined("arithmetic", {.2, NAN}, {1, 0}, MissingRule::propagate), .2, 1e-15);
  EXPECT_TRUE(std::isnan(combined("arithmetic", {.2, .3}, {0, 0})));
}

TEST(Aggregate, OnlyRatiosOfWeightsMatter) {
  for (const char* rule : {"arithmetic", "geometric", "power: 2", "power: 7.5", "max"}) {
    EXPECT_NEAR(combined(rule, x, {5, 3, 2}), combined(rule), 1e-15) << rule;
  }
}

TEST(Aggregate, AllEqualStaysAndLargePowersDoNotUnderflow) {
  for (const char* rule : {"arithmetic", "geometric", "power: 2", "power: 0.3", "max"}) {
    EXPECT_NEAR(combined(rule, {.6, .6, .6}), .6, 1e-15) << rule;
  }
  EXPECT_NEAR(combined("power: 200", {1e-5, 1e-6, 0}), 1e-5 * std::pow(.5, 1 / 200.0), 1e-18);
  EXPECT_EQ(combined("power: 2", {0, 0, 0}), 0);
  EXPECT_NEAR(combined("geometric", {0, 0, 0}), .05, 1e-16);
}

TEST(Aggregate, RulesAreRead) {
  EXPECT_EQ(parse_aggregate_rule("arithmetic").kind, AggregateKind::arithmetic);
  EXPECT_EQ(parse_aggregate_rule("max").kind, AggregateKind::max);
  EXPECT_EQ(parse_aggregate_rule("power: 2.5").power, 2.5);
  EXPECT_EQ(parse_aggregate_rule("power:3").power, 3);
  EXPECT_EQ(parse_aggregate_rule("geometric").floor, .05);
  EXPECT_EQ(parse_aggregate_rule(" geometric : 0.1 ").floor, .1);
  for (const char* bad : {"", "mean", "power", "power:", "power: 0", "power: -1", "power: 2x", "max: 1",
                          "arithmetic:", "geometric: 0", "geometric: 1", "power: nan", "power: inf"}) {
    try {
      parse_aggregate_rule(bad);
      ADD_FAILURE() << '"' << bad << "\" was read";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
    }
  }
}

TEST(Aggregate, ShapesMustMatch) {
  try {
    combined("max", x, {1, 2});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::shape_mismatch);
  }
}

TEST(Contributions, ArithmeticAndMax) {
  const auto parts = contributions(x, w, parse_aggregate_rule("arithmetic"), MissingRule::reweight);
  EXPECT_NEAR(parts[0], .1, 1e-15);
  EXPECT_NEAR(parts[1], .15, 1e-15);
  EXPECT_NEAR(parts[2], .18, 1e-15);
  const auto ties =
      contributions(std::vector<double>{.9, .2, .9}, w, parse_aggregate_rule("max"), MissingRule::reweight);
  EXPECT_EQ(ties, (std::vector<double>{.45, 0, .45}));
}

TEST(Contributions, GeometricFollowsTheLogarithmicMean) {
  // w ln(x / .1) L with v = .3556760 and L = (v - .1) / ln(v / .1), above the floor's own share; a second computation.
  const auto parts = contributions(x, w, parse_aggregate_rule("geometric: 0.1"), MissingRule::reweight);
  EXPECT_NEAR(parts[0] - .05, .0698353, printed);
  EXPECT_NEAR(parts[1] - .03, .0972915, printed);
  EXPECT_NEAR(parts[2] - .02, .0885491, printed);
}

TEST(Contributions, AddUpToTheScore) {
  std::mt19937_64 engine(31);
  const auto draw = [&] { return static_cast<double>(engine() >> 11) * 0x1.0p-53; };
  for (const char* text :
       {"arithmetic", "geometric", "geometric: 0.001", "power: 2", "power: 0.5", "power: 3", "power: 40", "max"}) {
    const AggregateRule rule = parse_aggregate_rule(text);
    for (int trial = 0; trial < 300; ++trial) {
      std::vector<double> values(1 + engine() % 12), weights(values.size());
      for (std::size_t i = 0; i < values.size(); ++i) {
        const double kind = draw();
        values[i] = kind < .1 ? 0 : kind < .2 ? 1 : kind < .35 ? NAN : draw();
        weights[i] = draw() < .1 ? 0 : draw() * 4;
      }
      const double score = aggregate(values, weights, rule, MissingRule::reweight);
      const auto parts = contributions(values, weights, rule, MissingRule::reweight);
      if (std::isnan(score)) {
        for (const double part : parts) ASSERT_TRUE(std::isnan(part));
        continue;
      }
      ASSERT_NEAR(std::accumulate(parts.begin(), parts.end(), 0.0), score, 1e-12) << text << " trial " << trial;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        ASSERT_GE(parts[i], 0);
        if (std::isnan(values[i])) {
          ASSERT_EQ(parts[i], 0);
        }
      }
    }
  }
}

TEST(Contributions, IntoASpan) {
  std::vector<double> out(3, 7.0);
  contributions(x, w, parse_aggregate_rule("power: 2"), MissingRule::reweight, out);
  EXPECT_EQ(out, contributions(x, w, parse_aggregate_rule("power: 2"), MissingRule::reweight));
  std::vector<double> wrong(2);
  EXPECT_THROW(contributions(x, w, AggregateRule{}, MissingRule::reweight, wrong), Error);
}

TEST(Contributions, NotObservedWhereTheScoreIsNot) {
  for (const double part :
       contributions(std::vector<double>{.2, NAN, .4}, w, AggregateRule{}, MissingRule::propagate)) {
    EXPECT_TRUE(std::isnan(part));
  }
}

}  // namespace
}  // namespace tocsin
