#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include <tocsin/indicators/cell_scores.hpp>
#include <tocsin/indicators/measure_context.hpp>

namespace tocsin {

/// Measures and normalises the indicators of a scenario, period after period. What does not change with time is
/// computed once.
class IndicatorValues {
 public:
  /// @param inside  1 for the cells of the area of interest; the others are NaN and never enter a reference
  IndicatorValues(const Scenario& scenario, const MeasureContext& context, std::vector<std::uint8_t> inside);

  /// Measures every indicator whose normalisation looks at more than its own period over the periods that it looks at.
  void learn_references(const std::vector<Period>& periods, Progress& progress);

  /// Normalised values of one period, in the order of the scenario; valid until the next call.
  const IndicatorRasters& evaluate(const Period& period, Progress& progress);
  /// Raw values of an indicator with role exposure in the period of the last evaluate; empty for the others.
  [[nodiscard]] const Raster<float>& raw(std::size_t indicator) const { return raw_[indicator]; }

 private:
  /// The raw values: outside the area, and where reports cannot come from, NaN.
  Raster<float> measure(std::size_t indicator, const Period& period, const std::vector<Raster<float>>& masks) const;
  [[nodiscard]] std::vector<Raster<float>> masks(const Period& period) const;
  /// In place.
  void normalise(std::size_t indicator);

  const Scenario& scenario_;
  const MeasureContext& context_;
  std::vector<std::uint8_t> inside_;
  std::vector<std::size_t> access_;  ///< indicators that mask others
  std::map<std::size_t, Reference> references_;
  std::vector<Raster<float>> raw_, normalised_;
  std::vector<std::uint8_t> settled_;  ///< constant indicators already measured
  IndicatorRasters view_;
};

}  // namespace tocsin
