#pragma once

#include <string>
#include <vector>

#include <tocsin/data/detail/map_layout.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin::data {

struct MapLabel {
  std::string text;
  double x = 0;  ///< the middle of the text
  double y = 0;  ///< its base line
  Font font;
};

/// A place inside its area for every name that has room there, the largest areas first; smaller letters where that
/// helps. No two overlap. Names without room are left out.
/// Cost  some ten passes over the vertices.
std::vector<MapLabel> place_labels(const MapCanvas& canvas, const MapLayout& layout, const Areas& areas);

}  // namespace tocsin::data
