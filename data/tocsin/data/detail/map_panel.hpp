#pragma once

#include <array>
#include <span>

#include <tocsin/data/detail/map_layout.hpp>
#include <tocsin/data/map_png.hpp>
#include <tocsin/ports/result_sink.hpp>

namespace tocsin::data {

/// How a hotspot is outlined, one line over the other: a halo first, so that it stands out on every colour.
struct HotspotLine {
  Colour colour;
  double width = 1;
};
inline constexpr std::array hotspot_lines{HotspotLine{{1, 1, 1, 0.9}, 5.5}, HotspotLine{{0.12, 0.1, 0.55, 1}, 3}};

/// The right side of the page: legend, the areas with the highest scores, the alerts that stand as far as there is
/// room, scale bar and north arrow.
void draw_panel(MapCanvas& canvas, const MapLayout& layout, const AssessmentHeader& header,
                std::span<const AreaScore> areas, std::span<const Hotspot> hotspots,
                const std::optional<std::vector<MapAlert>>& alerts);

}  // namespace tocsin::data
