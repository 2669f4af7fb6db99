#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/vector/area_raster.hpp>
#include <tocsin/zonal/zonal_statistics.hpp>

namespace tocsin {
namespace {

constexpr std::array names{
    std::pair{std::string_view("count"), ZonalStatistic::count},
    std::pair{std::string_view("coverage"), ZonalStatistic::coverage},
    std::pair{std::string_view("sum"), ZonalStatistic::sum},
    std::pair{std::string_view("mean"), ZonalStatistic::mean},
    std::pair{std::string_view("min"), ZonalStatistic::min},
    std::pair{std::string_view("max"), ZonalStatistic::max},
    std::pair{std::string_view("variance"), ZonalStatistic::variance},
    std::pair{std::string_view("stdev"), ZonalStatistic::stdev},
    std::pair{std::string_view("median"), ZonalStatistic::median},
    std::pair{std::string_view("majority"), ZonalStatistic::majority},
    std::pair{std::string_view("minority"), ZonalStatistic::minority},
    std::pair{std::string_view("variety"), ZonalStatistic::variety},
    std::pair{std::string_view("weighted_sum"), ZonalStatistic::weighted_sum},
    std::pair{std::string_view("weighted_mean"), ZonalStatistic::weighted_mean},
};

bool needs_values(ZonalStatistic kind) {
  return kind == ZonalStatistic::median || kind == ZonalStatistic::quantile || kind == ZonalStatistic::majority ||
         kind == ZonalStatistic::minority || kind == ZonalStatistic::variety;
}

/// Two shares that differ by less are equal: they are sums of the same parts in another order.
constexpr double same_share = 1e-12;

}  // namespace

ZonalRequest parse_zonal_request(std::string_view text) {
  for (const auto& [name, kind] : names)
    if (text == name) return {kind, 0.5, std::string(text)};
  constexpr std::string_view opening = "quantile(";
  if (text.starts_with(opening) && text.ends_with(")")) {
    const std::string_view number = text.substr(opening.size(), text.size() - opening.size() - 1);
    double probability = -1;
    const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), probability);
    if (fault == std::errc{} && end == number.data() + number.size() && probability >= 0 && probability <= 1)
      return {ZonalStatistic::quantile, probability, std::string(text)};
    throw Error(ErrorCode::invalid_argument,
                fmt::format("'{}': a quantile needs a number from 0 to 1, such as quantile(0.9)", text));
  }
  std::string all;
  for (const auto& [name, kind] : names) all += fmt::format("{}{}", all.empty() ? "" : ", ", name);
  throw Error(ErrorCode::invalid_argument,
              fmt::format("there is no statistic '{}'; there are: {}, quantile(0.9)", text, all));
}

void ZonalAccumulator::add(double value, double share, double weight) {
  if (std::isnan(value) || !(share > 0)) return;
  min_ = count_ > 0 ? std::min(min_, value) : value;
  max_ = count_ > 0 ? std::max(max_, value) : value;
  // West (1979), Communications of the ACM 22, 532-535: a running mean and sum of squares with weights.
  count_ += share;
  const double step = value - mean_;
  mean_ += step * share / count_;
  squares_ += share * step * (value - mean_);
  sum_ += share * value;
  if (!std::isnan(weight)) {
    weighted_sum_ += share * weight * value;
    weights_ += share * weight;
  }
  if (!keep_values_) return;
  auto& [covered, cells] = values_[value];
  covered += share;
  ++cells;
}

void ZonalAccumulator::merge(const ZonalAccumulator& other) {
  if (other.count_ == 0) return;
  min_ = count_ > 0 ? std::min(min_, other.min_) : other.min_;
  max_ = count_ > 0 ? std::max(max_, other.max_) : other.max_;
  // Chan, Golub and LeVeque (1983), The American Statistician 37, 242-247.
  const double whole = count_ + other.count_, step = other.mean_ - mean_;
  squares_ += other.squares_ + step * step * count_ * other.count_ / whole;
  mean_ += step * other.count_ / whole;
  count_ = whole;
  sum_ += other.sum_;
  weighted_sum_ += other.weighted_sum_;
  weights_ += other.weights_;
  for (const auto& [value, part] : other.values_) {
    auto& [covered, cells] = values_[value];
    covered += part.first;
    cells += part.second;
  }
}

double ZonalAccumulator::quantile(double probability) const {
  // Values sorted, each cell placed at i w + (n - 1) W, W the weight before it, and read off linearly: with equal
  // weights the usual quantile of type 7. The cells of one value stand one after the other, so their ends suffice.
  double n = 0;
  for (const auto& [value, part] : values_) n += static_cast<double>(part.second);
  const double target = probability * (n - 1) * count_;
  double index = 0, before = 0, last_place = 0, last_value = values_.begin()->first;
  for (const auto& [value, part] : values_) {
    const auto cells = static_cast<double>(part.second);
    const double share = part.first / cells;
    const double place = index * share + (n - 1) * before;
    if (place > target && index > 0)
      return last_value + (target - last_place) * (value - last_value) / (place - last_place);
    index += cells;
    before += part.first;
    last_place = (index - 1) * share + (n - 1) * (before - share);
    last_value = value;
    if (last_place >= target) return value;
  }
  return last_value;
}

double ZonalAccumulator::by_coverage(bool most) const {
  double best = most ? 0 : count_, result = not_observed;
  for (const auto& [value, part] : values_) {
    const double share = part.first;
    const bool better = most ? share >= best - same_share : share < best - same_share;
    if (!std::isnan(result) && !better) continue;
    best = std::isnan(result) ? share : (most ? std::max(best, share) : share);
    result = value;
  }
  return result;
}

double ZonalAccumulator::get(const ZonalRequest& request, double cells_of_area) const {
  if (request.kind == ZonalStatistic::count) return count_;
  if (request.kind == ZonalStatistic::coverage)
    return cells_of_area > 0 ? std::min(1.0, count_ / cells_of_area) : not_observed;
  if (request.kind == ZonalStatistic::variety) return static_cast<double>(values_.size());
  if (count_ == 0) return not_observed;
  switch (request.kind) {
    case ZonalStatistic::sum:
      return sum_;
    case ZonalStatistic::mean:
      return sum_ / count_;
    case ZonalStatistic::min:
      return min_;
    case ZonalStatistic::max:
      return max_;
    case ZonalStatistic::variance:
      return squares_ / count_;
    case ZonalStatistic::stdev:
      return std::sqrt(squares_ / count_);
    case ZonalStatistic::median:
      return quantile(0.5);
    case ZonalStatistic::quantile:
      return quantile(request.probability);
    case ZonalStatistic::majority:
      return by_coverage(true);
    case ZonalStatistic::minority:
      return by_coverage(false);
    case ZonalStatistic::weighted_sum:
      return weights_ > 0 ? weighted_sum_ : not_observed;
    case ZonalStatistic::weighted_mean:
      return weights_ > 0 ? weighted_sum_ / weights_ : not_observed;
    default:
      break;
  }
  throw Error(ErrorCode::internal, "unknown zonal statistic");
}

ZonalRun::ZonalRun(const Areas& areas, Grid grid, std::vector<ZonalRequest> requests)
    : areas_(areas), grid_(std::move(grid)), requests_(std::move(requests)) {
  keep_values_ =
      std::any_of(requests_.begin(), requests_.end(), [](const auto& request) { return needs_values(request.kind); });
  accumulators_.assign(areas.size(), ZonalAccumulator(keep_values_));
  for (const MultiPolygon& shape : areas.shapes) bounds_.push_back(bounds_of(shape));
}

void ZonalRun::add_rows(std::int64_t first_row, std::span<const double> values, std::span<const double> weights) {
  const auto columns = static_cast<std::size_t>(grid_.width);
  if (columns == 0 || values.size() % columns != 0 || (!weights.empty() && weights.size() != values.size()))
    throw Error(ErrorCode::shape_mismatch, "zonal statistics take whole rows of values, and as many weights or none");
  const Grid band = grid_.rows(first_row, static_cast<std::int64_t>(values.size() / columns));
  const Box box = band.bounds();
  parallel_for(areas_.size(), [&](std::size_t a) {
    const Box& reach = bounds_[a];
    if (!(reach.min_x < box.max_x && reach.max_x > box.min_x && reach.min_y < box.max_y && reach.max_y > box.min_y))
      return;
    const std::vector<CellShare> cells = coverage_fractions(areas_.shapes[a], band);
    ZonalAccumulator row(keep_values_);
    std::size_t current = 0;
    for (const CellShare& part : cells) {
      if (part.cell / columns != current) {
        accumulators_[a].merge(row);
        row = ZonalAccumulator(keep_values_);
        current = part.cell / columns;
      }
      row.add(values[part.cell], part.share, weights.empty() ? not_observed : weights[part.cell]);
    }
    accumulators_[a].merge(row);
  });
}

std::vector<std::vector<double>> ZonalRun::results() const {
  std::vector<std::vector<double>> results(areas_.size());
  for (std::size_t a = 0; a < areas_.size(); ++a) {
    const double cells = area_km2(areas_.shapes[a]) / grid_.cell_area_km2();
    for (const ZonalRequest& request : requests_) results[a].push_back(accumulators_[a].get(request, cells));
  }
  return results;
}

std::vector<std::vector<double>> zonal_statistics(const Raster<double>& values, const Areas& areas,
                                                  const std::vector<ZonalRequest>& requests,
                                                  const Raster<double>* weights) {
  const Grid& grid = values.grid();
  if (weights != nullptr && (weights->grid().width != grid.width || weights->grid().height != grid.height))
    throw Error(ErrorCode::shape_mismatch, "the weights must lie on the grid of the values");
  ZonalRun run(areas, grid, requests);
  for (std::int64_t first = 0; first < grid.height; first += ZonalRun::band_rows) {
    const auto rows = static_cast<std::size_t>(std::min(ZonalRun::band_rows, grid.height - first));
    const std::size_t from = grid.index({0, first}), size = rows * static_cast<std::size_t>(grid.width);
    run.add_rows(first, values.values().subspan(from, size),
                 weights == nullptr ? std::span<const double>() : weights->values().subspan(from, size));
  }
  return run.results();
}

}  // namespace tocsin
