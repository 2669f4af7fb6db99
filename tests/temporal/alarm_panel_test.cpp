// Alarms over many series: how often they are false, how soon they are right; budget, false discovery, adding up.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/temporal/alarm/add_up.hpp>
#include <tocsin/temporal/alarm/alarm_budget.hpp>
#include <tocsin/temporal/alarm/panel_alarm.hpp>

#include "temporal/simulated.hpp"

namespace tocsin {
namespace {

Panel months(std::size_t series, std::size_t length) {
  Panel panel;
  for (std::size_t i = 0; i < series; ++i) panel.codes.push_back(std::to_string(i));
  panel.names = panel.codes;
  const Day first = make_day(2000, 1, 1);
  panel.periods = periods_between(first, first + std::chrono::days{31 * static_cast<int>(length) + 31}, Every::month);
  panel.periods.resize(length);
  panel.values.resize(series * length);
  panel.observed.assign(series * length, 1.0);
  return panel;
}

/// Series alike: a mean a month, its dispersion, and a chance that a month has nothing to tell.
Panel simulate(std::size_t series, std::size_t length, double mean, double dispersion, double silent,
               std::uint64_t seed) {
  Panel panel = months(series, length);
  RandomStream random({.seed = seed});
  for (double& value : panel.values)
    value = random.uniform() < silent ? 0 : test::clustered_draw(random, mean, dispersion);
  return panel;
}

struct Rate {
  double periods = 0, flagged = 0;
  [[nodiscard]] double share() const { return flagged / periods; }  ///< of all, judged or not
};
Rate false_alarms(const Panel& panel, AlarmMethod method, std::size_t last) {
  AlarmOptions options;
  options.method = method;
  Progress progress;
  Rate rate;
  for (const SeriesAlarm& series : panel_alarms(panel, last, options, Correction::none, progress))
    for (const AlarmPoint& point : series.points) {
      ++rate.periods;
      rate.flagged += point.flag;
    }
  return rate;
}

TEST(FalseAlarms, OfPoissonSeriesAreAsRareAsSaid) {
  // 400 series judged 12 times: the standard error of a share of 0.01 is 0.0015, more as judgements of a series share
  // a baseline.
  constexpr double five_errors = 0.0075;
  for (const double mean : {0.1, 0.5, 2.0, 8.0}) {
    const Panel panel = simulate(400, 72, mean, 1, 0, 11);
    EXPECT_LE(false_alarms(panel, AlarmMethod::predictive, 12).share(), 0.01 + five_errors) << mean;
    EXPECT_LE(false_alarms(panel, AlarmMethod::farrington_flexible, 12).share(), 0.01 + five_errors) << mean;
    EXPECT_LE(false_alarms(panel, AlarmMethod::farrington, 12).share(), 0.015 + five_errors) << mean;
    // Seven periods know little of their spread, and sparse counts are not normal: up to five times alpha.
    for (const AlarmMethod ears : {AlarmMethod::ears_c1, AlarmMethod::ears_c2, AlarmMethod::ears_c3})
      EXPECT_LE(false_alarms(panel, ears, 12).share(), 0.05 + five_errors) << mean;
  }
}

TEST(FalseAlarms, OfClusteredAndSilentSeriesStayNear) {
  // What the baseline shows of the dispersion is itself uncertain, and tails are longer than the model's: up to three
  // times alpha is what these series give; Poisson bounds give far more.
  const Panel inflated = simulate(400, 72, 2, 1, 0.6, 12), clustered = simulate(400, 72, 3, 3, 0, 13);
  for (const Panel* panel : {&inflated, &clustered}) {
    EXPECT_LE(false_alarms(*panel, AlarmMethod::predictive, 12).share(), 0.03);
    EXPECT_LE(false_alarms(*panel, AlarmMethod::farrington_flexible, 12).share(), 0.03);
  }
  AlarmOptions poisson;
  poisson.method = AlarmMethod::predictive;
  poisson.predictive_variance = PredictiveVariance::poisson;
  Progress progress;
  double flagged = 0;
  for (const SeriesAlarm& series : panel_alarms(clustered, 12, poisson, Correction::none, progress))
    for (const AlarmPoint& point : series.points) flagged += point.flag;
  EXPECT_GT(flagged / (400 * 12), 0.05);
}

/// Three times as many at the height of the year as at its low, none of it an outbreak.
Panel simulate_seasonal(std::size_t series, std::size_t length, double mean, std::uint64_t seed) {
  Panel panel = months(series, length);
  RandomStream random({.seed = seed});
  for (std::size_t i = 0; i < panel.values.size(); ++i)
    panel.values[i] = test::poisson_draw(
        random, mean * (1 + 0.5 * std::sin(2 * std::numbers::pi * static_cast<double>(i % length) / 12)));
  return panel;
}

TEST(FalseAlarms, OfSeasonalSeries) {
  // Farrington's methods look at the same time of the year and hold what they say; the predictive rule takes the season
  // for dispersion and does too. EARS knows seven months and takes the way up for a rise, the more so the more events
  // there are: up to ten times alpha, and C3 eighteen times.
  constexpr double five_errors = 0.0075;
  for (const double mean : {2.0, 8.0}) {
    const Panel panel = simulate_seasonal(400, 72, mean, 17);
    EXPECT_LE(false_alarms(panel, AlarmMethod::predictive, 12).share(), 0.01 + five_errors) << mean;
    EXPECT_LE(false_alarms(panel, AlarmMethod::farrington_flexible, 12).share(), 0.01 + five_errors) << mean;
    EXPECT_LE(false_alarms(panel, AlarmMethod::farrington, 12).share(), 0.015 + five_errors) << mean;
    EXPECT_LE(false_alarms(panel, AlarmMethod::ears_c1, 12).share(), 0.1) << mean;
    EXPECT_LE(false_alarms(panel, AlarmMethod::ears_c2, 12).share(), 0.13) << mean;
    EXPECT_LE(false_alarms(panel, AlarmMethod::ears_c3, 12).share(), 0.2) << mean;
  }
}

TEST(FalseAlarms, OfEarsInClusteredAndSilentSeriesAreMany) {
  // Eight to twelve times alpha, as docs/methods-time.md says: seven months do not show how much counts vary.
  const Panel inflated = simulate(400, 72, 2, 1, 0.6, 12), clustered = simulate(400, 72, 3, 3, 0, 13);
  for (const Panel* panel : {&inflated, &clustered})
    for (const AlarmMethod ears : {AlarmMethod::ears_c1, AlarmMethod::ears_c2, AlarmMethod::ears_c3}) {
      EXPECT_GT(false_alarms(*panel, ears, 12).share(), 0.05) << name(ears);
      EXPECT_LT(false_alarms(*panel, ears, 12).share(), 0.13) << name(ears);
    }
}

TEST(FalseAlarms, OfCusumComeAsSeldomAsItsRunLength) {
  // Runs of 60 periods against a level known from 600: the share that alarms is 1 - exp(-60/ARL) or so, ARL >= 100; a
  // sum starts from 0, which makes it less.
  AlarmOptions options;
  options.method = AlarmMethod::cusum;
  Progress progress;
  double runs = 0, ended = 0;
  for (const SeriesAlarm& series :
       panel_alarms(simulate(300, 660, 2, 1, 0, 14), 60, options, Correction::none, progress)) {
    ++runs;
    ended += std::any_of(series.points.begin(), series.points.end(), [](const AlarmPoint& p) { return p.flag; });
  }
  EXPECT_LT(ended / runs, 0.45 + 0.1);
  EXPECT_GT(ended / runs, 0.25);
}

/// Alarms that begin, by the periods judged.
double alarms_begun(const Panel& panel, AlarmMethod method, std::size_t last) {
  AlarmOptions options;
  options.method = method;
  options.cusum_reset = CusumReset::zero;  // so that each is one alarm
  Progress progress;
  double periods = 0, begun = 0;
  for (const SeriesAlarm& series : panel_alarms(panel, last, options, Correction::none, progress))
    for (const AlarmPoint& point : series.points) {
      ++periods;
      begun += point.flag;
    }
  return begun / periods;
}

TEST(FalseAlarms, OfCusumStaySeldomWhereThePastIsShort) {
  // 120 periods judged, of which 1.2 alarms are asked for at most, against a level known from few periods only. The
  // margin is for the series, one in five, whose past misleads more than the caution taken allows for; the standard
  // error of these shares is 0.001.
  constexpr double asked = 0.01, margin = 0.003;
  for (const std::size_t past : {24, 60}) {
    EXPECT_LT(alarms_begun(simulate(300, past + 120, 2, 1, 0, 51), AlarmMethod::cusum, 120), asked + margin) << past;
    EXPECT_LT(alarms_begun(simulate(300, past + 120, 2, 3, 0, 52), AlarmMethod::nb_cusum, 120), asked + margin) << past;
  }
}

TEST(Detection, OfAPlantedOutbreak) {
  // Three months at four times the usual: found by the second one in most series.
  Panel panel = simulate(200, 72, 2, 1, 0, 15);
  RandomStream random({.seed = 16});
  for (std::size_t i = 0; i < panel.size(); ++i)
    for (std::size_t t = 69; t < 72; ++t) panel.values[i * 72 + t] = test::poisson_draw(random, 8);
  for (const AlarmMethod method :
       {AlarmMethod::predictive, AlarmMethod::farrington_flexible, AlarmMethod::cusum, AlarmMethod::nb_cusum,
        AlarmMethod::glr, AlarmMethod::ears_c1, AlarmMethod::ears_c2}) {
    AlarmOptions options;
    options.method = method;
    Progress progress;
    double found = 0;
    for (const SeriesAlarm& series : panel_alarms(panel, 3, options, Correction::none, progress))
      found += series.points[0].flag || series.points[1].flag;
    EXPECT_GT(found / 200, 0.75) << name(method);
  }
}

TEST(Budget, IsWhatAllSeriesTogetherUse) {
  EXPECT_DOUBLE_EQ(alpha_of_budget(2, 80, 12), 2.0 / 960);
  EXPECT_EQ(alpha_of_budget(1000, 1, 12), 0.25);
  EXPECT_THROW(alpha_of_budget(0, 80, 12), Error);
  EXPECT_THROW(alpha_of_budget(2, 0, 12), Error);
  const Panel panel = simulate(80, 120, 4, 1, 0, 17);
  AlarmOptions options;
  options.method = AlarmMethod::predictive;
  options.alpha = alpha_of_budget(6, panel.size(), 12);
  Progress progress;
  const AlarmReplay past =
      replay(panel, panel_alarms(panel, 1, options, Correction::none, progress), options, progress);
  EXPECT_EQ(past.judged, 80 * (120 - options.least_past));
  EXPECT_NEAR(past.years, (120.0 - 4) / 12, 1e-9);
  EXPECT_DOUBLE_EQ(past.a_year, static_cast<double>(past.flagged) / past.years);
  EXPECT_LT(past.interval.lower, 6);
  EXPECT_GT(past.a_year, 1);  // whole counts keep it below its budget, not far from it
  Panel none = months(3, 2);
  const AlarmReplay nothing =
      replay(none, panel_alarms(none, 1, options, Correction::none, progress), options, progress);
  EXPECT_EQ(nothing.judged, 0);
  EXPECT_TRUE(std::isnan(nothing.a_year));
}

TEST(FalseDiscovery, IsOverTheSeriesOfAPeriod) {
  Panel panel = simulate(50, 48, 2, 1, 0, 18);
  panel.values[48 - 1] = 20;       // the first series' last month
  panel.values[2 * 48 - 1] = NAN;  // the second's is not observed
  AlarmOptions options;
  options.method = AlarmMethod::predictive;
  Progress progress;
  const auto found = panel_alarms(panel, 2, options, Correction::benjamini_hochberg, progress);
  EXPECT_LT(found[0].adjusted_p[1], 1e-6);
  EXPECT_NEAR(found[0].adjusted_p[1], 49 * found[0].points[1].p, 1e-12);
  EXPECT_TRUE(std::isnan(found[1].adjusted_p[1]));
  for (std::size_t i = 2; i < 50; ++i) EXPECT_GE(found[i].adjusted_p[1], found[i].points[1].p);
}

TEST(FalseDiscovery, KeepsWhatTheCorrectionFinds) {
  Panel panel = simulate(60, 48, 3, 1, 0, 21);
  for (std::size_t i = 0; i < 6; ++i) panel.values[i * 48 + 47] = 8 + 2 * static_cast<double>(i);
  AlarmOptions options;
  options.method = AlarmMethod::predictive;
  options.alpha = 0.1;
  Progress progress;
  auto found = panel_alarms(panel, 1, options, Correction::benjamini_hochberg, progress);
  std::size_t before = 0, after = 0, rejected = 0;
  for (const SeriesAlarm& series : found) {
    before += series.points[0].flag;
    rejected += series.adjusted_p[0] <= 0.1;
  }
  keep_discoveries(found, 0.1);
  for (const SeriesAlarm& series : found) after += series.points[0].flag;
  EXPECT_EQ(after, rejected);
  EXPECT_GE(after, 3u);
  EXPECT_LT(after, before);
}

TEST(PanelAlarms, AreTheSameForAnyNumberOfThreads) {
  const Panel panel = simulate(60, 72, 2, 2, 0.2, 19);
  AlarmOptions options;
  Progress progress;
  std::vector<double> bounds[2];
  for (const int threads : {1, 4}) {
    const ThreadLimit limit(threads);
    for (const SeriesAlarm& series : panel_alarms(panel, 12, options, Correction::holm, progress))
      for (const AlarmPoint& point : series.points)
        bounds[threads == 4].push_back(is_judged(point.reason) ? point.expected : -1);
  }
  EXPECT_EQ(bounds[0], bounds[1]);
}

TEST(AddUp, KeepsCountsAndWidensBounds) {
  const Panel panel = simulate(10, 48, 2, 1, 0, 20);
  AlarmOptions options;
  options.method = AlarmMethod::predictive;
  Progress progress;
  std::vector<AlarmPoint> parts;
  for (const SeriesAlarm& series : panel_alarms(panel, 1, options, Correction::none, progress))
    parts.push_back(series.points[0]);
  const AlarmPoint sum = add_up(parts, 0.01);
  double observed = 0, expected = 0, uppers = 0;
  for (const AlarmPoint& part : parts) {
    observed += part.observed;
    expected += part.expected;
    uppers += part.upper;
  }
  EXPECT_EQ(sum.observed, observed);
  EXPECT_DOUBLE_EQ(sum.expected, expected);
  EXPECT_LT(sum.upper, uppers);  // not all parts are at their bound at once
  EXPECT_GT(sum.upper, expected);
  // Ten rises that no part shows by itself.
  for (AlarmPoint& part : parts) part.observed = part.upper - 1;
  EXPECT_TRUE(add_up(parts, 0.01).flag);
  // A blind part is left out with its count; all blind is blind.
  parts[3] = AlarmPoint{};
  parts[3].reason = AlarmReason::blind;
  EXPECT_LT(add_up(parts, 0.01).expected, expected);
  EXPECT_EQ(add_up(std::span(parts).subspan(3, 1), 0.01).reason, AlarmReason::blind);
  EXPECT_FALSE(add_up({}, 0.01).flag);
}

}  // namespace
}  // namespace tocsin
