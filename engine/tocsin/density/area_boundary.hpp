#pragma once

#include <vector>

#include <tocsin/vector/geometry.hpp>

namespace tocsin {

/// A directed piece of an area's boundary; the area lies on its left.
struct BoundaryEdge {
  double ax = 0, ay = 0, bx = 0, by = 0;  ///< from a to b, metres
  friend bool operator==(const BoundaryEdge&, const BoundaryEdge&) = default;
};

/// The boundary of an area, as its edge correction needs it; an internal part of EdgeMass. Rings may turn either way.
/// Edges that two polygons share vertex by vertex lie inside the area and are left out; edges of length 0 too.
/// The order of polygons and rings does not show in the result.
///
/// @throws Error invalid_argument: a coordinate that is not finite
std::vector<BoundaryEdge> boundary_of(const MultiPolygon& area);

/// The signed crossings that a ray to the west meets: 1 for an edge that runs south (the area begins there, seen from
/// the west), -1 for one that runs north, 0 for one that does not cross. `y` itself counts as above the row, so that an
/// end on the row is crossed once.
inline int crossing_of_row(const BoundaryEdge& edge, double y) {
  return (edge.ay >= y) == (edge.by >= y) ? 0 : edge.ay >= y ? 1 : -1;
}

/// Where an edge that crosses the row meets it.
inline double x_of_crossing(const BoundaryEdge& edge, double y) {
  return edge.ax + (y - edge.ay) * ((edge.bx - edge.ax) / (edge.by - edge.ay));
}

}  // namespace tocsin
