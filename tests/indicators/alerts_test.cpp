// Alerts in the main job, on the two districts.
#include <algorithm>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>

#include "small_world.hpp"

namespace tocsin::test {
namespace {

const std::string counts =
    indicator("incidents", "incidents", "{ kind = \"count\" }", "{ kind = \"goalposts\", low = 0, high = 10 }");
const std::string access_indicator = "sources.closed = { path = \"closed.csv\" }\n" +
                                     indicator("unreachable", "closed", "{ kind = \"access\", masks = [\"p\"] }",
                                               "{ kind = \"none\" }", "role = \"reporting\"");

std::string alerts(const std::string& rules, const std::string& more = {}) {
  return "[alerts]\n" + more + "\n" + rules;
}

std::string rule(const std::string& name, const std::string& keys) {
  return "[[alerts.rule]]\nname = \"" + name + "\"\n" + keys + "\n";
}

const std::string score_rule =
    rule("score", "on = \"score\"\nraise = { watch = 30, warning = 50, alert = 80 }\nperiods_to_clear = 1");

/// So many incidents in the west in June, July, August; one in the east each month.
Events world(const std::vector<int>& west) {
  Events events;
  for (unsigned m = 0; m < west.size(); ++m) {
    for (int i = 0; i < west[m]; ++i) events.add(5'000 + 100 * i, 5'000, make_day(2021, 6 + m, 10));
    events.add(30'000, 10'000, make_day(2021, 6 + m, 10));
  }
  return events;
}

MemoryResultSink run(Events events, const std::string& section, Table closed = {}) {
  Sources sources = two_district_sources(std::move(events));
  const bool access = !closed.columns.empty();
  if (access) sources.tables["closed"] = std::make_unique<MemoryTableSource>(std::move(closed));
  MemoryResultSink sink;
  run_assessment(two_district_scenario(counts + section, access ? access_indicator : ""), sources, sink);
  return sink;
}

std::string told(const MemoryResultSink& sink) {
  std::string text;
  for (const Alert& alert : sink.alerts())
    text += sink.header().areas.codes[alert.area] + " " + sink.header().periods[alert.period].label.substr(5) + " " +
            alert.rule + " " + alert.state + " " + alert.level + "\n";
  return text;
}

TEST(ScenarioAlerts, RiseAndClearWithTheScore) {
  const auto sink = run(world({4, 9, 1}), alerts(score_rule));
  EXPECT_EQ(told(sink), "W 06 score raised watch\nW 07 score escalated alert\nW 08 score cleared alert\n");
  const Alert& first = sink.alerts().front();
  EXPECT_EQ(first.id, "score/W/2021-06");
  EXPECT_EQ(first.since, "2021-06");
  EXPECT_NEAR(first.value, 40, 1e-4);
  EXPECT_EQ(first.threshold, 30);
  EXPECT_EQ(first.coverage, 1);
  EXPECT_NE(first.why.find("40"), std::string::npos);
  EXPECT_NE(first.clears.find("27"), std::string::npos);  // nine tenths of 30
  EXPECT_EQ(sink.alerts()[1].changed, "incidents +50.0");
}

TEST(ScenarioAlerts, SayWhichActionTheScenarioLinks) {
  const auto action = [](const std::string& more, const std::string& keys = {}) {
    const auto sink = run(world({9, 9, 9}), alerts(rule("s", "on = \"score\"\nraise = { alert = 80 }\n" + keys), more));
    return sink.alerts().front().action;
  };
  EXPECT_EQ(action(""), "");
  EXPECT_EQ(action("actions = { p = \"by pillar\" }"), "by pillar");
  EXPECT_EQ(action("actions = { p = \"by pillar\", incidents = \"by indicator\" }"), "by indicator");
  EXPECT_EQ(action("actions = { p = \"by pillar\" }", "action = \"own\""), "own");
}

/// A standing alert in a place that nobody can reach any more stands: silence is no all-clear.
TEST(ScenarioAlerts, AreBlindWhereNobodyCouldLook) {
  const Table closed{{"code", "from", "to"}, {{"W", "2021-07-01", "2021-07-31"}}, {2}};
  const auto sink = run(world({9, 0, 0}), alerts(score_rule), closed);
  EXPECT_EQ(told(sink), "W 06 score raised alert\nW 07 score blind alert\nW 08 score cleared alert\n");
  EXPECT_NE(sink.alerts()[1].why.find("nobody could look"), std::string::npos);
}

TEST(ScenarioAlerts, LookAtChangeRankAndIndicators) {
  EXPECT_EQ(told(run(world({1, 6, 6}), alerts(rule("c", "on = \"change\"\nraise = { warning = 40 }")))),
            "W 07 c raised warning\nW 08 c held warning\n");
  EXPECT_EQ(
      told(run(world({3, 3, 3}), alerts(rule("r", "on = \"rank\"\nraise = { watch = 1 }\nclear = { watch = 1 }")))),
      "W 06 r raised watch\nW 07 r held watch\nW 08 r held watch\n");
  EXPECT_EQ(told(run(world({0, 7, 0}), alerts(rule("i",
                                                   "on = \"indicator\"\nof = \"incidents\"\n"
                                                   "raise = { watch = 7 }\nperiods_to_clear = 1")))),
            "W 07 i raised watch\nW 08 i cleared watch\n");
}

TEST(ScenarioAlerts, CoverageLostIsAWarningOfItsOwn) {
  const Table closed{{"code", "from", "to"}, {{"E", "2021-08-01", ""}}, {2}};
  const auto sink = run(world({1, 1, 1}), alerts(rule("lost", "on = \"coverage\"\nraise = { watch = 0.5 }")), closed);
  EXPECT_EQ(told(sink), "E 08 lost raised watch\n");
}

TEST(ScenarioAlerts, WhileACauseStandsNothingElseIsRaised) {
  const std::string second =
      rule("second", "on = \"indicator\"\nof = \"incidents\"\nraise = { watch = 1.5 }\nunless = \"score\"");
  const auto sink = run(world({9, 9, 2}), alerts(score_rule + second));
  EXPECT_EQ(told(sink),
            "W 06 score raised alert\nW 06 second suppressed watch\nW 07 score held alert\n"
            "W 07 second suppressed watch\nW 08 score cleared alert\nW 08 second raised watch\n");
}

TEST(ScenarioAlerts, OfHotspots) {
  Events events;
  for (int i = 0; i < 40; ++i) events.add(10'000 + 50 * i, 10'000, make_day(2021, 7, 5));
  for (int i = 0; i < 20; ++i) events.add(1'000 + 1'900 * i, 3'000 + 700 * i, make_day(2021, 6, 5));
  const std::string hotspots = "[hotspots]\nneighbours = \"band: 3 km\"\ncell = \"1 km\"\n";
  const auto sink =
      run(events, hotspots + alerts(rule("h", "on = \"hotspot\"\nlevel = \"alert\"\nperiods_to_clear = 1")));
  EXPECT_EQ(told(sink), "W 07 h raised alert\nW 08 h cleared alert\n");
  EXPECT_NE(sink.alerts().front().sure.find("stood in 100 %"), std::string::npos);
}

std::string problem(const std::string& section) {
  try {
    two_district_scenario(counts + section);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ScenarioAlerts, MistakesAreToldWithTheirPlace) {
  EXPECT_EQ(problem(alerts(score_rule)), "");
  EXPECT_NE(problem("[alerts]\n").find("[[alerts.rule]]"), std::string::npos);
  const auto of_rule = [](const std::string& keys) { return problem(alerts(rule("r", keys))); };
  EXPECT_NE(of_rule("on = \"score\"").find("raise"), std::string::npos);
  EXPECT_NE(of_rule("raise = { high = 3 }").find("none of watch, warning, alert"), std::string::npos);
  EXPECT_NE(of_rule("raise = { watch = 50, alert = 40 }").find("below the level before"), std::string::npos);
  EXPECT_NE(of_rule("raise = { watch = 50 }\nclear = { watch = 60 }").find("clears"), std::string::npos);
  EXPECT_NE(of_rule("raise = { watch = 50 }\nclear = { alert = 40 }").find("'alert'"), std::string::npos);
  EXPECT_NE(of_rule("on = \"indicator\"\nof = \"incident\"\nraise = { watch = 1 }").find("did you mean 'incidents'?"),
            std::string::npos);
  EXPECT_NE(of_rule("of = \"incidents\"\nraise = { watch = 1 }").find("on = \"indicator\""), std::string::npos);
  EXPECT_NE(of_rule("on = \"hotspot\"").find("[hotspots]"), std::string::npos);
  EXPECT_NE(of_rule("raise = { watch = 1 }\nunless = \"other\"").find("no rule above"), std::string::npos);
  EXPECT_NE(of_rule("raise = { watch = 1 }\ncool_down = 1.5").find("whole number"), std::string::npos);
  EXPECT_NE(problem(alerts(score_rule + score_rule)).find("another rule"), std::string::npos);
  EXPECT_NE(problem(alerts(score_rule, "actions = { q = \"x\" }")).find("neither a pillar"), std::string::npos);
  EXPECT_NE(of_rule("on = \"coverage\"\nraise = { watch = 75 }").find("write 0.75"), std::string::npos);
  EXPECT_NE(of_rule("raise = { watch = 0.4 }").find("1 to 100"), std::string::npos);
  EXPECT_NE(problem(alerts(score_rule, "cap = { sender = \"\" }")).find("is empty"), std::string::npos);
  EXPECT_NE(problem(alerts(score_rule, "cap = { sender = \"a@b\", status = \"Real\" }")).find("status"),
            std::string::npos);
}

}  // namespace
}  // namespace tocsin::test
