#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <tocsin/temporal/alarm/alarm_budget.hpp>
#include <tocsin/temporal/alarm/panel_alarm.hpp>

#include "panel_options.hpp"

namespace tocsin::cli {

/// Series that add up to one.
struct AlarmSum {
  std::string code, name;
  std::vector<AlarmPoint> points;
  std::size_t parts = 0;
};

/// Alarms of a panel's last periods.
struct PanelAlarms {
  AlarmOptions options;
  std::vector<SeriesAlarm> series;  ///< in the order of the panel
  std::vector<AlarmSum> sums;
  std::size_t first = 0;              ///< judged period
  std::optional<double> budget;       ///< false alarms a year
  std::optional<AlarmReplay> replay;  ///< with a budget
  std::optional<Day> ends;            ///< last event, where the source may end there: end_of_events()
};

/// The last day of the events, where more than one whole period lies between it and the newest one, and five events or
/// more were to be expected since; empty otherwise, and of a table of numbers.
std::optional<Day> end_of_events(const ReadPanel& read);

/// "alarm", "no alarm", or why there is no verdict.
std::string verdict_of(const AlarmPoint& point);

void write_alarms(const std::string& path, const ReadPanel& read, const PanelAlarms& alarms);
nlohmann::ordered_json json_of(const ReadPanel& read, const PanelAlarms& alarms);

/// How series were judged and why so, one line a method.
std::vector<std::string> choices_in_words(const ReadPanel& read, const PanelAlarms& alarms);
/// What the budget comes to, and what it would have come to.
std::string budget_in_words(const PanelAlarms& alarms);
/// Alarms, and what nobody could look into in the judged periods; then how many of each in the newest one, and which of
/// those without an alarm are highest.
std::vector<std::string> alarms_in_words(const ReadPanel& read, const PanelAlarms& alarms);

}  // namespace tocsin::cli
