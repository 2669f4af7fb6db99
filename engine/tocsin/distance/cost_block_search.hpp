#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <tocsin/distance/cost_blocks.hpp>
#include <tocsin/distance/cost_distance.hpp>
#include <tocsin/distance/radix_heap.hpp>

namespace tocsin::detail {

/// Blocks around one, and itself in the middle, row-major.
inline constexpr std::size_t blocks_around = 9;

/// What a block and its rim look like, the same for all blocks.
struct BlockShape {
  /// A step to another cell: how far on in the block, and for knight's moves the two cells passed.
  struct Step {
    std::ptrdiff_t to = 0, pass_a = 0, pass_b = 0;
  };

  BlockShape(const CostOptions& options, double cell_m);

  std::int64_t size = 0, rim = 0, side = 0;       ///< side = size + 2 rim
  std::array<Step, 16> steps;                     ///< 4 straight, 4 diagonal, 8 knight's moves
  std::size_t step_count = 0;                     ///< 8 or 16
  double straight = 0, diagonal = 0, knight = 0;  ///< metres a step for each of 2, 2 or 4 frictions that are added
  std::vector<std::uint16_t> bordered;            ///< of each cell: a bit for each block around in whose rim it lies
  std::vector<std::uint32_t> rim_cells;           ///< row-major

 private:
  void add_steps(Moves moves);
  void add_cells();
};

/// Carries costs on within one block until nothing becomes cheaper.
class BlockSearch {
 public:
  /// @param heap  empty; kept between searches for its memory
  BlockSearch(const BlockShape& shape, RadixHeap& heap, CostBlock& block) : shape_(shape), heap_(heap), block_(block) {}

  /// Puts a cell of the block in the queue whose cost has just been set.
  void begin_at(std::uint32_t cell) { heap_.push(block_.cost[cell], cell); }
  /// Takes the steps from a cell of the rim whose cost a neighbour has lowered.
  void enter_from(std::uint32_t cell, double cost);
  /// @return  for each block around the smallest new cost in its rim
  std::array<double, blocks_around> run();

 private:
  void take(std::uint32_t cell, double cost, std::size_t step);

  const BlockShape& shape_;
  RadixHeap& heap_;
  CostBlock& block_;
};

}  // namespace tocsin::detail
