#pragma once

#include <span>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/indicators/index_layout.hpp>

namespace tocsin {

/// Normalised indicator values of one period: one raster an indicator of the scenario, 0 to 1, NaN = not observed.
/// Constant indicators are shared between periods, hence pointers; none is null.
using IndicatorRasters = std::vector<const Raster<float>*>;

struct CellScores {
  Raster<float> score;                 ///< 0 to 100; NaN = not observed, or less coverage than the minimum
  Raster<float> coverage;              ///< share of the index's weight that was observed, 0 to 1; NaN outside the area
  std::vector<Raster<float>> pillars;  ///< 0 to 100 each
};

/// Combines the indicators of every cell that `inside` marks, in parallel by rows.
CellScores score_cells(const Scenario& scenario, const IndexLayout& layout, const IndicatorRasters& values,
                       std::span<const std::uint8_t> inside, Progress& progress);

/// What each indicator of the scenario added to one cell's score; sums to the score (0 to 100). Indicators that do not
/// enter the score, or were not observed, add 0.
class CellContributions {
 public:
  CellContributions(const Scenario& scenario, const IndexLayout& layout, const IndicatorRasters& values);
  /// @param out  one slot an indicator of the scenario
  void at(std::size_t cell, std::span<double> out);

 private:
  const Scenario& scenario_;
  const IndexLayout& layout_;
  const IndicatorRasters& values_;
  std::vector<double> pillar_values_, pillar_weights_, pillar_parts_, indicator_values_, indicator_parts_;
};

}  // namespace tocsin
