#pragma once

#include <array>
#include <string>
#include <vector>

#include <tocsin/indicators/event_layer.hpp>
#include <tocsin/indicators/scenario.hpp>

namespace tocsin {

/// The administrative levels of which a scenario has units to place events in.
class UnitLevels {
 public:
  explicit UnitLevels(const Scenario& scenario);
  /// The level at which an event is placed that is known to a level: that one, or the next coarser; 0: none is given.
  [[nodiscard]] std::size_t placed_at(std::size_t level) const;
  [[nodiscard]] std::size_t of_areas() const { return of_areas_; }

 private:
  std::array<bool, 4> given_{};
  std::size_t of_areas_ = 0;
};

/// Which events of a source an assessment looks at.
class EventUse {
 public:
  EventUse(const Scenario& scenario, const std::vector<Period>& periods, const std::string& source);

  /// Why an event of a layer that was placed does not count: "where" (no indicator wants it), "not yet reported",
  /// "time", "area" or unplaced(); empty: it counts. A place that events are spread over is known to lie outside only
  /// once PlacedEvents::settle() said so.
  [[nodiscard]] std::string outside(const EventLayer& layer, std::size_t event) const;
  /// Why an event has no place: "country only", "not exact" (PlacementMethod::exclude), "no coordinates" of a point,
  /// "no units of its level", "unit not found" by code, name or coordinates; "-" for one that has a place.
  [[nodiscard]] std::string unplaced(const EventLayer& layer, std::size_t event) const;

 private:
  PlacementMethod method_;
  UnitLevels levels_;
  bool unfiltered_ = false;
  Day first_, last_;  ///< over all indicators that read it and what they are compared with
};

}  // namespace tocsin
