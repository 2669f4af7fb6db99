#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/temporal/mann_kendall.hpp>
#include <tocsin/temporal/sen_slope.hpp>
#include <tocsin/temporal/trend/kendall_variants.hpp>
#include <tocsin/temporal/trend/log_linear_trend.hpp>
#include <tocsin/temporal/trend/panel_trend.hpp>

#include "temporal/oracle_cases.hpp"
#include "temporal/simulated.hpp"

namespace tocsin {
namespace {

using test::oracle_number;
using test::oracle_series;

/// The oracle's own words.
constexpr double order_tolerance = 1e-12, poisson_tolerance = 1e-9, poisson_error_tolerance = 1e-8;
constexpr double nb_tolerance = 1e-6, nb_error_tolerance = 1e-5, theta_tolerance = 1e-4, likelihood_tolerance = 1e-7;

void expect_close(double found, double expected, double relative, const char* what) {
  if (std::isnan(expected))
    EXPECT_TRUE(std::isnan(found)) << what << ": " << found;
  else
    EXPECT_NEAR(found, expected, relative * std::max(1.0, std::abs(expected))) << what;
}

TEST(MannKendall, AgreesWithTheTrendOracle) {
  int compared = 0;
  for (const auto& row : test::oracle_table("mann_kendall_sen.csv")) {
    SCOPED_TRACE(row.at("series"));
    const auto of = [&](const char* column) { return oracle_number(row.at(column)); };
    const std::vector<double> values = oracle_series(row.at("series"));
    const MannKendall test = mann_kendall(values);
    EXPECT_EQ(test.observed, std::stoll(row.at("n")));
    EXPECT_EQ(test.s, std::stoll(row.at("S")));
    expect_close(test.variance, of("varS"), order_tolerance, "variance");
    expect_close(test.z, of("Z"), order_tolerance, "z");
    expect_close(test.p, of("p_two_sided"), order_tolerance, "p");
    expect_close(test.tau_b, of("tau_b"), order_tolerance, "tau-b");
    const SenSlope sen = sen_slope(values);
    expect_close(sen.slope, of("sen_slope"), order_tolerance, "slope");
    expect_close(sen.lower, of("sen_lo95_interp"), order_tolerance, "lower");
    expect_close(sen.upper, of("sen_hi95_interp"), order_tolerance, "upper");
    ++compared;
  }
  EXPECT_EQ(compared, 9);
}

/// Pairs one by one, for any length.
MannKendall by_pairs(const std::vector<double>& x) {
  MannKendall plain;
  std::map<double, double> ties;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (std::isnan(x[j])) continue;
    ++plain.observed;
    ++ties[x[j]];
    for (std::size_t i = 0; i < j; ++i) plain.s += (x[j] > x[i]) - (x[j] < x[i]);
  }
  const auto n = static_cast<double>(plain.observed);
  double sum = n * (n - 1) * (2 * n + 5);
  for (const auto& [value, t] : ties) sum -= t * (t - 1) * (2 * t + 5);
  plain.variance = sum / 18;
  return plain;
}

TEST(MannKendall, CountsAlikeOnAllItsWays) {
  // As bytes, as doubles side by side, and merged, around the lengths at which one takes over from another.
  RandomStream random({.seed = 21});
  for (const std::size_t n : {2U, 3U, 31U, 64U, 120U, 254U, 255U, 256U, 300U, 511U, 512U, 513U, 700U})
    for (const double scale : {1.0, 0.5, -1.0, 1e6}) {
      std::vector<double> x(n);
      for (double& value : x)
        value = random.below(12) == 0 ? NAN : scale * static_cast<double>(random.below(scale == 0.5 ? 1000 : 256));
      const MannKendall plain = by_pairs(x), found = mann_kendall(x);
      EXPECT_EQ(found.observed, plain.observed);
      EXPECT_EQ(found.s, plain.s) << n << " values, scale " << scale;
      EXPECT_EQ(found.variance, plain.variance) << n << " values, scale " << scale;
    }
  const std::vector<double> same(255, 7.0);
  EXPECT_EQ(mann_kendall(same).variance, 0);
}

TEST(MannKendall, TellsRealsApartThatLieCloseTogether) {
  // Reals are first compared as whole numbers of 16 bits, so that values next to each other look equal beside a large
  // one; an infinite one leaves no room for any.
  RandomStream random({.seed = 27});
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const std::size_t n : {2U, 15U, 16U, 17U, 33U, 120U, 254U})
    for (const double large : {1.5, 1e3, 1e6, 1e300, infinity, -infinity}) {
      std::vector<double> x(n);
      for (double& value : x) value = random.below(4) == 0 ? 0.25 : std::ldexp(random.below(1U << 20U), -20);
      x[random.below(static_cast<std::uint32_t>(n))] = large;
      x[random.below(static_cast<std::uint32_t>(n))] = -large / 2;
      const MannKendall plain = by_pairs(x), found = mann_kendall(x);
      EXPECT_EQ(found.s, plain.s) << n << " values up to " << large;
      EXPECT_EQ(found.variance, plain.variance) << n << " values up to " << large;
    }
  std::vector<double> extremes(120);
  for (double& value : extremes) value = (random.below(2) == 0 ? 1 : -1) * std::numeric_limits<double>::max();
  EXPECT_EQ(mann_kendall(extremes).s, by_pairs(extremes).s);
  const double least = std::numeric_limits<double>::denorm_min();
  for (double& value : extremes) value = least * random.below(3);
  EXPECT_EQ(mann_kendall(extremes).s, by_pairs(extremes).s);
}

/// All slopes, sorted.
SenSlope by_sorting(const std::vector<double>& x) {
  std::vector<double> slopes;
  for (std::size_t j = 0; j < x.size(); ++j)
    for (std::size_t i = 0; i < j; ++i)
      if (!std::isnan(x[i]) && !std::isnan(x[j])) slopes.push_back((x[j] - x[i]) / static_cast<double>(j - i));
  std::sort(slopes.begin(), slopes.end());
  const double n = static_cast<double>(slopes.size());
  const auto rank = [&](double r) {
    r = std::clamp(r, 1.0, n) - 1;
    const auto below = static_cast<std::size_t>(r);
    const double part = r - static_cast<double>(below);
    return part == 0 ? slopes[below] : slopes[below] + part * (slopes[below + 1] - slopes[below]);
  };
  const double c = 1.959963984540054 * std::sqrt(mann_kendall(x).variance);
  SenSlope plain;
  plain.slope = rank((n + 1) / 2);
  plain.lower = rank((n - c) / 2);
  plain.upper = rank((n + c) / 2 + 1);
  return plain;
}

TEST(SenSlope, SelectsWhatSortingFinds) {
  RandomStream random({.seed = 22});
  for (std::size_t n = 2; n < 300; n += n < 60 ? 1 : 37)
    for (const std::uint32_t levels : {1U, 2U, 6U, 100000U})
      for (const double trend : {0.0, 0.3, -25.0}) {
        std::vector<double> x(n);
        for (std::size_t t = 0; t < n; ++t)
          x[t] = t > 1 && random.below(15) == 0
                     ? NAN
                     : static_cast<double>(random.below(levels)) + trend * static_cast<double>(t);
        const SenSlope plain = by_sorting(x), found = sen_slope(x);
        // The same slopes; only the ranks, from the normal deviate's last digits, may be interpolated otherwise.
        EXPECT_EQ(found.slope, plain.slope) << n << ' ' << levels << ' ' << trend;
        EXPECT_NEAR(found.lower, plain.lower, 1e-9 * (1 + std::abs(plain.lower))) << n << ' ' << levels;
        EXPECT_NEAR(found.upper, plain.upper, 1e-9 * (1 + std::abs(plain.upper))) << n << ' ' << levels;
      }
}

TEST(SenSlope, SelectsAmongSlopesOfAnySpread) {
  // Slopes are parted into bins by a sample of them. Whatever it is like, the slopes are those that sorting finds: with
  // most of them equal, nearly equal, far from the rest, or infinite.
  RandomStream random({.seed = 28});
  for (int kind = 0; kind < 5; ++kind)
    for (std::size_t n = 20; n < 150; n += 13) {
      std::vector<double> x(n);
      for (std::size_t t = 0; t < n; ++t) {
        const double u = std::ldexp(random.below(1U << 20U), -20);
        if (kind == 0) x[t] = random.below(20) == 0 ? u : 3;
        if (kind == 1) x[t] = 1e9 + 1e-6 * u;
        if (kind == 2) x[t] = std::pow(10, 300 * u);
        if (kind == 3) x[t] = (t < n / 2 ? 1 : -1) * 1e308 * u;
        if (kind == 4) x[t] = std::numeric_limits<double>::denorm_min() * random.below(9);
      }
      const SenSlope plain = by_sorting(x), found = sen_slope(x);
      EXPECT_EQ(found.slope, plain.slope) << n << ' ' << kind;
      const auto expect_near = [&](double end, double expected) {
        if (std::isfinite(expected)) {
          EXPECT_NEAR(end, expected, 1e-9 * (1 + std::abs(expected))) << n << ' ' << kind;
        }
      };
      expect_near(found.lower, plain.lower);
      expect_near(found.upper, plain.upper);
    }
}

TEST(SeasonalKendall, AgreesWithTheOracle) {
  for (const auto& row : test::oracle_table("seasonal_kendall.csv")) {
    SCOPED_TRACE(row.at("series"));
    const SeasonalKendall found = seasonal_kendall(oracle_series(row.at("series")), 12);
    EXPECT_EQ(found.s, std::stoll(row.at("S")));
    expect_close(found.variance, oracle_number(row.at("varS")), order_tolerance, "variance");
    expect_close(found.z, oracle_number(row.at("Z_continuity")), order_tolerance, "z");
    expect_close(found.p, oracle_number(row.at("p_continuity")), order_tolerance, "p");
    expect_close(found.slope, oracle_number(row.at("slope_per_year")), order_tolerance, "slope");
  }
}

TEST(SeasonalKendall, OfOneSeasonIsMannKendall) {
  const std::vector<double> x = oracle_series("nb_rising_missing");
  const SeasonalKendall one = seasonal_kendall(x, 1);
  const MannKendall plain = mann_kendall(x);
  EXPECT_EQ(one.s, plain.s);
  EXPECT_EQ(one.p, plain.p);
  EXPECT_DOUBLE_EQ(one.slope, sen_slope(x).slope);
  EXPECT_TRUE(std::isnan(seasonal_kendall(x, 200).z));  // no season has two values
  EXPECT_THROW(seasonal_kendall(x, 0), Error);
}

TEST(AutocorrelatedKendall, AgreesWithTheOracle) {
  int compared = 0;
  for (const auto& row : test::oracle_table("hamed_rao.csv")) {
    SCOPED_TRACE(row.at("series"));
    const std::vector<double> values = oracle_series(row.at("series"));
    const AutocorrelatedKendall found = autocorrelated_kendall(values);
    // Without their line, equal values of this series are parted by rounding there, and have their mean rank here.
    const double tolerance = row.at("series") == "seasonal" ? 0.05 : 1e-9;
    expect_close(found.z, oracle_number(row.at("z")), tolerance, "z");
    expect_close(found.p, oracle_number(row.at("p")), tolerance, "p");
    const double variance = found.variance_factor * mann_kendall(values).variance;
    EXPECT_NEAR(variance, oracle_number(row.at("var_s")), tolerance * variance);
    ++compared;
  }
  EXPECT_EQ(compared, 6);
}

/// Shares of series without a trend in which the tests see one at 5 %, each value following the last one by `memory`.
struct FalseTrends {
  double plain = 0, corrected = 0;
};
FalseTrends false_trends(double memory) {
  RandomStream random({.seed = 23});
  constexpr int draws = 400;
  FalseTrends found;
  for (int i = 0; i < draws; ++i) {
    std::vector<double> x;
    double last = 0;
    for (int t = 0; t < 120; ++t) {
      last = memory * last + test::poisson_draw(random, 20) - 20;
      x.push_back(last);
    }
    found.plain += mann_kendall(x).p < 0.05;
    found.corrected += autocorrelated_kendall(x).p < 0.05;
  }
  return {found.plain / draws, found.corrected / draws};
}

TEST(AutocorrelatedKendall, TakesBackMuchOfWhatMemoryAdds) {
  const FalseTrends none = false_trends(0), some = false_trends(0.3), much = false_trends(0.6);
  EXPECT_NEAR(none.plain, 0.05, 0.035);  // three standard errors
  EXPECT_GT(some.plain, 0.09);
  EXPECT_LT(some.corrected, 0.15);
  EXPECT_GT(much.plain, 0.25);
  // The correction is known to fall short where memory is long and the series is not.
  EXPECT_LT(much.corrected, 0.7 * much.plain);
}

TEST(LogLinearTrend, AgreesWithTheOracle) {
  int negative_binomial = 0;
  for (const auto& row : test::oracle_table("glm_trend.csv")) {
    SCOPED_TRACE(row.at("series"));
    const auto of = [&](const char* column) { return oracle_number(row.at(column)); };
    const std::vector<double> values = oracle_series(row.at("series"));
    std::vector<double> years;
    for (std::size_t t = 1; t <= values.size(); ++t) years.push_back(static_cast<double>(t) / 12);
    const LogLinearTrend poisson = log_linear_trend(values, years);
    expect_close(poisson.intercept, of("pois_b0"), poisson_tolerance, "b0");
    expect_close(poisson.slope, of("pois_b1_per_year"), poisson_tolerance, "b1");
    expect_close(poisson.intercept_error, of("pois_se0"), poisson_error_tolerance, "se0");
    expect_close(poisson.slope_error, of("pois_se1"), poisson_error_tolerance, "se1");
    expect_close(poisson.p, of("pois_p1"), poisson_error_tolerance, "p");
    expect_close(poisson.log_likelihood, of("pois_loglik"), poisson_tolerance, "log likelihood");
    expect_close(poisson.dispersion, of("pearson_dispersion"), poisson_error_tolerance, "dispersion");
    const LogLinearTrend quasi = log_linear_trend(values, years, {}, {.model = TrendModel::quasi_poisson});
    expect_close(quasi.slope_error, of("quasi_se1"), poisson_error_tolerance, "quasi se1");
    expect_close(quasi.p, of("quasi_p1_t"), poisson_error_tolerance, "quasi p");
    const LogLinearTrend nb = log_linear_trend(values, years, {}, {.model = TrendModel::negative_binomial});
    expect_close(nb.slope, of("nb_b1_per_year"), nb_tolerance, "nb b1");
    expect_close(nb.intercept, of("nb_b0"), nb_tolerance, "nb b0");
    expect_close(nb.slope_error, of("nb_se1"), nb_error_tolerance, "nb se1");
    EXPECT_EQ(std::isinf(nb.theta), of("nb_theta") > 1e3);
    EXPECT_EQ(nb.model, std::isinf(nb.theta) ? TrendModel::poisson : TrendModel::negative_binomial);
    if (std::isinf(nb.theta)) continue;
    EXPECT_NEAR(nb.theta, of("nb_theta"), theta_tolerance * nb.theta);
    expect_close(2 * nb.log_likelihood, of("nb_twologlik"), likelihood_tolerance, "nb log likelihood");
    ++negative_binomial;
  }
  EXPECT_EQ(negative_binomial, 5);
}

TEST(LogLinearTrend, FollowsExposure) {
  // Twice the days, twice the events: no trend; times and exposures of any scale.
  std::vector<double> counts, times, days;
  for (int t = 0; t < 10; ++t) {
    times.push_back(2020 + t);
    days.push_back(t % 2 == 0 ? 30 : 60);
    counts.push_back(t % 2 == 0 ? 4 : 8);
  }
  const LogLinearTrend trend = log_linear_trend(counts, times, days);
  EXPECT_NEAR(trend.slope, 0, 1e-12);
  EXPECT_NEAR(trend.intercept, std::log(4.0 / 30), 1e-9);
  // Whole counts doubled every period are fitted exactly.
  const LogLinearTrend steep =
      log_linear_trend(std::vector<double>{1, 2, 4, 8, NAN, 32}, std::vector<double>{0, 1, 2, 3, 4, 5});
  EXPECT_NEAR(steep.slope, std::log(2.0), 1e-9);
  EXPECT_EQ(steep.observed, 5);
}

TEST(LogLinearTrend, IsUndefinedWhereNoSlopeIsLikeliest) {
  const std::vector<double> times{1, 2, 3, 4};
  for (const std::vector<double>& counts :
       {std::vector<double>{0, 0, 0, 0}, {0, 0, 0, 5}, {5, 0, 0, NAN}, {NAN, NAN, 3, NAN}})
    EXPECT_TRUE(std::isnan(log_linear_trend(counts, times).slope));
  EXPECT_FALSE(std::isnan(log_linear_trend(std::vector<double>{0, 5, 0, 0}, times).slope));
  EXPECT_THROW(log_linear_trend(std::vector<double>{1, -1, 0, 0}, times), Error);
  EXPECT_THROW(log_linear_trend(std::vector<double>{1, 2}, times), Error);
}

TEST(LogLinearTrend, FallsToPoissonUnlessCountsVaryMore) {
  RandomStream random({.seed = 24});
  std::vector<double> even, clustered, times;
  for (int t = 0; t < 200; ++t) {
    times.push_back(t);
    even.push_back(5 + t % 2);
    clustered.push_back(test::clustered_draw(random, 6, 4));
  }
  const LogLinearOptions options{.model = TrendModel::negative_binomial};
  EXPECT_EQ(log_linear_trend(even, times, {}, options).model, TrendModel::poisson);
  const LogLinearTrend nb = log_linear_trend(clustered, times, {}, options);
  EXPECT_EQ(nb.model, TrendModel::negative_binomial);
  EXPECT_NEAR(nb.theta, 2, 1);  // 6 + 36 / theta = 24
  EXPECT_GT(nb.slope_error, 1.5 * log_linear_trend(clustered, times).slope_error);
}

Panel made_up_panel(std::size_t series) {
  Panel panel;
  for (int month = 0; month < 48; ++month)
    panel.periods.push_back(
        period_of(make_day(2018 + month / 12, static_cast<unsigned>(month % 12 + 1), 1), Every::month));
  RandomStream random({.seed = 25});
  for (std::size_t i = 0; i < series; ++i) {
    panel.codes.push_back(std::to_string(i));
    for (std::size_t t = 0; t < panel.periods.size(); ++t) {
      const bool gap = random.below(20) == 0;
      panel.values.push_back(gap ? NAN : test::poisson_draw(random, 1 + 0.05 * static_cast<double>(i % 5 * t)));
      panel.observed.push_back(gap ? 0 : 1);
    }
  }
  panel.names = panel.codes;
  return panel;
}

TEST(PanelTrends, AreThoseOfEachSeriesForAnyNumberOfThreads) {
  const Panel panel = made_up_panel(200);
  PanelTrendOptions options;
  options.periods_a_year = 12;
  options.seasons = 12;
  options.autocorrelated = true;
  options.model = LogLinearOptions{.model = TrendModel::negative_binomial};
  options.changes = ChangePointOptions{};
  Progress silent;
  std::vector<SeriesTrend> one, three;
  {
    const ThreadLimit limit(1);
    one = panel_trends(panel, options, silent);
  }
  {
    const ThreadLimit limit(3);
    three = panel_trends(panel, options, silent);
  }
  const auto tests = panel_mann_kendall(panel);
  for (std::size_t i = 0; i < panel.size(); ++i) {
    EXPECT_EQ(one[i].sen.slope, three[i].sen.slope);
    EXPECT_EQ(one[i].model->slope, three[i].model->slope);
    EXPECT_EQ(one[i].autocorrelated->z, three[i].autocorrelated->z);
    EXPECT_EQ(one[i].seasonal->p, three[i].seasonal->p);
    EXPECT_EQ(one[i].changes->points.size(), three[i].changes->points.size());
    EXPECT_EQ(one[i].kendall.s, mann_kendall(panel.series(i)).s);
    EXPECT_EQ(tests[i].s, one[i].kendall.s);
    EXPECT_NEAR(one[i].sen.slope, 12 * sen_slope(panel.series(i)).slope, 1e-9);
  }
}

TEST(PanelTrends, DivideByTheShareThatWasObserved) {
  Panel panel = made_up_panel(1);
  for (std::size_t t = 0; t < panel.periods.size(); ++t) {
    panel.observed[t] = t < 24 ? 1 : 0.5;
    panel.values[t] = t < 24 ? 8 : 4;  // half the days, half the reports
  }
  Progress silent;
  PanelTrendOptions options;
  options.model = LogLinearOptions{};
  const SeriesTrend trend = panel_trends(panel, options, silent)[0];
  EXPECT_EQ(trend.kendall.s, 0);
  EXPECT_EQ(trend.sen.slope, 0);
  EXPECT_NEAR(trend.model->slope, 0, 0.01);  // months have 28 to 31 days
}

}  // namespace
}  // namespace tocsin
