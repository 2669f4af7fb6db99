#include <numeric>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/scan/scan.hpp>
#include <tocsin/scan/significance.hpp>

#include "scan_cases.hpp"

namespace tocsin {
namespace {

using test::MadeUp;

constexpr double not_observed = std::numeric_limits<double>::quiet_NaN();

MadeUp clustered(std::size_t intervals = 1) {
  MadeUp how;
  how.places = 80;
  how.intervals = intervals;
  how.cases = 300;
  how.raised_risk = 2.5;
  return how;
}

ScanOptions few_replicates(std::int64_t replicates = 99) {
  ScanOptions options;
  options.replicates = replicates;
  return options;
}

void expect_same(const ScanResult& a, const ScanResult& b) {
  EXPECT_EQ(a.null_maxima, b.null_maxima);
  ASSERT_EQ(a.clusters.size(), b.clusters.size());
  for (std::size_t i = 0; i < a.clusters.size(); ++i) {
    EXPECT_EQ(a.clusters[i].places, b.clusters[i].places);
    EXPECT_EQ(a.clusters[i].llr, b.clusters[i].llr);
    EXPECT_EQ(a.clusters[i].p, b.clusters[i].p);
    EXPECT_EQ(a.clusters[i].first_interval, b.clusters[i].first_interval);
  }
}

TEST(Scan, AnyNumberOfThreadsAndAnyMemoryGiveTheSame) {
  for (const std::size_t intervals : {1, 8}) {
    const ScanData data = test::make_up(clustered(intervals));
    ScanOptions options = few_replicates(150);
    options.shape = intervals == 1 ? ScanShape::ellipse : ScanShape::circle;
    const ScanResult one = [&] {
      const ThreadLimit limit(1);
      return scan_statistic(data, options);
    }();
    for (const int threads : {2, 3, 8}) {
      const ThreadLimit limit(threads);
      expect_same(scan_statistic(data, options), one);
    }
    options.memory_bytes = 2.1 * 64 * 80 * static_cast<double>(intervals);  // one block at a time, no window kept
    expect_same(scan_statistic(data, options), one);
  }
}

TEST(Scan, TheOrderOfPlacesDoesNotMatter) {
  for (const bool lattice : {false, true}) {
    MadeUp how = clustered();
    how.lattice = lattice;
    const ScanData data = test::make_up(how);
    ScanData turned = data;
    const auto last = static_cast<std::uint32_t>(data.x_m.size() - 1);
    for (auto* column : {&turned.x_m, &turned.y_m, &turned.cases, &turned.at_risk})
      std::reverse(column->begin(), column->end());
    const ScanResult a = scan_statistic(data, few_replicates());
    ScanResult b = scan_statistic(turned, few_replicates());
    for (ScanCluster& cluster : b.clusters)
      for (std::uint32_t& place : cluster.places) place = last - place;
    expect_same(a, b);
  }
}

TEST(Scan, PlacesAtTheSameCoordinatesAreOneSite) {
  const ScanData data = test::make_up(clustered());
  ScanData doubled = data;
  for (std::size_t i = 0; i < data.x_m.size(); ++i) {
    doubled.x_m.push_back(data.x_m[i]);
    doubled.y_m.push_back(data.y_m[i]);
    doubled.cases.push_back(std::floor(data.cases[i] / 2));
    doubled.cases[i] -= doubled.cases.back();
    doubled.at_risk.push_back(data.at_risk[i] / 2);
    doubled.at_risk[i] /= 2;
  }
  const ScanResult a = scan_statistic(data, few_replicates()), b = scan_statistic(doubled, few_replicates());
  EXPECT_EQ(b.sites, a.sites);
  EXPECT_EQ(b.places, 2 * a.places);
  EXPECT_EQ(a.null_maxima, b.null_maxima);
  EXPECT_EQ(a.clusters[0].llr, b.clusters[0].llr);
  EXPECT_EQ(2 * a.clusters[0].places.size(), b.clusters[0].places.size());
}

TEST(Scan, WhatWasNotObservedIsLeftOut) {
  const ScanData data = test::make_up(clustered());
  ScanData with = data;
  const auto add = [&](double x, double cases, double at_risk) {
    with.x_m.push_back(x);
    with.y_m.push_back(5e4);
    with.cases.push_back(cases);
    with.at_risk.push_back(at_risk);
  };
  add(5e4, not_observed, 500);
  add(5e4, 50, not_observed);
  add(not_observed, 50, 500);
  const ScanResult a = scan_statistic(data, few_replicates()), b = scan_statistic(with, few_replicates());
  EXPECT_EQ(b.not_observed, 3U);
  expect_same(a, b);
}

TEST(Scan, ClustersHoldNoPlaceTwice) {
  const ScanResult result = scan_statistic(test::make_up(clustered()), few_replicates(0));
  ASSERT_GE(result.clusters.size(), 2U);
  EXPECT_TRUE(std::isnan(result.clusters[0].p));
  std::set<std::uint32_t> seen;
  for (const ScanCluster& cluster : result.clusters)
    for (const std::uint32_t place : cluster.places) EXPECT_TRUE(seen.insert(place).second);
}

TEST(Scan, ClustersInSpaceTimeHoldNoPlaceAndIntervalTwice) {
  const ScanResult result = scan_statistic(test::make_up(clustered(10)), few_replicates());
  ASSERT_GE(result.clusters.size(), 2U);
  std::set<std::pair<std::uint32_t, std::size_t>> seen;
  for (std::size_t i = 0; i < result.clusters.size(); ++i) {
    const ScanCluster& cluster = result.clusters[i];
    EXPECT_LE(cluster.last_interval - cluster.first_interval + 1, 5U);
    if (i > 0) {
      EXPECT_LE(cluster.llr, result.clusters[i - 1].llr * (1 + 1e-9));
    }
    for (const std::uint32_t place : cluster.places)
      for (std::size_t t = cluster.first_interval; t <= cluster.last_interval; ++t)
        EXPECT_TRUE(seen.insert({place, t}).second);
  }
}

TEST(Scan, ProspectiveClustersReachTheEndAndRecur) {
  ScanData data = test::make_up(clustered(10));
  data.interval_days = 7;
  ScanOptions options = few_replicates();
  options.time = ScanTime::prospective;
  const ScanResult result = scan_statistic(data, options);
  ASSERT_FALSE(result.clusters.empty());
  for (const ScanCluster& cluster : result.clusters) {
    EXPECT_EQ(cluster.last_interval, 9U);
    EXPECT_DOUBLE_EQ(cluster.recurrence_days, 7 / cluster.p);
  }
}

/// Stopping early says how many ran, and what it leaves of the replicates is how they begin.
TEST(Scan, EarlyTerminationIsHonest) {
  MadeUp how = clustered();
  how.raised_risk = 1;
  const ScanData data = test::make_up(how);
  ScanOptions options = few_replicates(999);
  const ScanResult all = scan_statistic(data, options);
  ASSERT_GT(all.clusters[0].p, 0.1);
  options.stop_after = 20;
  const ScanResult early = scan_statistic(data, options);
  EXPECT_TRUE(early.p_is_sequential);
  EXPECT_LT(early.replicates(), 999);
  const std::vector<double> begin(all.null_maxima.begin(), all.null_maxima.begin() + early.replicates());
  EXPECT_EQ(early.null_maxima, begin);
  EXPECT_GE(early.null_maxima.back(), reaching(early.clusters[0].llr));
  EXPECT_DOUBLE_EQ(early.clusters[0].p, 20.0 / static_cast<double>(early.replicates()));
  // A cluster beyond chance is given all its replicates.
  const ScanData planted = test::make_up(clustered());
  const ScanResult whole = scan_statistic(planted, options);
  EXPECT_FALSE(whole.p_is_sequential);
  EXPECT_EQ(whole.replicates(), 999);
  EXPECT_DOUBLE_EQ(whole.clusters[0].p, 0.001);
}

TEST(Scan, GiniChoosesManySmallClustersOverOneLarge) {
  // Three tight clusters in a row, so near each other that one circle can hold them all.
  ScanData data;
  RandomStream random({5, 1001, 0, 0});
  for (int i = 0; i < 400; ++i) {
    data.x_m.push_back(static_cast<double>(i % 20) * 1000);
    data.y_m.push_back(static_cast<double>(i / 20) * 1000 - 1e-3 * static_cast<double>(i));
    data.at_risk.push_back(1000);
    const bool raised = (i / 20 == 10 || i / 20 == 9) && (i % 20 == 6 || i % 20 == 9 || i % 20 == 12);
    data.cases.push_back((raised ? 14 : 3) + random.below(3));
  }
  ScanOptions options = few_replicates(199);
  options.secondary = SecondaryClusters::gini;
  const ScanResult result = scan_statistic(data, options);
  ASSERT_TRUE(result.gini_share.has_value());
  EXPECT_LE(*result.gini_share, 0.1);
  ASSERT_GE(result.clusters.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_LE(result.clusters[i].places.size(), 3U);
    EXPECT_LE(result.clusters[i].p, 0.05);
  }
}

/// A map without any pattern still says what stands out most, and that it is nothing.
TEST(Scan, TheMostLikelyClusterIsAlwaysReported) {
  ScanData data = test::make_up(clustered());
  data.cases = data.at_risk;
  ++data.cases[7];
  const ScanResult result = scan_statistic(data, few_replicates());
  ASSERT_EQ(result.clusters.size(), 1U);
  EXPECT_EQ(result.clusters[0].p, 1);
}

TEST(Scan, GumbelFollowsTheReplicates) {
  const ScanResult result = scan_statistic(test::make_up(clustered()), few_replicates(999));
  const NullDistribution null(result.null_maxima);
  for (const double q : {0.5, 0.8, 0.95}) {
    std::vector<double> maxima = result.null_maxima;
    std::sort(maxima.begin(), maxima.end());
    const double at = maxima[static_cast<std::size_t>(q * 999)];
    EXPECT_NEAR(null.p_gumbel(at), 1 - q, 0.03);
  }
  EXPECT_LT(result.clusters[0].p_gumbel, result.clusters[0].p);
}

void expect_refused(const ScanData& data, const ScanOptions& options, ErrorCode code, const std::string& words) {
  try {
    scan_statistic(data, options);
    ADD_FAILURE() << "not refused: " << words;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
}

TEST(Scan, BadInputGivesOneClearLine) {
  const ScanData good = test::make_up(clustered());
  const ScanOptions options = few_replicates();
  const auto changed = [&](auto change) {
    ScanData data = good;
    change(data);
    return data;
  };
  ScanData two;
  two.x_m = two.y_m = {0, 1};
  two.cases = two.at_risk = {1, 1};
  expect_refused(two, options, ErrorCode::input, "2 observed places");
  expect_refused(changed([](ScanData& d) { d.at_risk[3] = -5; }), options, ErrorCode::input, "place 4: -5 at risk");
  expect_refused(changed([](ScanData& d) { d.cases[3] = -1; }), options, ErrorCode::input, "place 4: -1 cases");
  expect_refused(changed([](ScanData& d) { d.at_risk[3] = 0, d.cases[3] = 2; }), options, ErrorCode::input,
                 "place 4: 2 cases where nobody is at risk");
  expect_refused(changed([](ScanData& d) { std::fill(d.cases.begin(), d.cases.end(), 0.0); }), options,
                 ErrorCode::input, "no cases");
  expect_refused(changed([](ScanData& d) { d.y_m.pop_back(); }), options, ErrorCode::shape_mismatch, "80 places");
  expect_refused(changed([](ScanData& d) {
                   std::fill(d.x_m.begin(), d.x_m.end(), 1.0);
                   std::fill(d.y_m.begin(), d.y_m.end(), 1.0);
                 }),
                 options, ErrorCode::input, "same coordinates");
  ScanOptions bernoulli = options;
  bernoulli.model = ScanModel::bernoulli;
  expect_refused(changed([](ScanData& d) { d.cases[3] = d.at_risk[3] + 1; }), bernoulli, ErrorCode::input,
                 "there cannot be more cases");
  expect_refused(changed([](ScanData& d) { d.cases[3] = 0.5; }), bernoulli, ErrorCode::input, "whole numbers");
  ScanOptions permutation = options;
  permutation.model = ScanModel::permutation;
  expect_refused(good, permutation, ErrorCode::invalid_argument, "takes cases alone");
  expect_refused(changed([](ScanData& d) { d.at_risk.clear(); }), permutation, ErrorCode::invalid_argument,
                 "at least two intervals");
  ScanOptions tight = options;
  tight.memory_bytes = 1000;
  expect_refused(good, tight, ErrorCode::memory, "80 places");
  for (const auto& [change, words] : std::vector<std::pair<void (*)(ScanOptions&), std::string>>{
           {[](ScanOptions& o) { o.most_at_risk = 0; }, "most_at_risk"},
           {[](ScanOptions& o) { o.most_time = 1.5; }, "most_time"},
           {[](ScanOptions& o) { o.replicates = -1; }, "replicates"},
           {[](ScanOptions& o) { o.restricted_below = 0; }, "restricted_below"},
           {[](ScanOptions& o) { o.least_cases = 0; }, "least_cases"}}) {
    ScanOptions wrong = options;
    change(wrong);
    expect_refused(good, wrong, ErrorCode::invalid_argument, words);
  }
}

}  // namespace
}  // namespace tocsin
