#pragma once

#include <string>

#include <tocsin/emerging/emerging.hpp>

#include "emerging_cube.hpp"

namespace tocsin::cli {

/// Endings that write_emerging() knows: tables, and .tif where the places are cells.
std::vector<std::string> emerging_endings(bool on_grid);

/// Writes a row (or cell) for each place, by the ending of the path: whole or not at all.
void write_emerging(const std::string& path, const EventCube& events, const EmergingHotspots& found);

/// All that led to a place's category, to read: one line a period, then the trend and the rule.
std::string explain_place(const EventCube& events, const Neighbours& neighbours, const EmergingOptions& options,
                          const EmergingHotspots& found, std::size_t place);

}  // namespace tocsin::cli
