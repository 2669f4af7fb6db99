#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/data/raster_writer.hpp>
#include <tocsin/distance/cost_distance.hpp>
#include <tocsin/ports/source_spec.hpp>
#include <tocsin/vector/features.hpp>

namespace tocsin::cli {

/// Distances as the crow flies, or who is nearest.
struct StraightMap {
  const Features& features;
  std::vector<std::int32_t> ids;  ///< of each feature, to map the nearest one's; empty: map distances
  double most_m = std::numeric_limits<double>::infinity();
};

/// Writes a map band of rows by band of rows, in so much memory beside the targets.
/// @throws Error memory when not even one band fits; input when no feature touches any cell; cancelled; io
void write_straight_map(const StraightMap& map, const Grid& grid, data::RasterWriter& writer, double memory_bytes,
                        Progress& progress);

struct CostReport {
  std::size_t starts = 0;              ///< passable cells that features touch
  std::size_t outside = 0;             ///< features that do not touch the raster
  std::size_t on_impassable_only = 0;  ///< features that touch it in impassable cells alone
};

/// A search for the cheapest ways over a friction raster from the cells that features touch, solved.
/// @param blocks_path  where to keep what does not fit in memory: the name of a file that does not exist
/// @throws Error input: a negative friction, no feature on a passable cell; memory; cancelled; io
CostDistance solved_cost(const SourceSpec& friction, const Grid& grid, const Features& features,
                         const CostOptions& options, const std::string& blocks_path, double memory_bytes,
                         CostReport& report, Progress& progress);

/// Writes the costs; the search's blocks come back from the disk as they are needed.
void write_costs(CostDistance& search, const Grid& grid, data::RasterWriter& writer, Progress& progress);

}  // namespace tocsin::cli
