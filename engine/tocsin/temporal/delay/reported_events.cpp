#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/delay/reported_events.hpp>

namespace tocsin {
namespace {

void require_aligned(const Events& events, std::size_t weights, std::size_t others) {
  if (weights != events.size() || others != events.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} events, {} weights, {} placements or texts: give one of each an event", events.size(),
                            weights, others));
}

}  // namespace

void ReportedEvents::add(const Events& events, std::size_t i, std::size_t to_series, double weighing) {
  first_day.push_back(events.first_day[i]);
  last_day.push_back(events.last_day[i]);
  reported.push_back(events.reported[i]);
  has_reported.push_back(events.has_reported[i]);
  series.push_back(to_series);
  weight.push_back(weighing);
}

ReportedEvents reported_by_area(const Events& events, std::span<const double> weights, const PlacedEvents& placed,
                                std::span<const std::int64_t> area_of_point,
                                std::span<const std::vector<std::pair<std::size_t, double>>> areas_of_spread) {
  require_aligned(events, weights.size(), placed.how.size());
  if (area_of_point.size() != placed.points.size() || areas_of_spread.size() != placed.spreads.size())
    throw Error(ErrorCode::shape_mismatch, "the areas of places are not those of these places");
  ReportedEvents result;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (weights[i] == 0 || placed.place[i] < 0) continue;
    const auto place = static_cast<std::size_t>(placed.place[i]);
    if (placed.how[i] == PlacedAs::spread)
      for (const auto& [area, share] : areas_of_spread[place]) result.add(events, i, area, weights[i] * share);
    else if (area_of_point[place] >= 0)
      result.add(events, i, static_cast<std::size_t>(area_of_point[place]), weights[i]);
  }
  return result;
}

ReportedEvents reported_by_group(const Events& events, std::span<const double> weights, const Categorical* groups) {
  require_aligned(events, weights.size(), groups == nullptr ? events.size() : groups->codes.size());
  ReportedEvents result;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (weights[i] == 0) continue;
    std::size_t series = 0;
    if (groups != nullptr)
      series = groups->codes[i] < 0 ? groups->levels.size() : static_cast<std::size_t>(groups->codes[i]);
    result.add(events, i, series, weights[i]);
  }
  return result;
}

}  // namespace tocsin
