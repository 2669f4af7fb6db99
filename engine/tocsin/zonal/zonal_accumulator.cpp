#include <algorithm>
#include <cmath>
#include <utility>

#include <tocsin/core/error.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/zonal/zonal_accumulator.hpp>

namespace tocsin {
namespace {

std::span<const double> cells_of(const CoverageRun& run, std::span<const double> row) {
  return row.subspan(static_cast<std::size_t>(run.first), static_cast<std::size_t>(run.end - run.first));
}

}  // namespace

ZonalParts parts_of(std::span<const ZonalRequest> requests) {
  ZonalParts parts;
  for (const ZonalRequest& request : requests) switch (request.kind) {
      case ZonalStatistic::count:
      case ZonalStatistic::coverage:
      case ZonalStatistic::sum:
      case ZonalStatistic::mean:
        break;
      case ZonalStatistic::min:
      case ZonalStatistic::max:
        parts.extremes = true;
        break;
      case ZonalStatistic::variance:
      case ZonalStatistic::stdev:
        parts.spread = true;
        break;
      case ZonalStatistic::median:
      case ZonalStatistic::quantile:
      case ZonalStatistic::majority:
      case ZonalStatistic::minority:
      case ZonalStatistic::variety:
        parts.values = true;
        break;
      case ZonalStatistic::weighted_sum:
      case ZonalStatistic::weighted_mean:
        parts.weights = true;
        break;
    }
  return parts;
}

void ZonalAccumulator::Moments::merge(const Moments& other) {
  if (other.count == 0) return;
  if (count == 0) {
    *this = other;
    return;
  }
  // Chan, Golub and LeVeque (1983), The American Statistician 37, 242-247.
  const double whole = count + other.count, step = (other.origin - origin) + (other.offset - offset);
  const double share = other.count / whole;
  squares += other.squares + step * step * (count * share);
  offset += step * share;
  count = whole;
  sum += other.sum;
  extremes.include(other.extremes);
  weights += other.weights;
  weighted_sum += other.weighted_sum;
}

void ZonalAccumulator::add_row(std::span<const CoverageRun> runs, std::span<const double> values,
                               std::span<const double> weights) {
  Moments row;
  for (const CoverageRun& run : runs) {
    const auto sum = detail::observed_sum(cells_of(run, values));
    row.count += run.share * sum.count;
    row.sum += run.share * sum.sum;
  }
  if (row.count == 0) return;
  // The row is in the nearest cache now: what else is wanted goes over it again, the spread about its own mean, so that
  // no digit is lost to large values that differ little.
  if (parts_.spread) {
    row.origin = row.sum / row.count;
    double away = 0;  // of the true mean from the rounded one
    for (const CoverageRun& run : runs) {
      const auto spread = detail::spread_about(cells_of(run, values), row.origin);
      away += run.share * spread.sum;
      row.squares += run.share * spread.squares;
    }
    row.offset = away / row.count;
    row.squares = std::max(0.0, row.squares - away * row.offset);
  }
  if (parts_.extremes)
    for (const CoverageRun& run : runs) row.extremes.include(detail::extremes_of(cells_of(run, values)));
  if (parts_.weights && !weights.empty())
    for (const CoverageRun& run : runs) {
      const auto sum = detail::weighted_sum(cells_of(run, values), cells_of(run, weights));
      row.weights += run.share * sum.weights;
      row.weighted_sum += run.share * sum.sum;
    }
  if (parts_.values)
    for (const CoverageRun& run : runs) values_.add(cells_of(run, values), run.share);
  moments_.merge(row);
}

void ZonalAccumulator::merge(ZonalAccumulator&& other) {
  moments_.merge(other.moments_);
  if (parts_.values) values_.append(std::move(other.values_));
}

std::vector<double> ZonalAccumulator::results(std::span<const ZonalRequest> requests, double area_cells) && {
  const std::vector<ObservedValue> values = std::move(values_).sorted();
  std::vector<double> results;
  results.reserve(requests.size());
  for (const ZonalRequest& request : requests) results.push_back(result(request, values, area_cells));
  return results;
}

double ZonalAccumulator::result(const ZonalRequest& request, std::span<const ObservedValue> values,
                                double area_cells) const {
  const Moments& all = moments_;
  const bool observed = all.count > 0, weighted = all.weights > 0;
  switch (request.kind) {
    case ZonalStatistic::count:
      return all.count;
    case ZonalStatistic::coverage:
      return area_cells > 0 ? std::min(1.0, all.count / area_cells) : not_observed;
    case ZonalStatistic::sum:
      return observed ? all.sum : not_observed;
    case ZonalStatistic::mean:
      return observed ? all.sum / all.count : not_observed;
    case ZonalStatistic::min:
      return observed ? all.extremes.min : not_observed;
    case ZonalStatistic::max:
      return observed ? all.extremes.max : not_observed;
    case ZonalStatistic::variance:
      return observed ? all.squares / all.count : not_observed;
    case ZonalStatistic::stdev:
      return observed ? std::sqrt(all.squares / all.count) : not_observed;
    case ZonalStatistic::median:
      return quantile_of(values, 0.5);
    case ZonalStatistic::quantile:
      return quantile_of(values, request.probability);
    case ZonalStatistic::majority:
      return value_that_covers(Covers::most, values);
    case ZonalStatistic::minority:
      return value_that_covers(Covers::least, values);
    case ZonalStatistic::variety:
      return static_cast<double>(values.size());
    case ZonalStatistic::weighted_sum:
      return weighted ? all.weighted_sum : not_observed;
    case ZonalStatistic::weighted_mean:
      return weighted ? all.weighted_sum / all.weights : not_observed;
  }
  throw Error(ErrorCode::internal, "unknown zonal statistic");
}

}  // namespace tocsin
