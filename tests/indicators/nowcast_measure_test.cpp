// What is still to be reported, by area, in an assessment.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>

#include "history_cases.hpp"

namespace tocsin::test {
namespace {

TEST(NowcastMeasure, TellsHowMuchIsStillToCome) {
  Events events;
  // Each month four incidents on its 1st, known after 5, 20, 40 and 70 days.
  for (unsigned m = 1; m <= 20; ++m)
    for (const int delay : {5, 20, 40, 70}) {
      const Day day = m <= 12 ? make_day(2020, m, 1) : make_day(2021, m - 12, 1);
      events.add(5'000, 5'000, day);
      events.reported.back() = day + std::chrono::days{delay};
    }
  events.has_reported.assign(events.size(), 1);
  const auto missing = run(events, "{ kind = \"nowcast\", value = \"missing\" }");
  EXPECT_LT(value(missing, 0, 0), 0.15);  // June: 91 days ago
  // August, whose days are 0 to 30 days ago, any of them alike: F is 0 below 5 days, 1/4 below 20, then 1/2.
  EXPECT_NEAR(value(missing, 2, 0), 1 - (15 * 0.25 + 11 * 0.5) / 31, 0.1);
  const auto expected = run(events, "{ kind = \"nowcast\" }");
  EXPECT_NEAR(value(expected, 2, 0), 4, 1);
}

/// Ten a month in the west until it closes for fourteen months, two in five months in the east, reported after 5 to 70
/// days by turns. Of August, its first open month, little can be known yet: what is expected is what was usual before
/// it closed, and not the mean of both districts.
TEST(NowcastMeasure, APlaceThatWasClosedForLongKeepsItsPast) {
  Events events;
  int number = 0;
  const auto add = [&](double x, Day day, int delay) {
    events.add(x, 5'000, day);
    events.reported.back() = day + std::chrono::days{delay};
  };
  const std::vector<int> delays{5, 20, 40, 70};
  for (int month = 0; month < 32; ++month) {
    const Day first = make_day(2019 + month / 12, 1 + static_cast<unsigned>(month % 12), 1);
    const bool closed = month >= 17 && month <= 30;  // June 2020 to July 2021
    for (int i = 0; i < 10 && !closed; ++i, ++number)
      add(5'000, first + std::chrono::days{2 * i}, delays[static_cast<std::size_t>(number % 4)]);
    if (month % 5 < 2) add(30'000, first + std::chrono::days{7}, 5);
  }
  events.has_reported.assign(events.size(), 1);
  const Table closed{{"code", "from", "to"}, {{"W", "2020-06-01", "2021-07-31"}}, {2}};
  const auto sink = run(events, "{ kind = \"nowcast\" }", "", closed);
  EXPECT_NEAR(value(sink, 2, 0), 10, 2.5);
}

/// Ten a month from March 2021 on, when the source begins: the months before are not quiet ones, and those after its
/// end are not known.
Events since_march() {
  Events events;
  for (unsigned month = 3; month <= 8; ++month)
    for (unsigned i = 0; i < 10; ++i) {
      events.add(5'000, 5'000, make_day(2021, month, 1 + 3 * i));
      events.reported.back() = events.first_day.back() + std::chrono::days{(i + month) % 5 == 0 ? 40 : 20};
    }
  events.has_reported.assign(events.size(), 1);
  return events;
}

TEST(NowcastMeasure, BeforeTheSourceBeginsNothingIsKnown) {
  for (const bool said : {true, false}) {
    const auto begins = [&](Scenario& scenario) {
      if (said) scenario.sources["incidents"].observed_from = make_day(2021, 3, 1);
    };
    EXPECT_NEAR(value(run(since_march(), "{ kind = \"nowcast\" }", "", {}, begins), 2, 0), 10, 2);
  }
}

TEST(NowcastMeasure, AfterTheSourceEndsAllIsMissing) {
  const auto ends = [](Scenario& scenario) { scenario.sources["incidents"].observed_to = make_day(2021, 7, 15); };
  const auto expected = run(since_march(), "{ kind = \"nowcast\" }", "", {}, ends);
  EXPECT_NEAR(value(expected, 0, 0), 10, 1);
  EXPECT_TRUE(std::isnan(value(expected, 1, 0)));
  EXPECT_TRUE(std::isnan(value(expected, 2, 0)));
  const auto missing = run(since_march(), "{ kind = \"nowcast\", value = \"missing\" }", "", {}, ends);
  EXPECT_TRUE(std::isnan(value(missing, 2, 0)));
  // Beside a count that was observed all the same it takes the coverage away.
  Sources sources = two_district_sources(since_march());
  Scenario scenario =
      two_district_scenario(indicator("value", "incidents", "{ kind = \"nowcast\", value = \"missing\" }",
                                      "{ kind = \"none\" }", "role = \"reporting\"") +
                            indicator("raster", "table", "{ kind = \"trend\", from = \"table\", field = \"kits\" }"));
  ends(scenario);
  Table kits{{"pcode", "date", "kits"}, {}, {}};
  for (unsigned month = 5; month <= 8; ++month) {
    kits.rows.push_back({"W", to_string(make_day(2021, month, 5)), "4"});
    kits.row_numbers.push_back(month);
  }
  sources.tables["table"] = std::make_unique<MemoryTableSource>(kits);
  MemoryResultSink sink;
  run_assessment(scenario, sources, sink);
  EXPECT_GT(sink.periods()[0].areas[0].coverage, 0.9);
  EXPECT_NEAR(sink.periods()[2].areas[0].coverage, 0, 1e-6);
}

}  // namespace
}  // namespace tocsin::test
