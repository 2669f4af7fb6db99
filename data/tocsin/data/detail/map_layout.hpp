#pragma once

#include <string>
#include <vector>

#include <tocsin/data/detail/map_canvas.hpp>
#include <tocsin/grid/grid.hpp>

namespace tocsin::data {

/// A bar of a round number of kilometres (or metres, on a very small map).
struct ScaleBar {
  double pixels = 0;
  std::string label;  ///< "50 km"
};

/// Where everything stands on the page, and how ground becomes page: x_page = origin_x + scale * x, y_page = origin_y -
/// scale * y.
struct MapLayout {
  int width = 0, height = 0;
  PageBox frame;  ///< around the map
  PageBox map;    ///< the grid, inside the frame
  PageBox panel;  ///< legend and the rest, right of the frame
  double footer_y = 0;
  double scale = 1;  ///< pixels a metre
  double origin_x = 0, origin_y = 0;

  [[nodiscard]] double page_x(double x) const { return origin_x + scale * x; }
  [[nodiscard]] double page_y(double y) const { return origin_y - scale * y; }
};

/// @param header_height, footer_height  pixels that the lines above and below the map take
MapLayout lay_out(const Grid& grid, double header_height, double footer_height);

/// The longest bar of 1, 2 or 5 times a power of ten that fits.
ScaleBar scale_bar(double pixels_a_metre, double most_pixels);

}  // namespace tocsin::data
