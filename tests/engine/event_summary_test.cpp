#include <gtest/gtest.h>

#include <tocsin/ports/event_summary.hpp>

namespace tocsin {
namespace {

EventBatch batch_of(std::initializer_list<std::pair<double, double>> places) {
  EventBatch batch;
  for (const auto& [x, y] : places) batch.events.add(x, y, make_day(2021, 8, 1));
  batch.rows_read = static_cast<std::int64_t>(places.size());
  return batch;
}

TEST(EventSummary, CountsRowsByReason) {
  EventBatch batch = batch_of({{1, 1}, {2, 2}});
  batch.rows_read = 6;
  batch.outside_where = 1;
  batch.quarantined = {{"s", 2, "no date", {}, {}}, {"s", 3, "no date", {}, {}}, {"s", 9, "duplicate id", {}, {}}};
  const EventSummary summary = summarise(batch);
  EXPECT_EQ(summary.rows_read, 6);
  EXPECT_EQ(summary.usable, 2);
  EXPECT_EQ(summary.outside_where, 1);
  EXPECT_EQ(summary.quarantined, 3);
  EXPECT_EQ(summary.quarantined_by_reason.at("no date"), 2);
  EXPECT_EQ(summary.quarantined_by_reason.at("duplicate id"), 1);
}

TEST(EventSummary, DelaysOnlyOfEventsThatSayBothDays) {
  EventBatch batch =
      batch_of({{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}, {6, 6}, {7, 7}, {8, 8}, {9, 9}, {10, 10}, {0, 0}});
  Events& events = batch.events;
  for (std::size_t i = 0; i < 10; ++i) {
    events.has_reported[i] = 1;
    events.reported[i] = events.last_day[i] + std::chrono::days(static_cast<int>(i) * 10);
  }
  events.has_reported[10] = 0;
  events.reported[10] = events.last_day[10] + std::chrono::days(5000);
  const EventSummary summary = summarise(batch);
  ASSERT_TRUE(summary.delay);
  EXPECT_EQ(summary.delay->events, 10);
  EXPECT_EQ(summary.delay->median_days, 40);  // five of ten within 40 days
  EXPECT_EQ(summary.delay->most_days, 80);    // nine of ten within 80
  EXPECT_EQ(summary.last_reported, make_day(2021, 8, 1) + std::chrono::days(90));
}

TEST(EventSummary, NoDelayWithoutReportedDays) {
  EventBatch batch = batch_of({{1, 1}});
  batch.events.has_reported[0] = 0;
  EXPECT_FALSE(summarise(batch).delay);
  EXPECT_FALSE(summarise(batch).last_reported);
}

TEST(EventSummary, LargestPointAndHowManyOfItsEventsAreCalledExact) {
  EventBatch batch = batch_of({{1, 1}, {5, 5}, {1, 1}, {1, 2}, {1, 1}});
  batch.events.precision[2] = {PlaceKind::admin, 2, 0};
  const EventSummary summary = summarise(batch);
  EXPECT_EQ(summary.with_coordinates, 5);
  EXPECT_EQ(summary.on_largest_point, 3);
  EXPECT_EQ(summary.exact_on_largest_point, 2);
  EXPECT_EQ(summary.precision.point, 4);
  EXPECT_EQ(summary.precision.admin[2], 1);
}

TEST(EventSummary, BoxLeavesOutWhatHasNoCoordinatesOrIsBeyondReach) {
  EventBatch batch = batch_of({{-3, 4}, {7, 1}, {1e9, 1e9}});
  batch.events.add(not_observed, not_observed, make_day(2020, 1, 5));
  const EventSummary summary = summarise(batch, 1e9);
  ASSERT_TRUE(summary.box);
  EXPECT_EQ(summary.box->min_x, -3);
  EXPECT_EQ(summary.box->max_x, 7);
  EXPECT_EQ(summary.box->min_y, 1);
  EXPECT_EQ(summary.box->max_y, 4);
  EXPECT_EQ(summary.with_coordinates, 2);
  EXPECT_EQ(summary.first, make_day(2020, 1, 5));
  EXPECT_EQ(summary.last, make_day(2021, 8, 1));
}

TEST(EventSummary, NothingOfNoEvent) {
  const EventSummary summary = summarise({});
  EXPECT_FALSE(summary.first);
  EXPECT_FALSE(summary.box);
  EXPECT_EQ(summary.on_largest_point, 0);
}

}  // namespace
}  // namespace tocsin
