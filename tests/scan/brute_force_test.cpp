#include "brute_force.hpp"

#include <gtest/gtest.h>

#include <tocsin/scan/null_draws.hpp>
#include <tocsin/scan/replicate_block.hpp>

#include "scan_cases.hpp"

namespace tocsin {
namespace {

using test::BruteForce;
using test::MadeUp;

constexpr double exact = 1e-10;  // relative: the same sums, in the same order but for the measure of equals in distance

/// The same data with and without every kind of window, rates and model.
struct Case {
  const char* name;
  MadeUp data;
  ScanOptions options;
};

ScanData data_of(const Case& c) {
  ScanData data = test::make_up(c.data);
  if (c.options.model == ScanModel::permutation) data.at_risk.clear();
  return data;
}

Case spatial(const char* name, ScanModel model, ScanRates rates, ScanShape shape, bool lattice = false) {
  Case c{name, {}, {}};
  c.data.places = shape == ScanShape::ellipse ? 25 : 60;
  c.data.raised_risk = rates == ScanRates::low ? 0.5 : 1.7;
  c.data.lattice = lattice;
  c.options.model = model;
  c.options.rates = rates;
  c.options.shape = shape;
  c.options.replicates = 40;
  return c;
}

Case space_time(const char* name, ScanModel model, ScanRates rates, ScanTime time) {
  Case c = spatial(name, model, rates, ScanShape::circle);
  c.data.places = 20;
  c.data.intervals = 9;
  c.options.time = time;
  c.options.replicates = 35;
  return c;
}

std::vector<Case> cases() {
  using M = ScanModel;
  using R = ScanRates;
  using S = ScanShape;
  std::vector<Case> all{
      spatial("Poisson high", M::poisson, R::high, S::circle),
      spatial("Poisson low", M::poisson, R::low, S::circle),
      spatial("Poisson both on a lattice", M::poisson, R::both, S::circle, true),
      spatial("Poisson low on a lattice", M::poisson, R::low, S::circle, true),
      spatial("Bernoulli high on a lattice", M::bernoulli, R::high, S::circle, true),
      spatial("Bernoulli both", M::bernoulli, R::both, S::circle),
      spatial("ellipses", M::poisson, R::high, S::ellipse),
      spatial("ellipses of the Bernoulli model, strong penalty", M::bernoulli, R::both, S::ellipse),
      spatial("ellipses on a lattice, no penalty", M::poisson, R::high, S::ellipse, true),
      space_time("cylinders", M::poisson, R::high, ScanTime::retrospective),
      space_time("cylinders, low", M::poisson, R::low, ScanTime::retrospective),
      space_time("cylinders, prospective", M::poisson, R::both, ScanTime::prospective),
      space_time("cylinders, Bernoulli", M::bernoulli, R::high, ScanTime::retrospective),
      space_time("permutation", M::permutation, R::high, ScanTime::retrospective),
      space_time("permutation, prospective", M::permutation, R::both, ScanTime::prospective),
  };
  all[7].options.penalty = EllipsePenalty::strong;
  all[8].options.penalty = EllipsePenalty::none;
  all[0].options.most_radius_m = 2.2e4;
  all[1].options.most_at_risk = 0.2;
  all[9].options.least_intervals = 2;
  all[10].options.most_intervals = 3;
  // A wider count of cases: 32 bits a lane.
  all.push_back(spatial("Poisson with 40,000 cases", M::poisson, R::both, S::circle));
  all.back().data.cases = 40'000;
  all.back().data.raised_risk = 1.05;
  return all;
}

/// Cases of one replicate by place and interval.
std::vector<double> drawn(const ScanData& data, const ScanSites& sites, const NullDraws& draws,
                          std::uint32_t replicate) {
  std::vector<double> cases(data.cases.size());
  draws.draw(replicate, [&](std::uint32_t cell) {
    ++cases[sites.places[cell / sites.intervals].front() * sites.intervals + cell % sites.intervals];
  });
  return cases;
}

TEST(ScanBruteForce, ObservedAndReplicates) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    const ScanData data = data_of(c);
    const BruteForce brute{data, c.options};
    const ScanResult result = scan_statistic(data, c.options);
    const BruteForce::Best best = brute.scan(data.cases);
    ASSERT_FALSE(result.clusters.empty());
    EXPECT_NEAR(result.clusters[0].llr, best.llr, exact * best.llr);
    EXPECT_EQ(test::members_of(result.clusters[0]), std::set<std::uint32_t>(best.places.begin(), best.places.end()));
    EXPECT_EQ(result.clusters[0].first_interval, best.first);
    EXPECT_EQ(result.clusters[0].last_interval, best.last);
    const ScanSites sites = scan_sites(data, c.options);
    const NullDraws draws(sites, c.options.model, c.options.seed);
    ASSERT_EQ(result.replicates(), c.options.replicates);
    for (const std::uint32_t r : {0U, 1U, 17U, 31U, 32U}) {  // the last of a block and the first of the next
      const double maximum = brute.scan(drawn(data, sites, draws, r)).llr;
      EXPECT_NEAR(result.null_maxima[r], maximum, exact * maximum) << "replicate " << r;
    }
  }
}

TEST(ScanBruteForce, EveryInstructionSetHasTheSameBits) {
  for (Case c : cases()) {
    SCOPED_TRACE(c.name);
    const ScanData data = data_of(c);
    c.options.instructions = InstructionSet::portable;
    const ScanResult portable = scan_statistic(data, c.options);
    for (const InstructionSet set : {InstructionSet::avx2, InstructionSet::avx512}) {
      if (set > widest_instruction_set()) continue;
      c.options.instructions = set;
      EXPECT_EQ(scan_statistic(data, c.options).null_maxima, portable.null_maxima);
    }
  }
}

/// Draws keep what the model holds fixed, and have the mean that it says.
TEST(ScanDraws, KeepTotalsAndMeans) {
  for (const ScanModel model : {ScanModel::poisson, ScanModel::bernoulli, ScanModel::permutation}) {
    Case c = space_time("draws", model, ScanRates::high, ScanTime::retrospective);
    c.data.places = 5;
    c.data.intervals = 3;
    const ScanData data = data_of(c);
    const ScanSites sites = scan_sites(data, c.options);
    const NullDraws draws(sites, model, 7);
    constexpr std::uint32_t replicates = 4000;
    std::vector<double> sum(sites.cases.size());
    for (std::uint32_t r = 0; r < replicates; ++r) {
      std::vector<double> cells(sites.cases.size());
      draws.draw(r, [&](std::uint32_t cell) { ++cells[cell]; });
      double total = 0;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        sum[i] += cells[i];
        total += cells[i];
        if (model == ScanModel::bernoulli) {
          ASSERT_LE(cells[i], sites.measure[i]);
        }
      }
      ASSERT_EQ(total, sites.total_cases);
      for (std::size_t s = 0; model == ScanModel::permutation && s < sites.size(); ++s)
        ASSERT_EQ(cells[3 * s] + cells[3 * s + 1] + cells[3 * s + 2], sites.site_measure[s]);
    }
    for (std::size_t i = 0; i < sum.size(); ++i) {
      const double expected = sites.measure[i] * sites.total_cases / sites.total_measure;
      EXPECT_NEAR(sum[i] / replicates, expected, 4.5 * std::sqrt(expected / replicates)) << "cell " << i;
    }
  }
}

/// The restricted scan against its definition: windows of which every place has a small mid-p value.
TEST(ScanRestricted, OnlyWindowsOfRaisedPlaces) {
  MadeUp how;
  how.places = 60;
  how.raised_risk = 2;
  const ScanData data = test::make_up(how);
  ScanOptions options;
  options.restricted_below = 0.3;
  options.replicates = 200;
  const double everybody = std::accumulate(data.at_risk.begin(), data.at_risk.end(), 0.0);
  const auto mid_p = [](double c, double e) {
    double probability = std::exp(-e), below = 0;
    for (double i = 0; i < c; ++i) {
      below += probability;
      probability *= e / (i + 1);
    }
    return 1 - below - probability / 2;
  };
  const ScanResult result = scan_statistic(data, options);
  ASSERT_FALSE(result.clusters.empty());
  for (const ScanCluster& cluster : result.clusters)
    for (const std::uint32_t place : cluster.places)
      EXPECT_LT(mid_p(data.cases[place], data.at_risk[place] * 200 / everybody), 0.3);
  // A limit that everything passes restricts nothing.
  options.restricted_below = 1 - 1e-12;
  const ScanResult all = scan_statistic(data, options);
  options.restricted_below.reset();
  const ScanResult free = scan_statistic(data, options);
  EXPECT_EQ(all.null_maxima, free.null_maxima);
  EXPECT_EQ(all.clusters[0].llr, free.clusters[0].llr);
  EXPECT_LT(result.clusters[0].llr, free.clusters[0].llr * (1 + 1e-12));
  EXPECT_LE(result.clusters[0].p, 0.05);
}

}  // namespace
}  // namespace tocsin
