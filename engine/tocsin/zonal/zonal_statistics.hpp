#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin {

enum class ZonalStatistic {
  count,     ///< observed cells, each by its covered share
  coverage,  ///< observed share of the area, 0 to 1: what lies on nodata or outside the raster lowers it
  sum,       ///< of value times share
  mean,
  min,
  max,
  variance,  ///< of the population, divisor `count`
  stdev,
  median,
  quantile,
  majority,      ///< the value that covers most; of equals the largest
  minority,      ///< the value that covers least; of equals the smallest
  variety,       ///< number of distinct values
  weighted_sum,  ///< of value times share times weight, over cells whose weight is observed
  weighted_mean
};

struct ZonalRequest {
  ZonalStatistic kind = ZonalStatistic::mean;
  double probability = 0.5;  ///< of quantile
  std::string name;          ///< as it was written: "quantile(0.9)"
};

/// Reads "count", "mean", "quantile(0.9)".
/// @throws Error invalid_argument naming the nearest statistic
ZonalRequest parse_zonal_request(std::string_view text);

/// What is known of one area after some of its cells. Cells are added with their covered share; two accumulators merge.
/// The result depends on the order of cells and merges only by rounding; ZonalRun fixes that order.
class ZonalAccumulator {
 public:
  /// @param keep_values  for median, quantile, majority, minority, variety: memory for every distinct value
  explicit ZonalAccumulator(bool keep_values = false) : keep_values_(keep_values) {}
  /// NaN values are not observed and only skipped. @param weight  NaN where not observed or not given
  void add(double value, double share, double weight);
  void merge(const ZonalAccumulator& other);
  /// NaN where the statistic is undefined: nothing observed, no weight observed.
  /// @param cells_of_area  the area in cells, for `coverage`
  [[nodiscard]] double get(const ZonalRequest& request, double cells_of_area) const;

 private:
  [[nodiscard]] double quantile(double probability) const;
  [[nodiscard]] double by_coverage(bool most) const;

  bool keep_values_;
  double count_ = 0, mean_ = 0, squares_ = 0, sum_ = 0, min_ = 0, max_ = 0;
  double weighted_sum_ = 0, weights_ = 0;
  std::map<double, std::pair<double, std::int64_t>> values_;  ///< by value: covered share, number of cells
};

/// Statistics of a raster in each area, with exact coverage fractions, fed with bands of rows from the north.
///
/// Each row of cells has an accumulator of its own, and rows merge in order: the same bytes for any number of threads.
/// Feed bands of ZonalRun::band_rows rows (the last may be shorter), so that they do not depend on memory either.
/// Cost  the boundary is walked once a band that it crosses; memory for one band, one accumulator an area.
class ZonalRun {
 public:
  static constexpr std::int64_t band_rows = 256;

  /// @param areas  in the coordinates of `grid`; must outlive the run
  ZonalRun(const Areas& areas, Grid grid, std::vector<ZonalRequest> requests);

  /// @param values   whole rows from `first_row` on; NaN = not observed
  /// @param weights  the same number, or none
  /// @throws Error shape_mismatch
  void add_rows(std::int64_t first_row, std::span<const double> values, std::span<const double> weights = {});

  /// One row an area, one column a request.
  [[nodiscard]] std::vector<std::vector<double>> results() const;

 private:
  const Areas& areas_;
  Grid grid_;
  std::vector<ZonalRequest> requests_;
  bool keep_values_ = false;
  std::vector<ZonalAccumulator> accumulators_;
  std::vector<Box> bounds_;
};

/// The same for a raster in memory.
std::vector<std::vector<double>> zonal_statistics(const Raster<double>& values, const Areas& areas,
                                                  const std::vector<ZonalRequest>& requests,
                                                  const Raster<double>* weights = nullptr);

}  // namespace tocsin
