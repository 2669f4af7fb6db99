#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <tocsin/core/parallel.hpp>
#include <tocsin/indicators/area_scores.hpp>

namespace tocsin {
namespace {

constexpr std::size_t most_named = 3;  // indicators in `top_indicators`
constexpr double least_named = 0.05;   // a contribution that would print as 0.0 is not worth naming
constexpr double least_observed_share = 0.5;

/// Weights of an area's cells: the covered part, times persons where they are known and live there.
std::vector<double> cell_weights(const std::vector<CellShare>& cells, const Raster<float>* population) {
  std::vector<double> weights;
  double persons = 0;
  for (const CellShare& part : cells) {
    const double here = population == nullptr ? 1.0 : static_cast<double>(population->values()[part.cell]);
    weights.push_back(here > 0 ? here * part.share : 0.0);
    persons += weights.back();
  }
  if (persons > 0) return weights;
  for (std::size_t i = 0; i < cells.size(); ++i) weights[i] = cells[i].share;
  return weights;
}

/// Mean over the observed cells, and the share of the weight that they have.
struct Mean {
  double value = not_observed, observed = 0;
};

Mean mean_of(const Raster<float>& raster, const std::vector<CellShare>& cells, const std::vector<double>& weights) {
  double sum = 0, observed = 0, whole = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const double value = static_cast<double>(raster.values()[cells[i].cell]);
    whole += weights[i];
    if (std::isnan(value)) continue;
    sum += weights[i] * value;
    observed += weights[i];
  }
  return observed > 0 ? Mean{sum / observed, observed / whole} : Mean{};
}

std::string name_largest(const Scenario& scenario, const std::vector<double>& parts) {
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return parts[a] > parts[b]; });
  std::string text;
  for (std::size_t i = 0; i < std::min(most_named, order.size()); ++i) {
    if (parts[order[i]] < least_named) break;
    text += fmt::format("{}{} {:.1f}", text.empty() ? "" : "; ", scenario.indicators[order[i]].id, parts[order[i]]);
  }
  return text;
}

void add_contributions(const Scenario& scenario, const IndexLayout& layout, const CellScores& scores,
                       const IndicatorRasters& values, const std::vector<CellShare>& cells,
                       const std::vector<double>& weights, AreaScore& area) {
  CellContributions contributions(scenario, layout, values);
  std::vector<double> here(scenario.indicators.size());
  area.contributions.assign(here.size(), 0.0);
  double observed = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (weights[i] == 0 || std::isnan(scores.score.values()[cells[i].cell])) continue;
    contributions.at(cells[i].cell, here);
    for (std::size_t k = 0; k < here.size(); ++k) area.contributions[k] += weights[i] * here[k];
    observed += weights[i];
  }
  for (double& part : area.contributions) part /= observed;
  area.top_indicators = name_largest(scenario, area.contributions);
}

void rank(std::vector<AreaScore>& areas) {
  for (AreaScore& area : areas) {
    if (std::isnan(area.score)) continue;
    area.rank = 1 + static_cast<int>(std::count_if(areas.begin(), areas.end(),
                                                   [&](const AreaScore& other) { return other.score > area.score; }));
  }
}

}  // namespace

std::vector<AreaScore> score_areas(const Scenario& scenario, const IndexLayout& layout, const MeasureContext& context,
                                   const CellScores& cells, const IndicatorRasters& values,
                                   const Raster<float>* population, std::span<const AreaScore> previous) {
  std::vector<AreaScore> areas(context.areas.size());
  parallel_for(areas.size(), [&](std::size_t a) {
    AreaScore& area = areas[a];
    const std::vector<CellShare>& shares = context.area_cells[a];
    const std::vector<double> weights = cell_weights(shares, population);
    area.coverage = mean_of(cells.coverage, shares, weights).value;
    for (const Raster<float>& pillar : cells.pillars) {
      const Mean mean = mean_of(pillar, shares, weights);
      area.pillars.push_back(mean.observed >= least_observed_share ? mean.value : not_observed);
    }
    const Mean score = mean_of(cells.score, shares, weights);
    if (score.observed < least_observed_share) return;
    area.score = score.value;
    if (!previous.empty()) area.change = area.score - previous[a].score;
    add_contributions(scenario, layout, cells, values, shares, weights, area);
  });
  rank(areas);
  return areas;
}

}  // namespace tocsin
