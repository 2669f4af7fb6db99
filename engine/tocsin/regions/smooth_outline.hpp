#pragma once

#include <tocsin/grid/grid.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin {

/// An outline of cells that people can read on a map: corners are cut and rounded, flights of steps become straight
/// lines, long straight edges stay where they are.
///
/// Each corner is cut by a straight line between the points at distance d from it on its two edges, and the cut is
/// rounded by a quadratic B-spline (Chaikin 1974 taken to its limit; drawn with four chords a piece). d is half a cell
/// where the corner is a step (the next or the last corner is one cell away and turns the other way), a quarter where
/// it is not, so that small regions keep their size. What is drawn for an edge of a cell stays in the diamond over that
/// edge whose other diagonal is a cell long. Such diamonds do not overlap; therefore:
/// - validity: a valid outline stays valid, with as many polygons and holes; rings that touched at a corner part;
/// - departure: no point of either outline is farther than sqrt(2)/4 = 0.354 cells from the other;
/// - area: it changes by less than 11/64 of a cell for each corner of the outline (a flight of steps: by nothing but at
///   its ends), a rectangle loses less than 0.27 of a cell, a single cell 0.172. State the area of the exact outline.
///
/// @param outline  of cells of the grid, as cell_regions() gives it
/// @param grid     that the cells are of; origin, first row and cell matter
/// @return         rings turn as in the outline
/// @throws Error invalid_argument: an edge of the outline does not follow the edges of cells
/// Cost            O(corners) time and memory
MultiPolygon smooth_outline(const MultiPolygon& outline, const Grid& grid);

}  // namespace tocsin
