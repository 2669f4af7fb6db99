#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>
#include <hotspot/neighbour_cases.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/grid_neighbours.hpp>

namespace tocsin {
namespace {

using test::links_of;

const Grid grid = test::grid_from(5e5, 4e5, 300, 13, 9);

std::vector<std::uint8_t> random_flags(std::uint64_t seed) {
  test::Uniform random(seed);
  std::vector<std::uint8_t> flags(grid.size());
  for (auto& flag : flags) flag = random() < 0.6 ? 1 : 0;
  return flags;
}

std::vector<Cell> cells_inside(const std::vector<std::uint8_t>& inside) {
  std::vector<Cell> cells;
  for (std::int64_t row = 0; row < grid.height; ++row)
    for (std::int64_t column = 0; column < grid.width; ++column)
      if (inside.empty() || inside[grid.index({column, row})] != 0) cells.push_back({column, row});
  return cells;
}

/// Whether `near(columns, rows)` holds for the steps from one cell to the other.
template <typename IsNear>
std::vector<test::Link> brute_force(const std::vector<std::uint8_t>& inside, const IsNear& near) {
  const std::vector<Cell> cells = cells_inside(inside);
  return test::links_where(cells.size(), [&](auto i, auto j) {
    return near(std::abs(cells[i].column - cells[j].column), std::abs(cells[i].row - cells[j].row));
  });
}

TEST(GridNeighbours, AsBruteForceAmongTheFlaggedCells) {
  for (const auto& inside : {std::vector<std::uint8_t>{}, random_flags(1), random_flags(2)}) {
    EXPECT_EQ(links_of(queen_neighbours(grid, inside)),
              brute_force(inside, [](auto x, auto y) { return x <= 1 && y <= 1; }));
    EXPECT_EQ(links_of(rook_neighbours(grid, inside)), brute_force(inside, [](auto x, auto y) { return x + y == 1; }));
    for (const double cells : {1.0, 1.5, 2.0, 5.0, 100.0})
      EXPECT_EQ(
          links_of(band_neighbours(grid, cells * 300, inside)),
          brute_force(inside, [&](auto x, auto y) { return static_cast<double>(x * x + y * y) <= cells * cells; }))
          << cells;
  }
}

TEST(GridNeighbours, RoundingDoesNotTakeTheRimAway) {
  Grid fine = grid;
  fine.cell_m = 0.1;
  EXPECT_EQ(band_neighbours(fine, 0.3).count(grid.index({6, 4})), 28U);  // lattice points within 3, the centre left out
  EXPECT_EQ(band_neighbours(fine, 0.1), rook_neighbours(fine));
}

TEST(GridNeighbours, SameOnAnyThreadsAndSymmetric) {
  const std::vector<std::uint8_t> inside = random_flags(4);
  test::expect_same_on_any_threads([&] { return band_neighbours(grid, 700, inside); });
  const auto links = links_of(band_neighbours(grid, 700, inside));
  for (const auto& [i, j] : links) EXPECT_TRUE(std::binary_search(links.begin(), links.end(), test::Link(j, i)));
}

TEST(GridNeighbours, RefuseWhatDoesNotFit) {
  EXPECT_THROW(queen_neighbours(grid, std::vector<std::uint8_t>(5, 1)), Error);
  EXPECT_THROW(band_neighbours(grid, 299), Error);
  EXPECT_THROW(band_neighbours(grid, NAN), Error);
  EXPECT_THROW(band_neighbours(grid, INFINITY), Error);
  EXPECT_THROW(rook_neighbours(test::grid_from(0, 0, 1, std::int64_t{1} << 20, std::int64_t{1} << 20)), Error);
  EXPECT_EQ(queen_neighbours(grid, std::vector<std::uint8_t>(grid.size(), 0)).size(), 0U);
}

}  // namespace
}  // namespace tocsin
