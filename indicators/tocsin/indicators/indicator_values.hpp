#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include <tocsin/index/normalise.hpp>
#include <tocsin/indicators/cell_scores.hpp>
#include <tocsin/indicators/measure_context.hpp>
#include <tocsin/indicators/source_loading.hpp>

namespace tocsin {

/// Measures and normalises the indicators of a scenario, period after period and band after band. What does not change
/// with time is computed once where the grid is one band.
class IndicatorValues {
 public:
  IndicatorValues(const Scenario& scenario, LoadedSources& loaded);

  /// Measures every indicator whose normalisation looks at more than its own period over the periods that it looks at.
  void learn_references(const std::vector<Period>& periods, Progress& progress);
  /// Call before the bands of a period: learns what looks at that period alone, where it comes in several bands.
  void begin_period(const Period& period, Progress& progress);

  /// Raw values of this indicator will be asked for.
  void keep_raw(std::size_t indicator) { kept_[indicator] = 1; }

  /// Normalised values of a period over the band that was entered, in the order of the scenario; valid until the next
  /// call.
  const IndicatorRasters& evaluate(const Period& period, Progress& progress);
  /// Raw values of an indicator in the last evaluate, where its role is exposure or they were asked for.
  [[nodiscard]] const Raster<float>& raw(std::size_t indicator) const { return raw_[indicator]; }

 private:
  /// The raw values: outside the area, and where reports cannot come from, NaN.
  Raster<float> measure(std::size_t indicator, const Period& period, const std::vector<Raster<float>>& masks) const;
  [[nodiscard]] std::vector<Raster<float>> masks(const Period& period) const;
  /// Adds what the indicators measure in a period, band by band from the north.
  void learn(const std::vector<std::size_t>& indicators, const Period& period, Progress& progress);
  /// In place.
  void normalise(std::size_t indicator);

  const Scenario& scenario_;
  LoadedSources& loaded_;
  const MeasureContext& context_;
  std::vector<std::size_t> access_;  ///< indicators that mask others
  std::map<std::size_t, Reference> references_;
  std::vector<Raster<float>> raw_, normalised_;
  std::vector<std::uint8_t> kept_;     ///< whose raw values are asked for
  std::vector<std::uint8_t> settled_;  ///< constant indicators already measured
  IndicatorRasters view_;
};

}  // namespace tocsin
