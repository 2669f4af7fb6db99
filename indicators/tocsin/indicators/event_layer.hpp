#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/ports/sources.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin {

/// The days from which events count, and how they fade.
struct TimeWindow {
  Day first, last;                    ///< both included
  std::optional<Duration> half_life;  ///< weight 2^(-age / half_life), age in days before `last`; empty: no fading
};

/// The window that ends with a period: the last `window` days; without it the period itself, or with a half-life the
/// last ten half-lives (what is older adds less than a thousandth).
TimeWindow window_of(const Period& period, std::optional<Duration> window, std::optional<Duration> half_life);

/// What an event's days inside the window weigh, on average over all days on which it may have happened: 1 for an event
/// wholly inside without fading, 0 outside.
double time_weight(Day first_day, Day last_day, const TimeWindow& window);

/// A source of events as an assessment holds it: read once, placed once, filtered by each where clause once.
struct EventLayer {
  EventBatch batch;
  std::vector<std::string> filters;  ///< in the order of batch.matches
  PlacedEvents placed;               ///< over the wide grid
  Day as_of;
  std::optional<Day> observed_from, observed_to;                             ///< the days that the source covers
  std::vector<std::int64_t> area_of_point;                                   ///< by point place: area index, or -1
  std::vector<std::vector<std::pair<std::size_t, double>>> areas_of_spread;  ///< by spread place: area and share

  /// True when the event had been reported by the as-of day.
  [[nodiscard]] bool known(std::size_t event) const { return batch.events.reported[event] <= as_of; }
  /// True when the source covers the whole period: only then is a period without events a quiet one.
  [[nodiscard]] bool observes(const Period& period) const {
    return (!observed_from || *observed_from <= period.first) && (!observed_to || *observed_to >= period.last);
  }
  [[nodiscard]] const std::vector<std::uint8_t>* mask(const std::string& filter) const;

  /// Weight of every event for a filter and a window: its own weight, times the field's value where one is named
  /// ("persons", "weight" or a numeric field; not observed counts as 0), times its share of days and fading.
  [[nodiscard]] std::vector<double> weights(const std::string& filter, const TimeWindow& window,
                                            const std::string& field = {}) const;
  /// Sums of weights by area, in area order. Every area gets a value; the layer knows no access.
  [[nodiscard]] std::vector<double> sums_by_area(std::span<const double> weights, std::size_t areas) const;
};

}  // namespace tocsin
