#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/temporal/compare/comparison.hpp>

namespace tocsin {

std::string_view name(Change change) {
  switch (change) {
    case Change::unknown:
      return "unknown";
    case Change::clear_fall:
      return "clear fall";
    case Change::likely_fall:
      return "likely fall";
    case Change::chance:
      return "chance";
    case Change::likely_rise:
      return "likely rise";
    case Change::clear_rise:
      return "clear rise";
  }
  throw Error(ErrorCode::internal, "unknown kind of change");
}

Change change_of(double p, double ratio) {
  if (std::isnan(p) || std::isnan(ratio)) return Change::unknown;
  if (p < 0.01) return ratio > 1 ? Change::clear_rise : Change::clear_fall;
  if (p < 0.05) return ratio > 1 ? Change::likely_rise : Change::likely_fall;
  return Change::chance;
}

Comparison compare_counts(const CountInTime& earlier, const CountInTime& later, const ComparisonOptions& options) {
  if (!(options.dispersion >= 1 && std::isfinite(options.dispersion)))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a dispersion of {}: the variance by the mean is at least 1", options.dispersion));
  Comparison result;
  result.earlier = earlier;
  result.later = later;
  result.dispersion = options.dispersion;
  if (std::isnan(earlier.count) || std::isnan(later.count)) {
    result.ratio.ratio = result.count_change = result.rate_change = result.p = not_observed;
    result.interval = {not_observed, not_observed};
    return result;
  }
  result.ratio = rate_ratio({earlier.count / options.dispersion, earlier.exposure},
                            {later.count / options.dispersion, later.exposure}, options.confidence);
  result.count_change = later.count / earlier.count - 1;
  result.rate_change = result.ratio.ratio - 1;
  const bool mid = options.method == ComparisonMethod::mid_p;
  const Interval& ratio = mid ? result.ratio.mid : result.ratio.exact;
  result.interval = {ratio.lower - 1, ratio.upper - 1};
  result.p = mid ? result.ratio.mid_p : result.ratio.p_central;
  result.change = change_of(result.p, result.ratio.ratio);
  return result;
}

}  // namespace tocsin
