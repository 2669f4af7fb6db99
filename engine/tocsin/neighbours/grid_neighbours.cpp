#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/neighbours/detail/link_rows.hpp>
#include <tocsin/neighbours/grid_neighbours.hpp>

namespace tocsin {
namespace {

/// The cells of a neighbourhood in one row of the grid.
struct NeighbourRow {
  std::int64_t row = 0;    ///< below the place's own
  std::int64_t first = 0;  ///< columns from the place's own
  std::int64_t last = 0;   ///< included
};
using Shape = std::vector<NeighbourRow>;

constexpr std::uint32_t no_place = std::numeric_limits<std::uint32_t>::max();

/// The number of each cell's place, or no_place.
std::vector<std::uint32_t> number_cells(const Grid& grid, std::span<const std::uint8_t> inside) {
  if (grid.width < 0 || grid.height < 0 || grid.width > (std::int64_t{1} << 31) ||
      grid.height > (std::int64_t{1} << 31) || grid.size() >= no_place)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a grid of {} x {} cells has more than can be numbered (2^32); use a larger cell",
                            grid.width, grid.height));
  if (!inside.empty() && inside.size() != grid.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("{} flags for a grid of {} cells", inside.size(), grid.size()));
  std::vector<std::uint32_t> numbers(grid.size(), no_place);
  std::uint32_t next = 0;
  for (std::size_t cell = 0; cell < numbers.size(); ++cell)
    if (inside.empty() || inside[cell] != 0) numbers[cell] = next++;
  return numbers;
}

/// Calls visit(place) for the neighbours of a cell, ascending.
template <typename Visit>
void for_each_neighbour(const Grid& grid, const std::vector<std::uint32_t>& numbers, const Shape& shape,
                        const Cell& cell, const Visit& visit) {
  for (const NeighbourRow& part : shape) {
    const std::int64_t row = cell.row + part.row;
    if (row < 0 || row >= grid.height) continue;
    const std::int64_t first = std::max<std::int64_t>(cell.column + part.first, 0);
    const std::int64_t last = std::min(cell.column + part.last, grid.width - 1);
    for (std::int64_t column = first; column <= last; ++column) {
      const std::uint32_t place = numbers[grid.index({column, row})];
      if (place != no_place && (part.row != 0 || column != cell.column)) visit(place);
    }
  }
}

Neighbours shaped(const Grid& grid, std::span<const std::uint8_t> inside, const Shape& shape, const std::string& what) {
  const std::vector<std::uint32_t> numbers = number_cells(grid, inside);
  const std::size_t places = static_cast<std::size_t>(
      std::count_if(numbers.begin(), numbers.end(), [](auto place) { return place != no_place; }));
  const auto for_each_cell = [&](const auto& visit) {
    parallel_for(static_cast<std::size_t>(grid.height), [&](std::size_t row) {
      for (std::int64_t column = 0; column < grid.width; ++column) {
        const Cell cell{column, static_cast<std::int64_t>(row)};
        if (const std::uint32_t place = numbers[grid.index(cell)]; place != no_place) visit(cell, place);
      }
    });
  };
  std::vector<std::size_t> offsets(places + 1, 0);
  for_each_cell([&](const Cell& cell, std::uint32_t place) {
    std::size_t count = 0;
    for_each_neighbour(grid, numbers, shape, cell, [&](std::uint32_t) { ++count; });
    offsets[place + 1] = count;
  });
  const std::size_t links = detail::sum_counts(offsets);
  detail::require_memory(static_cast<double>(links), 4, what);
  std::vector<std::uint32_t> indices(links);
  for_each_cell([&](const Cell& cell, std::uint32_t place) {
    std::size_t link = offsets[place];
    for_each_neighbour(grid, numbers, shape, cell, [&](std::uint32_t neighbour) { indices[link++] = neighbour; });
  });
  return {std::move(offsets), std::move(indices)};
}

}  // namespace

Neighbours queen_neighbours(const Grid& grid, std::span<const std::uint8_t> inside) {
  return shaped(grid, inside, {{-1, -1, 1}, {0, -1, 1}, {1, -1, 1}}, "the eight cells around each");
}

Neighbours rook_neighbours(const Grid& grid, std::span<const std::uint8_t> inside) {
  return shaped(grid, inside, {{-1, 0, 0}, {0, -1, 1}, {1, 0, 0}}, "the four cells beside each");
}

Neighbours band_neighbours(const Grid& grid, double distance_m, std::span<const std::uint8_t> inside) {
  const double reach = distance_m / grid.cell_m * (1 + 1e-12);
  if (!std::isfinite(distance_m) || !(reach >= 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a distance band of {} m reaches no other cell of {} m; choose a larger distance",
                            distance_m, grid.cell_m));
  const double rows = std::min(std::floor(reach), static_cast<double>(grid.height));
  Shape shape;
  for (auto row = static_cast<std::int64_t>(-rows); row <= static_cast<std::int64_t>(rows); ++row) {
    const double down = static_cast<double>(row);
    const double across =
        std::min(std::floor(std::sqrt(std::max(0.0, reach * reach - down * down))), static_cast<double>(grid.width));
    shape.push_back({row, -static_cast<std::int64_t>(across), static_cast<std::int64_t>(across)});
  }
  return shaped(grid, inside, shape, fmt::format("a distance band of {} m on cells of {} m", distance_m, grid.cell_m));
}

}  // namespace tocsin
