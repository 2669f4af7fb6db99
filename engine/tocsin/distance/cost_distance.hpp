#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>

#include <tocsin/core/progress.hpp>
#include <tocsin/distance/cost_blocks.hpp>
#include <tocsin/grid/raster.hpp>

namespace tocsin {

/// To which cells one can step from a cell.
enum class Moves {
  eight,   ///< the 8 neighbours
  sixteen  ///< and by knight's moves, which go more nearly straight
};

struct CostOptions {
  Moves moves = Moves::eight;
  /// Cells that cost more are as good as out of reach; the search ends there.
  double most = std::numeric_limits<double>::infinity();
  /// Cells along a side of the blocks in which the work is done; changes the time and nothing else. At least 2.
  std::int64_t block = 64;

  /// @throws Error invalid_argument: most negative or NaN, block below 2 or above 1024
  void validate() const;
};

/// Accumulated cost of the cheapest way from the nearest (in cost) of some starting cells to every cell of a grid.
///
/// A step between neighbours costs its length in metres (along a diagonal sqrt(2) cells) times the mean friction of the
/// two cells, as in GRASS r.cost, ArcGIS Cost Distance, terra's costDist and skimage.graph.MCP_Geometric. A knight's
/// move costs sqrt(5) cells times the mean of the four cells in which a quarter of it lies each: its ends and the two
/// that it passes, as in r.cost -k (gdistance takes the ends alone); it is no way round an impassable cell, while a
/// diagonal step between two impassable cells is allowed, as in all of them. Starting cells cost 0.
///
/// The costs are the smallest over all ways of the sum of the steps, added in double from the start on. Addition
/// of non-negative numbers is monotone in floating point too, so that this smallest sum is one number, whatever order
/// finds it: blocks, threads and what waits in the store do not change a bit.
///
/// Set the friction of every row, then the starts, then solve, then read.
class CostDistance {
 public:
  /// @param store          where blocks wait that do not fit; without one all of them are in memory
  /// @param memory_bytes   for blocks in memory, when there is a store; at least 9 are kept
  /// @throws Error invalid_argument as CostOptions
  CostDistance(const Grid& grid, const CostOptions& options, std::unique_ptr<BlockStore> store = nullptr,
               double memory_bytes = std::numeric_limits<double>::infinity());
  ~CostDistance();
  CostDistance(CostDistance&&) noexcept;

  /// Bytes that a grid takes when all of it is in memory.
  static double bytes_in_memory(const Grid& grid, const CostOptions& options);

  /// @param values  whole rows: cost per metre, >= 0; NaN and infinity = impassable
  /// @throws Error  input: a negative value
  void set_friction(std::int64_t first_row, std::span<const float> values);

  /// Makes a cell a start. @return whether it is passable; an impassable one starts nothing
  bool start_at(const Cell& cell);

  /// @throws Error cancelled; io from the store
  /// Cost    about one visit of a cell, in parallel over blocks; where cheap and expensive country mix, two or three
  void solve(Progress& progress);

  /// @param costs  whole rows: in the friction's unit times metres; NaN where no way leads or all cost more than most
  void read(std::int64_t first_row, std::span<float> costs);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// All at once, in memory: 13 to 14 bytes a cell beside the two rasters.
/// @param friction  cost per metre, >= 0; NaN = impassable
/// @param starts    indices of cells (Grid::index); may repeat
/// @throws Error    input as set_friction; invalid_argument: options, a start outside the grid
Raster<float> cost_distance(const Raster<float>& friction, std::span<const std::size_t> starts,
                            const CostOptions& options = {});

}  // namespace tocsin
