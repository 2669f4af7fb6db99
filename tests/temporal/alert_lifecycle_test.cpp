// The life of an alert: what raises, holds, lowers and clears it, and what never does.
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/alert_lifecycle.hpp>

namespace tocsin {
namespace {

constexpr double gap = not_observed;

AlertRule rule() {
  AlertRule rule;
  rule.raise = {40, 60, 80};
  rule.clear = {30, 50, 70};
  return rule;
}

/// "q" quiet, "R" raised, "E" escalated, "h" held, "l" lowered, "C" cleared, "b" blind, "u" unseen, "s" suppressed.
std::string states(const std::vector<AlertStep>& steps) {
  std::string text;
  for (const AlertStep& step : steps) text += "qREhlCbus"[static_cast<std::size_t>(step.state)];
  return text;
}

std::string levels(const std::vector<AlertStep>& steps) {
  std::string text;
  for (const AlertStep& step : steps) text += "0123"[static_cast<std::size_t>(step.level)];
  return text;
}

TEST(AlertLifecycle, RisesEscalatesLowersAndClears) {
  const std::vector<double> values{10, 45, 85, 75, 65, 65, 10, 10, 10};
  const auto steps = follow_alert(values, {}, rule());
  EXPECT_EQ(states(steps), "qREhhlhCq");
  EXPECT_EQ(levels(steps), "013332220");
  for (std::size_t t = 1; t < 8; ++t) EXPECT_EQ(steps[t].since, 1U);
}

/// A value that trembles about the threshold raises one alert, not one a period.
TEST(AlertLifecycle, TremblingRaisesOnce) {
  const std::vector<double> values{41, 39, 41, 39, 41, 39};
  EXPECT_EQ(states(follow_alert(values, {}, rule())), "Rhhhhh");
}

/// Silence from a place that nobody reached is no all-clear, and no cause for alarm.
TEST(AlertLifecycle, WhatWasNotObservedNeitherClearsNorRaises) {
  EXPECT_EQ(states(follow_alert(std::vector<double>{gap, 45, 10, gap, gap, gap, 10, gap}, {}, rule())), "uRhbbbCu");
}

TEST(AlertLifecycle, GapsDoNotBreakARow) {
  AlertRule two = rule();
  two.periods_to_raise = 2;
  EXPECT_EQ(states(follow_alert(std::vector<double>{45, gap, 45, 45}, {}, two)), "quRh");
  EXPECT_EQ(states(follow_alert(std::vector<double>{45, 10, 45, 45}, {}, two)), "qqqR");
}

/// The level that all periods of the row reach, not the highest of them.
TEST(AlertLifecycle, ARowRaisesWhatAllItsPeriodsReach) {
  AlertRule two = rule();
  two.periods_to_raise = 2;
  EXPECT_EQ(levels(follow_alert(std::vector<double>{85, 45, 85, 85}, {}, two)), "0113");
}

TEST(AlertLifecycle, CoolDownLetsOnlyTheHighestLevelThrough) {
  AlertRule cool = rule();
  cool.periods_to_clear = 1;
  cool.cool_down = 2;
  EXPECT_EQ(states(follow_alert(std::vector<double>{45, 10, 45, 45, 45}, {}, cool)), "RCssR");
  EXPECT_EQ(states(follow_alert(std::vector<double>{45, 10, 85}, {}, cool)), "RCR");
}

TEST(AlertLifecycle, SuppressedWhileACauseStands) {
  const std::vector<double> values{45, 45, 45};
  const std::vector<std::uint8_t> cause{1, 1, 0};
  EXPECT_EQ(states(follow_alert(values, cause, rule())), "ssR");
}

TEST(AlertLifecycle, LevelsThatAreNotUsed) {
  AlertRule only = rule();
  only.raise = {gap, 60, gap};
  only.clear = {gap, 50, gap};
  EXPECT_EQ(levels(follow_alert(std::vector<double>{45, 99, 55, 45, 45}, {}, only)), "02222");
}

/// A later run with more periods tells the same story of the earlier ones.
TEST(AlertLifecycle, MoreDataLeaveThePastAsItWas) {
  const std::vector<double> values{10, 45, gap, 85, 75, 65, 65, 10, gap, 10, 90, 90};
  const auto whole = follow_alert(values, {}, rule());
  for (std::size_t n = 0; n <= values.size(); ++n) {
    const auto part = follow_alert(std::span(values).first(n), {}, rule());
    for (std::size_t t = 0; t < n; ++t) {
      EXPECT_EQ(part[t].state, whole[t].state);
      EXPECT_EQ(part[t].level, whole[t].level);
      EXPECT_EQ(part[t].since, whole[t].since);
    }
  }
}

TEST(AlertLifecycle, RefusesRulesThatContradictThemselves) {
  AlertRule none;
  EXPECT_THROW(none.validate(), Error);
  AlertRule above = rule();
  above.clear[1] = 61;
  EXPECT_THROW(above.validate(), Error);
  AlertRule falling = rule();
  falling.raise[2] = 50;
  EXPECT_THROW(falling.validate(), Error);
  AlertRule never = rule();
  never.periods_to_raise = 0;
  EXPECT_THROW(never.validate(), Error);
  EXPECT_THROW(follow_alert(std::vector<double>{1, 2}, std::vector<std::uint8_t>{1}, rule()), Error);
}

/// Who of the steps is so by a judgement: "j".
std::string judged(const std::vector<AlertStep>& steps) {
  std::string text;
  for (const AlertStep& step : steps) text += step.judged ? 'j' : '.';
  return text;
}

constexpr AlertJudgement no{}, warn{AlertLevel::warning, false}, off{AlertLevel::none, true};

TEST(AlertJudgement, RaisesWhateverTheValueIs) {
  const std::vector<double> values{10, 10, gap, 85, 10, 10, 10};
  const auto steps = follow_alert(values, {}, rule(), std::vector<AlertJudgement>{no, warn, warn, warn, no, no, no});
  EXPECT_EQ(states(steps), "qRhEhCq");  // where it ends the rule's own two periods below clear it
  EXPECT_EQ(levels(steps), "0223330");
  EXPECT_EQ(judged(steps), ".jj....");  // 85 says as much by itself
  for (std::size_t t = 1; t < 6; ++t) EXPECT_EQ(steps[t].since, 1U);
}

TEST(AlertJudgement, KeepsWhatWouldClearAndLiftsWhatIsLower) {
  const std::vector<double> values{45, 45, 10, 10, 10};
  const auto steps = follow_alert(values, {}, rule(), std::vector<AlertJudgement>{no, warn, warn, warn, no});
  EXPECT_EQ(states(steps), "REhhh");
  EXPECT_EQ(levels(steps), "12222");
  EXPECT_EQ(judged(steps), ".jjj.");
}

/// From 85 the value falls; the judgement lets it come down to its own level and no further.
TEST(AlertJudgement, DoesNotHoldMoreThanItSays) {
  AlertRule quick = rule();
  quick.periods_to_clear = 1;
  const auto steps =
      follow_alert(std::vector<double>{85, 10, 10}, {}, quick, std::vector<AlertJudgement>{warn, warn, warn});
  EXPECT_EQ(states(steps), "Rlh");
  EXPECT_EQ(levels(steps), "322");
}

TEST(AlertJudgement, GoesBeforeWhatSuppressesAndWhatCools) {
  AlertRule cool = rule();
  cool.periods_to_clear = 1;
  cool.cool_down = 3;
  EXPECT_EQ(states(follow_alert(std::vector<double>{45, 10, 10}, {}, cool, std::vector<AlertJudgement>{no, no, warn})),
            "RCR");
  EXPECT_EQ(states(follow_alert(std::vector<double>{45, 45}, std::vector<std::uint8_t>{1, 1}, rule(),
                                std::vector<AlertJudgement>{no, warn})),
            "sR");
}

TEST(AlertJudgement, ClearsAndKeepsClear) {
  const std::vector<double> values{65, 65, 65, 10, gap, 65};
  const auto steps = follow_alert(values, {}, rule(), std::vector<AlertJudgement>{no, off, off, off, off, no});
  EXPECT_EQ(states(steps), "RCsquR");
  EXPECT_EQ(levels(steps), "222002");
  EXPECT_EQ(judged(steps), ".jj...");
  EXPECT_EQ(steps[5].since, 5U);
}

TEST(AlertJudgement, IsOnePerPeriod) {
  EXPECT_THROW(follow_alert(std::vector<double>{1, 2}, {}, rule(), std::vector<AlertJudgement>{no}), Error);
}

}  // namespace
}  // namespace tocsin
