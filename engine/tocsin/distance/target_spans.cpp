#include <algorithm>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/distance/target_spans.hpp>

namespace tocsin {
namespace {

constexpr std::size_t columns_per_task = 64;

/// Rows of the targets, column after column; each column's rows ascend.
struct RowsOfColumns {
  std::vector<std::size_t> offsets;  ///< width + 1
  std::vector<std::int32_t> rows;
};

RowsOfColumns sort_by_column(std::span<const std::size_t> targets, const Grid& grid) {
  const auto width = static_cast<std::size_t>(grid.width);
  RowsOfColumns result;
  result.offsets.assign(width + 1, 0);
  for (const std::size_t target : targets) {
    if (target >= grid.size())
      throw Error(ErrorCode::invalid_argument, fmt::format("distance: target {} lies outside the grid of {} cells; use "
                                                           "indices from Grid::index",
                                                           target, grid.size()));
    ++result.offsets[target % width + 1];
  }
  for (std::size_t column = 0; column < width; ++column) result.offsets[column + 1] += result.offsets[column];
  result.rows.resize(targets.size());
  std::vector<std::size_t> next(result.offsets.begin(), result.offsets.end() - 1);
  for (const std::size_t target : targets)
    result.rows[next[target % width]++] = static_cast<std::int32_t>(target / width);
  parallel_for((width + columns_per_task - 1) / columns_per_task, [&](std::size_t task) {
    const std::size_t last = std::min(width, (task + 1) * columns_per_task);
    for (std::size_t column = task * columns_per_task; column < last; ++column) {
      const auto begin = result.rows.begin() + static_cast<std::ptrdiff_t>(result.offsets[column]);
      const auto end = result.rows.begin() + static_cast<std::ptrdiff_t>(result.offsets[column + 1]);
      if (!std::is_sorted(begin, end)) std::sort(begin, end);
    }
  });
  return result;
}

}  // namespace

void require_exact_distances(const Grid& grid, std::int64_t margin_cells) {
  const std::int64_t longest = std::max(grid.width, grid.height) + margin_cells;
  if (longest <= most_cells_apart) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("distance: {} cells of {} m lie between the far side of the grid and what it is measured to, "
                          "more than {}; take a larger cell or name a largest distance",
                          longest, grid.cell_m, most_cells_apart));
}

TargetSpans spans_of_cells(std::span<const std::size_t> targets, const Grid& grid) {
  require_exact_distances(grid, 0);
  const RowsOfColumns sorted = sort_by_column(targets, grid);
  TargetSpans result;
  result.offsets.push_back(0);
  for (std::int64_t column = 0; column < grid.width; ++column) {
    const std::size_t end = sorted.offsets[static_cast<std::size_t>(column) + 1];
    std::size_t i = sorted.offsets[static_cast<std::size_t>(column)];
    if (i == end) continue;
    while (i < end) {
      TargetSpans::Span span{sorted.rows[i], sorted.rows[i] + 1};
      for (++i; i < end && sorted.rows[i] <= span.end_row; ++i) span.end_row = sorted.rows[i] + 1;
      result.spans.push_back(span);
    }
    result.columns.push_back(static_cast<std::int32_t>(column));
    result.offsets.push_back(result.spans.size());
  }
  return result;
}

}  // namespace tocsin
