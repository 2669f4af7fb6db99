#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <tocsin/core/random.hpp>
#include <tocsin/grid/grid.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin::test {

/// A map drawn with a line for each row of cells: '#' is flagged, '?' not observed, all else neither.
struct Map {
  Grid grid;
  std::vector<std::uint8_t> mask;
  std::vector<std::uint8_t> observed;
};

inline Map map_of(const std::vector<std::string>& rows, double cell_m = 1000) {
  Map map;
  map.grid.cell_m = cell_m;
  map.grid.origin_y = static_cast<double>(rows.size()) * cell_m;
  map.grid.height = static_cast<std::int64_t>(rows.size());
  map.grid.width = static_cast<std::int64_t>(rows.at(0).size());
  for (const std::string& row : rows)
    for (const char cell : row) {
      map.mask.push_back(cell == '#');
      map.observed.push_back(cell != '?');
    }
  return map;
}

/// Flags by chance on a grid whose cells and origin are no round numbers.
inline Map random_map(std::uint64_t seed) {
  RandomStream random({.seed = seed});
  Map map;
  map.grid.cell_m = 100 + 1000 * random.uniform();
  map.grid.origin_x = 1e6 * (random.uniform() - 0.5);
  map.grid.origin_y = 1e7 * (random.uniform() - 0.5);
  map.grid.width = 1 + random.below(14);
  map.grid.height = 1 + random.below(14);
  map.grid.first_row = random.below(5);
  const double density = 0.05 + 0.9 * random.uniform();
  for (std::size_t i = 0; i < map.grid.size(); ++i) {
    map.mask.push_back(random.uniform() < density);
    map.observed.push_back(1);
  }
  return map;
}

inline std::size_t rings_of(const MultiPolygon& shape) {
  std::size_t rings = shape.size();
  for (const Polygon& polygon : shape) rings += polygon.inners().size();
  return rings;
}

/// Points of all rings, not counting the repeated first ones.
inline std::size_t corners_of(const MultiPolygon& shape) {
  std::size_t corners = 0;
  for (const Polygon& polygon : shape) {
    corners += polygon.outer().size() - 1;
    for (const auto& hole : polygon.inners()) corners += hole.size() - 1;
  }
  return corners;
}

}  // namespace tocsin::test
