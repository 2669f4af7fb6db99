#include "density_events.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <tocsin/core/error.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin::cli {
namespace {

constexpr std::int64_t rows_a_survey = 256;

double sum_of(std::span<const double> weights) {
  return std::accumulate(weights.begin(), weights.end(), 0.0);
}

AreaLocator locator_of(const MultiPolygon& area) {
  Areas areas;
  areas.shapes.push_back(area);
  return AreaLocator(areas);
}

}  // namespace

std::vector<MapPeriod> periods_of(const EventLayer& layer, const TimeWindow& window, const std::string& every,
                                  const std::string& weight_field) {
  std::vector<MapPeriod> periods;
  if (every.empty()) periods.push_back({"density", window, {}});
  if (!every.empty())
    for (const Period& period : periods_between(window.first, window.last, parse_every(every).value())) {
      TimeWindow own = window_of(period, {}, window.half_life);
      own.first = std::max(own.first, window.first);
      periods.push_back({period.label, own, {}});
    }
  for (MapPeriod& period : periods) {
    period.weights = layer.weights({}, period.window, weight_field);
    period.weight = sum_of(period.weights);
  }
  return periods;
}

std::vector<WeightedPoint> exact_points(const EventLayer& layer, std::span<const double> weights, const Box& within,
                                        const MultiPolygon* area, bool all_are_points) {
  const Events& events = layer.batch.events;
  const AreaLocator locator = locator_of(area == nullptr ? MultiPolygon{} : *area);
  std::vector<WeightedPoint> points;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const double x = events.x[i], y = events.y[i];
    if (weights[i] == 0 || !std::isfinite(x) || !std::isfinite(y) || std::abs(x) >= data::beyond_reach_m) continue;
    if (!all_are_points && events.precision[i].kind != PlaceKind::point) continue;
    if (!within.contains(x, y) || (area != nullptr && locator.locate(x, y) < 0)) continue;
    points.push_back({x, y, weights[i]});
  }
  return points;
}

DensityEvents::DensityEvents(EventLayer& layer, const EventOptions& options, const Lattice& lattice,
                             const MultiPolygon* area, std::vector<MapPeriod>& periods, Progress& progress)
    : layer_(layer), lattice_(lattice), area_(area) {
  find_places(options, progress);
  const PlacedEvents& placed = layer_.placed;
  std::vector<std::uint8_t> is_outside(placed.points.size());
  if (area_ != nullptr) {
    const AreaLocator locator = locator_of(*area_);
    for (std::size_t i = 0; i < is_outside.size(); ++i)
      is_outside[i] = locator.locate(placed.points[i].x, placed.points[i].y) < 0 ? 1 : 0;
  }
  std::vector<std::uint8_t> is_beyond(layer_.batch.events.size());
  for (MapPeriod& period : periods) {
    std::vector<double> counting = period.weights;
    for (std::size_t i = 0; i < counting.size(); ++i) {
      if (counting[i] == 0 || placed.place[i] < 0) continue;
      const auto place = static_cast<std::size_t>(placed.place[i]);
      if (placed.how[i] == PlacedAs::spread) {
        period.in_reach += counting[i] * (1 - placed.spreads[place].outside);
      } else if (is_outside[place] != 0) {
        is_beyond[i] = 1;
        counting[i] = 0;
      } else {
        period.in_reach += counting[i];
      }
    }
    weights_.push_back(placed.weights_by_place(counting));
  }
  beyond_area_ = static_cast<std::size_t>(std::count(is_beyond.begin(), is_beyond.end(), 1));
}

void DensityEvents::find_places(const EventOptions& options, Progress& progress) {
  PlacementOptions placement;
  placement.method = options.placement == "point"     ? PlacementMethod::point
                     : options.placement == "exclude" ? PlacementMethod::exclude
                                                      : PlacementMethod::spread;
  Areas admin;
  if (!options.admin.path.empty()) {
    SourceSpec spec = options.admin;
    spec.name = spec.path;
    admin = data::open_areas(spec)->read(lattice_.grid().crs_wkt).areas;
    placement.admin[static_cast<std::size_t>(options.admin_level)] = &admin;
  }
  const Grid& wide = lattice_.grid();
  layer_.placed = tocsin::find_places(layer_.batch.events, wide, placement);
  for (std::int64_t first = 0; first < wide.height && !layer_.placed.spreads.empty(); first += rows_a_survey) {
    throw_if_cancelled(progress);
    layer_.placed.survey(wide.rows(first, std::min(rows_a_survey, wide.height - first)), nullptr);
  }
  layer_.placed.settle(wide);
  for (const auto& place : layer_.placed.spreads) spread_cells_ += place.covered;
}

double DensityEvents::most_shares(std::int64_t lattice_rows) const {
  const double rows = static_cast<double>(lattice_rows), width = static_cast<double>(lattice_.grid().width);
  return std::min(spread_cells_, rows * width * static_cast<double>(layer_.placed.spreads.size()));
}

double DensityEvents::most_spread_cells(std::int64_t lattice_rows) const {
  return std::min(spread_cells_, static_cast<double>(lattice_rows) * static_cast<double>(lattice_.grid().width));
}

std::vector<WeightedPoint> DensityEvents::exact(std::size_t period) const {
  std::vector<WeightedPoint> points;
  const std::vector<double>& weights = weights_[period].points;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i] != 0) points.push_back({layer_.placed.points[i].x, layer_.placed.points[i].y, weights[i]});
  return points;
}

LaidPlaces DensityEvents::lay(const Grid& rows) {
  LaidPlaces laid{rows, {}};
  laid.placed.spreads = layer_.placed.spreads;
  laid.placed.lay(rows, nullptr);
  if (area_ == nullptr) return laid;
  const std::vector<std::uint8_t> inside = mostly_inside(*area_, rows);
  for (auto& place : laid.placed.spreads)
    std::erase_if(place.cells, [&](const CellShare& part) { return inside[part.cell] == 0; });
  return laid;
}

std::vector<WeightedPoint> DensityEvents::spread(std::size_t period, const LaidPlaces& laid) const {
  // Places overlap (a county and its state): one point a cell, however many of them hold it.
  const std::vector<double>& weights = weights_[period].spreads;
  std::vector<WeightedPoint> points;
  if (std::all_of(weights.begin(), weights.end(), [](double weight) { return weight == 0; })) return points;
  Raster<double> by_cell(laid.rows);
  for (std::size_t place = 0; place < weights.size(); ++place)
    if (weights[place] != 0)
      for (const CellShare& part : laid.placed.spreads[place].cells)
        by_cell.values()[part.cell] += weights[place] * part.share;
  for (std::int64_t row = 0; row < laid.rows.height; ++row)
    for (std::int64_t column = 0; column < laid.rows.width; ++column)
      if (const double weight = by_cell.at({column, row}); weight != 0)
        points.push_back({laid.rows.x_of_column(column), laid.rows.y_of_row(row), weight});
  return points;
}

}  // namespace tocsin::cli
