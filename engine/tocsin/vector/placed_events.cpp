#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin {
namespace {

/// Adds the weight of each place to its cells, place by place.
void add_spread(const std::vector<PlacedEvents::SpreadPlace>& places, const std::vector<double>& weights,
                Raster<double>& raster) {
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (weights[i] == 0) continue;
    for (const CellShare& part : places[i].cells) raster.values()[part.cell] += weights[i] * part.share;
  }
}

void check_grid(const Grid& rows, const Raster<float>* population) {
  if (population == nullptr) return;
  const Grid& given = population->grid();
  if (given.bounds() != rows.bounds() || given.width != rows.width || given.height != rows.height)
    throw Error(ErrorCode::shape_mismatch,
                "the population raster has another grid than the one events are placed on; realign it first");
}

}  // namespace

PlacedEvents::PlaceWeights PlacedEvents::weights_by_place(std::span<const double> weights) const {
  if (weights.size() != how.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("{} weights were given for {} placed events; give one weight an "
                                                       "event",
                                                       weights.size(), how.size()));
  PlaceWeights sums{std::vector<double>(points.size()), std::vector<double>(spreads.size())};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (place[i] < 0) continue;
    (how[i] == PlacedAs::point ? sums.points : sums.spreads)[static_cast<std::size_t>(place[i])] += weights[i];
  }
  return sums;
}

double persons_in(const CellShare& part, const Raster<float>* population) {
  if (population == nullptr) return 0;
  const double here = static_cast<double>(population->values()[part.cell]);
  return here > 0 && std::isfinite(here) ? here * part.share : 0.0;
}

std::vector<std::vector<CellShare>> PlacedEvents::survey(const Grid& rows, const Raster<float>* population) {
  check_grid(rows, population);
  std::vector<std::vector<CellShare>> cells(spreads.size());
  parallel_for(spreads.size(), [&](std::size_t i) {
    SpreadPlace& spread = spreads[i];
    cells[i] = coverage_fractions(spread.shape, rows);
    for (const CellShare& part : cells[i]) {
      spread.covered += part.share;
      spread.persons += persons_in(part, population);
    }
  });
  return cells;
}

std::vector<std::int32_t> PlacedEvents::settle(const Grid& grid) {
  std::vector<std::int32_t> kept(spreads.size(), -1);
  std::vector<SpreadPlace> inside;
  for (std::size_t i = 0; i < spreads.size(); ++i) {
    SpreadPlace& spread = spreads[i];
    const double whole = area_km2(spread.shape) / grid.cell_area_km2();
    if (!(spread.covered > 0) || !(whole > 0)) continue;
    // A place wholly inside the grid misses 1 by rounding only.
    const double beyond = 1 - spread.covered / whole;
    spread.outside = beyond < 1e-12 ? 0.0 : beyond;
    kept[i] = static_cast<std::int32_t>(inside.size());
    inside.push_back(std::move(spread));
  }
  spreads = std::move(inside);
  for (std::size_t event = 0; event < how.size(); ++event) {
    if (how[event] != PlacedAs::spread) continue;
    place[event] = kept[static_cast<std::size_t>(place[event])];
    if (place[event] < 0) how[event] = PlacedAs::outside;
  }
  return kept;
}

/// Without population by area. With it, the part inside the grid (by area) is shared in proportion to the persons in
/// the covered part of each cell; where they are not observed, nobody is known to live.
void PlacedEvents::lay(const Grid& rows, const Raster<float>* population) {
  check_grid(rows, population);
  parallel_for(spreads.size(), [&](std::size_t i) {
    SpreadPlace& spread = spreads[i];
    const double inside = 1 - spread.outside;
    spread.cells = coverage_fractions(spread.shape, rows);
    for (CellShare& part : spread.cells)
      part.share =
          inside * (spread.persons > 0 ? persons_in(part, population) / spread.persons : part.share / spread.covered);
    std::erase_if(spread.cells, [](const CellShare& part) { return part.share <= 0; });
  });
}

std::vector<WeightedPoint> PlacedEvents::weighted_points(const Grid& rows, std::span<const double> weights) const {
  const PlaceWeights sums = weights_by_place(weights);
  std::vector<WeightedPoint> result;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (sums.points[i] != 0) result.push_back({points[i].x, points[i].y, sums.points[i]});
  if (std::all_of(sums.spreads.begin(), sums.spreads.end(), [](double weight) { return weight == 0; })) return result;
  // Places overlap (a county and its state): one point a cell, however many of them hold it.
  Raster<double> by_cell(rows);
  add_spread(spreads, sums.spreads, by_cell);
  for (std::int64_t row = 0; row < rows.height; ++row) {
    const auto values = std::as_const(by_cell).row(row);
    for (std::int64_t column = 0; column < rows.width; ++column)
      if (const double weight = values[static_cast<std::size_t>(column)]; weight != 0)
        result.push_back({rows.x_of_column(column), rows.y_of_row(row), weight});
  }
  return result;
}

Raster<double> PlacedEvents::weight_by_cell(const Grid& rows, std::span<const double> weights) const {
  const PlaceWeights sums = weights_by_place(weights);
  Raster<double> raster(rows);
  for (std::size_t i = 0; i < points.size(); ++i)
    if (const auto cell = rows.cell_of_point(points[i].x, points[i].y)) raster.at(*cell) += sums.points[i];
  add_spread(spreads, sums.spreads, raster);
  return raster;
}

}  // namespace tocsin
