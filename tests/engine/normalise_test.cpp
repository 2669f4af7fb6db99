#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/index/normalise.hpp>

namespace tocsin {
namespace {

constexpr float nan_value = std::numeric_limits<float>::quiet_NaN();

Reference reference_of(NormaliseKind kind, std::vector<float> values = {2, 4, 4, 10}) {
  Reference reference;
  reference.add(values);
  reference.finish(kind);
  return reference;
}

NormaliseOptions rule(NormaliseKind kind, double low = 0, double high = 1) {
  NormaliseOptions options;
  options.kind = kind;
  options.low = low;
  options.high = high;
  return options;
}

/// Results are float: half a unit in the last place of 1 is 6e-8; six printed digits ask for 5e-7.
constexpr double tolerance = 6e-7;

void expect_scores(const Normaliser& normaliser, std::vector<float> values, const std::vector<double>& expected) {
  normaliser.apply(values);
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(expected[i])) {
      EXPECT_TRUE(std::isnan(values[i])) << i;
    } else {
      EXPECT_NEAR(values[i], expected[i], tolerance) << i;
    }
  }
}

bool refused(const NormaliseOptions& options) {
  try {
    options.validate();
  } catch (const Error& error) {
    return error.code() == ErrorCode::invalid_argument;
  }
  return false;
}

TEST(Normalise, NamesOfRules) {
  EXPECT_EQ(parse_normalise_kind("goalposts"), NormaliseKind::goalposts);
  EXPECT_EQ(parse_normalise_kind("log"), NormaliseKind::log);
  EXPECT_FALSE(parse_normalise_kind("Log"));
  EXPECT_TRUE(needs_reference(NormaliseKind::minmax));
  EXPECT_TRUE(needs_reference(NormaliseKind::percentile));
  EXPECT_FALSE(needs_reference(NormaliseKind::threshold));
  EXPECT_FALSE(needs_reference(NormaliseKind::none));
}

TEST(Normalise, WorkedNumbersOfEachRule) {
  const std::vector<float> x{2, 4, 4, 10, nan_value};
  const Reference minmax = reference_of(NormaliseKind::minmax);
  expect_scores(Normaliser(rule(NormaliseKind::minmax), &minmax), x, {0, .25, .25, 1, NAN});
  // z with n - 1 is -.866025 -.288675 -.288675 1.443376; then the normal probability of each.
  const Reference zscore = reference_of(NormaliseKind::zscore);
  expect_scores(Normaliser(rule(NormaliseKind::zscore), &zscore), x, {.193238, .386415, .386415, .925543, NAN});
  const Reference rank = reference_of(NormaliseKind::rank);
  expect_scores(Normaliser(rule(NormaliseKind::rank), &rank), x, {0, .5, .5, 1, NAN});
  const Reference percentile = reference_of(NormaliseKind::percentile);
  expect_scores(Normaliser(rule(NormaliseKind::percentile), &percentile), x, {.125, .5, .5, .875, NAN});
  expect_scores(Normaliser(rule(NormaliseKind::log, 0, 20), nullptr), x, {.360849, .528634, .528634, .787610, NAN});
  expect_scores(Normaliser(rule(NormaliseKind::goalposts, 0, 20), nullptr), x, {.1, .2, .2, .5, NAN});
}

TEST(Normalise, GoalpostsCutOffAndReverse) {
  expect_scores(Normaliser(rule(NormaliseKind::goalposts, 10, 20), nullptr), {5, 10, 15, 20, 25}, {0, 0, .5, 1, 1});
  expect_scores(Normaliser(rule(NormaliseKind::goalposts, 20, 10), nullptr), {5, 10, 15, 20, 25}, {1, 1, .5, 0, 0});
}

TEST(Normalise, HigherIsBetterTurnsTheScoreAround) {
  NormaliseOptions options = rule(NormaliseKind::goalposts, 0, 10);
  options.direction = Direction::higher_is_better;
  expect_scores(Normaliser(options, nullptr), {0, 3, 10, nan_value}, {1, .7, 0, NAN});
}

TEST(Normalise, ThresholdIsPiecewiseLinearAndFlatOutside) {
  NormaliseOptions options = rule(NormaliseKind::threshold);
  options.knots = {{0, 0}, {10, .2}, {20, 1}};
  expect_scores(Normaliser(options, nullptr), {-5, 0, 5, 10, 15, 20, 90}, {0, 0, .1, .2, .6, 1, 1});
  options.knots = {{0, 1}, {10, 0}};  // falling scores are allowed
  expect_scores(Normaliser(options, nullptr), {-1, 2.5, 11}, {1, .75, 0});
}

TEST(Normalise, NoneIsAScoreAlready) {
  expect_scores(Normaliser(rule(NormaliseKind::none), nullptr), {-1, .25, 3, nan_value}, {0, .25, 1, NAN});
}

TEST(Normalise, LogBelowItsEndIsTheLowestScore) {
  NormaliseOptions options = rule(NormaliseKind::log, 0, 100);
  options.scale = 10;
  expect_scores(Normaliser(options, nullptr), {-50, -10, 0, 100, 1000, 20},
                {0, 0, 0, 1, 1, std::log(3.0) / std::log(11.0)});
}

TEST(Normalise, ValuesOutsideTheReference) {
  const Reference minmax = reference_of(NormaliseKind::minmax);
  expect_scores(Normaliser(rule(NormaliseKind::minmax), &minmax), {-7, 99}, {0, 1});
  // Ranks of 2, 4, 4, 10 are 1, 2.5, 2.5, 4; 3 lies halfway from 1 to 2.5, and 6 a third of the way from 2.5 to 4.
  const Reference rank = reference_of(NormaliseKind::rank);
  expect_scores(Normaliser(rule(NormaliseKind::rank), &rank), {-7, 3, 6, 99}, {0, .25, 2.0 / 3, 1});
  const Reference percentile = reference_of(NormaliseKind::percentile);
  expect_scores(Normaliser(rule(NormaliseKind::percentile), &percentile), {-7, 3, 6, 99}, {.125, .3125, .625, .875});
}

TEST(Normalise, WithoutSpreadTheScoreIsUndefined) {
  for (const NormaliseKind kind :
       {NormaliseKind::minmax, NormaliseKind::zscore, NormaliseKind::rank, NormaliseKind::percentile}) {
    for (const std::vector<float>& values : {std::vector<float>{}, {3}, {3, 3, 3}, {nan_value, 3}}) {
      const Reference reference = reference_of(kind, values);
      EXPECT_TRUE(std::isnan(Normaliser(rule(kind), &reference)(3)));
      EXPECT_TRUE(std::isnan(Normaliser(rule(kind), &reference)(4)));
    }
  }
}

TEST(Normalise, PartsOfTheReferenceDoNotMatter) {
  Reference whole, parts, reversed;
  whole.add(std::vector<float>{.1F, 1e7F, .3F, 5});
  parts.add(std::vector<float>{.1F, nan_value, 1e7F});
  parts.add(std::vector<float>{.3F, std::numeric_limits<float>::infinity()});
  parts.add(std::vector<float>{5});
  reversed.add(std::vector<float>{5, .3F, 1e7F, .1F});
  EXPECT_FALSE(parts.empty());
  for (Reference* reference : {&whole, &parts, &reversed}) reference->finish(NormaliseKind::zscore);
  EXPECT_FALSE(parts.empty());
  EXPECT_TRUE(Reference().empty());
  const NormaliseOptions zscore = rule(NormaliseKind::zscore);
  const Normaliser a(zscore, &whole), b(zscore, &parts), c(zscore, &reversed);
  for (const float x : {0.0F, .3F, 5.0F, 2e6F}) {
    EXPECT_EQ(a(x), b(x));
    EXPECT_NEAR(a(x), c(x), 1e-7);  // the order shows in the last bits alone
  }
}

/// Beyond four million values ranks are those of classes a thousandth wide: the sample below has no class with more
/// than 0.1 % of its values, and none but the exact rank may differ by more.
TEST(Normalise, ManyValuesKeepTheirRanksToAThousandth) {
  constexpr std::size_t n = 5'000'000;
  std::vector<float> values(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double u = (static_cast<double>(i * 7919 % n) + 0.5) / static_cast<double>(n);
    values[i] = static_cast<float>(-std::log(u) - 1);  // skewed, on both sides of 0
  }
  for (const NormaliseKind kind : {NormaliseKind::rank, NormaliseKind::percentile}) {
    Reference whole, parts;
    whole.add(values);
    for (std::size_t first = 0; first < n; first += 999'999)
      parts.add(std::span(values).subspan(first, std::min<std::size_t>(999'999, n - first)));
    whole.finish(kind);
    parts.finish(kind);
    const Normaliser a(rule(kind), &whole), b(rule(kind), &parts);
    for (const double u : {0.001, 0.1, 0.25, 0.5, 0.9, 0.999}) {
      const auto value = static_cast<float>(-std::log(u) - 1);
      EXPECT_NEAR(a(value), 1 - u, 1e-3) << value;
      EXPECT_EQ(a(value), b(value)) << value;
    }
    EXPECT_NEAR(a(-5.0F), 0, 1e-6);
    EXPECT_NEAR(a(99.0F), 1, 1e-6);
  }
}

TEST(Normalise, BadOptionsAreRefused) {
  EXPECT_TRUE(refused(rule(NormaliseKind::goalposts, 3, 3)));
  EXPECT_TRUE(refused(rule(NormaliseKind::goalposts, NAN, 3)));
  EXPECT_TRUE(refused(rule(NormaliseKind::log, -1, 3)));
  NormaliseOptions log = rule(NormaliseKind::log);
  log.scale = 0;
  EXPECT_TRUE(refused(log));
  NormaliseOptions threshold = rule(NormaliseKind::threshold);
  EXPECT_TRUE(refused(threshold));
  threshold.knots = {{0, 0}, {0, 1}};
  EXPECT_TRUE(refused(threshold));
  threshold.knots = {{0, 0}, {1, 1.5}};
  EXPECT_TRUE(refused(threshold));
  threshold.knots = {{0, 0}, {1, 1}};
  EXPECT_FALSE(refused(threshold));
}

TEST(Normalise, ReferenceMustBeFinishedForTheRule) {
  Reference open;
  EXPECT_THROW(Normaliser(rule(NormaliseKind::rank), nullptr), Error);
  EXPECT_THROW(Normaliser(rule(NormaliseKind::rank), &open), Error);
  const Reference minmax = reference_of(NormaliseKind::minmax);
  EXPECT_THROW(Normaliser(rule(NormaliseKind::rank), &minmax), Error);
}

}  // namespace
}  // namespace tocsin
