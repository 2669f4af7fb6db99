#include <algorithm>
#include <cmath>

#include <tocsin/core/parallel.hpp>
#include <tocsin/index/aggregate.hpp>
#include <tocsin/indicators/cell_scores.hpp>

namespace tocsin {
namespace {

/// The values of a pillar's indicators in one cell.
void gather(const IndexLayout::Pillar& pillar, const IndicatorRasters& values, std::size_t cell,
            std::vector<double>& out) {
  out.clear();
  for (const std::size_t indicator : pillar.indicators)
    out.push_back(static_cast<double>(values[indicator]->values()[cell]));
}

/// Who could have reported, 0 (nobody) to 1: one less the weighted mean of the reporting indicators that were observed.
double reporting_reach(const Scenario& scenario, const IndexLayout& layout, const IndicatorRasters& values,
                       std::size_t cell) {
  double sum = 0, weights = 0;
  for (const std::size_t i : layout.reporting) {
    const double value = static_cast<double>(values[i]->values()[cell]);
    if (std::isnan(value)) continue;
    sum += scenario.indicators[i].weight * value;
    weights += scenario.indicators[i].weight;
  }
  return weights > 0 ? 1 - sum / weights : 1.0;
}

/// Share of a pillar's weight that was observed in a cell; what rests on reports counts only as far as they reach.
double observed_share(const Scenario& scenario, const IndexLayout::Pillar& pillar, const std::vector<double>& values,
                      double reach) {
  double observed = 0, whole = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double weight = pillar.indicator_weights[i];
    whole += weight;
    if (std::isnan(values[i])) continue;
    observed += weight * (scenario.indicators[pillar.indicators[i]].measure->reported() ? reach : 1.0);
  }
  return observed / whole;
}

}  // namespace

CellScores score_cells(const Scenario& scenario, const IndexLayout& layout, const IndicatorRasters& values,
                       std::span<const std::uint8_t> inside, Progress& progress) {
  const Grid& grid = values.front()->grid();
  const float unknown = static_cast<float>(not_observed);
  CellScores scores{Raster<float>(grid, unknown), Raster<float>(grid, unknown),
                    std::vector<Raster<float>>(layout.pillars.size(), Raster<float>(grid, unknown))};
  std::vector<double> weights;
  for (const auto& pillar : layout.pillars) weights.push_back(pillar.weight);
  const auto columns = static_cast<std::size_t>(grid.width);
  parallel_for(static_cast<std::size_t>(grid.height), progress, [&](std::size_t row) {
    std::vector<double> in_pillar, pillars(layout.pillars.size());
    for (std::size_t cell = row * columns; cell < (row + 1) * columns; ++cell) {
      if (inside[cell] == 0) continue;
      const double reach = reporting_reach(scenario, layout, values, cell);
      double covered = 0;
      for (std::size_t p = 0; p < pillars.size(); ++p) {
        const IndexLayout::Pillar& pillar = layout.pillars[p];
        gather(pillar, values, cell, in_pillar);
        pillars[p] = aggregate(in_pillar, pillar.indicator_weights, scenario.index.within, scenario.index.missing);
        scores.pillars[p].values()[cell] = static_cast<float>(100 * pillars[p]);
        covered += pillar.weight * observed_share(scenario, pillar, in_pillar, reach);
      }
      const double coverage = covered / layout.total_weight;
      scores.coverage.values()[cell] = static_cast<float>(coverage);
      // A hair below the minimum is rounding of the weights, not missing data.
      if (coverage < scenario.index.minimum_coverage - 1e-12) continue;
      scores.score.values()[cell] =
          static_cast<float>(100 * aggregate(pillars, weights, scenario.index.between, scenario.index.missing));
    }
  });
  return scores;
}

CellContributions::CellContributions(const Scenario& scenario, const IndexLayout& layout,
                                     const IndicatorRasters& values)
    : scenario_(scenario),
      layout_(layout),
      values_(values),
      pillar_values_(layout.pillars.size()),
      pillar_parts_(layout.pillars.size()) {
  for (const auto& pillar : layout.pillars) pillar_weights_.push_back(pillar.weight);
}

void CellContributions::at(std::size_t cell, std::span<double> out) {
  std::fill(out.begin(), out.end(), 0.0);
  const IndexSpec& index = scenario_.index;
  for (std::size_t p = 0; p < layout_.pillars.size(); ++p) {
    gather(layout_.pillars[p], values_, cell, indicator_values_);
    pillar_values_[p] = aggregate(indicator_values_, layout_.pillars[p].indicator_weights, index.within, index.missing);
  }
  contributions(pillar_values_, pillar_weights_, index.between, index.missing, pillar_parts_);
  for (std::size_t p = 0; p < layout_.pillars.size(); ++p) {
    const IndexLayout::Pillar& pillar = layout_.pillars[p];
    if (std::isnan(pillar_values_[p])) continue;
    gather(pillar, values_, cell, indicator_values_);
    indicator_parts_.resize(indicator_values_.size());
    contributions(indicator_values_, pillar.indicator_weights, index.within, index.missing, indicator_parts_);
    for (std::size_t i = 0; i < indicator_parts_.size(); ++i) {
      // A pillar at 0 can still carry a floor of a geometric mean: it is shared equally by those observed.
      const double share =
          pillar_values_[p] > 0
              ? indicator_parts_[i] / pillar_values_[p]
              : (std::isnan(indicator_values_[i])
                     ? 0.0
                     : 1.0 / static_cast<double>(std::count_if(indicator_values_.begin(), indicator_values_.end(),
                                                               [](double value) { return !std::isnan(value); })));
      out[pillar.indicators[i]] = 100 * pillar_parts_[p] * share;
    }
  }
}

}  // namespace tocsin
