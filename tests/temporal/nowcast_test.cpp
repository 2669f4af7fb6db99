// What is to come: predictive counts, nowcasts with and without access, and how past nowcasts did.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <engine/csv.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/temporal/delay/unreported_count.hpp>
#include <tocsin/temporal/nowcast.hpp>
#include <tocsin/temporal/nowcast_backtest.hpp>

#include "reports.hpp"

namespace tocsin {
namespace {

using test::add;
using test::add_undated;
using test::months;

struct Worked {
  double known, p;
  RatePrior prior;
  double mean, low, median, high;  // of all that there will be; at 10, 50 and 90 %
};

TEST(UnreportedCount, WorkedFigures) {
  const RatePrior none{}, gamma{4, 0.25};
  for (const Worked& each : {Worked{7, 0.4786704, none, 14.6238, 10, 14, 20}, Worked{6, 0.4, none, 15, 10, 14, 21},
                             Worked{7, 0.4786704, gamma, 14.870, 11, 14, 20}, Worked{6, 0.4, gamma, 15.231, 10, 15, 21},
                             Worked{0, 0.4, gamma, 3.692, 1, 3, 7}, Worked{0, 0, gamma, 16, 6, 15, 28}}) {
    const std::vector<double> chance = unreported_count(each.known, each.prior, std::vector{each.p});
    EXPECT_NEAR(std::accumulate(chance.begin(), chance.end(), 0.0), 1, 2e-9);
    EXPECT_NEAR(each.known + mean_of(chance), each.mean, 6e-4);  // figures of four to six digits
    EXPECT_EQ(each.known + quantile_of(chance, 0.1), each.low);
    EXPECT_EQ(each.known + quantile_of(chance, 0.5), each.median);
    EXPECT_EQ(each.known + quantile_of(chance, 0.9), each.high);
  }
  EXPECT_NEAR(unreported_count(0, gamma, std::vector{0.4})[0], 0.0731, 5e-5);
  EXPECT_NEAR(unreported_count(0, gamma, std::vector{0.0})[0], 0.0016, 5e-5);
  EXPECT_TRUE(unreported_count(0, none, std::vector{0.4}).empty());
  EXPECT_EQ(unreported_count(0, none, std::vector{1.0}), std::vector{1.0});
}

/// Of the reports that are in, those by each delay, as if the young events were no younger.
std::vector<double> share_without_truncation() {
  std::vector<double> share(11);
  for (const auto& row : test::read_csv("temporal/oracle/nowcast/triangle.csv", 1))
    for (std::size_t d = 0; d < 11; ++d)
      if (row[d + 2] != "NA")
        for (std::size_t k = d; k < 11; ++k) share[k] += std::stod(row[d + 2]);
  const double all = share.back();
  for (double& each : share) each /= all;
  return share;
}

TEST(UnreportedCount, OracleOfOtherSoftware) {
  std::vector<double> F;
  for (const auto& row : test::read_csv("temporal/oracle/nowcast/delay.csv", 1)) F.push_back(std::stod(row[2]));
  const std::vector<double> naive = share_without_truncation();
  int rows = 0;
  for (const auto& row : test::read_csv("temporal/oracle/nowcast/surveillance_nowcast.csv", 1)) {
    const bool truncated = row[0] == "bayes.trunc";
    if (!truncated && row[0] != "bayes.notrunc") continue;
    const double known = std::stod(row[2]);
    const double p = (truncated ? F : naive)[static_cast<std::size_t>(49 - std::stoi(row[1]))];
    // bayes.trunc draws the delays too, and is Monte Carlo without a fixed seed.
    const double whole = truncated ? 2 : 1;
    const std::vector<double> chance = unreported_count(known, {2.25, 0.15}, std::vector{p});  // mean 15, variance 100
    EXPECT_NEAR(known + quantile_of(chance, 0.5), std::stod(row[3]), whole) << row[1];
    EXPECT_NEAR(known + quantile_of(chance, 0.025), std::stod(row[4]), whole) << row[1];
    EXPECT_NEAR(known + quantile_of(chance, 0.975), std::stod(row[5]), whole) << row[1];
    ++rows;
  }
  EXPECT_EQ(rows, 22);
}

TEST(UnreportedCount, MatchesTheProductOfItsParts) {
  // P(u) = sum over the rate's grid of prior x likelihood of the known x Poisson of the others, by brute force.
  const RatePrior prior{1.3, 0.6, 0.1, 8};
  const double p = 0.35;
  for (const int known : {0, 3, 12}) {
    std::vector<double> brute(40);
    double total = 0;
    for (double rate = 0.002; rate < 150; rate += 0.004) {
      const auto gamma = [&](double scale) {
        return std::pow(scale, 1.3) * std::pow(rate, 0.3) * std::exp(-scale * rate);
      };
      const double mean = 1.3 / 0.6 * 8, surge = std::exp(-rate / mean) / mean;
      const double density =
          (0.9 * gamma(0.6) / std::tgamma(1.3) + 0.1 * surge) * std::pow(rate * p, known) * std::exp(-rate * p);
      total += density;
      double poisson = std::exp(-rate * (1 - p));
      for (std::size_t u = 0; u < brute.size(); ++u) {
        brute[u] += density * poisson;
        poisson *= rate * (1 - p) / static_cast<double>(u + 1);
      }
    }
    const std::vector<double> chance = unreported_count(known, prior, std::vector{p});
    for (std::size_t u = 0; u < brute.size(); ++u)
      EXPECT_NEAR(chance.at(u), brute[u] / total, 1e-4) << known << " " << u;
  }
}

TEST(UnreportedCount, LargeNumbersDoNotUnderflow) {
  const std::vector<double> chance = unreported_count(20000, {2, 0.001}, std::vector{0.3});
  EXPECT_NEAR(std::accumulate(chance.begin(), chance.end(), 0.0), 1, 1e-6);
  EXPECT_NEAR(mean_of(chance), 20002 * 0.7 / 0.301, 20);
  EXPECT_THROW(unreported_count(-1, {2, 1}, std::vector{0.3}), Error);
  EXPECT_THROW(unreported_count(1, {2, 1}, std::vector{1.3}), Error);
  EXPECT_THROW(unreported_count(1, {2, 0}, std::vector{0.3}), Error);
}

TEST(RankedScore, IsTheAreaBetweenTheSteps) {
  EXPECT_DOUBLE_EQ(ranked_score(std::vector<double>{0, 0, 1}, 5), 3);
  EXPECT_DOUBLE_EQ(ranked_score(std::vector<double>{0, 0, 1}, 0.5), 1.5);
  EXPECT_DOUBLE_EQ(ranked_score(std::vector<double>{0.5, 0, 0.5}, 1), 0.5);
  EXPECT_DOUBLE_EQ(ranked_score(std::vector<double>{1}, 0), 0);
}

/// Numbers by the inverse of the Poisson distribution.
int draw_poisson(double mean, RandomStream& random) {
  const double u = random.uniform();
  double term = std::exp(-mean), sum = term;
  int k = 0;
  while (sum < u && k < 1000) sum += term *= mean / ++k;
  return k;
}

/// Accessible days until a report, exponential.
int draw_delay(double mean_days, RandomStream& random) {
  return static_cast<int>(-mean_days * std::log(1 - random.uniform()));
}

/// A place that is closed from December to April and its two open neighbours, with what became known until the end of
/// July.
ReportedEvents silence_then_a_batch() {
  RandomStream random({7});
  ReportedEvents events;
  const Day closed = make_day(2020, 12, 1), open = make_day(2021, 5, 1);
  for (Day day = make_day(2020, 1, 1); day <= make_day(2021, 7, 31); day += std::chrono::days{1})
    for (std::size_t s = 0; s < 3; ++s) {
      if (s == 0 && closed <= day && day < open) continue;
      for (int k = draw_poisson(0.1, random); k > 0; --k)
        add(events, day, day + std::chrono::days{draw_delay(15, random)}, 1, s);
    }
  for (std::size_t i = 0; i < events.size(); ++i)  // what would have come out while it was closed came after
    if (events.series[i] == 0 && closed <= events.reported[i] && events.reported[i] < open)
      events.reported[i] = open + std::chrono::days{i % 10};
  for (int k = 0; k < 107; ++k) add(events, closed + std::chrono::days{k * 150 / 107}, make_day(2021, 5, 20));
  return events;
}

AccessClock bakouma_clock() {
  return AccessClock(3, std::vector<AccessGap>{{0, make_day(2020, 12, 1), make_day(2021, 4, 30), 0}});
}

TEST(Nowcast, SilenceOfAClosedPlaceIsItsPriorAndBlind) {
  const auto periods = months(2020, 1, 2021, 3);
  const Nowcast march = nowcast(silence_then_a_batch(), bakouma_clock(), periods, make_day(2021, 3, 31));
  for (std::size_t t = 11; t < 15; ++t) {
    const std::size_t cell = march.at(0, t);
    EXPECT_EQ(march.known[cell], 0);
    EXPECT_EQ(march.basis[cell], NowcastBasis::closed);
    EXPECT_EQ(march.silence[cell], Silence::blind);
    EXPECT_EQ(march.p_complete[cell], 0);
    EXPECT_EQ(march.access_share[cell], 0);
    EXPECT_GE(march.expected[cell], 1);
    EXPECT_LT(march.to_come[cell][0], 0.5);  // never certainly 0
    EXPECT_NEAR(march.usual[cell], 3, 1.5);  // 0.1 a day, before the silence
    EXPECT_NE(march.basis[march.at(1, t)], NowcastBasis::closed);
    EXPECT_NE(march.silence[march.at(1, t)], Silence::blind);
  }
  EXPECT_EQ(march.basis[march.at(0, 5)], NowcastBasis::observed);
}

TEST(Nowcast, ABatchIsPutBackToWhenItHappened) {
  const auto periods = months(2020, 1, 2021, 5);
  const ReportedEvents events = silence_then_a_batch();
  const Nowcast may = nowcast(events, bakouma_clock(), periods, make_day(2021, 5, 31));
  ASSERT_EQ(may.delays.batches.size(), 1u);
  EXPECT_EQ(may.delays.batches[0].series, 0u);
  EXPECT_EQ(may.delays.batches[0].reported, make_day(2021, 5, 20));
  EXPECT_GE(may.delays.batches[0].records, 107);
  EXPECT_GT(may.delays.batches[0].closed_share, 0.95);
  for (std::size_t t = 11; t < 16; ++t) {
    EXPECT_GE(may.known[may.at(0, t)], 20) << t;  // 107 over five months
    EXPECT_NE(may.silence[may.at(0, t)], Silence::blind);
  }
  // May itself has its own few events: neither known nor expected numbers surge with the reports.
  const std::size_t of_may = may.at(0, 16);
  EXPECT_LE(may.known[of_may], 8);
  EXPECT_LT(may.expected[of_may], 15);
  EXPECT_LT(may.expected[of_may], may.expected[may.at(0, 15)] / 2);
  // Nor are delays learnt from it: without the batch F is the same.
  ReportedEvents without;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events.series[i] != 0 || events.reported[i] != make_day(2021, 5, 20))
      add(without, events.first_day[i], events.reported[i], 1, events.series[i]);
  EXPECT_EQ(nowcast(without, bakouma_clock(), periods, make_day(2021, 5, 31)).reported_by, may.reported_by);
}

TEST(Nowcast, SilenceThoughReachableIsFewer) {
  ReportedEvents events;
  for (int day = 0; day < 360; ++day)
    for (std::size_t s = 0; s < 2; ++s)
      if (s == 1 || day < 270) add(events, test::at(day), test::at(day + day % 20), 1, s);
  const Nowcast result = nowcast(events, AccessClock(2), months(2021, 1, 2021, 12), make_day(2021, 12, 31));
  EXPECT_EQ(result.silence[result.at(0, 10)], Silence::fewer);
  EXPECT_EQ(result.silence[result.at(1, 10)], Silence::none);
  EXPECT_EQ(result.basis[result.at(0, 10)], NowcastBasis::observed);
}

/// A surge of five times the usual, and then nothing: the surge makes no room for silence.
TEST(Nowcast, SilenceAfterASurgeIsFewerInEachMonth) {
  ReportedEvents events;
  for (int day = 0; day < 600; ++day)
    for (int k = 0; k < (day % 4 == 0) + (day >= 510 ? 2 : 0); ++k)
      add(events, test::at(day), test::at(day + day % 20));
  const Nowcast result = nowcast(events, AccessClock(1), months(2021, 1, 2022, 12), make_day(2022, 12, 31));
  for (std::size_t t = 3; t < 20; ++t) EXPECT_EQ(result.silence[t], Silence::none) << t;
  for (std::size_t t = 20; t < 24; ++t) EXPECT_EQ(result.silence[t], Silence::fewer) << t;
}

TEST(Nowcast, ReadsNothingThatWasReportedLater) {
  const ReportedEvents events = silence_then_a_batch();
  ReportedEvents then;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events.reported[i] <= make_day(2021, 2, 28))
      add(then, events.first_day[i], events.reported[i], 1, events.series[i]);
  const auto periods = months(2020, 1, 2021, 2);
  const Nowcast all = nowcast(events, bakouma_clock(), periods, make_day(2021, 2, 28)),
                early = nowcast(then, bakouma_clock(), periods, make_day(2021, 2, 28));
  EXPECT_EQ(all.known, early.known);
  EXPECT_EQ(all.expected, early.expected);
  EXPECT_EQ(all.high, early.high);
}

TEST(Nowcast, TheSameForAnyNumberOfThreads) {
  const ReportedEvents events = silence_then_a_batch();
  std::vector<std::vector<double>> chances;
  for (const int threads : {1, 2, 5}) {
    const ThreadLimit limit(threads);
    const Nowcast result = nowcast(events, bakouma_clock(), months(2020, 1, 2021, 5), make_day(2021, 5, 31));
    if (chances.empty()) chances = result.to_come;
    EXPECT_EQ(result.to_come, chances);
  }
}

/// Delays learnt once serve every period: nothing about them depends on the periods asked for.
TEST(Nowcast, SharedDelaysTellTheSame) {
  const ReportedEvents events = silence_then_a_batch();
  const Day as_of = make_day(2021, 5, 31);
  const LearntDelays delays = learn_delays(events, bakouma_clock(), as_of);
  Progress quiet;
  for (const auto& periods : {months(2020, 1, 2021, 5), months(2020, 11, 2021, 2)}) {
    const Nowcast own = nowcast(events, bakouma_clock(), periods, as_of),
                  shared = nowcast(events, bakouma_clock(), periods, as_of, delays, {}, quiet);
    EXPECT_EQ(own.to_come, shared.to_come);
    EXPECT_EQ(own.p_complete, shared.p_complete);
    EXPECT_EQ(own.reported_by, shared.reported_by);
    EXPECT_EQ(own.silence, shared.silence);
  }
  EXPECT_THROW(nowcast(events, AccessClock(4), months(2020, 1, 2021, 5), as_of, delays, {}, quiet), Error);
}

TEST(Nowcast, KnownIsTheCountByDays) {
  ReportedEvents events;
  add(events, make_day(2021, 1, 30), make_day(2021, 2, 10), 4);
  events.last_day.back() = make_day(2021, 2, 2);
  add(events, make_day(2021, 2, 3), make_day(2021, 2, 5));
  add(events, make_day(2021, 2, 3), make_day(2021, 6, 5));  // not yet known
  add_undated(events, make_day(2021, 1, 3));
  const Nowcast result = nowcast(events, AccessClock(1), months(2021, 1, 2021, 3), make_day(2021, 3, 15));
  EXPECT_DOUBLE_EQ(result.known[0], 3);
  EXPECT_DOUBLE_EQ(result.known[1], 3);
  EXPECT_EQ(result.delays.without_reported, 1);
  for (std::size_t t = 0; t < 3; ++t) {
    EXPECT_LE(result.low[t], result.expected[t]);
    EXPECT_LE(result.known[t], result.low[t]);
    EXPECT_LE(result.expected[t], result.high[t]);
  }
}

TEST(Nowcast, RefusesWhatCannotBe) {
  ReportedEvents undated;
  add_undated(undated, make_day(2021, 1, 3));
  const auto periods = months(2021, 1, 2021, 3);
  EXPECT_THROW(nowcast(undated, AccessClock(1), periods, make_day(2021, 3, 31)), Error);
  const ReportedEvents one = test::entry(make_day(2021, 1, 3), make_day(2021, 1, 5));
  EXPECT_THROW(nowcast(one, AccessClock(1), periods, make_day(2021, 2, 28)), Error);
  EXPECT_THROW(nowcast(one, AccessClock(1), {}, make_day(2021, 2, 28)), Error);
  NowcastOptions options;
  options.level = 1;
  EXPECT_THROW(nowcast(one, AccessClock(1), periods, make_day(2021, 3, 31), options), Error);
}

/// Months of 2018 to 2021 of some series, each with its rate; reports take 30 days on average.
ReportedEvents simulated(std::span<const double> monthly, double shape, std::uint32_t number) {
  RandomStream random({11, 0, 0, number});
  ReportedEvents events;
  for (const Period& month : months(2018, 1, 2021, 12))
    for (std::size_t s = 0; s < monthly.size(); ++s) {
      double rate = monthly[s];
      if (shape > 0) {  // whole shapes: a sum of exponentials
        rate = 0;
        for (int k = 0; k < shape; ++k) rate -= monthly[s] / shape * std::log(1 - random.uniform());
      }
      for (int k = draw_poisson(rate, random); k > 0; --k) {
        const Day day = month.first + std::chrono::days{random.below(static_cast<std::uint32_t>(month.days()))};
        add(events, day, day + std::chrono::days{draw_delay(30, random)}, 1, s);
      }
    }
  return events;
}

TEST(NowcastBacktest, IntervalsHoldWhatTheySay) {
  const std::array<double, 5> monthly{0.5, 2, 5, 12, 30};
  for (const double shape : {0.0, 1.0, 4.0}) {  // Poisson, and overdispersed
    NowcastScore all;
    for (std::uint32_t number = 0; number < 3; ++number) {
      const NowcastBacktest back = backtest_nowcast(simulated(monthly, shape, number), AccessClock(5),
                                                    months(2018, 1, 2021, 12), make_day(2022, 12, 31));
      all.cells += back.all.cells;
      all.inside += back.all.inside;
      EXPECT_EQ(back.closed.cells, 0);
      EXPECT_LT(back.all.ranked_score, 0.6 * back.all.ranked_score_known);
      EXPECT_LT(std::abs(back.all.bias()), 0.05 * back.all.came);
      EXPECT_LT(back.by_age[2].ranked_score, back.by_age[0].ranked_score);
    }
    EXPECT_GT(all.cells, 1500);
    // 80 % is asked for. Intervals of small whole numbers hold more (96 % at one event in two months, 88 % at thirty a
    // month), and so do those that allow for series unlike each other, which these are not. Chance: about 1 %.
    EXPECT_GT(all.coverage(), 0.78) << shape;
    EXPECT_LT(all.coverage(), 0.95) << shape;
  }
}

TEST(NowcastBacktest, ASurgeIsNotTakenForWhatWasUsual) {
  // Two a month for two years, then forty.
  int inside = 0;
  double share = 0;
  for (std::uint32_t number = 0; number < 40; ++number) {
    RandomStream random({13, 0, 0, number});
    ReportedEvents events;
    double last = 0;
    for (const Period& month : months(2019, 1, 2021, 1))
      for (int k = draw_poisson(month.label == "2021-01" ? 40 : 2, random); k > 0; --k) {
        const Day day = month.first + std::chrono::days{random.below(static_cast<std::uint32_t>(month.days()))};
        add(events, day, day + std::chrono::days{draw_delay(20, random)});
        last += month.label == "2021-01" ? 1 : 0;
      }
    const Nowcast result = nowcast(events, AccessClock(1), months(2019, 1, 2021, 1), make_day(2021, 1, 31));
    inside += result.low.back() <= last && last <= result.high.back() ? 1 : 0;
    share += result.expected.back() / last / 40;
  }
  EXPECT_GE(inside, 26);  // about 80 % of 40, less three deviations
  EXPECT_GT(share, 0.8);
}

TEST(NowcastBacktest, TooShortADataHasNoCells) {
  const ReportedEvents events = simulated(std::array{3.0}, 0, 1);
  const NowcastBacktest back =
      backtest_nowcast(events, AccessClock(1), months(2018, 1, 2018, 4), make_day(2018, 4, 30));
  EXPECT_EQ(back.all.cells, 0);
  EXPECT_TRUE(back.as_of.empty());
  EXPECT_TRUE(std::isnan(back.all.coverage()));
}

}  // namespace
}  // namespace tocsin
