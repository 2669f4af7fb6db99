// Alerts as tables and messages, and what is new since an earlier run.
#include <algorithm>
#include <fstream>

#include <data/made_up_run.hpp>
#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/alert_cap.hpp>
#include <tocsin/data/alert_table.hpp>

namespace tocsin::data {
namespace {

using test::made_up_header;
using test::TempFiles;

Alert alert(const std::string& rule, std::size_t area, std::size_t period, const std::string& since,
            const std::string& level, const std::string& state) {
  Alert alert;
  alert.rule = rule;
  alert.area = area;
  alert.period = period;
  alert.since = since;
  alert.id = rule + "/" + std::to_string(area) + "/" + since;
  alert.level = level;
  alert.state = state;
  alert.value = 61.23456;
  alert.why = "the score, 61.2, reaches 60";
  alert.sure = "all was <observed> & told";
  alert.clears = "when it is below 54";
  return alert;
}

std::vector<Alert> some() {
  return {alert("score", 0, 0, "2021-10", "watch", "raised"),    alert("score", 0, 1, "2021-10", "alert", "escalated"),
          alert("score", 0, 2, "2021-10", "alert", "blind"),     alert("=rule", 1, 2, "2021-12", "warning", "raised"),
          alert("score", 2, 1, "2021-11", "watch", "raised"),    alert("score", 2, 2, "2021-11", "watch", "cleared"),
          alert("score", 3, 2, "2021-12", "watch", "suppressed")};
}

EarlierAlerts through_a_file(const AssessmentHeader& header, const std::vector<Alert>& alerts) {
  const TempFiles files;
  std::ofstream(files.path("alerts.json")) << alerts_json(header, alerts);
  return read_alerts_json(files.path("alerts.json"));
}

TEST(AlertTable, CsvHasARowAnAlertAndPeriod) {
  const std::string text = alerts_csv(made_up_header(), some());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 8);
  EXPECT_NE(text.find("2021-12,alert,blind,score,001,Strip 1,2021-10,61.235,,,\"the score, 61.2, reaches 60\""),
            std::string::npos);
  EXPECT_NE(text.find("'=rule"), std::string::npos);  // no spreadsheet runs it
}

TEST(AlertTable, SaysWhoseJudgementItIs) {
  std::vector<Alert> one{alert("expert", 0, 0, "2021-10", "watch", "raised")};
  one.front().expert = "protection adviser";
  EXPECT_NE(alerts_csv(made_up_header(), one).find(",protection adviser,expert/0/2021-10\n"), std::string::npos);
  EXPECT_NE(alerts_json(made_up_header(), one).find("\"expert\": \"protection adviser\""), std::string::npos);
  EXPECT_NE(alerts_json(made_up_header(), some()).find("\"expert\": null"), std::string::npos);
}

TEST(AlertTable, JsonNamesWhatStandsAtTheEnd) {
  const std::string text = alerts_json(made_up_header(), some());
  const auto standing = text.substr(text.find("\"standing\""), text.find("\"alerts\"") - text.find("\"standing\""));
  EXPECT_NE(standing.find("score/0/2021-10"), std::string::npos);
  EXPECT_NE(standing.find("=rule/1/2021-12"), std::string::npos);
  EXPECT_EQ(standing.find("score/2"), std::string::npos);  // cleared
  EXPECT_EQ(standing.find("score/3"), std::string::npos);  // suppressed
}

std::string told(const std::vector<AlertNews>& news) {
  std::string text;
  for (const AlertNews& each : news)
    text += std::string(name(each.kind)) + " " + each.id + " " + each.level + " was " + each.was + "\n";
  return text;
}

TEST(AlertNews, TheSameRunHasNone) {
  const AssessmentHeader header = made_up_header();
  EXPECT_EQ(told(news_since(through_a_file(header, some()), header, some())), "");
}

TEST(AlertNews, TellsWhatIsNewLateChangedClearedAndGone) {
  AssessmentHeader before = made_up_header();
  before.periods.pop_back();
  const std::vector<Alert> known{
      alert("score", 0, 0, "2021-10", "watch", "raised"), alert("score", 0, 1, "2021-10", "watch", "held"),
      alert("score", 1, 1, "2021-11", "alert", "raised"), alert("score", 2, 1, "2021-11", "watch", "raised")};
  EXPECT_EQ(
      told(news_since(
          through_a_file(before, known), made_up_header(),
          std::vector<Alert>{
              alert("score", 0, 0, "2021-10", "watch", "raised"), alert("score", 0, 2, "2021-10", "alert", "escalated"),
              alert("score", 2, 1, "2021-11", "watch", "raised"), alert("score", 2, 2, "2021-11", "watch", "cleared"),
              alert("score", 3, 1, "2021-11", "watch", "raised"), alert("score", 3, 2, "2021-11", "watch", "held"),
              alert("new", 0, 2, "2021-12", "warning", "raised")})),
      "changed score/0/2021-10 alert was watch\n"
      "cleared score/2/2021-11 watch was watch\n"
      "found late score/3/2021-11 watch was \n"
      "raised new/0/2021-12 warning was \n"
      "gone score/1/2021-11  was alert\n");
}

/// A rule by another name is no late discovery, and what stood under its old one is not gone from the ground.
TEST(AlertNews, SaysThatARuleIsNotInTheOtherRun) {
  AssessmentHeader before = made_up_header(), after = made_up_header();
  before.alert_rules = {"score", "old"};
  after.alert_rules = {"score", "renamed"};
  const auto alerts = [](const std::string& rule) {
    return std::vector<Alert>{alert(rule, 0, 1, "2021-11", "watch", "raised"),
                              alert(rule, 0, 2, "2021-11", "watch", "held")};
  };
  const auto news = news_since(through_a_file(before, alerts("old")), after, alerts("renamed"));
  EXPECT_EQ(told(news), "new rule renamed/0/2021-11 watch was \nrule gone old/0/2021-11  was watch\n");
  EXPECT_EQ(news.front().rule, "renamed");
  // What an older version wrote does not say which rules it had.
  EarlierAlerts silent = through_a_file(before, alerts("old"));
  silent.rules.reset();
  EXPECT_EQ(told(news_since(silent, after, alerts("renamed"))),
            "found late renamed/0/2021-11 watch was \ngone old/0/2021-11  was watch\n");
}

TEST(AlertNews, RefusesWhatIsNoRun) {
  const TempFiles files;
  EXPECT_THROW(read_alerts_json(files.path("alerts.json")), Error);
  std::ofstream(files.path("alerts.json")) << "{\"alerts\": 3}";
  EXPECT_THROW(read_alerts_json(files.path("alerts.json")), Error);
}

TEST(AlertCap, HoldsWhatStandsAndNothingElse) {
  const std::string text = alerts_cap(made_up_header(), some(), {"protection@mission.example", "Test"});
  const auto count = [&](const std::string& what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
    return n;
  };
  EXPECT_EQ(count("<info>"), 2U);
  EXPECT_EQ(count("<certainty>Unknown</certainty>"), 1U);  // the one that is blind
  EXPECT_EQ(count("all was &lt;observed&gt; &amp; told"), 2U);
  EXPECT_EQ(count("<scope>Restricted</scope>"), 1U);
  EXPECT_EQ(count("<sent>2022-01-15T00:00:00-00:00</sent>"), 1U);
  // "lat,lon": the strips lie about 5 degrees north and 27 degrees east.
  EXPECT_NE(text.find("<polygon>5."), std::string::npos);
  EXPECT_EQ(count("Strip 3"), 0U);
}

}  // namespace
}  // namespace tocsin::data
