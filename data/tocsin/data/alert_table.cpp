#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/data/alert_table.hpp>

namespace tocsin::data {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const TableCell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* whole = std::get_if<int>(&cell)) return *whole;
  if (const auto* number = std::get_if<double>(&cell)) return *number;
  return nullptr;
}

bool stands(const std::string& state) {
  return state != "cleared" && state != "suppressed";
}

/// By id, where each alert of the last period came to.
template <typename Entries, typename InLastPeriod>
std::map<std::string, std::pair<std::string, std::string>> standing(const Entries& entries, const InLastPeriod& last) {
  std::map<std::string, std::pair<std::string, std::string>> result;
  for (const auto& entry : entries)
    if (last(entry) && stands(entry.state)) result[entry.id] = {entry.level, entry.state};
  return result;
}

}  // namespace

std::vector<AreaColumn> alert_columns() {
  using enum ColumnType;
  return {{"period", text}, {"level", text}, {"state", text},   {"rule", text},        {"code", text},
          {"name", text},   {"since", text}, {"value", number}, {"threshold", number}, {"coverage", number},
          {"why", text},    {"sure", text},  {"changed", text}, {"clears", text},      {"action", text},
          {"expert", text}, {"id", text}};
}

std::vector<TableCell> alert_row(const AssessmentHeader& header, const Alert& alert) {
  const auto text_or_nothing = [](const std::string& text) { return text.empty() ? TableCell() : TableCell(text); };
  return {header.periods[alert.period].label,
          alert.level,
          alert.state,
          alert.rule,
          header.areas.codes[alert.area],
          header.areas.names[alert.area],
          alert.since,
          number_cell(alert.value),
          number_cell(alert.threshold),
          number_cell(alert.coverage),
          alert.why,
          alert.sure,
          text_or_nothing(alert.changed),
          alert.clears,
          text_or_nothing(alert.action),
          text_or_nothing(alert.expert),
          alert.id};
}

std::string alerts_csv(const AssessmentHeader& header, std::span<const Alert> alerts) {
  std::vector<std::vector<TableCell>> rows;
  for (const Alert& alert : alerts) rows.push_back(alert_row(header, alert));
  return table_csv(alert_columns(), rows);
}

std::string alerts_json(const AssessmentHeader& header, std::span<const Alert> alerts) {
  Json json{{"scenario", header.scenario}, {"as_of", to_string(header.as_of)}};
  json["last_period"] = header.periods.back().label;
  json["periods"] = Json::array();
  for (const Period& period : header.periods) json["periods"].push_back(period.label);
  json["rules"] = header.alert_rules;
  json["standing"] = Json::array();
  json["alerts"] = Json::array();
  const std::vector<AreaColumn> columns = alert_columns();
  for (const Alert& alert : alerts) {
    const bool last = alert.period + 1 == header.periods.size();
    if (last && alert.stands()) json["standing"].push_back(alert.id);
    const std::vector<TableCell> row = alert_row(header, alert);
    Json entry;
    for (std::size_t i = 0; i < row.size(); ++i) entry[columns[i].name] = json_of(row[i]);
    json["alerts"].push_back(std::move(entry));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string_view name(AlertNews::Kind kind) {
  switch (kind) {
    case AlertNews::Kind::raised:
      return "raised";
    case AlertNews::Kind::found_late:
      return "found late";
    case AlertNews::Kind::changed:
      return "changed";
    case AlertNews::Kind::cleared:
      return "cleared";
    case AlertNews::Kind::gone:
      return "gone";
    case AlertNews::Kind::new_rule:
      return "new rule";
    case AlertNews::Kind::rule_gone:
      return "rule gone";
  }
  return {};
}

EarlierAlerts read_alerts_json(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw Error(ErrorCode::input,
                fmt::format("{}: cannot be read; name the folder of an earlier run of a scenario with [alerts]", path));
  std::ostringstream text;
  text << file.rdbuf();
  return parse_alerts_json(text.str(), path);
}

EarlierAlerts parse_alerts_json(const std::string& text, const std::string& path) {
  try {
    const Json json = Json::parse(text);
    EarlierAlerts earlier{json.at("scenario"), json.at("as_of"), json.at("last_period"), json.at("periods"), {}, {}};
    if (json.contains("rules")) earlier.rules = json.at("rules").get<std::vector<std::string>>();
    for (const Json& alert : json.at("alerts"))
      earlier.alerts.push_back(
          {alert.at("id"), alert.at("rule"), alert.at("period"), alert.at("level"), alert.at("state")});
    return earlier;
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::input,
                fmt::format("{}: is no alerts.json of a run; name the folder of an earlier run", path));
  }
}

std::vector<AlertNews> news_since(const EarlierAlerts& earlier, const AssessmentHeader& header,
                                  std::span<const Alert> alerts) {
  const auto before =
      standing(earlier.alerts, [&](const EarlierAlerts::Entry& entry) { return entry.period == earlier.last_period; });
  const auto now = standing(alerts, [&](const Alert& alert) { return alert.period + 1 == header.periods.size(); });
  std::set<std::string> known;
  std::map<std::string, std::string> rule_of;
  for (const EarlierAlerts::Entry& entry : earlier.alerts) {
    if (entry.state != "suppressed") known.insert(entry.id);
    rule_of[entry.id] = entry.rule;
  }
  const std::set<std::string> seen(earlier.periods.begin(), earlier.periods.end());
  const auto has = [](const std::vector<std::string>& rules, const std::string& rule) {
    return std::find(rules.begin(), rules.end(), rule) != rules.end();
  };
  std::vector<AlertNews> news;
  std::set<std::string> told;
  for (const Alert& alert : alerts) {
    if (alert.state == "suppressed" || !told.insert(alert.id).second) continue;
    const auto stood = before.find(alert.id), still = now.find(alert.id);
    const std::string level = still == now.end() ? alert.level : still->second.first;
    const std::string state = still == now.end() ? "cleared" : still->second.second;
    const auto tell = [&](AlertNews::Kind kind) {
      news.push_back({kind, alert.id, alert.rule, level, state, stood == before.end() ? "" : stood->second.first});
    };
    if (earlier.rules && !has(*earlier.rules, alert.rule))
      tell(AlertNews::Kind::new_rule);
    else if (!known.contains(alert.id))
      tell(seen.contains(alert.since) ? AlertNews::Kind::found_late : AlertNews::Kind::raised);
    else if (stood != before.end() && still == now.end())
      tell(AlertNews::Kind::cleared);
    else if (still != now.end() && (stood == before.end() || stood->second.first != level ||
                                    (stood->second.second == "blind") != (state == "blind")))
      tell(AlertNews::Kind::changed);
  }
  for (const auto& [id, was] : before) {
    if (told.contains(id)) continue;
    const bool lost = earlier.rules && !has(header.alert_rules, rule_of[id]);
    news.push_back({lost ? AlertNews::Kind::rule_gone : AlertNews::Kind::gone, id, rule_of[id], "", "", was.first});
  }
  return news;
}

}  // namespace tocsin::data
