#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/distance/cost_block_search.hpp>
#include <tocsin/distance/cost_distance.hpp>

namespace tocsin {
namespace {

using detail::blocks_around;
using detail::BlockSearch;
using detail::BlockShape;
using detail::CostBlock;
using detail::CostBlocks;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Blocks whose cheapest news costs at most this part of a crossing more than the cheapest of all are searched in the
/// same round. More of it means fewer rounds, and more cells that are visited again because a cheaper way comes later.
constexpr double lookahead = 0.5;

std::int64_t parts(std::int64_t whole, std::int64_t part) {
  return (whole + part - 1) / part;
}

/// Blocks searched at a time, for each thread: enough that none waits long for the last, and few enough for a queue
/// each.
constexpr std::size_t at_once_a_thread = 8;

/// For each block that is searched those around it are in memory as well, and a queue of up to a fifth of their size.
std::size_t blocks_that_fit(const BlockShape& shape, double memory_bytes) {
  const double fit = 0.8 * memory_bytes / static_cast<double>(CostBlocks::bytes_of_block(shape.size, shape.rim));
  constexpr double many = 1e15;
  return std::max(blocks_around, static_cast<std::size_t>(std::clamp(fit, 0.0, many)));
}

/// Of the passable cells of a block.
struct MeanFriction {
  double sum = 0;
  std::int64_t count = 0;
  [[nodiscard]] double value() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
};

}  // namespace

void CostOptions::validate() const {
  if (!(most >= 0))
    throw Error(ErrorCode::invalid_argument, fmt::format("cost distance: most is {}; it must be 0 or more", most));
  if (block < 2 || block > 1024)
    throw Error(ErrorCode::invalid_argument, fmt::format("cost distance: block is {}; it must be 2 to 1024", block));
}

struct CostDistance::Impl {
  Impl(const Grid& on, const CostOptions& options, std::unique_ptr<BlockStore> store, double memory_bytes);

  Grid grid;
  BlockShape shape;
  double unreached;  ///< the cost of a cell that no way has reached: the first number above the most that counts
  std::int64_t across, down;
  std::size_t most_resident;
  CostBlocks blocks;
  std::vector<MeanFriction> friction;              ///< by block
  std::vector<std::vector<std::uint32_t>> starts;  ///< by block: starting cells that were not searched from yet
  std::vector<double> news;              ///< by block: the cheapest change that it has not seen; else infinite
  std::set<std::size_t> waiting;         ///< blocks with news: each once, or two threads would meet in it
  std::vector<detail::RadixHeap> heaps;  ///< one for each block that is searched at the same time

  [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(across * down); }
  [[nodiscard]] std::size_t block_at(std::int64_t row, std::int64_t column) const {
    return static_cast<std::size_t>(row / shape.size * across + column / shape.size);
  }
  /// The block beside another one; none beyond the edges of the raster.
  [[nodiscard]] std::optional<std::size_t> beside(std::size_t block, std::size_t around) const;
  void tell(std::size_t block, double cost);
  std::vector<std::size_t> next_of_colour(std::size_t colour, double limit) const;
  void search(std::span<const std::size_t> batch);
  std::array<double, blocks_around> search(std::size_t block, detail::RadixHeap& heap);
  void look_around(std::size_t block, BlockSearch& search);
  template <typename Visit>
  void for_each_block_with_rows(std::int64_t first, std::int64_t end, std::int64_t rim, const Visit& visit);
};

CostDistance::Impl::Impl(const Grid& on, const CostOptions& options, std::unique_ptr<BlockStore> store,
                         double memory_bytes)
    : grid(on),
      shape(options, on.cell_m),
      unreached(std::nextafter(options.most, infinity)),
      across(parts(on.width, shape.size)),
      down(parts(on.height, shape.size)),
      most_resident(store ? blocks_that_fit(shape, memory_bytes) : count()),
      blocks(count(), shape.size, shape.rim, unreached, most_resident, std::move(store)),
      friction(count()),
      starts(count()),
      news(count(), infinity) {}

std::optional<std::size_t> CostDistance::Impl::beside(std::size_t block, std::size_t around) const {
  const auto at = static_cast<std::int64_t>(block);
  const std::int64_t row = at / across + static_cast<std::int64_t>(around / 3) - 1;
  const std::int64_t column = at % across + static_cast<std::int64_t>(around % 3) - 1;
  if (row < 0 || row >= down || column < 0 || column >= across) return {};
  return static_cast<std::size_t>(row * across + column);
}

void CostDistance::Impl::tell(std::size_t block, double cost) {
  if (cost == infinity) return;
  waiting.insert(block);
  news[block] = std::min(news[block], cost);
}

/// Blocks of one colour of four never touch: they are searched at the same time, and each reads what its neighbours
/// hold while nobody changes it.
std::vector<std::size_t> CostDistance::Impl::next_of_colour(std::size_t colour, double limit) const {
  std::vector<std::size_t> chosen;
  for (const std::size_t block : waiting) {
    const auto row = block / static_cast<std::size_t>(across), column = block % static_cast<std::size_t>(across);
    if (row % 2 * 2 + column % 2 == colour && news[block] <= limit) chosen.push_back(block);
  }
  return chosen;
}

/// Brings the neighbours' costs into the rim's `seen` and takes the steps from those that have fallen.
void CostDistance::Impl::look_around(std::size_t block, BlockSearch& search) {
  CostBlock& here = blocks.resident(block);
  for (std::size_t i = 0; i < shape.rim_cells.size(); ++i) {
    const std::uint32_t cell = shape.rim_cells[i];
    const std::int64_t y = cell / shape.side, x = cell % shape.side;
    const auto side_of = [&](std::int64_t at) { return at < shape.rim ? 0 : at < shape.rim + shape.size ? 1 : 2; };
    const std::int64_t step_y = 1 - side_of(y), step_x = 1 - side_of(x);
    const auto other = beside(block, static_cast<std::size_t>(side_of(y) * 3 + side_of(x)));
    if (!other) continue;
    const std::int64_t there = (y + step_y * shape.size) * shape.side + x + step_x * shape.size;
    const double cost = blocks.resident(*other).cost[static_cast<std::size_t>(there)];
    if (cost < here.seen[i]) {
      here.seen[i] = cost;
      search.enter_from(cell, cost);
    }
  }
}

std::array<double, blocks_around> CostDistance::Impl::search(std::size_t block, detail::RadixHeap& heap) {
  heap.clear();
  BlockSearch search(shape, heap, blocks.resident(block));
  for (const std::uint32_t cell : starts[block]) search.begin_at(cell);
  starts[block].clear();
  look_around(block, search);
  return search.run();
}

/// Searches blocks of one colour.
void CostDistance::Impl::search(std::span<const std::size_t> batch) {
  for (const std::size_t block : batch) {
    for (std::size_t around = 0; around < blocks_around; ++around)
      if (const auto other = beside(block, around)) blocks.get(*other);
  }
  std::vector<std::array<double, blocks_around>> lowered(batch.size());
  heaps.resize(std::max(heaps.size(), batch.size()));
  parallel_for(batch.size(), [&](std::size_t i) { lowered[i] = search(batch[i], heaps[i]); });
  for (std::size_t i = 0; i < batch.size(); ++i) {
    news[batch[i]] = infinity;
    for (std::size_t around = 0; around < blocks_around; ++around)
      if (const auto other = beside(batch[i], around)) tell(*other, lowered[i][around]);
  }
}

/// Calls visit(block, first column of the block, first row of the block) for all blocks that hold a row of [first, end)
/// or have it in their rim, and have brought it into memory.
template <typename Visit>
void CostDistance::Impl::for_each_block_with_rows(std::int64_t first, std::int64_t end, std::int64_t rim,
                                                  const Visit& visit) {
  const std::int64_t first_down = std::max<std::int64_t>(0, first - rim) / shape.size;
  const std::int64_t last_down = std::min(down - 1, (end - 1 + rim) / shape.size);
  for (std::int64_t y = first_down; y <= last_down; ++y)
    for (std::int64_t x = 0; x < across; ++x) {
      const auto block = static_cast<std::size_t>(y * across + x);
      visit(block, blocks.get(block), x * shape.size, y * shape.size);
    }
}

CostDistance::CostDistance(const Grid& grid, const CostOptions& options, std::unique_ptr<BlockStore> store,
                           double memory_bytes) {
  options.validate();
  impl_ = std::make_unique<Impl>(grid, options, std::move(store), memory_bytes);
}
CostDistance::~CostDistance() = default;
CostDistance::CostDistance(CostDistance&&) noexcept = default;

double CostDistance::bytes_in_memory(const Grid& grid, const CostOptions& options) {
  const std::int64_t rim = options.moves == Moves::eight ? 1 : 2;
  return static_cast<double>(parts(grid.width, options.block)) *
         static_cast<double>(parts(grid.height, options.block)) *
         static_cast<double>(CostBlocks::bytes_of_block(options.block, rim));
}

void CostDistance::set_friction(std::int64_t first_row, std::span<const float> values) {
  Impl& on = *impl_;
  const std::int64_t width = on.grid.width,
                     rows = static_cast<std::int64_t>(values.size()) / std::max<std::int64_t>(1, width);
  const auto negative = std::find_if(values.begin(), values.end(), [](float value) { return value < 0; });
  if (negative != values.end()) {
    const std::int64_t at = negative - values.begin();
    throw Error(ErrorCode::input,
                fmt::format("friction: {} in column {}, row {} (from 1); a friction is a cost per metre and "
                            "cannot be negative",
                            *negative, at % width + 1, first_row + at / width + 1));
  }
  const std::int64_t rim = on.shape.rim, size = on.shape.size;
  on.for_each_block_with_rows(
      first_row, first_row + rows, rim, [&](std::size_t b, CostBlock& block, std::int64_t west, std::int64_t north) {
        const std::int64_t first = std::max(first_row, north - rim),
                           end = std::min(first_row + rows, north + size + rim);
        const std::int64_t from = std::max<std::int64_t>(0, west - rim), until = std::min(width, west + size + rim);
        for (std::int64_t row = first; row < end; ++row) {
          for (std::int64_t column = from; column < until; ++column) {
            const float value = values[static_cast<std::size_t>((row - first_row) * width + column)];
            if (!std::isfinite(value)) continue;  // impassable, as all is at first
            const std::int64_t y = row - north + rim, x = column - west + rim;
            block.friction[static_cast<std::size_t>(y * on.shape.side + x)] = value;
            if (y < rim || y >= rim + size || x < rim || x >= rim + size) continue;
            on.friction[b].sum += static_cast<double>(value);
            ++on.friction[b].count;
          }
        }
      });
}

bool CostDistance::start_at(const Cell& cell) {
  Impl& on = *impl_;
  if (cell.row < 0 || cell.row >= on.grid.height || cell.column < 0 || cell.column >= on.grid.width)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("cost distance: a start in column {}, row {} lies outside the grid of {} x {} cells",
                            cell.column, cell.row, on.grid.width, on.grid.height));
  const std::size_t b = on.block_at(cell.row, cell.column);
  CostBlock& block = on.blocks.get(b);
  const auto at = static_cast<std::uint32_t>((cell.row % on.shape.size + on.shape.rim) * on.shape.side +
                                             cell.column % on.shape.size + on.shape.rim);
  if (std::isnan(block.friction[at])) return false;
  if (block.cost[at] > 0) on.starts[b].push_back(at);
  block.cost[at] = 0;
  on.tell(b, 0);
  return true;
}

void CostDistance::solve(Progress& progress) {
  Impl& on = *impl_;
  const std::size_t at_once =
      std::clamp<std::size_t>(on.most_resident / blocks_around, 1, at_once_a_thread * thread_count());
  while (!on.waiting.empty()) {
    const std::size_t leader = *std::min_element(
        on.waiting.begin(), on.waiting.end(),
        [&](std::size_t a, std::size_t b) { return on.news[a] != on.news[b] ? on.news[a] < on.news[b] : a < b; });
    const double crossing = on.friction[leader].value() * on.grid.cell_m * static_cast<double>(on.shape.size);
    const double limit = on.news[leader] + lookahead * crossing;
    for (std::size_t colour = 0; colour < 4; ++colour) {
      const std::vector<std::size_t> chosen = on.next_of_colour(colour, limit);
      for (std::size_t first = 0; first < chosen.size(); first += at_once) {
        throw_if_cancelled(progress);
        on.search(std::span(chosen).subspan(first, std::min(at_once, chosen.size() - first)));
      }
    }
    std::erase_if(on.waiting, [&](std::size_t block) { return on.news[block] == infinity; });
  }
}

void CostDistance::read(std::int64_t first_row, std::span<float> costs) {
  Impl& on = *impl_;
  const std::int64_t width = on.grid.width,
                     rows = static_cast<std::int64_t>(costs.size()) / std::max<std::int64_t>(1, width);
  on.for_each_block_with_rows(
      first_row, first_row + rows, 0, [&](std::size_t, CostBlock& block, std::int64_t west, std::int64_t north) {
        for (std::int64_t row = std::max(first_row, north); row < std::min(first_row + rows, north + on.shape.size);
             ++row) {
          for (std::int64_t column = west; column < std::min(width, west + on.shape.size); ++column) {
            const double cost = block.cost[static_cast<std::size_t>((row - north + on.shape.rim) * on.shape.side +
                                                                    column - west + on.shape.rim)];
            costs[static_cast<std::size_t>((row - first_row) * width + column)] =
                static_cast<float>(cost < on.unreached ? cost : not_observed);
          }
        }
      });
}

Raster<float> cost_distance(const Raster<float>& friction, std::span<const std::size_t> starts,
                            const CostOptions& options) {
  const Grid& grid = friction.grid();
  CostDistance search(grid, options);
  search.set_friction(0, friction.values());
  for (const std::size_t start : starts) {
    const auto at = static_cast<std::int64_t>(start);
    search.start_at(grid.width == 0 ? Cell{0, at} : Cell{at % grid.width, at / grid.width});
  }
  Progress silent;
  search.solve(silent);
  auto costs = Raster<float>::uninitialised(grid);
  search.read(0, costs.values());
  return costs;
}

}  // namespace tocsin
