#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tocsin/ports/result_sink.hpp>

namespace tocsin::data {

/// An alert that stands, as a line beside the map.
struct MapAlert {
  std::string level, area, since;
};

struct MapText {
  std::string note;       ///< shown prominently, such as "Synthetic data: do not use for decisions"; may be empty
  std::string finding{};  ///< a line below the map; may be empty
  /// One an area, the highest level first; empty: none are followed, and nothing is said.
  std::optional<std::vector<MapAlert>> alerts{};
  std::string disclaimer =
      "The boundaries and names shown and the designations used on this map do not imply official endorsement or "
      "acceptance.";
};

/// Draws the map of a period as the bytes of a PNG, 1400 pixels wide: title, scores in five classes, areas with
/// outlines and names, not observed hatched, legend, scale bar, north arrow, the highest scores,
/// the alerts that stand, notes. The same input
/// gives the same bytes with the same Cairo and fonts.
///
/// @param score  on the header's grid; NaN = not observed
/// @param areas  in the order of the header's areas; may be empty
/// @param hotspots  of the period: hot ones get an outline
/// @throws Error internal when Cairo refuses
std::string map_png(const AssessmentHeader& header, const Period& period, const Raster<float>& score,
                    std::span<const AreaScore> areas, std::span<const Hotspot> hotspots = {}, const MapText& text = {});

}  // namespace tocsin::data
