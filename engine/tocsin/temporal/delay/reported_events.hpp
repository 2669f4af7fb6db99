#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/vector/events.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin {

/// When events happened and when they became known, by series (areas, groups): columns. An event that lies in several
/// areas is one entry for each, with its share as weight.
struct ReportedEvents {
  std::vector<Day> first_day, last_day;    ///< it happened between these, both included
  std::vector<Day> reported;               ///< when it became known
  std::vector<std::uint8_t> has_reported;  ///< 0: `reported` is only a stand-in, and says nothing of delays
  std::vector<std::size_t> series;
  std::vector<double> weight;

  [[nodiscard]] std::size_t size() const { return series.size(); }
  /// Adds event i of some events to a series.
  void add(const Events& events, std::size_t i, std::size_t to_series, double weighing);
};

/// Events by area, as count_in_areas() counts them.
/// @param weights          one an event; 0 leaves it out
/// @param placed           the same events
/// @param area_of_point    by point place: its area, or -1 where it lies in none
/// @param areas_of_spread  by spread place: its areas, each with the share of the place that lies in it
/// @throws Error           shape_mismatch
ReportedEvents reported_by_area(const Events& events, std::span<const double> weights, const PlacedEvents& placed,
                                std::span<const std::int64_t> area_of_point,
                                std::span<const std::vector<std::pair<std::size_t, double>>> areas_of_spread);

/// Events as count_by_group() counts them: each in the series of its level, those without a text in a last one.
/// @param groups  nullptr: one series of all
/// @throws Error  shape_mismatch
ReportedEvents reported_by_group(const Events& events, std::span<const double> weights, const Categorical* groups);

}  // namespace tocsin
