#pragma once

#include <span>

#include <tocsin/data/detail/map_layout.hpp>
#include <tocsin/ports/result_sink.hpp>

namespace tocsin::data {

/// The right side of the page: legend, the areas with the highest scores, scale bar and north arrow.
void draw_panel(MapCanvas& canvas, const MapLayout& layout, const AssessmentHeader& header,
                std::span<const AreaScore> areas);

}  // namespace tocsin::data
