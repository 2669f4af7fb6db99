#pragma once

#include <span>
#include <string>
#include <vector>

#include <tocsin/density/bandwidth.hpp>
#include <tocsin/indicators/event_layer.hpp>

#include "density_lattice.hpp"
#include "event_options.hpp"

namespace tocsin::cli {

/// One band of the map: the events of a time, each with its weight.
struct MapPeriod {
  std::string name;
  TimeWindow window;
  std::vector<double> weights;  ///< by event; 0 for those that do not count
  double weight = 0;            ///< all of them together
  double in_reach = 0;          ///< of that, what can be felt on the map
};

/// The periods between the ends of a window, or the window alone. With a half-life events fade until the end of each
/// period, from the window's begin on.
std::vector<MapPeriod> periods_of(const EventLayer& layer, const TimeWindow& window, const std::string& every,
                                  const std::string& weight_field);

/// The events that say something about a bandwidth: those with an exact point inside the box and the area.
/// @param area  null: everywhere
std::vector<WeightedPoint> exact_points(const EventLayer& layer, std::span<const double> weights, const Box& within,
                                        const MultiPolygon* area, bool all_are_points);

/// Imprecise places, laid over some rows of the lattice.
struct LaidPlaces {
  Grid rows;
  PlacedEvents placed;  ///< its spread places alone
};

/// Events on the map's lattice.
class DensityEvents {
 public:
  /// Finds the place of every event; sets MapPeriod::in_reach. With an area, events beyond it do not count.
  DensityEvents(EventLayer& layer, const EventOptions& options, const Lattice& lattice, const MultiPolygon* area,
                std::vector<MapPeriod>& periods, Progress& progress);

  /// True where events are spread over cells: only then do they differ from rows to rows.
  [[nodiscard]] bool any_spread() const { return spread_cells_ > 0; }
  /// Cells that events are spread over in so many rows of the lattice, at most: of all places, and without overlaps.
  [[nodiscard]] double most_shares(std::int64_t lattice_rows) const;
  [[nodiscard]] double most_spread_cells(std::int64_t lattice_rows) const;
  /// A period's events on an exact point.
  [[nodiscard]] std::vector<WeightedPoint> exact(std::size_t period) const;
  /// One call at a time.
  [[nodiscard]] LaidPlaces lay(const Grid& rows);
  /// A period's imprecise events, as points in the middle of their cells.
  [[nodiscard]] std::vector<WeightedPoint> spread(std::size_t period, const LaidPlaces& laid) const;
  /// The weight of its events in each imprecise place.
  [[nodiscard]] std::span<const double> spread_weights(std::size_t period) const { return weights_[period].spreads; }
  [[nodiscard]] std::span<const PlacedEvents::SpreadPlace> spread_places() const { return layer_.placed.spreads; }
  /// Events of the map's time that do not count because they lie beyond the area.
  [[nodiscard]] std::size_t beyond_area() const { return beyond_area_; }

 private:
  void find_places(const EventOptions& options, Progress& progress);

  EventLayer& layer_;
  const Lattice& lattice_;
  const MultiPolygon* area_;
  std::vector<PlacedEvents::PlaceWeights> weights_;  ///< by period
  double spread_cells_ = 0;
  std::size_t beyond_area_ = 0;
};

}  // namespace tocsin::cli
