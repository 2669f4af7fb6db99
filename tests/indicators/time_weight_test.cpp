#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/indicators/event_layer.hpp>

namespace tocsin {
namespace {

const Day june_first = make_day(2021, 6, 1), august_last = make_day(2021, 8, 31);

TEST(TimeWeight, WorkedFadingNumbers) {
  // Half-life 90 days: ages 0, 30, 45, 90, 180, 365.
  const Day end = make_day(2021, 12, 31);
  const TimeWindow window{end - std::chrono::days{899}, end, days(90)};
  const std::vector<std::pair<int, double>> cases{{0, 1},    {30, 0.793701}, {45, 0.707107},
                                                  {90, 0.5}, {180, 0.25},    {365, 0.0601390}};
  for (const auto& [age, weight] : cases) {
    const Day day = end - std::chrono::days{age};
    EXPECT_NEAR(time_weight(day, day, window), weight, 1e-6) << age;
  }
}

TEST(TimeWeight, ASpanIsSharedOverItsDays) {
  // An event known only to have happened between June and August: 30, 31 and 31 of its 92 days.
  const double june = time_weight(june_first, august_last, {june_first, make_day(2021, 6, 30), {}});
  const double july = time_weight(june_first, august_last, {make_day(2021, 7, 1), make_day(2021, 7, 31), {}});
  const double august = time_weight(june_first, august_last, {make_day(2021, 8, 1), august_last, {}});
  EXPECT_DOUBLE_EQ(june, 30.0 / 92);
  EXPECT_NEAR(june + july + august, 1, 1e-15);
}

TEST(TimeWeight, FadingOverASpanIsTheMeanOverItsDays) {
  const TimeWindow window{make_day(2021, 6, 20), make_day(2021, 9, 30), days(30)};
  double sum = 0;
  for (Day day = window.first; day <= august_last; day += std::chrono::days{1})
    sum += std::exp2(-days_between(day, window.last) / 30.0);
  EXPECT_NEAR(time_weight(june_first, august_last, window), sum / 92, 1e-14);
}

TEST(TimeWeight, NothingOutsideTheWindow) {
  EXPECT_EQ(time_weight(june_first, june_first, {make_day(2021, 6, 2), august_last, {}}), 0);
  EXPECT_EQ(time_weight(august_last, august_last, {june_first, make_day(2021, 8, 30), days(10)}), 0);
}

TEST(TimeWeight, WindowsEndWithThePeriod) {
  const Period august{make_day(2021, 8, 1), august_last, "2021-08"};
  EXPECT_EQ(window_of(august, {}, {}).first, august.first);
  EXPECT_EQ(days_between(window_of(august, days(90), {}).first, august_last), 89);
  EXPECT_EQ(days_between(window_of(august, {}, days(90)).first, august_last), 899);
}

}  // namespace
}  // namespace tocsin
