#pragma once

#include <span>
#include <vector>

#include <tocsin/vector/coverage_runs.hpp>
#include <tocsin/zonal/observed_values.hpp>
#include <tocsin/zonal/row_sums.hpp>
#include <tocsin/zonal/zonal_request.hpp>

namespace tocsin {

/// What an accumulator has to keep besides count and sum.
struct ZonalParts {
  bool extremes = false, spread = false, values = false, weights = false;
};

/// The parts that some statistics are made of.
ZonalParts parts_of(std::span<const ZonalRequest> requests);

/// What is known of one area after some rows of its cells. Rows are added whole; two accumulators merge. The result
/// depends on the order of rows and merges only by rounding; ZonalRun fixes that order.
class ZonalAccumulator {
 public:
  explicit ZonalAccumulator(ZonalParts parts = {}) : parts_(parts) {}

  /// @param runs     of the area in one row
  /// @param values   of the whole row; NaN = not observed
  /// @param weights  of the whole row, NaN where not observed; or none
  void add_row(std::span<const CoverageRun> runs, std::span<const double> values, std::span<const double> weights = {});
  void merge(ZonalAccumulator&& other);

  /// NaN where a statistic is undefined: nothing observed, no weight observed.
  /// @param requests    made of the parts that this accumulator keeps
  /// @param area_cells  the area in cells, for `coverage`
  [[nodiscard]] std::vector<double> results(std::span<const ZonalRequest> requests, double area_cells) &&;

 private:
  struct Moments {
    double count = 0, sum = 0;
    /// The mean is origin + offset, which is more digits than one number holds; squares are of distances to it.
    double origin = 0, offset = 0, squares = 0;
    detail::Extremes extremes;
    double weights = 0, weighted_sum = 0;
    void merge(const Moments& other);
  };
  [[nodiscard]] double result(const ZonalRequest& request, std::span<const ObservedValue> values,
                              double area_cells) const;

  ZonalParts parts_;
  Moments moments_;
  ObservedValues values_;
};

}  // namespace tocsin
