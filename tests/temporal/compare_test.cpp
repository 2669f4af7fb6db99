// Dispersion, shares, and how often intervals hold what they say.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/compare/dispersion.hpp>
#include <tocsin/temporal/compare/rate_ratio.hpp>
#include <tocsin/temporal/compare/shares.hpp>

#include "temporal/simulated.hpp"

namespace tocsin {
namespace {

constexpr double printed6 = 5.001e-7;

TEST(Dispersion, GivesTheWorkedNumbers) {
  const std::vector<std::size_t> quarters{0, 0, 0, 1, 1, 1};
  const std::vector<double> clustered{2, 14, 9, 4, 21, 7}, even{7, 9, 9, 10, 9, 13};
  const Dispersion high = dispersion_within(clustered, {}, quarters), low = dispersion_within(even, {}, quarters);
  EXPECT_NEAR(high.value, 6.039375, printed6);
  EXPECT_EQ(high.degrees_of_freedom, 4);
  EXPECT_NEAR(low.pearson / low.degrees_of_freedom, 0.283125, printed6);
  EXPECT_EQ(low.value, 1);
}

TEST(Dispersion, LeavesOutGapsAndSilence) {
  const std::vector<std::size_t> periods{0, 0, 0, 1, 1, 2, 2};
  const std::vector<double> counts{3, NAN, 5, 0, 0, NAN, 4};
  const Dispersion found = dispersion_within(counts, {}, periods);
  EXPECT_EQ(found.degrees_of_freedom, 1);
  EXPECT_DOUBLE_EQ(found.pearson, 0.5);  // 3 and 5 about 4
  const Dispersion near = dispersion_of_neighbours(std::vector<double>{3, NAN, 5, 0, 0}, {});
  EXPECT_EQ(near.degrees_of_freedom, 2);
  EXPECT_DOUBLE_EQ(near.pearson, 4.0 / 8 + 25.0 / 5);
  EXPECT_EQ(dispersion_of_neighbours(std::vector<double>{0, 0}, {}).value, 1);
}

TEST(Dispersion, IsFoundInSimulatedCounts) {
  RandomStream random({.seed = 5});
  for (const double truth : {1.0, 2.0, 4.0}) {
    std::vector<double> counts;
    std::vector<std::size_t> periods;
    for (std::size_t quarter = 0; quarter < 4000; ++quarter)
      for (int month = 0; month < 3; ++month) {
        counts.push_back(test::clustered_draw(random, 10 + 0.005 * static_cast<double>(quarter), truth));
        periods.push_back(quarter);
      }
    // 8000 degrees of freedom: the standard error is about 3 % for such skewed counts; five of them.
    const Dispersion within = dispersion_within(counts, {}, periods);
    EXPECT_NEAR(within.pearson / within.degrees_of_freedom, truth, 0.15 * truth);
    const Dispersion near = dispersion_of_neighbours(counts, {});
    EXPECT_NEAR(near.pearson / near.degrees_of_freedom, truth, 0.15 * truth);
  }
}

TEST(DesignEffect, GivesTheWorkedNumber) {
  std::vector<double> persons(24, 1.0);
  persons.insert(persons.end(), {2, 2, 2, 2, 4, 4, 4, 7, NAN, 0});
  EXPECT_DOUBLE_EQ(design_effect(persons), 137.0 / 51);
  EXPECT_DOUBLE_EQ(design_effect(persons, 2), 137.0 / 51 + 51.0 / 32);
  EXPECT_TRUE(std::isnan(design_effect(std::vector<double>{NAN, 0})));
  EXPECT_THROW(design_effect(persons, 0.5), Error);
}

TEST(Shares, AreWilsonsForTwoKinds) {
  // Two kinds: each interval is Wilson's score interval at 1 - 0.05/2, whose z is 2.241403.
  const auto shares = simultaneous_shares(std::vector<double>{12, 20});
  const double z = 2.241402727604947, n = 32, p = 12 / n;
  const double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double reach = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  EXPECT_NEAR(shares[0].interval.lower, middle - reach, 1e-12);
  EXPECT_NEAR(shares[0].interval.upper, middle + reach, 1e-12);
  EXPECT_NEAR(shares[0].interval.lower, 1 - shares[1].interval.upper, 1e-12);
  EXPECT_DOUBLE_EQ(shares[0].share + shares[1].share, 1);
}

TEST(Shares, OfNothingOneKindAndAbsentKinds) {
  EXPECT_TRUE(std::isnan(simultaneous_shares(std::vector<double>{0, 0})[0].share));
  EXPECT_EQ(simultaneous_shares(std::vector<double>{3})[0].interval.lower, 1);
  const auto shares = simultaneous_shares(std::vector<double>{9, 0, 3});
  EXPECT_EQ(shares[1].share, 0);
  EXPECT_EQ(shares[1].interval.lower, 0);
  EXPECT_GT(shares[1].interval.upper, 0.1);
  EXPECT_THROW(simultaneous_shares(std::vector<double>{1, -1}), Error);
}

/// How often intervals hold the ratio, of so many draws.
struct Coverage {
  double exact = 0, mid = 0;
};
Coverage coverage(double mean, double ratio, double dispersion, int draws) {
  RandomStream random({.seed = 7, .item = static_cast<std::uint64_t>(mean * 100 + dispersion)});
  Coverage held;
  for (int i = 0; i < draws; ++i) {
    const double a = test::clustered_draw(random, mean, dispersion) / dispersion;
    const double b = test::clustered_draw(random, mean * ratio, dispersion) / dispersion;
    const RateRatio found = rate_ratio({a}, {b});
    held.exact += found.exact.lower <= ratio && ratio <= found.exact.upper;
    held.mid += found.mid.lower <= ratio && ratio <= found.mid.upper;
  }
  return {held.exact / draws, held.mid / draws};
}

TEST(Coverage, OfPoissonCountsIsAtLeastWhatIsSaid) {
  constexpr int draws = 2000;
  constexpr double error = 0.005;  // standard error of a share of 0.95 in 2000 draws
  for (const double mean : {1.0, 4.0, 25.0})
    for (const double ratio : {1.0, 3.0}) {
      const Coverage held = coverage(mean, ratio, 1, draws);
      EXPECT_GE(held.exact, 0.95 - 3 * error) << mean << ' ' << ratio;
      // Mid-p may fall short by a little, and is known to by up to a percent.
      EXPECT_GE(held.mid, 0.95 - 3 * error - 0.01) << mean << ' ' << ratio;
      EXPECT_LE(held.mid, held.exact);
    }
}

TEST(Coverage, OfClusteredCountsHoldsOnceTheyAreDividedByTheirDispersion) {
  constexpr int draws = 2000;
  for (const double dispersion : {2.0, 4.0}) {
    EXPECT_GE(coverage(40, 1, dispersion, draws).mid, 0.93) << dispersion;
    EXPECT_GE(coverage(40, 2, dispersion, draws).mid, 0.93) << dispersion;
  }
  // Taken for Poisson counts, they mislead: the test can fail.
  RandomStream random({.seed = 8});
  int held = 0;
  for (int i = 0; i < draws; ++i) {
    const RateRatio found = rate_ratio({test::clustered_draw(random, 40, 4)}, {test::clustered_draw(random, 40, 4)});
    held += found.mid.lower <= 1 && 1 <= found.mid.upper;
  }
  EXPECT_LT(held, 0.75 * draws);
}

TEST(Coverage, OfSharesHoldsTogether) {
  RandomStream random({.seed = 9});
  const std::vector<double> truth{0.6, 0.2, 0.1, 0.05, 0.05};
  constexpr int draws = 2000;
  int held = 0;
  for (int i = 0; i < draws; ++i) {
    std::vector<double> counts(truth.size(), 0.0);
    for (int event = 0; event < 30; ++event) {
      double u = random.uniform();
      std::size_t kind = 0;
      while (kind + 1 < truth.size() && u >= truth[kind]) u -= truth[kind++];
      ++counts[kind];
    }
    const auto shares = simultaneous_shares(counts);
    bool all = true;
    for (std::size_t k = 0; k < truth.size(); ++k)
      all &= shares[k].interval.lower <= truth[k] && truth[k] <= shares[k].interval.upper;
    held += all;
  }
  EXPECT_GE(held, (0.95 - 3 * 0.005) * draws);
}

}  // namespace
}  // namespace tocsin
