#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/grid/grid.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin {

/// Draws a location for each event that is spread over a place, several times over: the maps that exact reports could
/// have given (multiple imputation). A location is the centre of a cell, drawn by the cells' shares of the place.
///
/// Draws depend on the seed and the event's own key alone: not on other events, on bands or on threads.
class PlacementDraws {
 public:
  struct Options {
    int draws = 20;
    std::uint64_t seed = 1;
    std::uint32_t source = 0;  ///< tells sources apart whose events have the same keys
  };
  /// @param placed  settled
  /// @param keys    one an event, such as its row in the source; the same in every run
  /// @throws Error shape_mismatch; invalid_argument: draws below 1
  PlacementDraws(const PlacedEvents& placed, std::span<const std::int64_t> keys, const Options& options);

  /// Walks the places' cells in some rows; call for all rows of the grid, from north to south.
  /// @param laid  the rows that `placed` was laid for
  /// @param rows  which of them to walk, each row once in all
  void add_rows(const PlacedEvents& placed, const Grid& laid, const Grid& rows);

  [[nodiscard]] int draws() const { return options_.draws; }
  /// False when no event is spread: every draw is the map as it is.
  [[nodiscard]] bool any() const { return !events_.empty(); }
  /// The events with every spread one on the point drawn for it; outside where the draw fell outside the grid.
  /// @param draw  from 0 on
  [[nodiscard]] PlacedEvents drawn(const PlacedEvents& placed, int draw) const;

 private:
  struct Target {
    double share = 0;      ///< uniform over the place
    std::size_t slot = 0;  ///< into locations_
  };
  struct Walk {
    std::vector<Target> targets;  ///< ascending
    std::size_t next = 0;         ///< the first not reached yet
    double passed = 0;            ///< shares of the cells so far
  };
  Options options_;
  std::vector<std::uint32_t> events_;                ///< that are spread
  std::vector<Walk> walks_;                          ///< by place
  std::vector<PlacedEvents::PointPlace> locations_;  ///< by event of events_, then draw; NaN: outside
};

}  // namespace tocsin
