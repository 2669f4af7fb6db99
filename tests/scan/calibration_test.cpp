#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "scan_cases.hpp"

namespace tocsin {
namespace {

using test::MadeUp;

/// The largest distance of the distribution of p-values from the uniform one, times the root of their number. A p-value
/// of r replicates is uniform over 1 / (r + 1) .. 1 unless values tie: then it is larger, which is safe.
double kolmogorov_smirnov(std::vector<double> p, double replicates) {
  std::sort(p.begin(), p.end());
  const auto n = static_cast<double>(p.size());
  double most = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    most = std::max(most, static_cast<double>(i + 1) / n - p[i]);
    most = std::max(most, p[i] - 1 / (replicates + 1) - static_cast<double>(i) / n);
  }
  return most * std::sqrt(n);
}

constexpr double critical = 1.63;  // 1 % of the Kolmogorov distribution

std::vector<double> p_values(MadeUp how, ScanOptions options, std::size_t maps) {
  std::vector<double> p;
  for (std::size_t map = 0; map < maps; ++map) {
    how.seed = 100 + map;
    ScanData data = test::make_up(how);
    if (options.model == ScanModel::permutation) data.at_risk.clear();
    options.seed = 9000 + map;
    const ScanResult result = scan_statistic(data, options);
    p.push_back(result.clusters.empty() ? 1 : result.clusters[0].p);
  }
  return p;
}

TEST(ScanCalibration, PValuesAreUniformUnderTheNull) {
  struct Kind {
    const char* name;
    ScanModel model;
    std::size_t intervals;
  };
  for (const Kind& kind : {Kind{"Poisson", ScanModel::poisson, 1}, Kind{"Poisson in space-time", ScanModel::poisson, 6},
                           Kind{"permutation", ScanModel::permutation, 6}}) {
    MadeUp how;
    how.places = 30;
    how.cases = 150;
    how.intervals = kind.intervals;
    ScanOptions options;
    options.model = kind.model;
    options.replicates = 99;
    EXPECT_LT(kolmogorov_smirnov(p_values(how, options, 300), 99), critical) << kind.name;
  }
}

/// Cases among cases and controls: the null hypothesis of the Bernoulli model draws without replacement.
TEST(ScanCalibration, BernoulliPValuesAreUniform) {
  std::vector<double> p;
  for (std::uint64_t map = 0; map < 300; ++map) {
    RandomStream random({map, 1002, 0, 0});
    ScanData data;
    std::vector<std::size_t> persons;
    for (std::size_t i = 0; i < 30; ++i) {
      data.x_m.push_back(random.uniform());
      data.y_m.push_back(random.uniform());
      data.at_risk.push_back(5 + random.below(15));
      persons.insert(persons.end(), static_cast<std::size_t>(data.at_risk.back()), i);
    }
    data.cases.resize(30);
    for (std::uint32_t i = 0; i < 100; ++i) {
      std::swap(persons[i], persons[i + random.below(static_cast<std::uint32_t>(persons.size()) - i)]);
      ++data.cases[persons[i]];
    }
    ScanOptions options;
    options.model = ScanModel::bernoulli;
    options.replicates = 99;
    options.seed = map;
    const ScanResult result = scan_statistic(data, options);
    p.push_back(result.clusters.empty() ? 1 : result.clusters[0].p);
  }
  EXPECT_LT(kolmogorov_smirnov(p, 99), critical);
}

TEST(ScanCalibration, APlantedClusterIsFound) {
  MadeUp how;
  how.places = 60;
  how.cases = 400;
  how.raised_risk = 2;
  ScanOptions options;
  options.replicates = 99;
  const std::vector<double> p = p_values(how, options, 100);
  EXPECT_GE(std::count_if(p.begin(), p.end(), [](double value) { return value <= 0.05; }), 90);
}

}  // namespace
}  // namespace tocsin
