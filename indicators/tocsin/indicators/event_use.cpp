#include <algorithm>
#include <cmath>

#include <tocsin/indicators/event_use.hpp>

namespace tocsin {

UnitLevels::UnitLevels(const Scenario& scenario) : of_areas_(static_cast<std::size_t>(scenario.areas.admin_level)) {
  for (std::size_t level = 1; level < given_.size(); ++level)
    given_[level] = level == of_areas_ || scenario.placement.admin[level].has_value();
}

std::size_t UnitLevels::placed_at(std::size_t level) const {
  level = std::min(level, given_.size() - 1);
  while (level > 0 && !given_[level]) --level;
  return level;
}

EventUse::EventUse(const Scenario& scenario, const std::vector<Period>& periods, const std::string& source)
    : method_(scenario.placement.method), levels_(scenario), first_(periods.front().first), last_(periods.back().last) {
  const Period& first_period = periods.front();
  for (const Indicator& indicator : scenario.indicators)
    for (const SourceNeed& need : indicator.measure->needs()) {
      if (need.source != source) continue;
      unfiltered_ = unfiltered_ || need.filter.empty();
      Day end = first_period.last;
      if (indicator.reference.kind == ReferenceSpan::Kind::span) {
        end = std::min(end, period_of(indicator.reference.from, scenario.every).last);
        first_ = std::min(first_, indicator.reference.from);
        last_ = std::max(last_, indicator.reference.to);
      }
      const int lookback = static_cast<int>(std::ceil(indicator.measure->lookback().days));
      first_ = std::min(first_, end - std::chrono::days{lookback - 1});
    }
}

std::string EventUse::unplaced(const EventLayer& layer, std::size_t event) const {
  if (layer.placed.how[event] != PlacedAs::excluded) return "-";
  const PlacePrecision& known = layer.batch.events.precision[event];
  if (known.kind == PlaceKind::unplaced) return "country only";
  if (method_ == PlacementMethod::exclude && known.kind != PlaceKind::point) return "not exact";
  if (known.kind != PlaceKind::admin || method_ == PlacementMethod::point) return "no coordinates";
  return levels_.placed_at(known.admin_level) == 0 ? "no units of its level" : "unit not found";
}

std::string EventUse::outside(const EventLayer& layer, std::size_t event) const {
  const Events& events = layer.batch.events;
  const bool wanted = unfiltered_ || std::any_of(layer.batch.matches.begin(), layer.batch.matches.end(),
                                                 [&](const auto& mask) { return mask[event] != 0; });
  if (!wanted) return "where";
  if (!layer.known(event)) return "not yet reported";
  if (events.last_day[event] < first_ || events.first_day[event] > last_) return "time";
  if (layer.placed.how[event] == PlacedAs::excluded) return unplaced(layer, event);
  if (layer.placed.how[event] == PlacedAs::outside) return "area";
  return {};
}

}  // namespace tocsin
