#pragma once

#include <span>

#include <tocsin/neighbours/neighbours.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin {

// Neighbours of n places by the triangulation of points that stand for them, in metres: of areas, their centroids().
// Both are binary and symmetric, and say who is next to whom where there are no boundaries; neither leaves islands
// while two places have a location. A point with a NaN coordinate is nowhere and has no neighbours.
// Locations are rounded to whole multiples of a power of two metres, at most 2^-30 of the wider extent (1 mm over
// 1,000 km), so that points of a regular lattice stay exactly regular; all that follows is exact (Voronoi diagram of
// Boost.Polygon). Places that then coincide are neighbours of each other, and share all neighbours of their location.
// Points on one line are chained in their order along it. The result does not depend on the numbering of the places.
// Both throw Error invalid_argument for an infinite coordinate, and memory where many coincide and the links do not
// fit. Cost: O(n log n), serial, about 600 bytes a place.

/// Places whose Voronoi cells share an edge (Delaunay 1934). Where four or more places lie on one circle that holds no
/// other, as on a lattice, no diagonal is drawn: programs that triangulate choose one by the order of the points.
Neighbours delaunay_neighbours(std::span<const Point> points);

/// Those Delaunay neighbours between which nobody else stands: no other place in or on the circle whose diameter they
/// are (Gabriel and Sokal 1969, Systematic Zoology 18, 259-278; Matula and Sokal 1980, Geographical Analysis 12,
/// 205-222, with the circle's rim).
Neighbours gabriel_neighbours(std::span<const Point> points);

}  // namespace tocsin
