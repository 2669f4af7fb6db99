#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/emerging/space_time_cube.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/neighbours/area_overlap.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin {
namespace {

void check_events(const Events& events, std::span<const double> weights, const PlacedEvents& placed) {
  if (weights.size() != events.size() || placed.how.size() != events.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} events, {} weights and {} placements; give the three for the same events",
                            events.size(), weights.size(), placed.how.size()));
}

std::vector<double> weights_in(const Events& events, std::span<const double> weights, const Period& period) {
  std::vector<double> inside(weights.size());
  for (std::size_t i = 0; i < inside.size(); ++i)
    if (weights[i] != 0) inside[i] = weights[i] * share_of_days(events.first_day[i], events.last_day[i], period);
  return inside;
}

SpaceTimeCube empty_cube(std::size_t places, std::vector<Period> periods) {
  SpaceTimeCube cube;
  cube.places = places;
  cube.values.assign(places * periods.size(), 0.0);
  cube.periods = std::move(periods);
  return cube;
}

bool apart(const Box& a, const Box& b) {
  return a.max_x < b.min_x || b.max_x < a.min_x || a.max_y < b.min_y || b.max_y < a.min_y;
}

std::vector<std::pair<std::size_t, double>> shares_of(const MultiPolygon& place, const Areas& areas,
                                                      std::span<const Box> boxes) {
  const Box box = bounds_of(place);
  const double whole_m2 = area_km2(place) * 1e6;
  std::vector<std::pair<std::size_t, double>> shares;
  for (std::size_t a = 0; a < areas.size(); ++a) {
    if (apart(box, boxes[a])) continue;
    Areas both;
    both.shapes = {place, areas.shapes[a]};
    for (const AreaOverlap& overlap : overlapping_areas(both, 0))
      shares.emplace_back(a, std::min(overlap.area_m2 / whole_m2, 1.0));
  }
  return shares;
}

/// Days of a period that are named, each once.
/// @param ordered  by their first day
int days_in(std::span<const UnobservedDays> ordered, const Period& period) {
  int days = 0;
  Day next = period.first;
  for (const UnobservedDays& gap : ordered) {
    const Day from = std::max(gap.first, next), to = std::min(gap.last, period.last);
    if (to < from) continue;
    days += days_between(from, to) + 1;
    next = to + std::chrono::days{1};
  }
  return days;
}

/// Calls `each` with the days of every place that has some, ordered by their first day.
template <typename Each>
void for_each_place(const SpaceTimeCube& cube, std::span<const UnobservedDays> days, const Each& each) {
  for (const UnobservedDays& gap : days)
    if (gap.place >= cube.places || gap.last < gap.first)
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("days not observed in place {}, {} to {}: the cube has {} places, and days go forward",
                              gap.place, to_string(gap.first), to_string(gap.last), cube.places));
  std::vector<UnobservedDays> ordered(days.begin(), days.end());
  std::sort(ordered.begin(), ordered.end(), [](const UnobservedDays& a, const UnobservedDays& b) {
    return std::pair(a.place, a.first) < std::pair(b.place, b.first);
  });
  for (std::size_t begin = 0, end = 0; begin < ordered.size(); begin = end) {
    const std::size_t place = ordered[begin].place;
    while (end < ordered.size() && ordered[end].place == place) ++end;
    each(place, std::span<const UnobservedDays>(ordered).subspan(begin, end - begin));
  }
}

}  // namespace

SpaceTimeCube count_in_cells(const Events& events, std::span<const double> weights, const PlacedEvents& placed,
                             const Grid& grid, std::vector<Period> periods) {
  check_events(events, weights, placed);
  SpaceTimeCube cube = empty_cube(grid.size(), std::move(periods));
  parallel_for(cube.periods.size(), [&](std::size_t t) {
    const Raster<double> counted = placed.weight_by_cell(grid, weights_in(events, weights, cube.periods[t]));
    std::copy(counted.values().begin(), counted.values().end(), &cube.at(t, 0));
  });
  return cube;
}

AreasOfPlaces areas_of_places(const PlacedEvents& placed, const Areas& areas) {
  AreasOfPlaces places;
  const AreaLocator locator(areas);
  for (const PlacedEvents::PointPlace& point : placed.points)
    places.of_point.push_back(locator.locate(point.x, point.y));
  std::vector<Box> boxes;
  for (const MultiPolygon& shape : areas.shapes) boxes.push_back(bounds_of(shape));
  places.of_spread.resize(placed.spreads.size());
  parallel_for(placed.spreads.size(),
               [&](std::size_t i) { places.of_spread[i] = shares_of(placed.spreads[i].shape, areas, boxes); });
  return places;
}

SpaceTimeCube count_in_areas(const Events& events, std::span<const double> weights, const PlacedEvents& placed,
                             const Areas& areas, std::vector<Period> periods) {
  check_events(events, weights, placed);
  return count_in_areas(events, weights, placed, areas_of_places(placed, areas), areas.size(), std::move(periods));
}

SpaceTimeCube count_in_areas(const Events& events, std::span<const double> weights, const PlacedEvents& placed,
                             const AreasOfPlaces& places, std::size_t area_count, std::vector<Period> periods) {
  check_events(events, weights, placed);
  SpaceTimeCube cube = empty_cube(area_count, std::move(periods));
  parallel_for(cube.periods.size(), [&](std::size_t t) {
    const auto by_place = placed.weights_by_place(weights_in(events, weights, cube.periods[t]));
    for (std::size_t i = 0; i < places.of_point.size(); ++i)
      if (places.of_point[i] >= 0) cube.at(t, static_cast<std::size_t>(places.of_point[i])) += by_place.points[i];
    for (std::size_t i = 0; i < places.of_spread.size(); ++i)
      for (const auto& [area, share] : places.of_spread[i]) cube.at(t, area) += by_place.spreads[i] * share;
  });
  return cube;
}

std::vector<double> observed_shares(const SpaceTimeCube& cube, std::span<const UnobservedDays> days) {
  std::vector<double> shares(cube.values.size(), 1.0);
  for_each_place(cube, days, [&](std::size_t place, std::span<const UnobservedDays> own) {
    for (std::size_t t = 0; t < cube.periods.size(); ++t)
      shares[t * cube.places + place] -= static_cast<double>(days_in(own, cube.periods[t])) / cube.periods[t].days();
  });
  return shares;
}

double mark_gaps(SpaceTimeCube& cube, std::span<const UnobservedDays> days, double share) {
  if (!(share > 0 && share <= 1))
    throw Error(ErrorCode::invalid_argument, fmt::format("share {} of days: above 0 and at most 1", share));
  double dropped = 0;
  for_each_place(cube, days, [&](std::size_t place, std::span<const UnobservedDays> own) {
    for (std::size_t t = 0; t < cube.periods.size(); ++t) {
      const int missed = days_in(own, cube.periods[t]);
      if (missed == 0 || static_cast<double>(missed) < share * static_cast<double>(cube.periods[t].days())) continue;
      if (!std::isnan(cube.at(t, place))) dropped += cube.at(t, place);
      cube.at(t, place) = not_observed;
    }
  });
  return dropped;
}

}  // namespace tocsin
