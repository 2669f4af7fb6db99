#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/data/detail/map_layout.hpp>

namespace tocsin::data {
namespace {

constexpr int page_width = 1400;
constexpr double margin = 36, gap = 28, panel_width = 270;
constexpr double least_height = 640;  // the panel must fit beside the map
constexpr double most_height = 1250;  // about the page of a letter
constexpr double padding = 14;        // between the frame and the grid

}  // namespace

MapLayout lay_out(const Grid& grid, double header_height, double footer_height) {
  MapLayout layout;
  layout.width = page_width;
  const Box ground = grid.bounds();
  const double frame_width = page_width - 2 * margin - gap - panel_width;
  const double usual = (frame_width - 2 * padding) * ground.height() / ground.width() + 2 * padding;
  const double frame_height = std::round(std::clamp(usual, least_height, most_height));
  layout.frame = {margin, std::round(header_height), frame_width, frame_height};
  layout.panel = {layout.frame.right() + gap, layout.frame.y, panel_width, frame_height};
  layout.footer_y = layout.frame.bottom();
  layout.height = static_cast<int>(layout.footer_y + std::ceil(footer_height));
  layout.scale = std::min((frame_width - 2 * padding) / ground.width(), (frame_height - 2 * padding) / ground.height());
  layout.map.width = ground.width() * layout.scale;
  layout.map.height = ground.height() * layout.scale;
  layout.map.x = std::round(layout.frame.x + (frame_width - layout.map.width) / 2);
  layout.map.y = std::round(layout.frame.y + (frame_height - layout.map.height) / 2);
  layout.origin_x = layout.map.x - layout.scale * ground.min_x;
  layout.origin_y = layout.map.y + layout.scale * ground.max_y;
  return layout;
}

ScaleBar scale_bar(double pixels_a_metre, double most_pixels) {
  const double most_m = most_pixels / pixels_a_metre;
  const double power = std::pow(10.0, std::floor(std::log10(most_m)));
  double length_m = power;
  for (const double step : {2.0, 5.0})
    if (step * power <= most_m) length_m = step * power;
  const std::string label =
      length_m >= 1000 ? fmt::format("{:.0f} km", length_m / 1000) : fmt::format("{:.3g} m", length_m);
  return {length_m * pixels_a_metre, label};
}

}  // namespace tocsin::data
