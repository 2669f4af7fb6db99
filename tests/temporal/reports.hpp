#pragma once

#include <chrono>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/temporal/delay/reported_events.hpp>

namespace tocsin::test {

/// A day counted from the first of 2021.
inline Day at(int day) {
  return make_day(2021, 1, 1) + std::chrono::days{day};
}

inline void add(ReportedEvents& events, Day day, Day reported, double weight = 1, std::size_t series = 0) {
  events.first_day.push_back(day);
  events.last_day.push_back(day);
  events.reported.push_back(reported);
  events.has_reported.push_back(1);
  events.series.push_back(series);
  events.weight.push_back(weight);
}

inline ReportedEvents entry(Day day, Day reported, double weight = 1, std::size_t series = 0) {
  ReportedEvents events;
  add(events, day, reported, weight, series);
  return events;
}

/// Whole months, both included.
inline std::vector<Period> months(int year, unsigned first, int last_year, unsigned last) {
  return periods_between(make_day(year, first, 1), period_of(make_day(last_year, last, 1), Every::month).last,
                         Every::month);
}

/// An event of one day whose report has no date.
inline void add_undated(ReportedEvents& events, Day day) {
  add(events, day, day);
  events.has_reported.back() = 0;
}

}  // namespace tocsin::test
