#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

#include <tocsin/distance/cost_block_search.hpp>

namespace tocsin::detail {

BlockShape::BlockShape(const CostOptions& options, double cell_m)
    : size(options.block),
      rim(options.moves == Moves::eight ? 1 : 2),
      side(size + 2 * rim),
      straight(cell_m / 2),
      diagonal(cell_m * std::numbers::sqrt2 / 2),
      knight(cell_m * std::sqrt(5.0) / 4) {
  add_steps(options.moves);
  add_cells();
}

void BlockShape::add_steps(Moves moves) {
  const std::ptrdiff_t row = side;
  for (const std::ptrdiff_t to :
       {-row, std::ptrdiff_t{-1}, std::ptrdiff_t{1}, row, -row - 1, -row + 1, row - 1, row + 1})
    steps[step_count++] = {to, 0, 0};
  if (moves == Moves::eight) return;
  for (const std::ptrdiff_t down : {-row, row}) {
    for (const std::ptrdiff_t across : {-1, 1}) {
      steps[step_count++] = {2 * down + across, down, down + across};
      steps[step_count++] = {down + 2 * across, across, down + across};
    }
  }
}

void BlockShape::add_cells() {
  /// Whether a cell lies in the rim of the next block on that side.
  const auto borders = [&](std::int64_t at, std::int64_t towards) {
    return towards == 0 || (towards < 0 ? at < 2 * rim : at >= size);
  };
  for (std::int64_t y = 0; y < side; ++y) {
    for (std::int64_t x = 0; x < side; ++x) {
      const bool inside = y >= rim && y < rim + size && x >= rim && x < rim + size;
      if (!inside) rim_cells.push_back(static_cast<std::uint32_t>(y * side + x));
      unsigned bits = 0;
      for (std::size_t around = 0; inside && around < blocks_around; ++around) {
        const bool itself = around == blocks_around / 2;
        if (!itself && borders(y, static_cast<std::int64_t>(around / 3) - 1) &&
            borders(x, static_cast<std::int64_t>(around % 3) - 1))
          bits |= 1u << around;
      }
      bordered.push_back(static_cast<std::uint16_t>(bits));
    }
  }
}

void BlockSearch::enter_from(std::uint32_t cell, double cost) {
  for (std::size_t step = 0; step < shape_.step_count; ++step) {
    const std::ptrdiff_t to = static_cast<std::ptrdiff_t>(cell) + shape_.steps[step].to;
    // A step across the block's outer edge comes out in the rim of the other side, if anywhere.
    const bool exists = to >= 0 && to < shape_.side * shape_.side;
    if (exists && block_.cost[static_cast<std::size_t>(to)] >= 0) take(cell, cost, step);
  }
}

std::array<double, blocks_around> BlockSearch::run() {
  std::array<double, blocks_around> lowered;
  lowered.fill(std::numeric_limits<double>::infinity());
  while (!heap_.empty()) {
    const auto [cost, cell] = heap_.pop();
    if (cost > block_.cost[cell]) continue;  // a cheaper way was found since
    for (unsigned bits = shape_.bordered[cell]; bits != 0; bits &= bits - 1) {
      double& least = lowered[static_cast<std::size_t>(std::countr_zero(bits))];
      least = std::min(least, cost);
    }
    for (std::size_t step = 0; step < shape_.step_count; ++step) take(cell, cost, step);
  }
  return lowered;
}

/// A way through an impassable cell costs NaN, which is never less.
inline void BlockSearch::take(std::uint32_t cell, double cost, std::size_t step) {
  const auto at = [&](std::ptrdiff_t on) { return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(cell) + on); };
  const auto friction = [&](std::ptrdiff_t on) { return static_cast<double>(block_.friction[at(on)]); };
  const BlockShape::Step& taken = shape_.steps[step];
  const double ends = friction(0) + friction(taken.to);
  double whole = 0;
  if (step < 4) {
    whole = cost + ends * shape_.straight;
  } else if (step < 8) {
    whole = cost + ends * shape_.diagonal;
  } else {
    whole = cost + (ends + (friction(taken.pass_a) + friction(taken.pass_b))) * shape_.knight;
  }
  double& known = block_.cost[at(taken.to)];
  if (whole < known) {
    known = whole;
    heap_.push(whole, static_cast<std::uint32_t>(at(taken.to)));
  }
}

}  // namespace tocsin::detail
