// How long reports take: triangle, reverse-time hazard, chain ladder, clocks and batches.
#include <array>
#include <cmath>
#include <limits>

#include <engine/csv.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/temporal/delay/access_clock.hpp>
#include <tocsin/temporal/delay/chain_ladder.hpp>
#include <tocsin/temporal/delay/delay_distribution.hpp>

#include "reports.hpp"

namespace tocsin {
namespace {

using test::add;
using test::add_undated;
using test::at;
using test::entry;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double same_sums = 1e-10;  // relative: the same sums in another order
constexpr double printed = 5e-7;     // of figures with six or seven digits

/// Rows are new reports by delay; NaN where not over.
ReportingTriangle triangle_of(std::size_t delays, std::vector<double> counts) {
  return {counts.size() / delays, delays, std::move(counts)};
}

ReportingTriangle five_months() {
  return triangle_of(5,
                     {10, 6, 3, 1, 0, 8, 5, 4, 1, nan, 12, 7, 2, nan, nan, 9, 8, nan, nan, nan, 7, nan, nan, nan, nan});
}

/// The events of the oracle's triangle that were reported by its last day, one entry each.
ReportedEvents oracle_events() {
  ReportedEvents events;
  int day = 0;
  for (const auto& row : test::read_csv("temporal/oracle/nowcast/triangle.csv", 1)) {
    for (int d = 0; d <= 10; ++d)
      if (const std::string& text = row[static_cast<std::size_t>(d) + 2]; text != "NA")
        for (int k = 0; k < std::stoi(text); ++k) add(events, at(day), at(day + d));
    ++day;
  }
  return events;
}

DelayOptions daily(int steps) {
  DelayOptions options;
  options.bounds_days.clear();
  for (int d = 1; d <= steps; ++d) options.bounds_days.push_back(d);
  return options;
}

TEST(ReverseHazard, WorkedFigures) {
  const std::vector<double> g = reverse_hazard(delay_counts(five_months())), F = reported_by(g);
  const std::array<double, 5> hazard{1, 0.4, 0.1578947, 0.0526316, 0}, share{0.4786704, 0.7977839, 0.9473684, 1, 1};
  for (std::size_t d = 0; d < 5; ++d) {
    EXPECT_NEAR(g[d], hazard[d], printed) << d;
    EXPECT_NEAR(F[d], share[d], printed) << d;
  }
}

TEST(ReverseHazard, OracleByDays) {
  const ReportedEvents events = oracle_events();
  const SeriesDelays delays = series_delays(events, AccessClock(1), at(49), daily(11));
  EXPECT_TRUE(delays.batches.empty());
  const std::vector<double> g = reverse_hazard(delays.pooled), F = reported_by(g);
  std::vector<Period> days;
  for (int d = 0; d < 50; ++d) days.push_back({at(d), at(d), std::to_string(d)});
  const std::vector<double> by_triangle = reverse_hazard(delay_counts(reporting_triangle(events, days, 11, at(49))));
  std::size_t d = 0;
  for (const auto& row : test::read_csv("temporal/oracle/nowcast/delay.csv", 1)) {
    EXPECT_NEAR(g[d], std::stod(row[1]), same_sums) << d;
    EXPECT_NEAR(by_triangle[d], std::stod(row[1]), same_sums) << d;
    EXPECT_NEAR(F[d], std::stod(row[2]), same_sums) << d;
    ++d;
  }
  EXPECT_EQ(d, 11u);
}

TEST(ChainLadder, WorkedFigures) {
  const ChainLadder ladder = chain_ladder(five_months());
  const std::array<double, 5> ultimates{20, 18, 22.166667, 21.309028, 14.623843},
      errors{0, 0.00506, 0.10711, 2.01676, 2.25754};
  for (std::size_t row = 0; row < 5; ++row) {
    EXPECT_NEAR(ladder.ultimate[row], ultimates[row], printed) << row;
    EXPECT_NEAR(ladder.standard_error[row], errors[row], 5e-6) << row;
  }
  const std::array<double, 4> factors{1.6666667, 1.1875, 1.0555556, 1},
      sigma2{0.1953704, 0.1581478, 0.00034400, 7.4825e-7};
  for (std::size_t d = 0; d < 4; ++d) {
    EXPECT_NEAR(ladder.factors[d], factors[d], printed) << d;
    EXPECT_NEAR(ladder.sigma[d] * ladder.sigma[d], sigma2[d], d == 3 ? 5e-12 : 5e-8) << d;
  }
  EXPECT_NEAR(ladder.total, 96.099537, printed);
}

TEST(ChainLadder, OracleMack) {
  std::vector<double> counts;
  for (const auto& row : test::read_csv("temporal/oracle/nowcast/mack_triangle_cumulative.csv", 1)) {
    double before = 0;
    for (const std::string& text : row) {
      counts.push_back(text == "NA" ? nan : std::stod(text) - before);
      if (text != "NA") before = std::stod(text);
    }
  }
  const ChainLadder ladder = chain_ladder(triangle_of(5, counts));
  std::size_t row = 0;
  for (const auto& fields : test::read_csv("temporal/oracle/nowcast/mack.csv", 1)) {
    const bool total = fields[0] == "NA";
    const double ultimate = std::stod(fields[2]), error = std::stod(fields[3]);
    EXPECT_NEAR(total ? ladder.total : ladder.ultimate[row], ultimate, same_sums * ultimate) << row;
    EXPECT_NEAR(total ? ladder.total_error : ladder.standard_error[row], error, same_sums * ultimate) << row;
    if (fields[4] != "NA") {
      EXPECT_NEAR(ladder.factors[row], std::stod(fields[4]), same_sums);
      EXPECT_NEAR(ladder.sigma[row], std::stod(fields[5]), same_sums);
    }
    ++row;
  }
  EXPECT_EQ(row, 6u);
}

TEST(ChainLadder, OracleUltimatesAreKnownOverShare) {
  std::vector<Period> days;
  for (int d = 0; d < 50; ++d) days.push_back({at(d), at(d), std::to_string(d)});
  const ReportingTriangle triangle = reporting_triangle(oracle_events(), days, 11, at(49));
  const ChainLadder ladder = chain_ladder(triangle);
  const std::vector<double> F = reported_by(reverse_hazard(delay_counts(triangle)));
  for (const auto& row : test::read_csv("temporal/oracle/nowcast/chain_ladder.csv", 1)) {
    const auto i = static_cast<std::size_t>(std::stoi(row[0]));
    const double ultimate = std::stod(row[4]);
    EXPECT_EQ(ladder.known[i], std::stod(row[1])) << i;
    EXPECT_NEAR(ladder.ultimate[i], ultimate, same_sums * std::max(1.0, ultimate)) << i;
    EXPECT_NEAR(ladder.known[i] / F[static_cast<std::size_t>(triangle.last_delay(i))], ultimate,
                same_sums * std::max(1.0, ultimate));
  }
}

TEST(ReportingTriangle, SharesSpansAndLeavesOutWhatIsNotOver) {
  const auto months = periods_between(make_day(2021, 1, 1), make_day(2021, 4, 30), Every::month);
  ReportedEvents events = entry(make_day(2021, 1, 10), make_day(2021, 1, 20));
  add(events, make_day(2021, 1, 10), make_day(2021, 3, 2));
  add(events, make_day(2021, 1, 30), make_day(2021, 2, 10), 2);
  events.last_day.back() = make_day(2021, 2, 2);            // two days in each month
  add(events, make_day(2021, 4, 1), make_day(2021, 4, 2));  // April is not over
  add_undated(events, make_day(2021, 1, 1));                // says nothing
  const ReportingTriangle triangle = reporting_triangle(events, months, 4, make_day(2021, 4, 29));
  EXPECT_DOUBLE_EQ(triangle.at(0, 0), 1);
  EXPECT_DOUBLE_EQ(triangle.at(0, 1), 1);  // half of 2
  EXPECT_DOUBLE_EQ(triangle.at(0, 2), 1);
  EXPECT_DOUBLE_EQ(triangle.at(1, 0), 1);
  EXPECT_TRUE(std::isnan(triangle.at(0, 3)));
  EXPECT_TRUE(std::isnan(triangle.at(3, 0)));
  EXPECT_EQ(triangle.last_delay(3), -1);
  EXPECT_TRUE(std::isnan(triangle.known(3)));
  EXPECT_DOUBLE_EQ(triangle.known(0), 3);
}

TEST(AccessClock, WorkedFigures) {
  const Day december = make_day(2020, 12, 1), april = make_day(2021, 4, 30);
  const AccessClock clock(1, std::vector<AccessGap>{{0, december, april, 0}});
  EXPECT_EQ(clock.days(0, december, make_day(2021, 3, 31)), 0);
  EXPECT_EQ(clock.days(0, december, make_day(2021, 5, 31)), 31);
  // G(x) = 1 - 2^(-x / 30)
  EXPECT_NEAR(1 - std::exp2(-clock.days(0, december, make_day(2021, 5, 31)) / 30), 0.511420, printed);
  EXPECT_EQ(clock.days(0, make_day(2020, 11, 30), december), 1);
  EXPECT_EQ(clock.share(0, make_day(2021, 4, 21), make_day(2021, 5, 10)), 0.5);
}

TEST(AccessClock, SumsDaysAsADayByDayLedgerDoes) {
  const std::vector<AccessGap> gaps{{1, at(5), at(20), 0.5},
                                    {1, at(10), at(12), 0},
                                    {1, at(12), at(30), 0.25},
                                    {1, at(40), Day::max(), 0.1},
                                    {0, at(3), at(3), 0}};
  const AccessClock clock(2, gaps);
  for (std::size_t s = 0; s < 2; ++s)
    for (int from = -3; from < 50; ++from) {
      double sum = 0;
      for (int to = from; to < 60; ++to) {
        double share = 1;
        for (const AccessGap& gap : gaps)
          if (gap.series == s && gap.first <= at(to) && at(to) <= gap.last) share = std::min(share, gap.share);
        sum += share;
        EXPECT_NEAR(clock.days(s, at(from), at(to)), sum, 1e-9) << s << " " << from << " " << to;
      }
      EXPECT_EQ(clock.days(s, at(from), at(from - 1)), 0);
    }
  EXPECT_THROW(AccessClock(1, std::vector<AccessGap>{{1, at(0), at(1), 0}}), Error);
  EXPECT_THROW(AccessClock(1, std::vector<AccessGap>{{0, at(1), at(0), 0}}), Error);
  EXPECT_THROW(AccessClock(1, std::vector<AccessGap>{{0, at(0), at(0), 1.5}}), Error);
}

TEST(SeriesDelays, ReadNothingThatWasReportedLater) {
  ReportedEvents events = oracle_events();
  const SeriesDelays then = series_delays(events, AccessClock(1), at(30), daily(11));
  ReportedEvents early;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events.reported[i] <= at(30)) add(early, events.first_day[i], events.reported[i]);
  const SeriesDelays alone = series_delays(early, AccessClock(1), at(30), daily(11));
  EXPECT_EQ(then.pooled.late, alone.pooled.late);
  EXPECT_EQ(then.pooled.by_then, alone.pooled.by_then);
  EXPECT_LT(then.used, series_delays(events, AccessClock(1), at(49), daily(11)).used);
}

TEST(SeriesDelays, TruncationIsAllowedFor) {
  // Every delay is 5 days. Of young events none is known; counting all known ones as they are would do no harm here,
  // but delays of 0 beside them would: of the last days only those are known.
  ReportedEvents events;
  for (int day = 0; day < 40; ++day) {
    add(events, at(day), at(day));
    add(events, at(day), at(day + 20));
  }
  const SeriesDelays delays = series_delays(events, AccessClock(1), at(39), daily(21));
  const std::vector<double> F = reported_by(reverse_hazard(delays.pooled));
  EXPECT_NEAR(F[0], 0.5, 1e-12);  // naively 40 of 60 known ones came at once
}

TEST(SeriesDelays, BatchesAndUnsureDaysTellNothingOfDelays) {
  ReportedEvents events;
  for (int day = 0; day < 60; ++day) add(events, at(day), at(day + 1));
  const AccessClock clock(1, std::vector<AccessGap>{{0, at(30), at(31), 0}});
  const double alone = series_delays(events, clock, at(200)).used;
  for (int k = 0; k < 107; ++k) add(events, at(k % 20), at(100));
  add(events, at(0), at(40));
  events.last_day.back() = at(31);
  add_undated(events, at(3));
  const SeriesDelays delays = series_delays(events, clock, at(200));
  EXPECT_EQ(delays.used, alone);
  EXPECT_EQ(alone, 59);
  EXPECT_EQ(delays.while_closed, 1);  // the event of day 30 became known on day 31, with nobody there
  EXPECT_EQ(delays.in_batches, 107);
  EXPECT_EQ(delays.too_long, 1);
  EXPECT_EQ(delays.without_reported, 1);
  ASSERT_EQ(delays.batches.size(), 1u);
  EXPECT_EQ(delays.batches[0].reported, at(100));
  EXPECT_EQ(delays.batches[0].records, 107);
  EXPECT_EQ(delays.batches[0].last_event, at(19));
  // Where every day brings that many, none is a batch.
  ReportedEvents busy;
  for (int day = 0; day < 30; ++day) add(busy, at(day), at(day), 1);
  for (int day = 0; day < 30; ++day)
    for (int k = 0; k < 11; ++k) add(busy, at(day), at(day + 2));
  EXPECT_TRUE(series_delays(busy, AccessClock(1), at(200)).batches.empty());
}

TEST(SeriesDelays, WindowAndHalfLifeFollowAChange) {
  // Until day 200 reports take 10 days, then 1.
  ReportedEvents events;
  for (int day = 0; day < 400; ++day) add(events, at(day), at(day + (day < 200 ? 10 : 1)));
  DelayOptions options = daily(12);
  const auto at_once = [&](const DelayOptions& used) {
    return reported_by(reverse_hazard(series_delays(events, AccessClock(1), at(420), used).pooled))[1];
  };
  EXPECT_NEAR(at_once(options), 0.5, 1e-12);
  options.half_life_days = 60;
  EXPECT_NEAR(at_once(options), 0.91, 0.02);  // 1 - 2^(-200 / 60) of the weight is young
  options.half_life_days = 0;
  options.window_days = 200;
  EXPECT_EQ(at_once(options), 1);
}

TEST(DrawDelays, SurroundTheEstimateAndPoolSeries) {
  ReportedEvents events;
  // Series 0 is quick, series 1 slow, series 2 has no event, series 3 one.
  for (int day = 0; day < 300; ++day) add(events, at(day), at(day + day % 3), 1, 0);
  for (int day = 0; day < 300; ++day) add(events, at(day), at(day + 5 + day % 10), 1, 1);
  add(events, at(4), at(16), 1, 3);
  DelayDrawOptions draw;
  draw.draws = 400;
  const DelayOptions options = daily(16);
  const SeriesDelays delays = series_delays(events, AccessClock(4), at(400), options);
  const DelayDraws draws = draw_delays(delays, options.bounds_days, draw);
  const std::vector<double> pooled = reported_by(reverse_hazard(delays.pooled));
  std::array<double, 4> mean{};
  for (std::size_t s = 0; s < 4; ++s)
    for (std::size_t r = 0; r < draw.draws; ++r) {
      mean[s] += draws.of(s, r)[5] / 400;
      EXPECT_EQ(draws.of(s, r)[15], 1);
      for (std::size_t d = 1; d < 16; ++d) EXPECT_GE(draws.of(s, r)[d], draws.of(s, r)[d - 1]);
    }
  EXPECT_GT(mean[0], 0.9);  // own 300 events weigh more than 20 of all
  EXPECT_LT(mean[1], 0.25);
  EXPECT_NEAR(mean[2], pooled[5], 0.03);  // what all say; 400 draws with a deviation of about 0.2
  EXPECT_LT(mean[3], mean[2]);
  // One series, many events: the draws' spread is that of a share of n.
  const SeriesDelays one = series_delays(oracle_events(), AccessClock(1), at(49), daily(11));
  const DelayDraws of_one = draw_delays(one, daily(11).bounds_days, draw);
  const double F3 = reported_by(reverse_hazard(one.pooled))[3];
  double sum = 0, squares = 0;
  for (std::size_t r = 0; r < draw.draws; ++r) {
    const double share = of_one.of(0, r)[3];
    sum += share / 400;
    squares += share * share / 400;
  }
  EXPECT_NEAR(sum, F3, 0.005);
  EXPECT_NEAR(std::sqrt(squares - sum * sum), std::sqrt(F3 * (1 - F3) / 440), 0.005);
}

TEST(DrawDelays, StepsThatNobodyCouldReachChangeNothing) {
  ReportedEvents events;
  for (int day = 0; day < 20; ++day) add(events, at(day), at(day));
  const DelayOptions options = daily(60);
  const SeriesDelays delays = series_delays(events, AccessClock(1), at(25), options);
  const DelayDraws draws = draw_delays(delays, options.bounds_days, {});
  for (std::size_t r = 0; r < draws.draws; ++r) EXPECT_EQ(draws.of(0, r)[26], 1);
  DelayDrawOptions tail;
  tail.tail_factor = 1.25;
  EXPECT_EQ(draw_delays(delays, options.bounds_days, tail).of(0, 0)[59], 0.8);
}

TEST(DrawDelays, TheSameForAnyNumberOfThreads) {
  const SeriesDelays delays = series_delays(oracle_events(), AccessClock(3), at(49), daily(11));
  std::vector<double> first;
  for (const int threads : {1, 2, 5}) {
    const ThreadLimit limit(threads);
    const DelayDraws draws = draw_delays(delays, daily(11).bounds_days, {});
    if (first.empty()) first = draws.share;
    EXPECT_EQ(draws.share, first);
  }
}

TEST(SeriesDelays, RefuseWhatCannotBe) {
  EXPECT_THROW(series_delays(entry(at(3), at(2)), AccessClock(1), at(9)), Error);
  EXPECT_THROW(series_delays(entry(at(3), at(4), 1, 2), AccessClock(2), at(9)), Error);
  EXPECT_THROW(series_delays(entry(at(3), at(4), -1), AccessClock(1), at(9)), Error);
  DelayOptions options;
  options.bounds_days = {5, 5};
  EXPECT_THROW(options.validate(), Error);
  EXPECT_THROW(reporting_triangle(entry(at(3), at(4)), {}, 3, at(9)), Error);
  EXPECT_THROW(chain_ladder(triangle_of(1, {1, 2})), Error);
}

}  // namespace
}  // namespace tocsin
