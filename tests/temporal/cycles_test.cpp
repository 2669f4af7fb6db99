// Days of the week and months of the year.
#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/pattern/cycles.hpp>

#include "reports.hpp"

namespace tocsin {
namespace {

using test::at;

const Day first = make_day(2019, 1, 1), last = make_day(2021, 12, 31);

std::vector<Day> scattered(int events, std::uint32_t number) {
  RandomStream random({9, 0, 0, number});
  std::vector<Day> days;
  for (int i = 0; i < events; ++i)
    days.push_back(first + std::chrono::days{random.below(static_cast<std::uint32_t>(days_between(first, last) + 1))});
  return days;
}

TEST(Cycle, CountsDaysAndEvents) {
  // 2021-01-04 is a Monday.
  const std::vector<Day> days{make_day(2021, 1, 4), make_day(2021, 1, 11), make_day(2021, 1, 10), make_day(2020, 1, 4)};
  const Cycle week = calendar_cycle(days, make_day(2021, 1, 4), make_day(2021, 1, 13), CycleKind::day_of_week);
  EXPECT_EQ(week.parts[0].name, "Monday");
  EXPECT_EQ(week.parts[0].events, 2);
  EXPECT_EQ(week.parts[0].days, 2);
  EXPECT_EQ(week.parts[6].events, 1);
  EXPECT_EQ(week.parts[6].days, 1);
  EXPECT_DOUBLE_EQ(week.parts[0].expected, 0.6);
  EXPECT_DOUBLE_EQ(week.parts[0].ratio, 2 / 0.6);
  EXPECT_TRUE(std::isnan(week.p_years));
  const Cycle year = calendar_cycle(days, make_day(2020, 1, 1), make_day(2020, 12, 31), CycleKind::month_of_year);
  EXPECT_EQ(year.parts[1].name, "February");
  EXPECT_EQ(year.parts[1].days, 29);
  EXPECT_EQ(year.parts[0].events, 1);
  EXPECT_EQ(year.years, 1);
  EXPECT_TRUE(std::isnan(year.p_years));
}

TEST(Cycle, PIsThatOfTheMultinomial) {
  // Seven events over exactly seven weekdays: P(chi2 as large as of all on one day) = 7 / 7^7.
  const std::vector<Day> days(3, at(0));
  const Cycle week = calendar_cycle(days, at(0), at(6), CycleKind::day_of_week);
  EXPECT_DOUBLE_EQ(week.chi2, 3 * 6);
  EXPECT_NEAR(week.p, 1.0 / 49, 0.005);  // three on one day: 7 / 343; 9999 simulations: deviation 0.0014
  // Clopper and Pearson: 3 of 3 at 95 % is 0.2924 to 1, and 0 of 3 is 0 to 0.7076.
  EXPECT_NEAR(week.parts[4].low / 7, 0.2924, 5e-5);  // the first of January 2021 is a Friday
  EXPECT_NEAR(week.parts[4].high / 7, 1, 1e-12);
  EXPECT_NEAR(week.parts[0].high / 7, 0.7076, 5e-5);
}

TEST(Cycle, FindsAPlantedSeasonAndASurgeIsNone) {
  std::vector<Day> seasons = scattered(120, 0), surge = scattered(120, 0);
  for (int year = 2019; year <= 2021; ++year)
    for (int k = 0; k < 20; ++k) seasons.push_back(make_day(year, 2, 1 + static_cast<unsigned>(k)));
  for (int k = 0; k < 60; ++k) surge.push_back(make_day(2020, 2, 1 + static_cast<unsigned>(k / 3)));
  const Cycle season = calendar_cycle(seasons, first, last, CycleKind::month_of_year),
              burst = calendar_cycle(surge, first, last, CycleKind::month_of_year);
  EXPECT_LT(season.p, 0.001);
  EXPECT_GT(season.parts[1].ratio, 3);
  EXPECT_EQ(season.years, 3);
  EXPECT_LT(season.p_years, 0.02);  // 1 of 144 turns has all three Februaries on one month
  EXPECT_LT(burst.p, 0.001);        // one by one it would be a season
  EXPECT_GT(burst.p_years, 0.1);    // as a burst that could lie anywhere it is not
}

TEST(Cycle, HoldsItsLevel) {
  int week = 0, year = 0;
  CycleOptions options;
  options.simulations = 199;
  for (std::uint32_t number = 1; number <= 200; ++number) {
    const std::vector<Day> days = scattered(60, number);
    week += calendar_cycle(days, first, last, CycleKind::day_of_week, options).p <= 0.05 ? 1 : 0;
    year += calendar_cycle(days, first, last, CycleKind::month_of_year, options).p <= 0.05 ? 1 : 0;
  }
  EXPECT_LE(week, 20);  // 10 of 200, and three deviations
  EXPECT_LE(year, 20);
}

TEST(Cycle, TheSameForAnyNumberOfThreads) {
  const std::vector<Day> days = scattered(60, 3);
  std::vector<double> p;
  for (const int threads : {1, 2, 5}) {
    const ThreadLimit limit(threads);
    const Cycle cycle = calendar_cycle(days, first, last, CycleKind::month_of_year);
    p.push_back(cycle.p);
    EXPECT_EQ(cycle.p, p.front());
  }
}

TEST(Cycle, RefusesWhatCannotBe) {
  const std::vector<Day> one{at(3)};
  EXPECT_THROW(calendar_cycle(one, at(0), at(5), CycleKind::day_of_week), Error);
  EXPECT_THROW(calendar_cycle(one, at(0), at(300), CycleKind::month_of_year), Error);
  EXPECT_THROW(calendar_cycle(one, at(4), at(30), CycleKind::day_of_week), Error);
  CycleOptions options;
  options.level = 1;
  EXPECT_THROW(calendar_cycle(one, at(0), at(30), CycleKind::day_of_week, options), Error);
}

}  // namespace
}  // namespace tocsin
