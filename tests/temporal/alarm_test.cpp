// Alarms in one series: worked numbers, gaps, silence and blindness.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/alarm/alarm.hpp>
#include <tocsin/temporal/alarm/detail/alarm_series.hpp>
#include <tocsin/temporal/alarm/detail/count_model.hpp>
#include <tocsin/temporal/alarm/predictive.hpp>
#include <tocsin/temporal/alarm/run_length.hpp>

namespace tocsin {
namespace {

constexpr double printed7 = 5.001e-8, printed6 = 5.001e-7, printed4 = 5.001e-5, printed3 = 5.001e-4;
const std::vector<double> worked{2, 1, 3, 0, 2, 4, 1, 2, 3, 7, 8, 6, 2};

constexpr AlarmMethod every_method[] = {AlarmMethod::predictive,
                                        AlarmMethod::ears_c1,
                                        AlarmMethod::ears_c2,
                                        AlarmMethod::ears_c3,
                                        AlarmMethod::farrington,
                                        AlarmMethod::cusum,
                                        AlarmMethod::farrington_flexible,
                                        AlarmMethod::nb_cusum,
                                        AlarmMethod::glr,
                                        AlarmMethod::glr_nb};

TEST(Alarm, NamesAreReadBack) {
  for (const AlarmMethod method : every_method) EXPECT_EQ(parse_alarm_method(name(method)), method);
  EXPECT_EQ(parse_alarm_method("auto"), AlarmMethod::automatic);
  EXPECT_FALSE(parse_alarm_method("ears"));
}

TEST(Ears, GivesTheWorkedNumbers) {
  AlarmOptions options;
  options.alpha = 0.001;
  options.ears_spread = EarsSpread::sample;
  options.least_sd = 0;
  options.method = AlarmMethod::ears_c1;
  const auto c1 = alarm(worked, {}, 6, options);
  options.method = AlarmMethod::ears_c2;
  const auto c2 = alarm(worked, {}, 6, options);
  const double stat1[] = {0.1061988, 0.8495908, 3.6107609, 2.3094948, 0.8017837, -0.9210519};
  const double bound1[] = {6.014078, 6.014078, 6.299793, 9.786865, 12.116136, 12.576701};
  const double stat2[] = {NAN, NAN, 3.8231586, 4.5665505, 2.8673689, -0.3120939};
  const double bound2[] = {NAN, NAN, 6.014078, 6.014078, 6.299793, 9.786865};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(c1[i].statistic, stat1[i], printed7);
    EXPECT_NEAR(c1[i].upper, bound1[i], printed6);
    if (i < 2) {
      EXPECT_EQ(c2[i].reason, AlarmReason::too_little_past);
      continue;
    }
    EXPECT_NEAR(c2[i].statistic, stat2[i], printed7);
    EXPECT_NEAR(c2[i].upper, bound2[i], printed6);
  }
  options.method = AlarmMethod::ears_c3;
  const auto c3 = alarm(worked, {}, 2, options);
  EXPECT_NEAR(c3[0].statistic, 8.257078, printed6);
  EXPECT_NEAR(c3[1].statistic, 5.433919, printed6);
  // Two events, where seven had been: C3 holds on.
  EXPECT_TRUE(c3[1].flag);
  EXPECT_FALSE(c2[5].flag);
}

TEST(Ears, WithoutSpreadUsesTheFloorOrSaysSo) {
  const std::vector<double> flat{3, 3, 3, 3, 3, 3, 3, 4};
  AlarmOptions options;
  options.method = AlarmMethod::ears_c1;
  const AlarmPoint floored = alarm(flat, {}, 1, options)[0];
  EXPECT_EQ(floored.reason, AlarmReason::floored);
  EXPECT_DOUBLE_EQ(floored.variance, 3);
  EXPECT_FALSE(floored.flag);
  options.ears_spread = EarsSpread::sample;
  options.least_sd = 0;
  const AlarmPoint none = alarm(flat, {}, 1, options)[0];
  EXPECT_EQ(none.reason, AlarmReason::no_spread);
  EXPECT_TRUE(std::isnan(none.upper));
  EXPECT_FALSE(none.flag);
}

TEST(Predictive, GivesTheWorkedNumbers) {
  EXPECT_NEAR(chance_of_at_least(7, {18, 9}, 1), 0.00842194, printed6 / 100);
  EXPECT_EQ(predict_count({18, 9}, 1, 0.025).upper, 6);
  AlarmOptions options;
  options.alpha = 0.025;
  const AlarmPoint tenth = alarm(std::span(worked).first(10), {}, 1, options)[0];
  EXPECT_NEAR(tenth.p, 0.00842194, printed6 / 100);
  EXPECT_EQ(tenth.upper, 6);
  EXPECT_DOUBLE_EQ(tenth.expected, 18.5 / 9);
  EXPECT_TRUE(tenth.flag);
  EXPECT_DOUBLE_EQ(tenth.score, (7 - 18.5 / 9) / (6 - 18.5 / 9));
}

TEST(Predictive, CountsOnExposure) {
  // Half the days, half the events expected; and as much known of the rate.
  const std::vector<double> counts{4, 4, 4, 4, 4, 4}, days{30, 30, 30, 30, 30, 15};
  AlarmOptions options;
  options.method = AlarmMethod::predictive;
  EXPECT_DOUBLE_EQ(alarm(counts, days, 1, options)[0].expected, 20.5 * 15 / 150);
  // 15 in a month that could be seen whole, and in one that could not.
  const Prediction whole = predict_count({20, 150}, 30, 0.01), half = predict_count({20, 150}, 15, 0.01);
  EXPECT_GT(whole.upper, half.upper);
}

TEST(Predictive, AShortBaselineForgetsWhatWasBefore) {
  std::vector<double> counts;
  for (int t = 0; t < 40; ++t) counts.push_back(0.1 * t);  // sums that leave rounding behind
  counts.insert(counts.end(), 7, 0.0);
  AlarmOptions options;
  options.method = AlarmMethod::predictive;
  options.baseline = 6;
  const AlarmPoint found = alarm(counts, {}, 1, options)[0];
  const AlarmPoint silent = alarm(std::vector<double>(7, 0.0), {}, 1, options)[0];
  EXPECT_EQ(found.expected, silent.expected);
  EXPECT_EQ(found.variance, silent.variance);
  EXPECT_EQ(found.upper, silent.upper);
}

TEST(Predictive, OverDispersionWidens) {
  const std::vector<double> clustered{0, 0, 9, 0, 1, 0, 8, 0, 0, 0, 7, 0, 8};
  AlarmOptions options;
  options.method = AlarmMethod::predictive;
  const AlarmPoint wide = alarm(clustered, {}, 1, options)[0];
  options.predictive_variance = PredictiveVariance::poisson;
  const AlarmPoint narrow = alarm(clustered, {}, 1, options)[0];
  EXPECT_TRUE(narrow.flag);
  EXPECT_FALSE(wide.flag);
  EXPECT_EQ(wide.expected, narrow.expected);
}

TEST(NormalTail, IsThatOfErfc) {
  for (double z = -9; z < 9; z += 0.00123) {
    const double truth = std::erfc(z / std::sqrt(2.0)) / 2;
    EXPECT_NEAR(detail::normal_upper_tail(z), truth, 2e-14 * truth) << z;  // some roundings, times z^2
  }
  EXPECT_EQ(detail::normal_upper_tail(INFINITY), 0);
  EXPECT_NEAR(detail::normal_upper_tail(detail::normal_quantile(0.999)), 0.001, 1e-16);
}

TEST(CountModel, GivesTheWorkedNumbers) {
  using detail::CountModel;
  EXPECT_NEAR((CountModel{1.875}.at_least(7)), 0.00320833, printed6 / 100);
  EXPECT_NEAR((CountModel{1.875, 4}.at_least(7)), 0.0152630, printed7);
  const CountModel negative = CountModel::of_variance(4, 6);
  EXPECT_DOUBLE_EQ(negative.size, 8);
  const double alphas[] = {0.05, 0.025, 0.01, 0.005}, quantiles[] = {8, 10, 11, 12};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(negative.upper_quantile(alphas[i]), quantiles[i]);
  EXPECT_NEAR(negative.at_least(9), 0.0499625, printed7);
  EXPECT_NEAR(CountModel{4}.at_least(9), 0.0213634, printed7);
}

TEST(CountModel, QuantilesAreTheSmallestCounts) {
  using detail::CountModel;
  for (const double mean : {0.01, 0.5, 3.0, 40.0, 900.0})
    for (const double dispersion : {1.0, 1.5, 20.0})
      for (const double alpha : {0.2, 0.01, 1e-4, 1e-9}) {
        const CountModel model = CountModel::of_variance(mean, mean * dispersion);
        const double q = model.upper_quantile(alpha);
        EXPECT_LE(model.at_least(q + 1), alpha * (1 + 1e-12));
        EXPECT_TRUE(q == 0 || model.at_least(q) > alpha);
      }
}

TEST(Cusum, GivesTheWorkedPaths) {
  std::vector<double> counts(20, 2.0);
  counts.insert(counts.end(), {2, 1, 3, 2, 5, 4, 6, 3});
  AlarmOptions options;
  options.method = AlarmMethod::cusum;
  options.cusum_reference = 2.88539;
  options.cusum_limit = 100;
  const auto points = alarm(counts, {}, 8, options);
  const double path[] = {0, 0, 0.1146, 0, 2.1146, 3.2292, 6.3438, 6.4584};
  for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(points[i].statistic, path[i], printed4) << i;
  // The likelihood ratio's increments, of the negative binomial with size 4, over log(r (m0 + c) / (m1 + c)).
  options.method = AlarmMethod::nb_cusum;
  const double slope = 0.4054651, intercept = 1.1507283;
  options.cusum_reference = intercept / slope;
  const auto negative = alarm(counts, {}, 8, options);
  const double nb_path[] = {0, 0, 0.0657, 0, 0.8766, 1.3477, 2.6298, 2.6955};
  for (std::size_t i = 0; i < 8; ++i) EXPECT_NEAR(negative[i].statistic * slope, nb_path[i], printed4) << i;
  EXPECT_NEAR(cusum_reference({2, 4}, 2), intercept / slope, 1.0 / 16);
  EXPECT_NEAR(cusum_reference({2}, 2), 2.885390, 1.0 / 16);
}

TEST(Cusum, ComesDownWhereItIsCapped) {
  std::vector<double> counts(12, 2.0);
  counts.insert(counts.end(), {7, 8, 6, 2, 1, 2, 2});
  AlarmOptions options;
  options.method = AlarmMethod::cusum;
  options.cusum_reference = 3;
  options.cusum_limit = 5;
  const double capped[] = {4, 9, 12, 9, 7, 6, 5}, plain[] = {4, 9, 12, 11, 9, 8, 7};
  const auto with = alarm(counts, {}, 7, options);
  options.cusum_reset = CusumReset::none;
  const auto without = alarm(counts, {}, 7, options);
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_DOUBLE_EQ(with[i].statistic, capped[i]);  // before it is cut to 10
    EXPECT_DOUBLE_EQ(without[i].statistic, plain[i]);
  }
}

TEST(RunLength, GivesTheWorkedTable) {
  const double table[4][4] = {{84.863, 10.657, 4.227, 1.928},
                              {188.491, 14.733, 5.202, 2.257},
                              {412.471, 19.481, 6.190, 2.594},
                              {894.004, 24.895, 7.184, 2.930}};
  const double means[] = {2, 3, 4, 6},
               fast[4][2] = {{78.177, 2.919}, {181.450, 3.843}, {393.339, 3.959}, {874.638, 4.941}};
  for (int i = 0; i < 4; ++i) {
    const double h = 4 + i;
    for (int k = 0; k < 4; ++k) EXPECT_NEAR(average_run_length({3, h}, {means[k]}), table[i][k], printed3);
    EXPECT_NEAR(average_run_length({3, h, std::floor(h / 2)}, {2}), fast[i][0], printed3);
    EXPECT_NEAR(average_run_length({3, h, std::floor(h / 2)}, {4}), fast[i][1], printed3);
  }
  // Of a limit of 1/8 every count above the reference alarms: geometric.
  EXPECT_NEAR(average_run_length({2.875, 0.125}, {2}), 1 / detail::CountModel{2}.at_least(3), 1e-9);
  const double limit = cusum_limit(3, {2}, 188);
  EXPECT_GE(average_run_length({3, limit}, {2}), 188);
  EXPECT_LT(average_run_length({3, limit - 0.125}, {2}), 188);
  // Persons: 400 a month, in clusters of tens. No chart within reach is quiet enough, and none is drawn.
  EXPECT_TRUE(std::isinf(cusum_limit(cusum_reference({400, 10}, 2), {400, 10}, 1e6)));
  EXPECT_THROW(average_run_length({0.3, 4}, {2}), Error);
  EXPECT_THROW(average_run_length({3, 4, 4}, {2}), Error);
}

/// Ten years of months, about 4 a month.
std::vector<double> years_of(std::size_t months) {
  std::vector<double> counts;
  const double pattern[] = {3, 5, 4, 2, 6, 4, 3, 7, 2, 4};
  for (std::size_t t = 0; t < months; ++t) counts.push_back(pattern[(7 * t) % 10]);
  return counts;
}

TEST(Alarm, EveryMethodTellsBlindMissingAndJudged) {
  std::vector<double> counts = years_of(120), exposure(120, 30.0);
  counts[117] = 40;
  exposure[117] = 0;  // nobody could look; a number that came in all the same is not believed
  counts[118] = NAN;
  counts[119] = 40;
  counts[50] = NAN;
  exposure[51] = 0;
  for (const AlarmMethod method : every_method) {
    AlarmOptions options;
    options.method = method;
    const auto points = alarm(counts, exposure, 4, options);
    EXPECT_TRUE(is_judged(points[0].reason)) << name(method);
    EXPECT_FALSE(points[0].flag) << name(method);
    EXPECT_EQ(points[1].reason, AlarmReason::blind);
    EXPECT_EQ(points[2].reason, AlarmReason::unobserved);
    for (const std::size_t unseen : {1u, 2u}) {
      EXPECT_FALSE(points[unseen].flag);
      EXPECT_TRUE(std::isnan(points[unseen].expected) && std::isnan(points[unseen].upper));
      EXPECT_TRUE(std::isnan(points[unseen].p) && std::isnan(points[unseen].score));
    }
    EXPECT_TRUE(points[3].flag) << name(method);
    EXPECT_GT(points[3].score, 1) << name(method);
    EXPECT_NEAR(points[3].expected, 4, 1.5) << name(method);
  }
}

TEST(Alarm, EveryMethodStandsSilence) {
  // All zero: never NaN in a verdict, never an alarm.
  const std::vector<double> silence(120, 0.0);
  for (const AlarmMethod method : every_method) {
    AlarmOptions options;
    options.method = method;
    for (const AlarmPoint& point : alarm(silence, {}, 24, options)) {
      EXPECT_FALSE(point.flag) << name(method);
      EXPECT_EQ(std::isnan(point.expected) || std::isnan(point.upper), !is_judged(point.reason)) << name(method);
    }
    // Six at once after ten silent years are one, whatever the method.
    std::vector<double> outbreak = silence;
    outbreak.back() = 6;
    EXPECT_TRUE(alarm(outbreak, {}, 1, options)[0].flag) << name(method);
  }
}

TEST(Alarm, NothingIsJudgedWithoutAPast) {
  for (const AlarmMethod method : every_method) {
    AlarmOptions options;
    options.method = method;
    for (const AlarmPoint& point : alarm(std::vector<double>{1, NAN, 40}, {}, 3, options)) {
      EXPECT_FALSE(point.flag);
      EXPECT_FALSE(is_judged(point.reason));
    }
  }
  EXPECT_TRUE(alarm({}, {}, 3).empty());
}

TEST(Alarm, LeastHistoryIsEnoughAndOneLessIsNot) {
  const std::vector<double> counts = years_of(60);
  for (const AlarmMethod method : every_method) {
    AlarmOptions options;
    options.method = method;
    const std::size_t needed = least_history(method, options);
    EXPECT_TRUE(is_judged(alarm(std::span(counts).first(needed + 1), {}, 1, options)[0].reason)) << name(method);
    EXPECT_EQ(alarm(std::span(counts).first(needed), {}, 1, options)[0].reason, AlarmReason::too_little_past)
        << name(method);
  }
}

TEST(Alarm, UnitsOfExposureDoNotMatter) {
  const std::vector<double> counts = years_of(120);
  std::vector<double> days, shares;
  for (std::size_t t = 0; t < counts.size(); ++t) {
    days.push_back(t % 5 == 0 ? 16 : 32);
    shares.push_back(days.back() / 32);
  }
  for (const AlarmMethod method : every_method) {
    AlarmOptions options;
    options.method = method;
    const auto a = alarm(counts, days, 6, options), b = alarm(counts, shares, 6, options);
    for (std::size_t i = 0; i < 6; ++i) {
      EXPECT_NEAR(a[i].upper, b[i].upper, 1e-9) << name(method);
      EXPECT_NEAR(a[i].expected, b[i].expected, 1e-9) << name(method);
    }
  }
}

TEST(Alarm, LaterPeriodsChangeNoVerdict) {
  const std::vector<double> counts = years_of(120);
  for (const AlarmMethod method : every_method) {
    AlarmOptions options;
    options.method = method;
    const auto now = alarm(std::span(counts).first(100), {}, 10, options), later = alarm(counts, {}, 30, options);
    for (std::size_t i = 0; i < 10; ++i) {
      EXPECT_EQ(now[i].flag, later[i].flag);
      EXPECT_EQ(now[i].expected, later[i].expected) << name(method);
    }
  }
}

TEST(Farrington, GivesTheWorkedThresholds) {
  // Windows of ten periods about 4, and a trend that is not asked for: mean 4, raw dispersion 2/3.
  const std::vector<double> counts{3, 5, 4, 2, 6, 4, 3, 7, 2, 4};
  std::vector<double> series(11, NAN);
  std::copy(counts.begin(), counts.end(), series.begin());
  series[10] = 9;
  AlarmOptions options;
  options.method = AlarmMethod::farrington;
  options.alpha = 0.025;
  options.season = 1;
  options.half_window = 0;
  options.years_back = 10;
  options.trend_p = 0;
  options.reweight_above = INFINITY;
  const AlarmPoint point = alarm(series, {}, 1, options)[0];
  EXPECT_NEAR(point.expected, 4, 1e-12);
  EXPECT_NEAR(point.upper, 8.750658, printed6);
  EXPECT_TRUE(point.flag);
  options.bound = FarringtonBound::untransformed;
  EXPECT_NEAR(alarm(series, {}, 1, options)[0].upper, 8.111255, printed6);
}

TEST(Choice, IsByHistoryAndSaid) {
  EXPECT_EQ(choose_method({9, 9, 2}, 12), AlarmMethod::predictive);
  EXPECT_EQ(say_choice({9, 9, 2}, 12), "predictive rule: 9 observed periods before; Farrington's asks for 37");
  EXPECT_EQ(choose_method({60, 60, 4}, 12), AlarmMethod::farrington_flexible);
  EXPECT_EQ(say_choice({60, 60, 4}, 12), "improved Farrington: 60 observed periods, 4.0 events each");
  EXPECT_EQ(choose_method({60, 60, 0.3}, 12), AlarmMethod::predictive);
  EXPECT_EQ(choose_method({40, 60, 4}, 12), AlarmMethod::predictive);
  EXPECT_EQ(choose_method({}, 12), AlarmMethod::predictive);
  const std::vector<double> long_one = years_of(120);
  AlarmOptions options;
  const auto automatic = alarm(long_one, {}, 3, options);
  options.method = AlarmMethod::farrington_flexible;
  EXPECT_EQ(automatic[2].upper, alarm(long_one, {}, 3, options)[2].upper);
}

TEST(Alarm, RefusesWhatIsNoCount) {
  EXPECT_THROW(alarm(std::vector<double>{1, -1}, {}, 1), Error);
  EXPECT_THROW(alarm(std::vector<double>{1, INFINITY}, {}, 1), Error);
  EXPECT_THROW(alarm(std::vector<double>{1, 2}, std::vector<double>{1}, 1), Error);
  EXPECT_THROW(alarm(std::vector<double>{1, 2}, std::vector<double>{1, -1}, 1), Error);
  AlarmOptions options;
  options.alpha = 0.5;
  EXPECT_THROW(options.validate(), Error);
}

}  // namespace
}  // namespace tocsin
