#pragma once

#include <map>
#include <string>
#include <vector>

#include <tocsin/indicators/measure_context.hpp>
#include <tocsin/vector/placement_draws.hpp>

namespace tocsin {

/// Replaces the places of imprecise events by drawn points, one draw after the other, so that measures see what exact
/// reports could have said.
class PlacementResampling {
 public:
  /// @param context  its places settled
  PlacementResampling(const MeasureContext& context, int draws, std::uint64_t seed);
  /// Call for every row of the wide grid, from north to south, each once.
  /// @param rows  of the wide rows that the context has entered
  void add_rows(const MeasureContext& context, const Grid& rows);
  /// True when any event is spread; otherwise every draw is the map as reported.
  [[nodiscard]] bool any() const;
  [[nodiscard]] int draws() const { return draws_; }

  /// Puts a draw's points into the context's layers of events.
  void show(int draw, MeasureContext& context);
  /// Puts the places as reported back.
  void restore(MeasureContext& context);

 private:
  struct Places {
    PlacedEvents placed;
    std::vector<std::int64_t> area_of_point;
    std::vector<std::vector<std::pair<std::size_t, double>>> areas_of_spread;
  };
  int draws_;
  AreaLocator locator_;  ///< of the context's areas, for drawn points
  std::map<std::string, PlacementDraws> by_source_;
  std::map<std::string, Places> reported_;  ///< while a draw is shown
};

}  // namespace tocsin
