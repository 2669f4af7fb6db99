#pragma once

#include <memory>
#include <span>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/indicators/indicator_values.hpp>
#include <tocsin/ports/hotspot_result.hpp>
#include <tocsin/ports/result_sink.hpp>

namespace tocsin {

/// Step 8 of the main job: which places of each period stand out beyond chance.
///
/// Where events are known only to a district or a radius, the statistic is computed for several placements of them
/// (multiple imputation). A place's pseudo p is the mean over the placements, which is that of a map drawn at random
/// from what the reports allow (a posterior predictive p, Meng 1994, Annals of Statistics 22, 1142-1160): places that
/// are hot in some placements only lose significance. A score is drawn towards the mean by the share of its index
/// that was not observed, so that a gap never makes a hotspot.
class HotspotSearch {
 public:
  /// Draws the places. The scenario has hotspots.
  HotspotSearch(const Scenario& scenario, const IndexLayout& layout, LoadedSources& loaded, IndicatorValues& values,
                Progress& progress);
  ~HotspotSearch();

  void begin_period();
  /// Call for each band, once it was scored.
  void add(const CellScores& cells, const IndicatorRasters& normalised);
  /// @param areas  the areas' scores in the period
  /// @throws Error cancelled
  HotspotPeriod find(const Period& period, std::span<const AreaScore> areas, Progress& progress);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin
