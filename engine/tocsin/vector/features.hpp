#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin {

/// A thing on the map (site, road, zone) that may exist only between two days; an empty end is open.
struct Feature {
  Geometry geometry;
  std::optional<Day> from;
  std::optional<Day> to;
  double value = not_observed;  ///< what it carries into a raster, where one was asked for
  std::int64_t record = 0;      ///< the record of its source that it comes from, counted from 1; 0: not known
  std::string name = {};        ///< where its source has one
};

using Features = std::vector<Feature>;

}  // namespace tocsin
