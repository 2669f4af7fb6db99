#pragma once

#include <cstdint>
#include <span>

#include <tocsin/grid/grid.hpp>
#include <tocsin/neighbours/neighbour_rule.hpp>
#include <tocsin/neighbours/neighbours.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin {

/// The links that a rule makes among areas; knn, band, delaunay and gabriel go by centroids.
/// @param tolerance_m  for queen and rook: boundaries that come this near to each other touch
/// @throws Error invalid_argument: a rule that reads a file; and what the rule's function throws
Neighbours build_neighbours(const Areas& areas, const NeighbourRule& rule, double tolerance_m = 0);

/// The links among the cells of a grid: queen, rook or band.
/// @param inside  empty: the places are all cells; or one flag a cell: they are the flagged ones, numbered row by row
/// @throws Error invalid_argument: another rule; and what the rule's function throws
Neighbours build_neighbours(const Grid& grid, const NeighbourRule& rule, std::span<const std::uint8_t> inside = {});

}  // namespace tocsin
