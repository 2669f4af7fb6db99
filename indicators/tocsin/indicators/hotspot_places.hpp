#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tocsin/grid/block_means.hpp>
#include <tocsin/indicators/cell_scores.hpp>
#include <tocsin/indicators/hotspot_spec.hpp>
#include <tocsin/indicators/measure_context.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {

/// What hotspots are looked for among: square blocks of cells, or the areas. Place i is block i of the blocks' grid (of
/// which those outside the area of interest are never observed), or area i.
class HotspotPlaces {
 public:
  /// @throws Error scenario, with its line: neighbours that these places cannot have
  HotspotPlaces(const HotspotSpec& spec, const MeasureContext& context);

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool cells() const { return spec_.on == HotspotSpec::Places::cells; }
  /// Of the blocks.
  [[nodiscard]] const Grid& grid() const { return grid_; }
  /// Cells of the scenario's grid along the side of a block.
  [[nodiscard]] std::int64_t factor() const { return factor_; }

  /// Adds how much ground, and who lives, in the band that the context has entered; call for every band of one period.
  void survey(const MeasureContext& context);
  /// After the last band.
  void finish_survey(const MeasureContext& context);
  [[nodiscard]] bool surveyed() const { return surveyed_; }

  [[nodiscard]] const Neighbours& neighbours() const { return neighbours_; }
  /// Square kilometres of each place inside the area of interest; NaN: none.
  [[nodiscard]] const std::vector<double>& ground() const { return ground_; }
  /// Persons by place; NaN where not known; empty when the scenario has no population.
  [[nodiscard]] const std::vector<double>& population() const { return population_; }
  /// Sums of weights by place, of events that all lie on points. Events beyond the area of interest do not count: its
  /// exposure ends there.
  [[nodiscard]] std::vector<double> counts(const EventLayer& layer, std::span<const double> weights) const;

 private:
  const HotspotSpec& spec_;
  std::size_t areas_ = 0;
  std::int64_t factor_ = 1;
  Grid grid_;
  std::optional<BlockMeans> persons_, cells_;  ///< while they are surveyed
  Grid whole_;
  std::vector<bool> inside_;  ///< by cell of the whole grid
  bool surveyed_ = false;
  Neighbours neighbours_;
  std::vector<double> population_, ground_;
};

/// Means of a raster over the places, fed band by band; NaN where less than half of a place was observed.
class PlaceMeans {
 public:
  PlaceMeans(const HotspotPlaces& places, const MeasureContext& context);
  void add(const Raster<float>& rows, const MeasureContext& context);
  [[nodiscard]] std::vector<double> means() const;

 private:
  struct Sum {
    double value = 0, observed = 0, all = 0;
  };
  std::optional<BlockMeans> blocks_;
  std::vector<Sum> areas_;
};

}  // namespace tocsin
