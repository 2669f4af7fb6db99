#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/density/relative.hpp>

namespace tocsin {

std::vector<WeightedPoint> people_as_points(const Raster<float>& persons) {
  const Grid& grid = persons.grid();
  std::vector<WeightedPoint> points;
  for (std::int64_t row = 0; row < grid.height; ++row) {
    const auto line = persons.row(row);
    for (std::int64_t column = 0; column < grid.width; ++column) {
      const double count = static_cast<double>(line[static_cast<std::size_t>(column)]);
      if (std::isnan(count) || count == 0) continue;
      if (count < 0 || std::isinf(count))
        throw Error(ErrorCode::input,
                    fmt::format("population: {} persons in the cell at {:.0f}, {:.0f}; mend the raster", count,
                                grid.x_of_column(column), grid.y_of_row(row)));
      points.push_back({grid.x_of_column(column), grid.y_of_row(row), count});
    }
  }
  return points;
}

void divide_by_people(std::span<double> events, std::span<const double> people, double floor_per_km2) {
  if (!(floor_per_km2 > 0 && std::isfinite(floor_per_km2)))
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("relative density: the floor must be a positive number of persons per km2, got {}", floor_per_km2));
  if (events.size() != people.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("relative density: {} densities of events, but {} of people",
                                                       events.size(), people.size()));
  for (std::size_t i = 0; i < events.size(); ++i)
    events[i] = people[i] >= floor_per_km2 ? events[i] / people[i] : not_observed;
}

}  // namespace tocsin
