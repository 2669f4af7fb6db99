#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/vector/areas.hpp>
#include <tocsin/vector/events.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin {

/// A value for each place and period, the periods one after the other. NaN = not observed: a gap, which is nobody's
/// neighbour and no zero.
struct SpaceTimeCube {
  std::size_t places = 0;
  std::vector<Period> periods;  ///< consecutive
  std::vector<double> values;   ///< periods x places: values[period * places + place]

  [[nodiscard]] double& at(std::size_t period, std::size_t place) { return values[period * places + place]; }
  [[nodiscard]] double at(std::size_t period, std::size_t place) const { return values[period * places + place]; }
  /// All places in a period.
  [[nodiscard]] std::span<const double> slice(std::size_t period) const {
    return std::span(values).subspan(period * places, places);
  }
};

/// Events counted by cell and period: points in the cell that owns them, imprecise ones over the cells of their place.
/// An event that may have happened on several days counts in each period by the share of them that lie in it.
///
/// @param events   for their days
/// @param weights  how much each event counts; 0 leaves it out
/// @param placed   the same events, placed on and laid over the whole of `grid`
/// @return         places are cells (Grid::index); nothing is a gap yet
/// @throws Error   shape_mismatch
SpaceTimeCube count_in_cells(const Events& events, std::span<const double> weights, const PlacedEvents& placed,
                             const Grid& grid, std::vector<Period> periods);

/// The areas in which the places of events lie.
struct AreasOfPlaces {
  std::vector<std::int64_t>
      of_point;  ///< by PlacedEvents::points: the area that holds it (on a border: the first), or -1
  /// By PlacedEvents::spreads: areas, each with the exact share of the place that lies in it.
  std::vector<std::vector<std::pair<std::size_t, double>>> of_spread;
};
AreasOfPlaces areas_of_places(const PlacedEvents& placed, const Areas& areas);

/// Events counted by area and period: points in the area that holds them (on a border: the one that comes first),
/// imprecise ones by the exact share of their place that lies in each area. Days as above.
/// @param placed  on any grid that covers the areas; its cells are not looked at
SpaceTimeCube count_in_areas(const Events& events, std::span<const double> weights, const PlacedEvents& placed,
                             const Areas& areas, std::vector<Period> periods);
/// The same where the areas of the places are known.
/// @param area_count  number of areas
SpaceTimeCube count_in_areas(const Events& events, std::span<const double> weights, const PlacedEvents& placed,
                             const AreasOfPlaces& places, std::size_t area_count, std::vector<Period> periods);

/// Days, both included, on which nobody could have known of an event in a place.
struct UnobservedDays {
  std::size_t place = 0;
  Day first, last;
};

/// Of each bin, the share of the period's days on which somebody could have known; days named twice count once.
/// @return        as cube.values
/// @throws Error  invalid_argument: no such place, first after last
std::vector<double> observed_shares(const SpaceTimeCube& cube, std::span<const UnobservedDays> days);

/// Makes a bin a gap where at least `share` of the period's days were not observed; days named twice count once. What
/// was counted in it is dropped: who could not look cannot compare. Other bins keep their count as it is.
/// @param share   above 0, at most 1
/// @return        the sum of the values that were dropped
/// @throws Error  invalid_argument: share, no such place, first after last
double mark_gaps(SpaceTimeCube& cube, std::span<const UnobservedDays> days, double share = 0.5);

}  // namespace tocsin
