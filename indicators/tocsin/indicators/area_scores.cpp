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

void rank(std::vector<AreaScore>& areas) {
  for (AreaScore& area : areas) {
    if (std::isnan(area.score)) continue;
    area.rank = 1 + static_cast<int>(std::count_if(areas.begin(), areas.end(),
                                                   [&](const AreaScore& other) { return other.score > area.score; }));
  }
}

}  // namespace

void AreaScorer::Sum::add(double number, double by) {
  if (std::isnan(number)) return;
  value += by * number;
  weight += by;
}

double AreaScorer::Sum::mean() const {
  return weight > 0 ? value / weight : not_observed;
}

AreaScorer::AreaScorer(const Scenario& scenario, const IndexLayout& layout, const MeasureContext& context)
    : scenario_(scenario), layout_(layout), context_(context), areas_(context.areas.size()) {
  for (Area& area : areas_)
    for (Sums* sums : {&area.by_persons, &area.by_share}) {
      sums->pillars.resize(layout.pillars.size());
      sums->contributions.resize(scenario.indicators.size());
    }
}

void AreaScorer::add_cell(Sums& sums, double weight, const CellScores& cells, std::size_t cell,
                          std::span<const double> contributions) {
  const auto value = [&](const Raster<float>& raster) { return static_cast<double>(raster.values()[cell]); };
  sums.weight += weight;
  sums.coverage.add(value(cells.coverage), weight);
  for (std::size_t p = 0; p < sums.pillars.size(); ++p) sums.pillars[p].add(value(cells.pillars[p]), weight);
  const double score = value(cells.score);
  sums.score.add(score, weight);
  if (std::isnan(score) || weight == 0) return;
  for (std::size_t k = 0; k < contributions.size(); ++k) sums.contributions[k] += weight * contributions[k];
}

void AreaScorer::add(const CellScores& cells, const IndicatorRasters& values) {
  parallel_for(areas_.size(), [&](std::size_t a) {
    CellContributions contributions(scenario_, layout_, values);
    std::vector<double> here(scenario_.indicators.size());
    for (const CellShare& part : context_.area_cells[a]) {
      if (!std::isnan(cells.score.values()[part.cell])) contributions.at(part.cell, here);
      add_cell(areas_[a].by_share, part.share, cells, part.cell, here);
      if (context_.population.empty()) continue;
      const double persons = static_cast<double>(context_.population.values()[part.cell]);
      add_cell(areas_[a].by_persons, persons > 0 ? persons * part.share : 0.0, cells, part.cell, here);
    }
  });
}

AreaScore AreaScorer::score_of(const Sums& sums) const {
  AreaScore area;
  area.coverage = sums.coverage.mean();
  const auto observed_enough = [&](const Sum& sum) {
    return sum.weight > 0 && sum.weight / sums.weight >= least_observed_share;
  };
  for (const Sum& pillar : sums.pillars) area.pillars.push_back(observed_enough(pillar) ? pillar.mean() : not_observed);
  if (!observed_enough(sums.score)) return area;
  area.score = sums.score.mean();
  area.contributions = sums.contributions;
  for (double& part : area.contributions) part /= sums.score.weight;
  area.top_indicators = name_largest(scenario_, area.contributions);
  return area;
}

std::vector<AreaScore> AreaScorer::finish(std::span<const AreaScore> previous) const {
  std::vector<AreaScore> areas;
  for (const Area& area : areas_)
    areas.push_back(score_of(area.by_persons.weight > 0 ? area.by_persons : area.by_share));
  for (std::size_t a = 0; a < previous.size(); ++a)
    if (!std::isnan(areas[a].score)) areas[a].change = areas[a].score - previous[a].score;
  rank(areas);
  return areas;
}

}  // namespace tocsin
