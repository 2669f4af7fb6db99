#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tocsin/indicators/value.hpp>
#include <tocsin/temporal/alert_lifecycle.hpp>

namespace tocsin {

/// One [[alerts.rule]] of a scenario.
struct AlertRuleSpec {
  /// What it looks at, in each area and period.
  enum class On {
    score,      ///< 0 to 100
    change,     ///< of the score since the period before
    rank,       ///< 1 is the highest score
    coverage,   ///< share of the index's weight that was observed
    indicator,  ///< raw value of an indicator, mean over the area as scores are
    hotspot,    ///< 1 where a hotspot stands in the area
    pillars,    ///< how many pillars reach `of_least` each: independent signs that agree
    expert      ///< nothing: what experts raise without naming a rule
  };
  std::string name;
  On on = On::score;
  std::string of;        ///< the indicator's id
  double of_least = 60;  ///< of a pillar's score, for On::pillars
  /// Of values that rise as things get worse: rank and coverage are turned about (`falling`).
  AlertRule rule;
  std::string unless;  ///< name of another rule: while its alert stands in the area nothing is raised
  std::string action;  ///< goes before the table of actions
  Position position;

  /// True where low values are the bad ones.
  [[nodiscard]] bool falling() const { return on == On::rank || on == On::coverage; }
};

/// One [[alerts.expert]] of a scenario: what somebody who knows better says of an area.
struct ExpertJudgement {
  std::string area;                     ///< its code
  std::string rule;                     ///< empty: an alert of its own; to clear: all rules
  AlertLevel level = AlertLevel::none;  ///< at which it stands at least; none: nothing stands
  Day from;
  std::optional<Day> to;  ///< empty: until it is taken back
  std::string why;
  std::string by;  ///< a role, not a person's name
  Position position;
};

/// The name of the rule under which stands what experts raise without naming one.
inline constexpr const char* expert_rule_name = "expert";

/// The section [alerts] of a scenario.
struct AlertSpec {
  std::vector<AlertRuleSpec> rules;
  std::vector<ExpertJudgement> experts;        ///< in the order of the scenario: later ones go before earlier ones
  std::map<std::string, std::string> actions;  ///< by indicator or pillar
  std::string cap_sender;                      ///< who sends them as a CAP message; empty: none is written
  std::string cap_status = "Exercise";         ///< "Actual", "Exercise", "Test", "Draft"
};

}  // namespace tocsin
