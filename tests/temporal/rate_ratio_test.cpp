#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/compare/comparison.hpp>
#include <tocsin/temporal/compare/rate_ratio.hpp>

#include "temporal/oracle_cases.hpp"

namespace tocsin {
namespace {

using test::oracle_number;

/// The oracle's own words: p-values to 1e-10 (1e-8 of large counts), limits to 1e-8, relative.
constexpr double p_tolerance = 1e-10, large_p_tolerance = 1e-8, limit_tolerance = 1e-8;
/// The last digit of the worked numbers, some of which are sums of rounded ones.
constexpr double printed6 = 1.001e-6;

void expect_close(double found, double expected, double relative, const char* what) {
  if (std::isnan(expected) || std::isinf(expected)) {
    EXPECT_TRUE(std::isnan(expected) ? std::isnan(found) : found == expected) << what << ": " << found;
    return;
  }
  EXPECT_NEAR(found, expected, relative * std::abs(expected)) << what;
}

TEST(RateRatio, AgreesWithTheOracle) {
  int compared = 0;
  for (const auto& row : test::oracle_table("poisson_ratio.csv")) {
    SCOPED_TRACE("case " + row.at("case"));
    const auto of = [&](const char* column) { return oracle_number(row.at(column)); };
    // The oracle's ratio is 1 over 2: its first period is the later one here.
    const CountInTime later{of("x1"), of("t1")}, earlier{of("x2"), of("t2")};
    const double p = later.count + earlier.count > 1e5 ? large_p_tolerance : p_tolerance;
    const RateRatio found = rate_ratio(earlier, later), at_90 = rate_ratio(earlier, later, 0.9);
    expect_close(found.ratio, of("ratio_1_over_2"), limit_tolerance, "ratio");
    expect_close(found.p_minlike, of("p_two_minlike"), p, "minlike");
    expect_close(found.p_central, of("p_two_central"), p, "central");
    expect_close(found.p_less, of("p_less"), p, "less");
    expect_close(found.p_greater, of("p_greater"), p, "greater");
    expect_close(found.mid_p, of("p_midp_central"), p, "mid-p");
    expect_close(found.mid_p_less, of("p_midp_less"), p, "mid-p less");
    expect_close(found.mid_p_greater, of("p_midp_greater"), p, "mid-p greater");
    expect_close(found.exact.lower, of("ci95_lo_central"), limit_tolerance, "lower");
    expect_close(found.exact.upper, of("ci95_hi_central"), limit_tolerance, "upper");
    expect_close(at_90.exact.lower, of("ci90_lo_central"), limit_tolerance, "lower, 90 %");
    expect_close(at_90.exact.upper, of("ci90_hi_central"), limit_tolerance, "upper, 90 %");
    expect_close(found.mid.lower, of("midp_ci95_lo"), limit_tolerance, "mid-p lower");
    expect_close(found.mid.upper, of("midp_ci95_hi"), limit_tolerance, "mid-p upper");
    ++compared;
  }
  EXPECT_EQ(compared, 18);
}

TEST(RateRatio, GivesTheWorkedNumbers) {
  struct Worked {
    CountInTime earlier, later;
    double ratio, p_greater, two_sided, mid_p;
    Interval exact, mid;
  };
  const std::vector<Worked> cases{
      {{25}, {32}, 1.28, 0.213521, 0.427043, 0.358143, {0.734971, 2.252927}, {0.757787, 2.180730}},
      {{25, 91}, {32, 92}, 1.266087, 0.225766, 0.451532, 0.380006, {0.726982, 2.228439}, {0.749550, 2.157026}},
      {{28}, {63}, 2.25, 0.000156420, 0.000312839, 0.000222501, {1.420308, 3.648096}, {1.450898, 3.557145}},
      {{211}, {194}, 0.919431, 0.814443, 0.426622, 0.398868, {0.752643, 1.122693}, {0.756217, 1.117431}},
      {{4}, {12}, 3, 0.0384064, 0.0768127, 0.0490417, {0.909232, 12.762345}, {1.004288, 10.776008}},
      {{5}, {15}, 3, 0.0206947, 0.0413895, 0.0266037, {1.036470, 10.551150}, {1.126647, 9.218671}},
      {{3}, {9}, 3, 0.0729980, 0.1459961, 0.0922852, {0.748684, 17.228003}, {0.847626, 13.737436}}};
  for (const Worked& worked : cases) {
    SCOPED_TRACE(worked.later.count);
    const RateRatio found = rate_ratio(worked.earlier, worked.later);
    EXPECT_NEAR(found.ratio, worked.ratio, printed6);
    EXPECT_NEAR(found.p_greater, worked.p_greater, printed6);
    EXPECT_NEAR(found.p_central, worked.two_sided, printed6);
    EXPECT_NEAR(found.mid_p, worked.mid_p, printed6);
    EXPECT_NEAR(found.exact.lower, worked.exact.lower, printed6);
    EXPECT_NEAR(found.exact.upper, worked.exact.upper, printed6);
    EXPECT_NEAR(found.mid.lower, worked.mid.lower, printed6);
    EXPECT_NEAR(found.mid.upper, worked.mid.upper, printed6);
  }
  EXPECT_NEAR(rate_ratio({25, 91}, {32, 92}).p_minlike, 0.427438, printed6);
}

TEST(RateRatio, OfTheSeedIsChanceAndThreefoldIsNot) {
  EXPECT_GT(rate_ratio({25}, {32}).mid_p, 0.05);
  EXPECT_LT(rate_ratio({4}, {12}).mid_p, 0.05);
  EXPECT_LT(rate_ratio({5}, {15}).p_central, 0.05);
  // From 25, the first count that stands out at 5 %: 41 by mid-p, 42 by the exact test.
  EXPECT_GT(rate_ratio({25}, {40}).mid_p, 0.05);
  EXPECT_LT(rate_ratio({25}, {41}).mid_p, 0.05);
  EXPECT_GT(rate_ratio({25}, {41}).p_central, 0.05);
  EXPECT_LT(rate_ratio({25}, {42}).p_central, 0.05);
}

TEST(RateRatio, TurnsAroundWithThePeriods) {
  for (const auto& [a, b] : {std::pair{7.0, 19.0}, {0.0, 4.0}, {2.5, 3.75}, {300.0, 280.0}}) {
    const RateRatio one = rate_ratio({a, 30}, {b, 31}), other = rate_ratio({b, 31}, {a, 30});
    EXPECT_NEAR(one.p_less, other.p_greater, 1e-12);  // sums of the same terms
    EXPECT_NEAR(one.mid_p, other.mid_p, 1e-12);
    EXPECT_NEAR(one.mid.lower * other.mid.upper, a > 0 ? 1 : one.mid.lower * other.mid.upper, 1e-9);
  }
}

TEST(RateRatio, MidPLiesWithinTheExactInterval) {
  for (double a = 0; a < 12; ++a)
    for (double b = 0; b < 12; ++b) {
      if (a + b == 0) continue;
      const RateRatio found = rate_ratio({a}, {b, 2});
      EXPECT_GE(found.mid.lower, found.exact.lower);
      EXPECT_LE(found.mid.upper, found.exact.upper);
      // p and its interval say the same of a ratio of 1.
      EXPECT_EQ(found.mid_p<0.05, found.mid.lower> 1 || found.mid.upper < 1) << a << ' ' << b;
      EXPECT_EQ(found.p_central<0.05, found.exact.lower> 1 || found.exact.upper < 1) << a << ' ' << b;
    }
}

TEST(RateRatio, MinlikeSumsTheUnlikelySplits) {
  for (int n = 1; n < 40; n += 3)
    for (int x = 0; x <= n; ++x) {
      const double share = 92.0 / (92 + 61);
      const auto chance = [&](int k) {
        return std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(share) +
                        (n - k) * std::log1p(-share));
      };
      double sum = 0;
      for (int k = 0; k <= n; ++k) sum += chance(k) <= chance(x) * (1 + 1e-7) ? chance(k) : 0;
      const RateRatio found = rate_ratio({double(n - x), 61}, {double(x), 92});
      EXPECT_NEAR(found.p_minlike, std::min(1.0, sum), 1e-10) << x << " of " << n;
    }
  EXPECT_TRUE(std::isnan(rate_ratio({2.5}, {4}).p_minlike));
}

TEST(Comparison, SaysWhatTheCountsSay) {
  const Comparison seed = compare_counts({25}, {32});
  EXPECT_EQ(seed.change, Change::chance);
  EXPECT_NEAR(seed.count_change, 0.28, 1e-15);
  EXPECT_NEAR(seed.interval.lower, -0.242213, printed6);
  EXPECT_NEAR(seed.interval.upper, 1.180730, printed6);
  EXPECT_EQ(compare_counts({4}, {12}).change, Change::likely_rise);
  EXPECT_EQ(compare_counts({4}, {12}, {.method = ComparisonMethod::exact}).change, Change::chance);
  EXPECT_EQ(compare_counts({28}, {63}).change, Change::clear_rise);
  EXPECT_EQ(compare_counts({63}, {28}).change, Change::clear_fall);
  EXPECT_EQ(compare_counts({0}, {0}).change, Change::unknown);
  EXPECT_EQ(compare_counts({NAN, 0}, {3}).change, Change::unknown);
  EXPECT_EQ(compare_counts({0}, {6}).count_change, INFINITY);
}

TEST(Comparison, OfClusteredCountsIsThatOfFewerEvents) {
  const Comparison clustered = compare_counts({28}, {64}, {.dispersion = 2});
  EXPECT_EQ(clustered.p, rate_ratio({14}, {32}).mid_p);
  EXPECT_NEAR(clustered.count_change, 64.0 / 28 - 1, 1e-15);
  // Beside the quasi-Poisson test on the log of the ratio.
  EXPECT_NEAR(clustered.p, wald_ratio({28}, {64}, {.dispersion = 2}).p, 0.005);
  EXPECT_THROW(compare_counts({1}, {2}, {.dispersion = 0.9}), Error);
}

TEST(RatioPosterior, GivesTheWorkedNumbers) {
  const RatioPosterior seed = ratio_posterior({25}, {32}), unmiss = ratio_posterior({28}, {63});
  EXPECT_NEAR(seed.median, 1.278128, printed6);
  EXPECT_NEAR(seed.interval.lower, 0.761216, printed6);
  EXPECT_NEAR(seed.interval.upper, 2.169921, printed6);
  EXPECT_NEAR(chance_ratio_above(1, {25}, {32}), 0.823024, printed6);
  EXPECT_NEAR(chance_ratio_above(1.5, {25}, {32}), 0.274213, printed6);
  EXPECT_NEAR(unmiss.median, 2.242554, printed6);
  EXPECT_NEAR(chance_ratio_above(1, {28}, {63}), 0.999898, printed6);
  EXPECT_NEAR(chance_ratio_above(1.5, {28}, {63}), 0.965473, printed6);
  EXPECT_EQ(chance_ratio_above(0, {0}, {0}), 1);
}

TEST(WaldRatio, GivesTheWorkedNumbers) {
  const auto expect = [](const CountInTime& a, const CountInTime& b, double phi, double low, double high, double p) {
    const WaldRatio found = wald_ratio(a, b, {.dispersion = phi});
    EXPECT_NEAR(found.interval.lower, low, printed6);
    EXPECT_NEAR(found.interval.upper, high, printed6);
    EXPECT_NEAR(found.p, p, printed6);
  };
  expect({25}, {32}, 1, 0.758580, 2.159825, 0.355058);
  expect({25}, {32}, 1.6, 0.660406, 2.480897, 0.464696);
  expect({25}, {32}, 2, 0.610785, 2.682449, 0.513145);
  expect({28}, {63}, 2, 1.198863, 4.222749, 0.0115821);
  expect({4}, {12}, 2, 0.605506, 14.863614, 0.178457);
  const WaldRatio by_t = wald_ratio({25}, {32}, {.dispersion = 6.039375, .degrees_of_freedom = 4});
  EXPECT_NEAR(by_t.log_ratio, 0.246860, printed6);
  EXPECT_NEAR(by_t.standard_error, 0.655977, printed6);
  EXPECT_NEAR(by_t.p, 0.725786, printed6);
  EXPECT_TRUE(std::isnan(wald_ratio({0}, {12}).p));
}

TEST(RateInterval, AgreesWithTheOracle) {
  for (const auto& row : test::oracle_table("poisson_rate_interval.csv")) {
    const CountInTime events{oracle_number(row.at("x")), oracle_number(row.at("t"))};
    const Interval at_95 = rate_interval(events), at_80 = rate_interval(events, 0.8);
    expect_close(at_95.lower, oracle_number(row.at("lo95")), limit_tolerance, "lower");
    expect_close(at_95.upper, oracle_number(row.at("hi95")), limit_tolerance, "upper");
    expect_close(at_80.lower, oracle_number(row.at("lo80")), limit_tolerance, "lower, 80 %");
    expect_close(at_80.upper, oracle_number(row.at("hi80")), limit_tolerance, "upper, 80 %");
  }
  for (const auto& row : test::oracle_table("observed_expected.csv")) {
    const Interval smr = rate_interval({oracle_number(row.at("observed")), oracle_number(row.at("expected"))});
    expect_close(smr.lower, oracle_number(row.at("smr_lo95")), limit_tolerance, "lower");
    expect_close(smr.upper, oracle_number(row.at("smr_hi95")), limit_tolerance, "upper");
  }
}

TEST(RateRatio, RefusesWhatIsNoCount) {
  EXPECT_THROW(rate_ratio({-1}, {2}), Error);
  EXPECT_THROW(rate_ratio({NAN}, {2}), Error);
  EXPECT_THROW(rate_ratio({1, 0}, {2}), Error);
  EXPECT_THROW(rate_ratio({1}, {2}, 1), Error);
  EXPECT_THROW(wald_ratio({1}, {2}, {.dispersion = 0.5}), Error);
  EXPECT_THROW(chance_ratio_above(-1, {1}, {2}), Error);
}

}  // namespace
}  // namespace tocsin
