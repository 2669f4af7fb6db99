// Spans that are compared: the same clock, the same days, nothing taken for zero that nobody could see.
#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/event_history.hpp>

#include "history_cases.hpp"

namespace tocsin::test {
namespace {

Period span(Day first, Day last) {
  return {first, last, ""};
}

TEST(EventHistory, MonthsComeBeforeMonths) {
  EXPECT_EQ(span_before(span(make_day(2021, 3, 1), make_day(2021, 3, 31))),
            span(make_day(2021, 2, 1), make_day(2021, 2, 28)));
  EXPECT_EQ(span_before(span(make_day(2021, 7, 1), make_day(2021, 9, 30))),
            span(make_day(2021, 4, 1), make_day(2021, 6, 30)));
  EXPECT_EQ(span_before(span(make_day(2021, 3, 2), make_day(2021, 3, 31))),
            span(make_day(2021, 1, 31), make_day(2021, 3, 1)));
}

TEST(EventHistory, AYearBefore) {
  EXPECT_EQ(year_before(span(make_day(2021, 2, 1), make_day(2021, 2, 28))),
            span(make_day(2020, 2, 1), make_day(2020, 2, 29)));
  EXPECT_EQ(year_before(span(make_day(2020, 2, 29), make_day(2020, 3, 10))),
            span(make_day(2019, 2, 28), make_day(2019, 3, 10)));
}

TEST(Spillover, IsTheNeighboursPeriodBefore) {
  const auto sink = run(west({{make_day(2021, 5, 31), 7}, {make_day(2021, 6, 1), 3}, {make_day(2021, 7, 31), 9}}),
                        "{ kind = \"spillover\" }");
  EXPECT_NEAR(value(sink, 0, 1), 7, 1e-5);
  EXPECT_NEAR(value(sink, 1, 1), 3, 1e-5);
  EXPECT_NEAR(value(sink, 2, 1), 9, 1e-5);
  EXPECT_NEAR(value(sink, 2, 0), 0, 1e-5);  // its own events are not its neighbours'
}

/// As of 31 August a July event counts when it was known by 31 July: as many days after as August's.
TEST(Spillover, CountsByTheSameClock) {
  Events events = west({{make_day(2021, 7, 10), 2}});
  events.has_reported = {1, 1};
  events.reported = {make_day(2021, 7, 20), make_day(2021, 8, 20)};
  EXPECT_NEAR(value(run(events, "{ kind = \"spillover\" }"), 2, 1), 1, 1e-5);
}

TEST(Spillover, OfPlacesThatNobodyReachedNothingIsKnown) {
  const Table closed{{"code", "from", "to"}, {{"W", "2021-07-05", "2021-07-31"}}, {2}};
  const auto sink =
      run(west({{make_day(2021, 6, 5), 4}, {make_day(2021, 7, 2), 4}}), "{ kind = \"spillover\" }", "", closed);
  EXPECT_NEAR(value(sink, 1, 1), 4, 1e-5);
  EXPECT_TRUE(std::isnan(value(sink, 2, 1)));
}

TEST(Spillover, WithinABandEventsBeyondTheAreasCount) {
  Events events;
  for (const double x : {-1'000.0, -9'000.0, -11'000.0}) events.add(x, 10'000, make_day(2021, 7, 1));
  const auto sink = run(events, "{ kind = \"spillover\", neighbours = \"band: 10 km\" }");
  EXPECT_NEAR(value(sink, 2, 0), 2, 1e-5);
  EXPECT_NEAR(value(sink, 2, 1), 0, 1e-5);
}

/// Three districts in a row and an island: W M E   I
MemoryResultSink run_of_four(Events events, const std::string& measure, Table closed,
                             const std::function<void(Scenario&)>& change = {}) {
  const auto areas = [] {
    return Areas{{square_km(0, 0, 20), square_km(20, 0, 20), square_km(40, 0, 20), square_km(80, 0, 20)},
                 {"W", "M", "E", "I"},
                 {"West", "Middle", "East", "Island"},
                 {{"people", {1000, 1000, 1000, 1000}}}};
  };
  Sources sources = two_district_sources(std::move(events));
  sources.areas[area_source_name] = std::make_unique<MemoryAreaSource>(areas());
  sources.areas[areas_source_name] = std::make_unique<MemoryAreaSource>(areas());
  sources.tables["closed"] = std::make_unique<MemoryTableSource>(std::move(closed));
  Scenario scenario =
      two_district_scenario(indicator("value", "incidents", measure, "{ kind = \"goalposts\", low = 0, high = 100 }"),
                            "sources.closed = { path = \"closed.csv\" }\n" +
                                indicator("unreachable", "closed", "{ kind = \"access\", masks = [\"p\"] }",
                                          "{ kind = \"none\" }", "role = \"reporting\""));
  if (change) change(scenario);
  MemoryResultSink sink;
  run_assessment(scenario, sources, sink);
  return sink;
}

/// A neighbour that closes must not read as a fall: those that were observed stand for it.
TEST(Spillover, NeighboursThatNobodyReachedDoNotLowerTheSum) {
  Events events;
  for (const Day day : {make_day(2021, 6, 3), make_day(2021, 7, 3)})
    for (int i = 0; i < 4; ++i) {
      events.add(5'000, 5'000, day);
      events.add(45'000, 5'000, day);
    }
  const Table closed{{"code", "from", "to"}, {{"W", "2021-07-01", "2021-07-31"}}, {2}};
  const auto sink = run_of_four(events, "{ kind = \"spillover\" }", closed);
  EXPECT_NEAR(value(sink, 1, 1), 8, 1e-5);
  EXPECT_NEAR(value(sink, 2, 1), 8, 1e-5);
  EXPECT_NEAR(value(run_of_four(events, "{ kind = \"spillover\", weights = \"row\" }", closed), 2, 1), 4, 1e-5);
}

/// Without neighbours it is 0, but not of a month that the source does not cover.
TEST(Spillover, OfAnIslandIsKnownWhereTheSourceCoversIt) {
  const auto begins_in_july = [](Scenario& scenario) {
    scenario.sources["incidents"].observed_from = make_day(2021, 7, 1);
  };
  const auto sink = run_of_four(west({{make_day(2021, 7, 3), 4}}), "{ kind = \"spillover\" }",
                                {{"code", "from", "to"}, {}, {}}, begins_in_july);
  EXPECT_TRUE(std::isnan(value(sink, 1, 3)));
  EXPECT_EQ(value(sink, 2, 3), 0);
}

/// By road: 10 km to the border, 8 along it and 10 beyond; as tests/hotspot/road_neighbours_test.cpp has it.
MemoryResultSink run_by_road(const std::string& keys, std::vector<Feature> roads) {
  Sources sources = two_district_sources(west({{make_day(2021, 7, 1), 4}}));
  sources.features["roads"] = std::make_unique<MemoryFeatureSource>(std::move(roads));
  MemoryResultSink sink;
  run_assessment(
      two_district_scenario(indicator("value", "incidents", "{ kind = \"spillover\", roads = \"roads\", " + keys + " }",
                                      "{ kind = \"goalposts\", low = 0, high = 100 }"),
                            "sources.roads = { path = \"roads.geojson\" }\n"),
      sources, sink);
  return sink;
}

Feature road(const std::vector<Point>& points) {
  return {LineString(points.begin(), points.end()), {}, {}};
}

TEST(Spillover, ByRoad) {
  const Feature whole = road({{5'000, 10'000}, {20'000, 10'000}, {20'000, 18'000}, {35'000, 18'000}});
  EXPECT_NEAR(value(run_by_road("neighbours = \"band: 28 km\"", {whole}), 2, 1), 4, 1e-5);
  EXPECT_NEAR(value(run_by_road("neighbours = \"band: 27 km\"", {whole}), 2, 1), 0, 1e-5);
  EXPECT_NEAR(value(run_by_road("neighbours = \"band: 56 km\", weights = \"linear\"", {whole}), 2, 1), 2, 1e-5);
  EXPECT_NEAR(value(run_by_road("neighbours = \"band: 56 km\", weights = \"row\"", {whole}), 2, 1), 4, 1e-5);
  // No road is known in the east: who is near it by road is not known either.
  const auto half = run_by_road("neighbours = \"band: 28 km\"", {road({{5'000, 10'000}, {15'000, 10'000}})});
  EXPECT_TRUE(std::isnan(value(half, 2, 1)));
  EXPECT_NEAR(value(half, 2, 0), 0, 1e-5);
}

TEST(Spillover, ARoadThatWasNotThereLeadsNowhere) {
  Feature later = road({{5'000, 10'000}, {35'000, 10'000}});
  later.from = make_day(2021, 8, 1);  // neighbours' events of July come along July's roads
  EXPECT_TRUE(std::isnan(value(run_by_road("neighbours = \"band: 28 km\"", {later}), 2, 1)));
  later.from = make_day(2021, 7, 31);
  EXPECT_NEAR(value(run_by_road("neighbours = \"band: 28 km\"", {later}), 2, 1), 4, 1e-5);
}

TEST(Spillover, MistakesWithRoadsAreTold) {
  const auto told = [](const std::string& keys, std::vector<Feature> roads = {road({{0, 0}, {9, 9}})}) {
    try {
      run_by_road(keys, std::move(roads));
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(told("window = \"30 days\"").find("how far by road"), std::string::npos);
  EXPECT_NE(told("neighbours = \"queen\"").find("how far by road"), std::string::npos);
  EXPECT_NE(told("neighbours = \"band: 9 km\"", {{Point(1, 1), {}, {}}}).find("no lines"), std::string::npos);
  try {
    two_district_scenario(
        indicator("value", "incidents", "{ kind = \"spillover\", roads = \"tabel\", neighbours = \"band: 9 km\" }"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'table'?"), std::string::npos) << error.what();
  }
}

double ratio(const MemoryResultSink& sink, std::size_t period = 2) {
  return value(sink, period, 0);
}

/// methods: 25 to 32 is 1.2593 when two are added to both, 4 to 12 is 2.3333; July and August have 31 days.
TEST(Trend, IsDrawnTowardsOne) {
  const auto of = [](int july, int august, const std::string& keys = {}) {
    return ratio(run(west({{make_day(2020, 1, 1), 1}, {make_day(2021, 7, 10), july}, {make_day(2021, 8, 10), august}}),
                     "{ kind = \"trend\"" + keys + " }"));
  };
  EXPECT_NEAR(of(25, 32), 34.0 / 27, 1e-5);
  EXPECT_NEAR(of(4, 12), 14.0 / 6, 1e-5);
  EXPECT_NEAR(of(0, 1), 1.5, 1e-5);
  EXPECT_NEAR(of(0, 0), 1, 1e-5);
  EXPECT_NEAR(of(4, 12, ", shrink = 1"), 13.0 / 5, 1e-5);
  // Tested: +28 % is what chance gives, three-fold is not (two-sided mid-p 0.358 and 0.0490).
  EXPECT_EQ(of(25, 32, ", test = \"midp\""), 1);
  EXPECT_NEAR(of(4, 12, ", test = \"midp\""), 14.0 / 6, 1e-5);
  EXPECT_EQ(of(4, 12, ", test = \"midp\", alpha = 0.01"), 1);
}

TEST(Trend, DividesByTheDaysOnWhichSomebodyCouldKnow) {
  const Table closed{{"code", "from", "to"}, {{"W", "2021-07-18", "2021-07-31"}}, {2}};  // 17 of 31 days open
  const auto sink =
      run(west({{make_day(2021, 7, 10), 17}, {make_day(2021, 8, 10), 31}}), "{ kind = \"trend\" }", "", closed);
  EXPECT_NEAR(ratio(sink), 1, 1e-5);
  const Table longer{{"code", "from", "to"}, {{"W", "2021-07-10", "2021-07-31"}}, {2}};
  EXPECT_TRUE(std::isnan(
      ratio(run(west({{make_day(2021, 7, 5), 17}, {make_day(2021, 8, 10), 31}}), "{ kind = \"trend\" }", "", longer))));
}

/// Four and twelve incidents are more than chance; one and three incidents of four persons each are not, and have the
/// same ratio of persons.
TEST(Trend, PersonsAreTestedByTheIncidentsThatTheyCameWith) {
  const auto of = [](int july, int august, double persons, const std::string& keys) {
    Events events = west({{make_day(2020, 1, 1), 1}, {make_day(2021, 7, 10), july}, {make_day(2021, 8, 10), august}});
    events.persons.assign(events.size(), persons);
    return ratio(run(events, "{ kind = \"trend\", by = \"survivor\"" + keys + " }"));
  };
  EXPECT_NEAR(of(4, 12, 1, ", test = \"midp\""), 14.0 / 6, 1e-5);
  EXPECT_NEAR(of(1, 3, 4, ""), 14.0 / 6, 1e-5);
  EXPECT_EQ(of(1, 3, 4, ", test = \"midp\""), 1);
  EXPECT_NEAR(of(8, 24, 4, ", test = \"midp\""), 98.0 / 34, 1e-5);
}

/// A month without a row is not a month with 0.
TEST(Trend, OfATableByAreaAndDate) {
  const Table kits{{"pcode", "date", "kits", "reported"},
                   {{"W", "2021-06-30", "4", ""},
                    {"W", "2021-07-31", "12", ""},
                    {"E", "2021-07-31", "3", ""},
                    {"E", "2021-08-31", "0", ""},
                    {"W", "2021-08-31", "40", "2021-09-20"},
                    {"W", "2021-08-30", "7", ""}},
                   {2, 3, 4, 5, 6, 7}};
  Sources sources = two_district_sources({});
  sources.tables["table"] = std::make_unique<MemoryTableSource>(kits);
  MemoryResultSink sink;
  run_assessment(
      two_district_scenario(indicator("value", "table", "{ kind = \"trend\", from = \"table\", field = \"kits\" }",
                                      "{ kind = \"goalposts\", low = 0, high = 100 }")),
      sources, sink);
  EXPECT_NEAR(value(sink, 1, 0), 14.0 / (4.0 * 31 / 30 + 2), 1e-5);
  EXPECT_TRUE(std::isnan(value(sink, 1, 1)));
  EXPECT_NEAR(value(sink, 2, 1), 2.0 / 5, 1e-5);
  EXPECT_NEAR(value(sink, 2, 0), 9.0 / 14, 1e-5);  // the late row does not count
  EXPECT_EQ(sink.report().rows.at("table").outside.at("not yet reported"), 1);
}

TEST(Trend, AgainstTheYearBefore) {
  EXPECT_NEAR(ratio(run(west({{make_day(2020, 8, 10), 5}, {make_day(2021, 7, 10), 50}, {make_day(2021, 8, 10), 12}}),
                        "{ kind = \"trend\", compare = \"year-ago\" }")),
              2, 1e-5);
}

/// methods: after 2 1 3 0 2 4 1 2 3 the chance of 7 or more is 0.00842; months differ a little in days.
TEST(Surge, IsTheChanceUnderItsOwnPast) {
  std::vector<std::pair<Day, int>> months;
  const std::vector<int> past{2, 1, 3, 0, 2, 4, 1, 2, 3};
  for (unsigned m = 0; m < past.size(); ++m)
    months.emplace_back(m < 2 ? make_day(2020, 11 + m, 5) : make_day(2021, m - 1, 5), past[m]);
  months.emplace_back(make_day(2021, 8, 5), 7);
  const auto sink = run(west(months), "{ kind = \"surge\", baseline = \"270 days\" }");
  EXPECT_NEAR(value(sink, 2, 0), -std::log10(0.00842194), 0.05);
  EXPECT_LT(value(sink, 1, 0), 1);
  EXPECT_EQ(value(sink, 2, 1), 0);  // the east had none ever: no surge, and observed
}

TEST(Surge, NeedsAPast) {
  const Table closed{{"code", "from", "to"}, {{"W", "2020-08-01", "2021-06-15"}}, {2}};
  const auto sink =
      run(west({{make_day(2020, 7, 15), 1}, {make_day(2021, 8, 5), 7}}), "{ kind = \"surge\" }", "", closed);
  EXPECT_TRUE(std::isnan(value(sink, 2, 0)));  // July alone is no past
  EXPECT_FALSE(std::isnan(value(sink, 2, 1)));
}

/// What lies before the first record of all is not a quiet past, unless the source says that it covers it.
TEST(Surge, BeforeTheSourceBeginsNothingIsKnown) {
  Events events = west({{make_day(2021, 8, 5), 3}});
  const auto sink = run(events, "{ kind = \"surge\" }");
  EXPECT_TRUE(std::isnan(value(sink, 2, 0)));
  const auto warned = [](const MemoryResultSink& result) {
    const auto& warnings = result.report().warnings;
    return std::any_of(warnings.begin(), warnings.end(), [](const std::string& warning) {
      return warning.find("observed_from = ") != std::string::npos;
    });
  };
  EXPECT_FALSE(warned(sink));  // the run begins 65 days before: short enough for chance
  Sources sources = two_district_sources(events);
  Scenario scenario = two_district_scenario(indicator("value", "incidents", "{ kind = \"count\" }"));
  scenario.from = make_day(2021, 1, 1);
  MemoryResultSink longer;
  run_assessment(scenario, sources, longer);
  EXPECT_TRUE(warned(longer));
}

/// A place under armed groups from June to July; in August a first mission documents what happened.
struct SilenceThenABatch {
  const Table closed{{"code", "from", "to"}, {{"W", "2021-06-01", "2021-07-31"}}, {2}};

  /// So many incidents a month in the year before; 107 in June and July that become known on 10 August.
  static Events events() {
    Events events;
    for (unsigned m = 6; m <= 17; ++m)
      for (int i = 0; i < 2; ++i) events.add(5'000, 5'000, m <= 12 ? make_day(2020, m, 3) : make_day(2021, m - 12, 3));
    events.reported = events.first_day;
    for (int i = 0; i < 107; ++i) {
      events.add(5'000, 5'000, make_day(2021, 6 + static_cast<unsigned>(i % 2), 1 + static_cast<unsigned>(i % 28)));
      events.reported.back() = make_day(2021, 8, 10);
    }
    for (int i = 0; i < 2; ++i) {
      events.add(5'000, 5'000, make_day(2021, 8, 3));
      events.reported.back() = make_day(2021, 8, 5);
    }
    events.has_reported.assign(events.size(), 1);
    return events;
  }

  [[nodiscard]] MemoryResultSink run(const std::string& as_of, const std::string& known_after) const {
    Sources sources = two_district_sources(events());
    sources.tables["closed"] = std::make_unique<MemoryTableSource>(closed);
    const std::string access =
        "sources.closed = { path = \"closed.csv\" }\n" +
        indicator("unreachable", "closed", "{ kind = \"access\", masks = [\"p\"]" + known_after + " }",
                  "{ kind = \"none\" }", "role = \"reporting\"") +
        "[alerts]\n[[alerts.rule]]\nname = \"surge\"\non = \"indicator\"\nof = \"value\"\nraise = { alert = 2 }\n";
    Scenario scenario = two_district_scenario(
        indicator("value", "incidents", "{ kind = \"surge\" }", "{ kind = \"goalposts\", low = 0, high = 100 }"),
        access);
    scenario.as_of = parse_day(as_of).value();
    MemoryResultSink sink;
    run_assessment(scenario, sources, sink);
    return sink;
  }
};

TEST(BatchOfReports, SilenceIsNotObserved) {
  const auto sink = SilenceThenABatch().run("2021-08-31", "");
  EXPECT_TRUE(std::isnan(value(sink, 0, 0)));
  EXPECT_TRUE(std::isnan(value(sink, 1, 0)));
}

/// The batch tells of June and July; August is a month like others.
TEST(BatchOfReports, TheMonthOfTheReportsHasNoSurge) {
  for (const char* known_after : {"", ", known_after = \"20 days\""}) {
    const auto sink = SilenceThenABatch().run("2021-08-31", known_after);
    EXPECT_LT(value(sink, 2, 0), 1) << known_after;
    for (const Alert& alert : sink.alerts()) EXPECT_NE(alert.since, "2021-08");
  }
}

/// Once the place was open long enough, what happened while it was closed counts when it happened.
TEST(BatchOfReports, TheRiseIsBackDated) {
  const auto sink = SilenceThenABatch().run("2021-08-31", ", known_after = \"20 days\"");
  EXPECT_GT(value(sink, 0, 0), 5);
  ASSERT_FALSE(sink.alerts().empty());
  EXPECT_EQ(sink.alerts().front().id, "surge/W/2021-06");
  EXPECT_TRUE(std::isnan(value(SilenceThenABatch().run("2021-08-31", ", known_after = \"60 days\""), 0, 0)));
}

}  // namespace
}  // namespace tocsin::test
