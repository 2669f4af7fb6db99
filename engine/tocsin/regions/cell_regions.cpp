#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/regions/cell_regions.hpp>
#include <tocsin/regions/run_boundaries.hpp>

namespace tocsin {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

std::size_t count_of(const std::vector<std::size_t>& numbers) {
  std::size_t count = 0;
  for (const std::size_t number : numbers) count = std::max(count, number + 1);
  return count;
}

/// The components that have enough cells, renumbered; `none` for the others.
std::vector<std::size_t> large_enough(std::span<const CellRun> runs, const std::vector<std::size_t>& components,
                                      std::size_t least_cells) {
  std::vector<std::size_t> cells(count_of(components), 0);
  for (std::size_t k = 0; k < runs.size(); ++k)
    cells[components[k]] += static_cast<std::size_t>(runs[k].end - runs[k].first);
  std::size_t next = 0;
  for (std::size_t& entry : cells) entry = entry >= least_cells ? next++ : none;
  return cells;
}

/// Fills cells, area and centroid.
void add_cells(const Grid& grid, std::span<const CellRun> runs, const std::vector<std::size_t>& region_of_run,
               std::vector<Region>& regions) {
  struct Sums {
    double columns = 0, rows = 0;
  };
  std::vector<Sums> sums(regions.size());
  for (std::size_t k = 0; k < runs.size(); ++k) {
    if (region_of_run[k] == none) continue;
    const CellRun& run = runs[k];
    std::vector<std::size_t>& places = regions[region_of_run[k]].places;
    for (std::int64_t column = run.first; column < run.end; ++column) places.push_back(grid.index({column, run.row}));
    const auto cells = static_cast<double>(run.end - run.first);
    sums[region_of_run[k]].columns += cells * (static_cast<double>(run.first + run.end) / 2);
    sums[region_of_run[k]].rows += cells * (static_cast<double>(run.row) + 0.5);
  }
  for (std::size_t r = 0; r < regions.size(); ++r) {
    const auto cells = static_cast<double>(regions[r].places.size());
    regions[r].area_km2 = cells * grid.cell_area_km2();
    regions[r].centroid =
        Point(grid.origin_x + sums[r].columns / cells * grid.cell_m, grid.north() - sums[r].rows / cells * grid.cell_m);
  }
}

Polygon::ring_type ring_on_map(const Grid& grid, const LatticeRing& ring) {
  Polygon::ring_type points;
  points.reserve(ring.corners.size() + 1);
  for (const LatticePoint& corner : ring.corners)
    points.emplace_back(grid.origin_x + static_cast<double>(corner.column) * grid.cell_m,
                        grid.origin_y - static_cast<double>(grid.first_row + corner.row) * grid.cell_m);
  points.push_back(points.front());
  return points;
}

void add_outlines(const Grid& grid, std::span<const CellRun> runs, const std::vector<std::size_t>& region_of_run,
                  std::vector<Region>& regions) {
  const std::vector<std::size_t> pieces = components_of_runs(runs, CellContact::rook);
  std::vector<std::size_t> polygon_of_piece(count_of(pieces), none);
  for (std::size_t k = 0; k < runs.size(); ++k) {
    if (region_of_run[k] == none || polygon_of_piece[pieces[k]] != none) continue;
    MultiPolygon& outline = regions[region_of_run[k]].outline;
    polygon_of_piece[pieces[k]] = outline.size();
    outline.emplace_back();
  }
  for (const LatticeRing& ring : boundary_rings(runs)) {
    if (region_of_run[ring.run] == none) continue;
    Polygon& polygon = regions[region_of_run[ring.run]].outline[polygon_of_piece[pieces[ring.run]]];
    if (ring.role == RingRole::outer)
      polygon.outer() = ring_on_map(grid, ring);
    else
      polygon.inners().push_back(ring_on_map(grid, ring));
  }
}

}  // namespace

void CellRegionOptions::validate() const {
  if (least_cells < 1) throw Error(ErrorCode::invalid_argument, "least_cells must be at least 1, got 0");
}

std::vector<Region> cell_regions(const Grid& grid, std::span<const std::uint8_t> mask,
                                 const CellRegionOptions& options) {
  options.validate();
  if (mask.size() != grid.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} flags for a grid of {} cells; give one flag a cell", mask.size(), grid.size()));
  const std::vector<CellRun> runs = cell_runs(grid, mask);
  std::vector<std::size_t> region_of_run = components_of_runs(runs, options.contact);
  const std::vector<std::size_t> kept = large_enough(runs, region_of_run, options.least_cells);
  std::size_t count = 0;
  for (const std::size_t number : kept) count += number != none;
  for (std::size_t& region : region_of_run) region = kept[region];
  std::vector<Region> regions(count);
  add_cells(grid, runs, region_of_run, regions);
  add_outlines(grid, runs, region_of_run, regions);
  return regions;
}

}  // namespace tocsin
