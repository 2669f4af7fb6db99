#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin {
namespace {

/// Weights of events added up by the place that they share, in event order.
struct PlaceWeights {
  std::vector<double> points, spreads;
};

PlaceWeights weights_by_place(const PlacedEvents& placed, std::span<const double> weights) {
  if (weights.size() != placed.how.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} weights were given for {} placed events; give one weight an event", weights.size(),
                            placed.how.size()));
  PlaceWeights sums{std::vector<double>(placed.points.size()), std::vector<double>(placed.spreads.size())};
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (placed.place[i] < 0) continue;
    const auto place = static_cast<std::size_t>(placed.place[i]);
    (placed.how[i] == PlacedAs::point ? sums.points : sums.spreads)[place] += weights[i];
  }
  return sums;
}

}  // namespace

std::vector<WeightedPoint> PlacedEvents::weighted_points(const Grid& grid, std::span<const double> weights) const {
  const PlaceWeights sums = weights_by_place(*this, weights);
  std::vector<WeightedPoint> result;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (sums.points[i] != 0) result.push_back({points[i].x, points[i].y, sums.points[i]});
  for (std::size_t i = 0; i < spreads.size(); ++i) {
    if (sums.spreads[i] == 0) continue;
    for (const CellShare& part : spreads[i].cells) {
      const auto column = static_cast<std::int64_t>(part.cell % static_cast<std::size_t>(grid.width));
      const auto row = static_cast<std::int64_t>(part.cell / static_cast<std::size_t>(grid.width));
      result.push_back({grid.x_of_column(column), grid.y_of_row(row), sums.spreads[i] * part.share});
    }
  }
  return result;
}

Raster<double> PlacedEvents::weight_by_cell(const Grid& grid, std::span<const double> weights) const {
  const PlaceWeights sums = weights_by_place(*this, weights);
  Raster<double> raster(grid);
  for (std::size_t i = 0; i < points.size(); ++i)
    if (const auto cell = grid.cell_of_point(points[i].x, points[i].y)) raster.at(*cell) += sums.points[i];
  for (std::size_t i = 0; i < spreads.size(); ++i) {
    if (sums.spreads[i] == 0) continue;
    for (const CellShare& part : spreads[i].cells) raster.values()[part.cell] += sums.spreads[i] * part.share;
  }
  return raster;
}

}  // namespace tocsin
