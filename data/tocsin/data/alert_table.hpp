#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tocsin/data/tables.hpp>

namespace tocsin::data {

/// `period,level,state,rule,code,name,since,value,threshold,coverage,why,sure,changed,clears,action,expert,id`.
std::vector<AreaColumn> alert_columns();
std::vector<TableCell> alert_row(const AssessmentHeader& header, const Alert& alert);

/// alerts.csv: quoted and made safe as areas.csv.
std::string alerts_csv(const AssessmentHeader& header, std::span<const Alert> alerts);

/// alerts.json: `scenario`, `as_of`, `last_period`, `periods`, `rules` (names), `standing` (ids of those that stand at
/// its end), `alerts` with the columns of the table; null = not known.
std::string alerts_json(const AssessmentHeader& header, std::span<const Alert> alerts);

/// How a run's alerts differ from those of an earlier run of the same scenario.
struct AlertNews {
  enum class Kind {
    raised,      ///< raised in a period that the earlier run did not have
    found_late,  ///< raised in a period that it had: a late record, or corrected data
    changed,     ///< it stands at another level, or in another state of standing, than at the end of the earlier run
    cleared,     ///< it stood at the end of the earlier run and does not now
    gone,        ///< the earlier run had it, this one has it in no period: data were changed
    new_rule,    ///< of a rule that the earlier run did not have, or had by another name: nothing to compare with
    rule_gone    ///< it stood, and this run has no rule of its name
  } kind = Kind::raised;
  std::string id, rule, level, state,
      was;  ///< `was`: level at the end of the earlier run, empty where it did not stand
};
std::string_view name(AlertNews::Kind kind);

/// What an alerts.json says, as far as it is needed to compare with it.
struct EarlierAlerts {
  struct Entry {
    std::string id, rule, period, level, state;
  };
  std::string scenario, as_of, last_period;
  std::vector<std::string> periods;
  std::optional<std::vector<std::string>> rules;  ///< empty: written by a version that did not say
  std::vector<Entry> alerts;
};

/// @param path  alerts.json of a run
/// @throws Error input when it is missing or not one of ours
EarlierAlerts read_alerts_json(const std::string& path);
/// The same from text; `path` is for messages.
EarlierAlerts parse_alerts_json(const std::string& text, const std::string& path);

std::vector<AlertNews> news_since(const EarlierAlerts& earlier, const AssessmentHeader& header,
                                  std::span<const Alert> alerts);

}  // namespace tocsin::data
