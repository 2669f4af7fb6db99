#include <tocsin/regions/cell_runs.hpp>
#include <tocsin/regions/disjoint_sets.hpp>

namespace tocsin {
namespace {

/// One past the last run of the row that run `begin` stands in.
std::size_t end_of_row(std::span<const CellRun> runs, std::size_t begin) {
  std::size_t end = begin;
  while (end < runs.size() && runs[end].row == runs[begin].row) ++end;
  return end;
}

}  // namespace

std::vector<CellRun> cell_runs(const Grid& grid, std::span<const std::uint8_t> mask) {
  std::vector<CellRun> runs;
  for (std::int64_t row = 0; row < grid.height; ++row) {
    const auto cells = mask.subspan(grid.index({0, row}), static_cast<std::size_t>(grid.width));
    for (std::size_t column = 0; column < cells.size(); ++column) {
      if (cells[column] == 0) continue;
      const std::size_t first = column;
      while (column < cells.size() && cells[column] != 0) ++column;
      runs.push_back({row, static_cast<std::int64_t>(first), static_cast<std::int64_t>(column)});
    }
  }
  return runs;
}

std::vector<std::size_t> components_of_runs(std::span<const CellRun> runs, CellContact contact) {
  const std::int64_t reach = contact == CellContact::queen ? 1 : 0;
  DisjointSets sets(runs.size());
  for (std::size_t above = 0; above < runs.size();) {
    const std::size_t row_end = end_of_row(runs, above);
    if (row_end == runs.size()) break;
    std::size_t below = row_end;
    if (runs[below].row == runs[above].row + 1) {
      const std::size_t below_end = end_of_row(runs, below);
      for (std::size_t i = above; i < row_end && below < below_end;) {
        if (runs[i].first < runs[below].end + reach && runs[below].first < runs[i].end + reach) sets.join(i, below);
        // The run that ends first touches no later one: the next of the other row begins beyond a gap.
        if (runs[i].end <= runs[below].end)
          ++i;
        else
          ++below;
      }
    }
    above = row_end;
  }
  return sets.numbers();
}

}  // namespace tocsin
