#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <tocsin/grid/grid.hpp>
#include <tocsin/neighbours/neighbour_rule.hpp>
#include <tocsin/neighbours/neighbours.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin::cli {

/// Reads --neighbours.
/// @throws Error usage
NeighbourRule neighbour_rule_of(const std::string& text);

/// Neighbours of areas by a rule; files name areas by their codes.
/// @throws Error usage, input
/// @param tolerance_m  as in build_neighbours
Neighbours neighbours_of(const NeighbourRule& rule, const Areas& areas, double tolerance_m = 0);

/// One line for each thing that may be amiss: places without neighbours, with the first of their names.
/// @param names   one a place; empty: cells, which have none
/// @param values  one a place: what was not observed (NaN) is no matter; empty: all count
std::vector<std::string> island_warnings(const Neighbours& neighbours, std::span<const std::string> names,
                                         std::span<const double> values = {});

}  // namespace tocsin::cli
