#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tocsin/core/units.hpp>
#include <tocsin/hotspot/hotspots.hpp>
#include <tocsin/indicators/value.hpp>
#include <tocsin/neighbours/neighbour_rule.hpp>

namespace tocsin {

/// The section [hotspots] of a scenario.
struct HotspotSpec {
  enum class Places { cells, areas };
  enum class Rates { none, smoothed, locally_smoothed };
  enum class Exposure { population, area };

  /// An indicator, or "score": of an indicator that counts events their number at each place, of others the mean of the
  /// normalised values. Empty: the first indicator of risk that counts events, else the score.
  std::string of;
  Places on = Places::cells;
  Length cell;  ///< edge of the places where they are cells; 0: a fifth of the band's distance, at least the grid's
  NeighbourRule neighbours{NeighbourRule::Kind::band, 0, kilometres(10), {}};
  Position neighbours_at;  ///< in the scenario
  HotspotOptions options;
  Exposure exposure = Exposure::area;  ///< of the excess of events
  std::optional<Duration> window;      ///< days in which events count; empty: as the indicator says
  Rates rates = Rates::none;           ///< numbers of events over persons, by empirical Bayes
  double least_events = 2;             ///< fewer make no hot spot, where the statistic looks at events
  int placements = 20;       ///< how many times imprecise events are placed anew; the permutations are shared over them
  std::string named_places;  ///< source of features by whose names a hotspot is told where it lies; empty: none
  bool rasters = false;      ///< also write hotspots_<period>.tif

  /// What a run used, defaults filled in, by the keys and words of the scenario file: for provenance. Keys that have no
  /// effect with the others are left out.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> settings() const;
};

}  // namespace tocsin
