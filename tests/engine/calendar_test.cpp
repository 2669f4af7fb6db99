#include <gtest/gtest.h>

#include <tocsin/core/calendar.hpp>
#include <tocsin/core/error.hpp>
#include <tocsin/core/units.hpp>

namespace tocsin {
namespace {

TEST(Calendar, ReadsIsoDatesAndNothingElse) {
  EXPECT_EQ(parse_day("2021-08-31"), make_day(2021, 8, 31));
  EXPECT_EQ(parse_day("2009-02-20 00:00:00.000"), make_day(2009, 2, 20));
  EXPECT_EQ(parse_day("2009-02-20T10:00"), make_day(2009, 2, 20));
  for (const char* bad :
       {"", "2021-02-29", "2021-13-01", "2021-8-31", "31-08-2021", "2021-08-31x", "-021-08-31", "2021/08/31"})
    EXPECT_FALSE(parse_day(bad)) << bad;
}

TEST(Calendar, PeriodsHaveTheFieldsOwnLabels) {
  EXPECT_EQ(period_of(make_day(2021, 1, 3), Every::week),
            (Period{make_day(2020, 12, 28), make_day(2021, 1, 3), "2020-W53"}));
  EXPECT_EQ(period_of(make_day(2021, 2, 28), Every::dekad),
            (Period{make_day(2021, 2, 21), make_day(2021, 2, 28), "2021-02-D3"}));
  EXPECT_EQ(period_of(make_day(2020, 2, 1), Every::month),
            (Period{make_day(2020, 2, 1), make_day(2020, 2, 29), "2020-02"}));
  EXPECT_EQ(period_of(make_day(2021, 8, 15), Every::quarter),
            (Period{make_day(2021, 7, 1), make_day(2021, 9, 30), "2021-Q3"}));
  EXPECT_EQ(period_of(make_day(2021, 8, 15), Every::year),
            (Period{make_day(2021, 1, 1), make_day(2021, 12, 31), "2021"}));
}

TEST(Calendar, PeriodsTileTheSpanWithoutGaps) {
  for (const Every every : {Every::week, Every::dekad, Every::month, Every::quarter, Every::year}) {
    const auto periods = periods_between(make_day(2019, 11, 13), make_day(2021, 3, 7), every);
    EXPECT_EQ(periods.front().first, make_day(2019, 11, 13));
    EXPECT_EQ(periods.back().last, make_day(2021, 3, 7));
    for (std::size_t i = 1; i < periods.size(); ++i)
      EXPECT_EQ(days_between(periods[i - 1].last, periods[i].first), 1) << periods[i].label;
  }
  EXPECT_THROW(periods_between(make_day(2021, 1, 2), make_day(2021, 1, 1), Every::month), Error);
}

TEST(Calendar, LabelsArePeriods) {
  for (const Every every : {Every::week, Every::dekad, Every::month, Every::quarter, Every::year})
    for (Day day = make_day(2018, 12, 1); day < make_day(2022, 2, 1); day += std::chrono::days{3}) {
      const Period period = period_of(day, every);
      EXPECT_EQ(parse_period(period.label), period) << period.label;
    }
  EXPECT_EQ(parse_period("2021Q3"), parse_period("2021-Q3"));
  EXPECT_EQ(parse_period("2020-W53").value().last, make_day(2021, 1, 3));
  for (const char* bad : {"", "21", "2021-", "2021-13", "2021-00", "2021-Q5", "2021-Q", "2021-W00", "2021-W53",
                          "2021-W54", "2021-08-D4", "2021-08-31", "202108", "august"})
    EXPECT_FALSE(parse_period(bad)) << bad;
}

TEST(Units, NeedAUnit) {
  EXPECT_EQ(parse_length("25 km"), kilometres(25));
  EXPECT_EQ(parse_length(" 500m "), metres(500));
  EXPECT_EQ(parse_duration("90 days"), days(90));
  EXPECT_EQ(parse_duration("2 weeks"), days(14));
  for (const char* bad : {"25", "km", "25 miles", "25 km 3", "", "nan km", "inf km"})
    EXPECT_THROW(parse_length(bad), Error) << bad;
  for (const char* bad : {"90", "90 km", "x days"}) EXPECT_THROW(parse_duration(bad), Error) << bad;
}

}  // namespace
}  // namespace tocsin
