#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "small_world.hpp"

namespace tocsin::test {

/// Spillover over the two districts shows what count_span() counts.
/// @param change  of the scenario, before it is run
inline MemoryResultSink run(Events events, const std::string& measure, const std::string& more = {}, Table closed = {},
                            const std::function<void(Scenario&)>& change = {}) {
  Sources sources = two_district_sources(std::move(events));
  const std::string access = closed.columns.empty()
                                 ? ""
                                 : "sources.closed = { path = \"closed.csv\" }\n" +
                                       indicator("unreachable", "closed", "{ kind = \"access\", masks = [\"p\"] }",
                                                 "{ kind = \"none\" }", "role = \"reporting\"");
  if (!closed.columns.empty()) sources.tables["closed"] = std::make_unique<MemoryTableSource>(std::move(closed));
  MemoryResultSink sink;
  Scenario scenario = two_district_scenario(
      indicator("value", "incidents", measure, "{ kind = \"goalposts\", low = 0, high = 100 }", more), access);
  if (change) change(scenario);
  run_assessment(scenario, sources, sink);
  return sink;
}

/// Goalposts of 0 to 100: the score is the value.
inline double value(const MemoryResultSink& sink, std::size_t period, std::size_t area) {
  return sink.periods()[period].areas[area].score;
}

inline Events west(const std::vector<std::pair<Day, int>>& days) {
  Events events;
  for (const auto& [day, number] : days)
    for (int i = 0; i < number; ++i) events.add(5'000, 5'000, day);
  return events;
}

/// Of each month from one on, so many incidents on its 5th.
inline std::vector<std::pair<Day, int>> monthly(int year, unsigned month, const std::vector<int>& counts) {
  std::vector<std::pair<Day, int>> days;
  for (const int count : counts) {
    days.emplace_back(make_day(year, month, 5), count);
    year += month == 12 ? 1 : 0;
    month = month == 12 ? 1 : month + 1;
  }
  return days;
}

}  // namespace tocsin::test
