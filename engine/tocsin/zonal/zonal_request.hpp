#pragma once

#include <string>
#include <string_view>

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
/// @throws Error invalid_argument that names the nearest statistic, and all there are
ZonalRequest parse_zonal_request(std::string_view text);

}  // namespace tocsin
