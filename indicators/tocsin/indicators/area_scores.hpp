#pragma once

#include <span>
#include <vector>

#include <tocsin/indicators/cell_scores.hpp>
#include <tocsin/indicators/measure_context.hpp>
#include <tocsin/ports/result_sink.hpp>

namespace tocsin {

/// Carries a period's cell scores to areas, band by band from the north.
///
/// An area's score is the mean of its cells' scores, weighted by the part of the cell in the area, times the persons
/// living there where the context has a population. An area of which less than half of that weight was observed is not
/// observed. Ranks share ties.
class AreaScorer {
 public:
  AreaScorer(const Scenario& scenario, const IndexLayout& layout, const MeasureContext& context);
  /// Adds the cells of the band that the context has entered.
  void add(const CellScores& cells, const IndicatorRasters& values);
  /// @param previous  the scores of the period before, for the change; empty: none
  [[nodiscard]] std::vector<AreaScore> finish(std::span<const AreaScore> previous) const;

 private:
  /// A weighted sum over the observed cells.
  struct Sum {
    double value = 0, weight = 0;
    void add(double number, double by);
    [[nodiscard]] double mean() const;
  };
  /// What an area's cells add up to with one way of weighing them.
  struct Sums {
    double weight = 0;  ///< of all cells, observed or not
    Sum coverage, score;
    std::vector<Sum> pillars;
    std::vector<double> contributions;  ///< of each indicator, over the cells with a score
  };
  /// Where nobody is known to live, persons cannot weigh: which of the two counts is known at the end.
  struct Area {
    Sums by_persons, by_share;
  };
  static void add_cell(Sums& sums, double weight, const CellScores& cells, std::size_t cell,
                       std::span<const double> contributions);
  [[nodiscard]] AreaScore score_of(const Sums& sums) const;

  const Scenario& scenario_;
  const IndexLayout& layout_;
  const MeasureContext& context_;
  std::vector<Area> areas_;
};

}  // namespace tocsin
