// Alerts in the main job, on the two districts.
#include <algorithm>
#include <cmath>
#include <memory>

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

/// Pillar p has the incidents by ten, q persons among them by ten, in percent.
MemoryResultSink run_pillars(const std::vector<int>& west, const std::vector<int>& other, const std::string& keys,
                             Table closed = {}) {
  Events events = world(west), camps;
  for (unsigned m = 0; m < other.size(); ++m)
    for (int i = 0; i < other[m]; ++i) camps.add(5'000, 9'000, make_day(2021, 6 + m, 20));
  Sources sources = two_district_sources(std::move(events));
  sources.events["camps"] = std::make_unique<MemoryEventSource>(std::move(camps));
  const bool access = !closed.columns.empty();
  if (access) sources.tables["closed"] = std::make_unique<MemoryTableSource>(std::move(closed));
  std::string second =
      indicator("camps", "camps", "{ kind = \"count\" }", "{ kind = \"goalposts\", low = 0, high = 10 }");
  second.replace(second.find("pillar = \"p\""), 12, "pillar = \"q\"");
  MemoryResultSink sink;
  run_assessment(two_district_scenario(
                     counts + second + alerts(rule("agree", "on = \"pillars\"\n" + keys)),
                     "sources.camps = { path = \"memory\", format = \"incidents\", observed_from = 2021-01-01 }\n" +
                         (access ? access_indicator : "")),
                 sources, sink);
  return sink;
}

TEST(ScenarioAlerts, OfPillarsThatAgree) {
  const std::string levels = "raise = { watch = 1, warning = 2 }\nperiods_to_clear = 1";
  const auto sink = run_pillars({9, 9, 9}, {1, 8, 1}, levels);
  EXPECT_EQ(told(sink), "W 06 agree raised watch\nW 07 agree escalated warning\nW 08 agree lowered watch\n");
  EXPECT_EQ(sink.alerts()[1].value, 2);
  EXPECT_EQ(sink.alerts()[1].why, "2 of 2 pillars have 60 or more (p 90, q 80), which reaches 2");
  EXPECT_NE(sink.alerts()[1].clears.find("the number of pillars that agree"), std::string::npos);
  EXPECT_EQ(told(run_pillars({9, 9, 9}, {1, 8, 1}, levels + "\nof_least = 85")),
            "W 06 agree raised watch\nW 07 agree held watch\nW 08 agree held watch\n");
}

/// A pillar that nobody could see may still agree: its silence lowers nothing.
TEST(ScenarioAlerts, APillarThatWasNotObservedIsNoDisagreement) {
  const Table closed{{"code", "from", "to"}, {{"W", "2021-08-01", "2021-08-31"}}, {2}};
  const auto sink = run_pillars({9, 9, 0}, {8, 8, 8}, "raise = { warning = 2 }\nperiods_to_clear = 1", closed);
  EXPECT_EQ(told(sink), "W 06 agree raised warning\nW 07 agree held warning\nW 08 agree blind warning\n");
}

std::string expert(const std::string& keys) {
  return "[[alerts.expert]]\n" + keys + "\nwhy = \"three witnesses\"\nby = \"the protection adviser\"\n";
}

TEST(ExpertJudgements, AnAlertOfItsOwn) {
  const auto sink = run(world({1, 1, 1}), alerts(score_rule + expert("area = \"E\"\nlevel = \"warning\"\n"
                                                                     "from = 2021-06-20\nto = 2021-07-05")));
  EXPECT_EQ(told(sink), "E 06 expert raised warning\nE 07 expert held warning\nE 08 expert cleared warning\n");
  const Alert& first = sink.alerts().front();
  EXPECT_EQ(first.id, "expert/E/2021-06");
  EXPECT_EQ(first.expert, "the protection adviser");
  EXPECT_EQ(first.why, "raised by the protection adviser: three witnesses");
  EXPECT_EQ(first.clears, "the judgement holds until 2021-07-05");
  EXPECT_TRUE(std::isnan(first.value));
  EXPECT_NE(first.sure.find("a judgement, not a measurement"), std::string::npos);
  EXPECT_EQ(sink.header().alert_rules, (std::vector<std::string>{"score", "expert"}));
}

TEST(ExpertJudgements, LiftARuleAndSayWhatItSaysAlone) {
  const auto sink =
      run(world({1, 1, 9}),
          alerts(score_rule + expert("area = \"W\"\nrule = \"score\"\nlevel = \"watch\"\nfrom = 2021-07-01")));
  EXPECT_EQ(told(sink), "W 07 score raised watch\nW 08 score escalated alert\n");
  EXPECT_EQ(
      sink.alerts()[0].why,
      "raised by the protection adviser: three witnesses; by the rule alone: the score, 10, no longer reaches 30");
  EXPECT_EQ(sink.alerts()[1].expert, "");  // 90 says so by itself
}

TEST(ExpertJudgements, ClearWithTheReasonShown) {
  const auto sink = run(world({9, 9, 9}), alerts(score_rule + expert("area = \"W\"\nlevel = \"clear\"\n"
                                                                     "from = 2021-07-01\nto = 2021-08-31")));
  EXPECT_EQ(told(sink), "W 06 score raised alert\nW 07 score cleared alert\nW 08 score suppressed alert\n");
  EXPECT_EQ(sink.alerts()[1].why,
            "cleared by the protection adviser: three witnesses; by the rule alone: the score, 90, reaches 80");
  EXPECT_EQ(sink.alerts()[2].why,
            "not raised by the protection adviser: three witnesses; by the rule alone: the score, 90, reaches 80");
  EXPECT_FALSE(sink.alerts()[2].stands());
}

/// Later rows go before earlier ones: who knows more by now.
TEST(ExpertJudgements, TheLaterRowCounts) {
  const std::string raise = expert("area = \"E\"\nlevel = \"alert\"\nfrom = 2021-06-01"),
                    clear = expert("area = \"E\"\nlevel = \"clear\"\nfrom = 2021-08-01");
  EXPECT_EQ(told(run(world({1, 1, 1}), alerts(score_rule + raise + clear))),
            "E 06 expert raised alert\nE 07 expert held alert\nE 08 expert cleared alert\n");
  EXPECT_EQ(told(run(world({1, 1, 1}), alerts(clear + raise))),
            "E 06 expert raised alert\nE 07 expert held alert\nE 08 expert held alert\n");
}

TEST(ExpertJudgements, AnUnknownAreaIsRefused) {
  const auto told_of = [](const std::string& area) {
    try {
      run(world({1}), alerts(score_rule + expert("area = \"" + area + "\"\nlevel = \"watch\"\nfrom = 2021-06-01")));
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::scenario);
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(told_of("Wset").find("'Wset' is no code of an area of this run (did you mean 'W'?)"), std::string::npos)
      << told_of("Wset");
  EXPECT_NE(told_of("nowhere").find("memory:"), std::string::npos);
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
  EXPECT_NE(of_rule("on = \"pillars\"\nraise = { watch = 1, warning = 2 }").find("the index has 1"), std::string::npos);
  EXPECT_NE(of_rule("on = \"pillars\"\nraise = { watch = 0.5 }").find("whole numbers"), std::string::npos);
  EXPECT_NE(of_rule("raise = { watch = 50 }\nof_least = 50").find("on = \"pillars\""), std::string::npos);
  EXPECT_NE(problem(alerts(score_rule + expert("area = \"W\"\nlevel = \"watch\""))).find("from"), std::string::npos);
  EXPECT_NE(problem(alerts(score_rule + expert("area = \"W\"\nfrom = 2021-06-01"))).find("level"), std::string::npos);
  EXPECT_NE(problem(alerts(score_rule + expert("area = \"W\"\nrule = \"scor\"\nlevel = \"watch\"\nfrom = 2021-06-01")))
                .find("did you mean 'score'?"),
            std::string::npos);
  EXPECT_NE(problem(alerts(rule("expert", "raise = { watch = 50 }") +
                           expert("area = \"W\"\nlevel = \"watch\"\nfrom = 2021-06-01")))
                .find("rename it"),
            std::string::npos);
  EXPECT_NE(problem(alerts(score_rule, "cap = { sender = \"a@b\", status = \"Real\" }")).find("status"),
            std::string::npos);
}

}  // namespace
}  // namespace tocsin::test
