#pragma once

#include <span>
#include <vector>

#include <tocsin/indicators/cell_scores.hpp>
#include <tocsin/indicators/measure_context.hpp>
#include <tocsin/ports/result_sink.hpp>

namespace tocsin {

/// An area's score is the mean of its cells' scores, weighted by the part of the cell in the area, times the persons
/// living there where `population` is given (over the grid; null: not given). An area of which less than half of that
/// weight was observed is not observed. Ranks share ties; change is against `previous` (empty: none).
std::vector<AreaScore> score_areas(const Scenario& scenario, const IndexLayout& layout, const MeasureContext& context,
                                   const CellScores& cells, const IndicatorRasters& values,
                                   const Raster<float>* population, std::span<const AreaScore> previous);

}  // namespace tocsin
