// A season that years agree on.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>

#include "history_cases.hpp"

namespace tocsin::test {
namespace {

/// Five years in which August has six events and each other month one; and five in which one August had 30.
TEST(ObservedSeason, IsWhatYearsAgreeOn) {
  const auto years = [](bool each) {
    std::vector<std::pair<Day, int>> days;
    for (int year = 2016; year <= 2020; ++year)
      for (unsigned month = 1; month <= 12; ++month)
        days.emplace_back(make_day(year, month, 10), month == 8 ? (each ? 6 : year == 2018 ? 30 : 1) : 1);
    return days;
  };
  const std::string measure = "{ kind = \"calendar\", season = \"observed\" }";
  const auto agreed = run(west(years(true)), measure);
  EXPECT_NEAR(value(agreed, 2, 0), 1 - 1 / (6 / (17.0 / 12)), 0.03);
  EXPECT_EQ(value(agreed, 0, 0), 0);
  EXPECT_EQ(value(agreed, 2, 1), value(agreed, 2, 0));
  EXPECT_EQ(value(run(west(years(false)), measure), 2, 0), 0);
  EXPECT_TRUE(std::isnan(value(run(west({{make_day(2019, 8, 1), 9}, {make_day(2020, 8, 1), 9}}), measure), 2, 0)));
}

const std::string observed_season = "{ kind = \"calendar\", season = \"observed\" }";

/// One event a month for five years, and six in August.
std::vector<std::pair<Day, int>> augusts() {
  std::vector<int> counts;
  for (int month = 0; month < 60; ++month) counts.push_back(month % 12 == 7 ? 6 : 1);
  return monthly(2016, 1, counts);
}

/// Events outside all areas, and some that are known to a year alone, tell of no season here.
TEST(ObservedSeason, IsOfEventsInTheAreasThatHaveAMonth) {
  std::vector<std::pair<Day, int>> even;
  for (const auto& [day, number] : augusts()) even.emplace_back(day, 1);
  Events events = west(even);
  for (const auto& [day, number] : augusts())
    for (int i = 1; i < number; ++i) events.add(900'000, 900'000, day);
  for (int year = 2016; year <= 2020; ++year)
    for (int i = 0; i < 9; ++i) {
      events.add(5'000, 5'000, make_day(year, 7, 1));
      events.last_day.back() = make_day(year + 1, 6, 30);
      events.reported.back() = events.last_day.back();
    }
  const auto sink = run(events, observed_season);
  EXPECT_EQ(value(sink, 2, 0), 0);
  EXPECT_EQ(value(sink, 1, 0), 0);
}

/// A month known as a whole is that month: its middle lies in it.
TEST(ObservedSeason, AMonthIsPreciseEnough) {
  Events events = west(augusts());
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Period month = period_of(events.first_day[i], Every::month);
    events.first_day[i] = month.first;
    events.last_day[i] = events.reported[i] = month.last;
  }
  EXPECT_NEAR(value(run(events, observed_season), 2, 0), 1 - 1 / (6 / (17.0 / 12)), 0.03);
}

/// The source ends in December 2020: the months since are none without events, which would make August stand out more.
TEST(ObservedSeason, EndsWithTheSource) {
  const auto season = [](std::optional<Day> end) {
    return value(run(west(augusts()), observed_season, "", {},
                     [&](Scenario& scenario) {
                       scenario.as_of = scenario.to = make_day(2022, 8, 31);
                       scenario.from = make_day(2022, 8, 1);
                       scenario.sources["incidents"].observed_to = end;
                     }),
                 0, 0);
  };
  EXPECT_NEAR(season(make_day(2020, 12, 31)), 1 - 1 / (6 / (17.0 / 12)), 0.005);
  EXPECT_GT(season({}), season(make_day(2020, 12, 31)) + 0.01);
}

/// Two events each month, but each year from May to October nobody could look: what is left is no dry season of
/// violence.
TEST(ObservedSeason, ClosedMonthsAreNotQuietOnes) {
  std::vector<int> counts;
  Table closed{{"code", "from", "to"}, {}, {}};
  for (int month = 0; month < 60; ++month) counts.push_back(month % 12 >= 4 && month % 12 <= 9 ? 0 : 2);
  for (int year = 2016; year <= 2020; ++year)
    for (const char* code : {"W", "E"}) {
      closed.rows.push_back({code, to_string(make_day(year, 5, 1)), to_string(make_day(year, 10, 31))});
      closed.row_numbers.push_back(static_cast<std::int64_t>(closed.rows.size()) + 1);
    }
  const auto winter = [](Scenario& scenario) {
    scenario.from = make_day(2021, 1, 1);
    scenario.to = scenario.as_of = make_day(2021, 3, 31);
  };
  const Events events = west(monthly(2016, 1, counts));
  EXPECT_GT(value(run(events, observed_season, "", {}, winter), 0, 0), 0.3);
  // Half of five years is less than three; of seven it is more.
  EXPECT_TRUE(std::isnan(value(run(events, observed_season, "", closed, winter), 0, 0)));
  std::vector<int> before;
  for (int month = 0; month < 36; ++month) before.push_back(2);
  std::vector<std::pair<Day, int>> longer = monthly(2013, 1, before);
  for (const auto& each : monthly(2016, 1, counts)) longer.push_back(each);
  EXPECT_EQ(value(run(west(longer), observed_season, "", closed, winter), 0, 0), 0);
}

}  // namespace
}  // namespace tocsin::test
