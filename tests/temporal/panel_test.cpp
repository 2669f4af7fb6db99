// Series of events by group and area.
#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/panel.hpp>

namespace tocsin {
namespace {

Events three_events() {
  Events events;
  events.add(0, 0, make_day(2021, 1, 10));
  events.add(0, 0, make_day(2021, 1, 31));
  events.last_day.back() = make_day(2021, 2, 3);  // 1 of its 4 days lies in January
  events.add(0, 0, make_day(2021, 3, 1));
  return events;
}

std::vector<Period> quarter() {
  return periods_between(make_day(2021, 1, 1), make_day(2021, 3, 31), Every::month);
}

TEST(Panel, SpansAreSharedByDays) {
  const std::vector<double> weights{1, 2, 1};
  const Panel panel = count_by_group(three_events(), weights, nullptr, quarter());
  ASSERT_EQ(panel.size(), 1U);
  EXPECT_DOUBLE_EQ(panel.values[0], 1 + 2 * 0.25);
  EXPECT_DOUBLE_EQ(panel.values[1], 2 * 0.75);
  EXPECT_DOUBLE_EQ(panel.values[2], 1);
  EXPECT_DOUBLE_EQ(panel.observed_days(0, 1), 28);
}

TEST(Panel, EventsWithoutTheTextAreASeriesOfTheirOwn) {
  Categorical actor{{"group A", "group B"}, {1, -1, 0}};
  const std::vector<double> weights{1, 1, 1};
  const Panel panel = count_by_group(three_events(), weights, &actor, quarter());
  ASSERT_EQ(panel.codes, (std::vector<std::string>{"group A", "group B", ""}));
  EXPECT_DOUBLE_EQ(panel.series(0)[2], 1);
  EXPECT_DOUBLE_EQ(panel.series(1)[0], 1);
  EXPECT_DOUBLE_EQ(panel.series(2)[0] + panel.series(2)[1], 1);
  const std::vector<double> known{1, 0, 1};
  EXPECT_EQ(count_by_group(three_events(), known, &actor, quarter()).size(), 2U);
}

TEST(Panel, OfACubeWithDaysThatNobodySaw) {
  SpaceTimeCube cube{2, quarter(), {1, 2, 3, 4, 5, 6}};
  const std::vector<UnobservedDays> days{{1, make_day(2021, 2, 1), make_day(2021, 2, 28)},
                                         {0, make_day(2021, 3, 1), make_day(2021, 3, 10)},
                                         {0, make_day(2021, 3, 5), make_day(2021, 3, 12)}};
  const Panel panel = panel_of(cube, {"a", "b"}, {"A", "B"}, observed_shares(cube, days));
  EXPECT_EQ(panel.series(0)[1], 3);
  EXPECT_TRUE(std::isnan(panel.series(1)[1]));
  EXPECT_EQ(panel.observed_of(1)[1], 0);
  EXPECT_NEAR(panel.observed_days(0, 2), 31 - 12, 1e-12);  // days named twice count once
  EXPECT_THROW(panel_of(cube, {"a"}, {"A"}), Error);
}

TEST(Panel, RefusesColumnsOfAnotherLength) {
  EXPECT_THROW(count_by_group(three_events(), std::vector<double>{1}, nullptr, quarter()), Error);
}

}  // namespace
}  // namespace tocsin
