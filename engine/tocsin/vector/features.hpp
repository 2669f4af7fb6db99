#pragma once

#include <optional>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin {

/// A thing on the map (site, road, zone) that may exist only between two days; an empty end is open.
struct Feature {
  Geometry geometry;
  std::optional<Day> from;
  std::optional<Day> to;
};

using Features = std::vector<Feature>;

}  // namespace tocsin
