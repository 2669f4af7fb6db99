#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/scan/observed.hpp>

#include "scan_cases.hpp"

namespace tocsin {
namespace {

using test::Columns;

constexpr double exact = 1e-9;    // relative: two programs in double
constexpr double printed = 1e-6;  // absolute: SaTScan prints 6 decimals

struct Oracle {
  std::string data, name;
  ScanData (*read)(const Columns&);
  ScanOptions options;
};

ScanData at(const Columns& csv, const char* x, const char* y, double metres) {
  ScanData data;
  data.x_m = csv.numbers(x);
  data.y_m = csv.numbers(y);
  for (double& v : data.x_m) v *= metres;
  for (double& v : data.y_m) v *= metres;
  return data;
}

ScanData bernoulli(const Columns& csv) {
  ScanData data = at(csv, "x", "y", 1);
  data.cases = csv.numbers("cases");
  const std::vector<double> controls = csv.numbers("controls");
  for (std::size_t i = 0; i < controls.size(); ++i) data.at_risk.push_back(data.cases[i] + controls[i]);
  return data;
}

ScanData population(const Columns& csv) {
  ScanData data = at(csv, "x_km", "y_km", 1);
  data.cases = csv.numbers("cases");
  data.at_risk = csv.numbers("population");
  return data;
}

ScanData space_time(const Columns& csv) {
  ScanData data = at(csv, "x", "y", 1);
  data.intervals = 30;
  data.cases.resize(data.x_m.size() * data.intervals);
  for (std::size_t t = 0; t < data.intervals; ++t) {
    const std::vector<double> day = csv.numbers("day" + std::to_string(t + 1));
    for (std::size_t p = 0; p < day.size(); ++p) data.cases[p * data.intervals + t] = day[p];
  }
  return data;
}

ScanData space_time_population(const Columns& csv) {
  ScanData data = space_time(csv);
  data.at_risk = csv.numbers("population");
  return data;
}

/// Brute force: likelihood ratio and members of the most likely cluster.
void expect_most_likely(const ScanResult& result, const Columns& mlc, const std::string& members = "members") {
  ASSERT_FALSE(result.clusters.empty());
  const double llr = mlc.number("llr");
  EXPECT_NEAR(result.clusters[0].llr, llr, exact * llr);
  EXPECT_EQ(test::members_of(result.clusters[0]), test::members_of(mlc.text.at(members).at(0)));
}

std::set<std::uint32_t> members_in(const Columns& members, std::size_t cluster) {
  std::set<std::uint32_t> places;
  for (std::size_t row = 0; row < members.rows(); ++row)
    if (members.number("CLUSTER", row) == static_cast<double>(cluster + 1))
      places.insert(static_cast<std::uint32_t>(members.number("LOC_ID", row)) - 1);
  return places;
}

/// SaTScan: the first clusters one after the other, with their p-values to the error of two Monte Carlo runs.
void expect_clusters(const ScanResult& result, const Columns& clusters, const Columns& members, double replicates,
                     std::size_t first_clusters) {
  const std::string statistic = clusters.text.contains("LLR") ? "LLR" : "TEST_STAT";
  const std::size_t wanted = std::min(first_clusters, clusters.rows());
  ASSERT_GE(result.clusters.size(), wanted);
  for (std::size_t i = 0; i < wanted; ++i) {
    SCOPED_TRACE("cluster " + std::to_string(i + 1));
    const ScanCluster& found = result.clusters[i];
    EXPECT_NEAR(found.llr, clusters.number(statistic, i), printed);
    EXPECT_EQ(found.cases, clusters.number("OBSERVED", i));
    EXPECT_NEAR(found.expected, clusters.number("EXPECTED", i), 0.0051);
    if (clusters.text.contains("REL_RISK")) {
      EXPECT_NEAR(found.relative_risk, clusters.number("REL_RISK", i), 0.0051);
      EXPECT_NEAR(found.at_risk, clusters.number("POPULATION", i), 0.51);
    }
    EXPECT_EQ(test::members_of(found), members_in(members, i));
    if (result.replicates() == 0) continue;
    const double p = clusters.number("P_VALUE", i), one = 1 / static_cast<double>(result.replicates()) + 1 / replicates;
    EXPECT_NEAR(found.p, p, 4 * std::sqrt(std::max(p * (1 - p), 1 / replicates) * one) + 5e-4);
  }
}

/// "2000/1/14" is interval 13.
std::size_t january(const std::string& date) {
  return static_cast<std::size_t>(std::stoi(date.substr(date.rfind('/') + 1))) - 1;
}

/// Secondary clusters in space-time: SaTScan keeps some windows of each centre, this project the best of all windows
/// that do not overlap. So each of SaTScan's is one of ours, or overlaps with one that is more likely.
void expect_at_least_as_likely(const ScanResult& result, const Columns& clusters, const Columns& members) {
  const std::string statistic = clusters.text.contains("LLR") ? "LLR" : "TEST_STAT";
  const double least = result.clusters.back().llr;
  for (std::size_t i = 0; i < clusters.rows() && clusters.number(statistic, i) > least; ++i) {
    const std::set<std::uint32_t> theirs = members_in(members, i);
    const std::size_t first = january(clusters.text.at("START_DATE")[i]),
                      last = january(clusters.text.at("END_DATE")[i]);
    const bool found = std::any_of(result.clusters.begin(), result.clusters.end(), [&](const ScanCluster& ours) {
      return ours.llr >= clusters.number(statistic, i) - printed && ours.first_interval <= last &&
             first <= ours.last_interval &&
             std::any_of(ours.places.begin(), ours.places.end(),
                         [&](std::uint32_t place) { return theirs.contains(place); });
    });
    EXPECT_TRUE(found) << "SaTScan's cluster " << i + 1;
  }
}

/// Quantiles of the maxima. Their tail is close to exponential with rate 1: a quantile's standard error is that of its
/// share over (1 - share).
void expect_null(const ScanResult& result, const Columns& quantiles) {
  std::vector<double> maxima = result.null_maxima;
  std::sort(maxima.begin(), maxima.end());
  double theirs = 0;
  for (std::size_t i = 0; i < quantiles.rows(); ++i)
    if (quantiles.text.at("prob")[i] == "replicates") theirs = quantiles.number("max_llr", i);
  ASSERT_GT(theirs, 0);
  for (std::size_t i = 0; i < quantiles.rows(); ++i) {
    if (quantiles.text.at("prob")[i][0] != '0') continue;
    const double q = quantiles.number("prob", i);
    const double error = std::sqrt(q * (1 - q) * (1 / theirs + 1 / static_cast<double>(maxima.size()))) / (1 - q);
    EXPECT_NEAR(maxima[static_cast<std::size_t>(q * static_cast<double>(maxima.size()))],
                quantiles.number("max_llr", i), 4 * error)
        << "quantile " << q;
  }
}

/// Without replicates all clusters are reported: all of SaTScan's are among them.
void expect_all_clusters(const ScanData& data, ScanOptions options, const Columns& clusters, const Columns& members) {
  options.replicates = 0;
  expect_clusters(scan_statistic(data, options), clusters, members, 9999, clusters.rows());
}

TEST(ScanOracle, Bernoulli) {
  const ScanData data = bernoulli(test::read_columns(test::synthetic("bernoulli150_data.csv")));
  ScanOptions options;
  options.model = ScanModel::bernoulli;
  options.replicates = 9999;
  const ScanResult result = scan_statistic(data, options);
  expect_most_likely(result, test::read_columns(test::synthetic("bernoulli150_mlc.csv")));
  expect_clusters(result, test::read_columns(test::synthetic("bernoulli150_satscan_clusters.csv")),
                  test::read_columns(test::synthetic("bernoulli150_satscan_members.csv")), 9999, 2);
  expect_null(result, test::read_columns(test::synthetic("bernoulli150_satscan_null_quantiles.csv")));
  expect_all_clusters(data, options, test::read_columns(test::synthetic("bernoulli150_satscan_clusters.csv")),
                      test::read_columns(test::synthetic("bernoulli150_satscan_members.csv")));
}

/// The best window of every centre, by what scan_statistic() is made of.
void expect_best_per_centre(const ScanData& data, ScanOptions options, const Columns& wanted) {
  options.least_cases = 1;
  const ScanSites sites = scan_sites(data, options);
  const LikelihoodRatio ratio(options.model, sites.total_cases, sites.total_measure);
  const MeasureBins bins(ratio, sites.size());
  const ThresholdTable thresholds(ratio, bins, options);
  const RestrictedPlaces restricted;
  const std::vector<WindowForm> forms = window_forms(options);
  const ReplicateScan scan{sites, options, forms, ratio, bins, thresholds, restricted, 1};
  WindowBuilder builder(sites, options, bins);
  const std::vector<double> size{options.most_at_risk};
  for (std::uint32_t site = 0; site < sites.size(); ++site) {
    const std::uint32_t place = sites.places[site].front();
    const FoundWindow best = best_windows(scan, builder.build(forms[0], 0, site), size, {}).front();
    EXPECT_NEAR(best.llr, wanted.number("llr", place), exact * std::max(1.0, best.llr)) << "centre " << place + 1;
    if (best.llr > 0) {
      EXPECT_EQ(best.cases, wanted.number("cases", place));
      EXPECT_EQ(static_cast<double>(best.size), wanted.number("n_locations", place));
    }
  }
}

TEST(ScanOracle, BernoulliOfEveryCentre) {
  ScanOptions options;
  options.model = ScanModel::bernoulli;
  expect_best_per_centre(bernoulli(test::read_columns(test::synthetic("bernoulli150_data.csv"))), options,
                         test::read_columns(test::synthetic("bernoulli150_best_per_centre.csv")));
}

void expect_space_time(const std::string& name, const ScanData& data, ScanOptions options) {
  options.replicates = 999;
  const ScanResult result = scan_statistic(data, options);
  const Columns mlc = test::read_columns(test::synthetic("spacetime40_" + name + "_mlc.csv"));
  expect_most_likely(result, mlc);
  EXPECT_EQ(static_cast<double>(result.clusters[0].first_interval + 1), mlc.number("start_day"));
  EXPECT_EQ(static_cast<double>(result.clusters[0].last_interval + 1), mlc.number("end_day"));
  const Columns clusters = test::read_columns(test::synthetic("spacetime40_" + name + "_satscan_clusters.csv"));
  const Columns members = test::read_columns(test::synthetic("spacetime40_" + name + "_satscan_members.csv"));
  expect_clusters(result, clusters, members, 999, 1);
  expect_at_least_as_likely(result, clusters, members);
  expect_null(result, test::read_columns(test::synthetic("spacetime40_" + name + "_satscan_null_quantiles.csv")));
}

TEST(ScanOracle, SpaceTimePoisson) {
  expect_space_time("poisson_retrospective",
                    space_time_population(test::read_columns(test::synthetic("spacetime40_data.csv"))), {});
}

TEST(ScanOracle, SpaceTimePermutation) {
  ScanOptions options;
  options.model = ScanModel::permutation;
  expect_space_time("stp_retrospective", space_time(test::read_columns(test::synthetic("spacetime40_data.csv"))),
                    options);
}

TEST(ScanOracle, SpaceTimePermutationProspective) {
  ScanOptions options;
  options.model = ScanModel::permutation;
  options.time = ScanTime::prospective;
  const ScanData data = space_time(test::read_columns(test::synthetic("spacetime40_data.csv")));
  expect_space_time("stp_prospective", data, options);
  const ScanResult result = scan_statistic(data, options);
  EXPECT_DOUBLE_EQ(result.clusters[0].recurrence_days, 1 / result.clusters[0].p);
}

void expect_poisson(const std::string& data_file, const std::string& name, ScanOptions options) {
  const auto path = [](const std::string& file) { return test::real(file).value(); };
  const ScanData data = population(test::read_columns(path(data_file)));
  options.replicates = 9999;
  const ScanResult result = scan_statistic(data, options);
  expect_most_likely(result, test::read_columns(path(name + "_mlc.csv")));
  expect_clusters(result, test::read_columns(path(name + "_satscan_clusters.csv")),
                  test::read_columns(path(name + "_satscan_members.csv")), 9999, 2);
  expect_null(result, test::read_columns(path(name + "_satscan_null_quantiles.csv")));
  expect_all_clusters(data, options, test::read_columns(path(name + "_satscan_clusters.csv")),
                      test::read_columns(path(name + "_satscan_members.csv")));
  expect_best_per_centre(data, options, test::read_columns(path(name + "_best_per_centre.csv")));
}

TEST(ScanOracle, PoissonOnRealCounties) {
  if (!test::real("")) GTEST_SKIP() << "skipped: TOCSIN_REAL_DATA is not set";
  expect_poisson("nc74_poisson_data.csv", "nc74_poisson", {});
}

TEST(ScanOracle, PoissonOfAQuarterOnRealCounties) {
  if (!test::real("")) GTEST_SKIP() << "skipped: TOCSIN_REAL_DATA is not set";
  ScanOptions options;
  options.most_at_risk = 0.25;
  expect_poisson("nc74_poisson_data.csv", "nc74_poisson_max25", options);
}

/// Cases that are not whole numbers, against expected cases.
TEST(ScanOracle, LeukemiaInUpstateNewYork) {
  if (!test::real("")) GTEST_SKIP() << "skipped: TOCSIN_REAL_DATA is not set";
  const Columns csv = test::read_columns(test::real("nyleukemia_data.csv").value());
  ScanData data = population(csv);
  data.at_risk = csv.numbers("expected");
  const ScanResult result = scan_statistic(data);
  expect_most_likely(result, test::read_columns(test::real("nyleukemia_bruteforce_mlc.csv").value()),
                     "centre_order_members");
  EXPECT_LE(result.clusters[0].p, 0.005);         // 0.001 by SpatialEpi with 999 replicates
  EXPECT_NEAR(result.clusters[1].p, 0.03, 0.02);  // 0.025 and 0.032 by SpatialEpi
}

}  // namespace
}  // namespace tocsin
