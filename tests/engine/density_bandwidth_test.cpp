#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/bandwidth.hpp>
#include <tocsin/density/place_sums.hpp>

#include "csv.hpp"
#include "density_cases.hpp"
#include "shapes.hpp"

namespace tocsin {
namespace {

using test::grid_at;
using test::random_events;

/// The tables were made from the distinct places, each counted once.
std::vector<WeightedPoint> clusters300() {
  std::vector<WeightedPoint> events;
  for (const auto& row : test::read_csv("engine/oracle/density/clusters300_points.csv", 1))
    events.push_back({std::stod(row[1]), std::stod(row[2]), 1});
  std::vector<WeightedPoint> places = merge_places(events);
  for (WeightedPoint& place : places) place.weight = 1;
  return places;
}

std::map<std::string, double> spatstat() {
  std::map<std::string, double> values;
  for (const auto& row : test::read_csv("engine/oracle/density/clusters300_bandwidths.csv", 1))
    values[row[0]] = std::stod(row[1]);
  return values;
}

BandwidthChoice choose(const std::vector<WeightedPoint>& events, BandwidthSelector selector,
                       Kernel kernel = Kernel::gaussian) {
  return choose_bandwidth(events, {.selector = selector, .kernel = kernel});
}

TEST(Bandwidth, CanonicalFactors) {
  const std::pair<Kernel, double> factors[] = {{Kernel::uniform, 2.0},         {Kernel::triangular, 2.5370},
                                               {Kernel::epanechnikov, 2.4019}, {Kernel::quartic, 2.7792},
                                               {Kernel::triweight, 3.1154},    {Kernel::gaussian, 1.0}};
  // Half of the last digit of the table.
  for (const auto& [kernel, factor] : factors) EXPECT_NEAR(canonical_factor(kernel), factor, 5e-5) << to_string(kernel);
}

TEST(Bandwidth, ScottAgreesWithSpatstat) {
  const double expected = spatstat().at("bw.scott.iso");
  const BandwidthChoice choice = choose(clusters300(), BandwidthSelector::scott, Kernel::quartic);
  EXPECT_NEAR(choice.deviation.metres, expected, 1e-12 * expected);
  EXPECT_NEAR(choice.bandwidth.metres, expected * canonical_factor(Kernel::quartic), 1e-11 * expected);
  EXPECT_EQ(choice.places, 299U);
  EXPECT_TRUE(choice.curve.empty());
}

TEST(Bandwidth, LikelihoodCurveOfTheOracle) {
  const auto places = clusters300();
  const MultiPolygon window = test::rectangle(0, 0, 120, 80);
  for (const auto& row : test::read_csv("engine/oracle/density/clusters300_loo_likelihood.csv", 1)) {
    const Length deviation = metres(std::stod(row[0]));
    EXPECT_NEAR(likelihood_of_bandwidth(places, deviation, &window), std::stod(row[1]), 1e-9) << row[0];
    EXPECT_NEAR(likelihood_of_bandwidth(places, deviation), std::stod(row[2]), 1e-9) << row[0];
  }
}

TEST(Bandwidth, LikelihoodPeaksWhereSpatstatSaysSo) {
  const MultiPolygon window = test::rectangle(0, 0, 120, 80);
  BandwidthOptions options{.selector = BandwidthSelector::likelihood, .kernel = Kernel::gaussian, .area = &window};
  const BandwidthChoice choice = choose_bandwidth(clusters300(), options);
  // bw.ppl takes the best of 16 values in geometric steps of 1.27.
  EXPECT_NEAR(std::log(choice.deviation.metres / spatstat().at("bw.ppl_default")), 0, std::log(1.27) / 2);
  EXPECT_EQ(choice.end, BracketEnd::none);
}

TEST(Bandwidth, MeanSquareErrorByHand) {
  const auto places = clusters300();
  for (const double s : {1.0, 5.5, 20.0}) {
    long double sum = 0;
    for (std::size_t i = 0; i < places.size(); ++i)
      for (std::size_t j = 0; j < places.size(); ++j) {
        const long double dx = places[i].x - places[j].x, dy = places[i].y - places[j].y, d2 = dx * dx + dy * dy;
        sum += test::kernel_by_hand(Kernel::gaussian, d2, std::numbers::sqrt2_v<long double> * s);
        if (i != j) sum -= 2 * test::kernel_by_hand(Kernel::gaussian, d2, s);
      }
    const double expected = static_cast<double>(sum) / (299.0 * 299.0);
    EXPECT_NEAR(mean_square_error_of_bandwidth(places, metres(s)), expected, 1e-12 * std::abs(expected)) << s;
  }
}

TEST(Bandwidth, MeanSquareErrorIsNearSpatstats) {
  // bw.diggle with an hmax that holds the minimum: 6.42. It has the disc for a kernel and corrects K for the window's
  // edge; without the correction the pairs that the window cuts off are missing, and the minimum lies a seventh lower.
  const double found = choose(clusters300(), BandwidthSelector::diggle).deviation.metres;
  EXPECT_NEAR(found / spatstat().at("bw.diggle_hmax_half"), 1, 0.16);
  EXPECT_NEAR(found, 5.4816, 0.02);  // from a curve of 400 values in numpy, two steps wide
}

TEST(Bandwidth, TheChoiceIsTheTopOfItsCurve) {
  const auto places = clusters300();
  for (const auto selector : {BandwidthSelector::diggle, BandwidthSelector::likelihood}) {
    const double sign = selector == BandwidthSelector::diggle ? -1 : 1;
    const BandwidthChoice choice = choose(places, selector);
    ASSERT_GE(choice.curve.size(), 20U);
    for (std::size_t i = 0; i < choice.curve.size(); ++i) {
      EXPECT_LE(sign * choice.curve[i].score, sign * choice.score);
      if (i > 0) {
        EXPECT_LT(choice.curve[i - 1].deviation_m, choice.curve[i].deviation_m);
      }
    }
    // A neighbour further off than the search's precision is worse.
    for (const double factor : {0.99, 1.01}) {
      const Length near = metres(factor * choice.deviation.metres);
      const double score = selector == BandwidthSelector::diggle ? mean_square_error_of_bandwidth(places, near)
                                                                 : likelihood_of_bandwidth(places, near);
      EXPECT_LT(sign * score, sign * choice.score) << to_string(selector) << ' ' << factor;
    }
  }
}

TEST(Bandwidth, GrowsWithTheLengthsAndNotWithTheWeights) {
  const auto places = clusters300();
  auto larger = places, heavier = places;
  for (WeightedPoint& place : larger) place = {1000 * place.x + 3e5, 1000 * place.y + 6e5, place.weight};
  for (WeightedPoint& place : heavier) place.weight *= 7;
  for (const auto selector : {BandwidthSelector::scott, BandwidthSelector::diggle, BandwidthSelector::likelihood}) {
    const double here = choose(places, selector).deviation.metres;
    EXPECT_NEAR(choose(larger, selector).deviation.metres / here, 1000, 1) << to_string(selector);
    EXPECT_NEAR(choose(heavier, selector).deviation.metres / here, 1, 1e-3) << to_string(selector);
  }
}

TEST(Bandwidth, RepeatedPlacesDoNotPullItToNothing) {
  auto events = clusters300();
  const std::size_t n = events.size();
  for (std::size_t i = 0; i < n; ++i)
    for (int again = 0; again < 4; ++again) events.push_back(events[i]);
  for (const auto selector : {BandwidthSelector::diggle, BandwidthSelector::likelihood}) {
    const BandwidthChoice choice = choose(events, selector);
    EXPECT_EQ(choice.places, n);
    EXPECT_NEAR(choice.deviation.metres / choose(clusters300(), selector).deviation.metres, 1, 2e-3);
  }
}

TEST(Bandwidth, AnEndOfTheBracketIsTold) {
  const auto places = clusters300();
  const double peak = choose(places, BandwidthSelector::likelihood).deviation.metres;
  BandwidthOptions options{
      .selector = BandwidthSelector::likelihood, .least = metres(2 * peak), .most = metres(9 * peak)};
  BandwidthChoice choice = choose_bandwidth(places, options);
  EXPECT_EQ(choice.end, BracketEnd::least);
  EXPECT_NEAR(choice.deviation.metres, 2 * peak, 1e-9 * peak);
  options.least = metres(peak / 9);
  options.most = metres(peak / 2);
  EXPECT_EQ(choose_bandwidth(places, options).end, BracketEnd::most);
  options.selector = BandwidthSelector::automatic;
  choice = choose_bandwidth(places, options);
  EXPECT_EQ(choice.selector, BandwidthSelector::scott);
  EXPECT_NE(choice.reason.find("neither"), std::string::npos);
}

TEST(Bandwidth, OnePlaceFarOffDoesNotRuleAuto) {
  auto places = clusters300();
  places.push_back({3000, 3000, 1});
  const BandwidthChoice choice = choose(places, BandwidthSelector::automatic);
  EXPECT_EQ(choice.selector, BandwidthSelector::diggle);
  EXPECT_NE(choice.reason.find("far-off"), std::string::npos);
  EXPECT_NEAR(choice.deviation.metres, choose(clusters300(), BandwidthSelector::diggle).deviation.metres, 0.1);
}

TEST(Bandwidth, AutoTakesScottForFewPlaces) {
  std::mt19937_64 engine(4);
  const auto few = random_events(engine, grid_at(0, 1e5, 1000, 100, 100), 0, 49);
  EXPECT_EQ(choose(few, BandwidthSelector::automatic).selector, BandwidthSelector::scott);
  EXPECT_EQ(choose(clusters300(), BandwidthSelector::automatic).selector, BandwidthSelector::likelihood);
}

TEST(Bandwidth, SameForAnyOrderAndNumberOfThreads) {
  std::mt19937_64 engine(5);
  auto events = random_events(engine, grid_at(0, 1e5, 1000, 100, 100), 0, 400);
  for (const auto selector : {BandwidthSelector::scott, BandwidthSelector::diggle, BandwidthSelector::likelihood}) {
    const double expected = choose(events, selector).bandwidth.metres;
    for (std::size_t i = events.size(); i > 1; --i) std::swap(events[i - 1], events[engine() % i]);
    for (const int threads : {1, 3}) {
      const ThreadLimit limit(threads);
      EXPECT_EQ(choose(events, selector).bandwidth.metres, expected) << to_string(selector);
    }
  }
}

TEST(Bandwidth, NamesAreRead) {
  for (const char* name : {"auto", "scott", "diggle", "likelihood"})
    EXPECT_EQ(to_string(parse_bandwidth_selector(name).value()), name);
  EXPECT_FALSE(parse_bandwidth_selector("silverman"));
}

TEST(Bandwidth, BadInputIsRefused) {
  const auto code_of = [&](const std::vector<WeightedPoint>& events, const BandwidthOptions& options) {
    try {
      choose_bandwidth(events, options);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::internal;  // no error at all
  };
  const std::vector<WeightedPoint> good{{0, 0, 1}, {1, 5, 1}, {4, 2, 1}};
  EXPECT_EQ(code_of(good, {}), ErrorCode::internal);
  EXPECT_EQ(code_of({}, {}), ErrorCode::input);
  EXPECT_EQ(code_of({{0, 0, 1}, {0, 0, 1}, {1, 1, 1}}, {}), ErrorCode::input);
  EXPECT_EQ(code_of({{0, 0, 1}, {1, 0, 1}, {2, 0, 1}}, {}), ErrorCode::input);
  EXPECT_EQ(code_of({{0, 0, 1}, {1, 3, -1}, {2, 0, 1}}, {}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of({{0, 0, 1}, {1, 3, std::numeric_limits<double>::infinity()}, {2, 0, 1}}, {}),
            ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(good, {.least = metres(-1)}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(good, {.selector = BandwidthSelector::diggle, .least = metres(2), .most = metres(1)}),
            ErrorCode::invalid_argument);
  const MultiPolygon elsewhere = test::rectangle(100, 100, 200, 200);
  EXPECT_EQ(code_of(good, {.selector = BandwidthSelector::likelihood, .area = &elsewhere}),
            ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace tocsin
