#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>

#include <tocsin/core/error.hpp>
#include <tocsin/density/area_boundary.hpp>

namespace tocsin {

namespace {

using Ring = Polygon::ring_type;

bool runs_south(const BoundaryEdge& edge) {
  return std::tie(edge.ay, edge.ax) > std::tie(edge.by, edge.bx);
}

/// The edge from its northern end (from its eastern end when level), whichever way it runs.
BoundaryEdge from_the_north(const BoundaryEdge& edge) {
  return runs_south(edge) ? edge : BoundaryEdge{edge.bx, edge.by, edge.ax, edge.ay};
}

/// Twice the signed area about the ring's first point; positive when counter-clockwise.
double counter_clockwise(const Ring& ring) {
  double twice = 0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const double ax = ring[i].x() - ring[0].x(), ay = ring[i].y() - ring[0].y();
    const double bx = ring[i + 1].x() - ring[0].x(), by = ring[i + 1].y() - ring[0].y();
    twice += ax * by - bx * ay;
  }
  return twice;
}

void add_ring(const Ring& ring, bool hole, std::vector<BoundaryEdge>& edges) {
  const bool as_given = (counter_clockwise(ring) >= 0) != hole;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point &from = ring[i], &to = ring[i + 1 == ring.size() ? 0 : i + 1];
    if (!std::isfinite(from.x()) || !std::isfinite(from.y()))
      throw Error(ErrorCode::invalid_argument,
                  "edge correction: the area has a coordinate that is not finite; repair the layer first");
    if (from.x() == to.x() && from.y() == to.y()) continue;
    edges.push_back(as_given ? BoundaryEdge{from.x(), from.y(), to.x(), to.y()}
                             : BoundaryEdge{to.x(), to.y(), from.x(), from.y()});
  }
}

/// Takes out pairs of edges that run opposite ways over the same two points.
void cancel_shared(std::vector<BoundaryEdge>& edges) {
  std::sort(edges.begin(), edges.end(), [](const BoundaryEdge& a, const BoundaryEdge& b) {
    const BoundaryEdge p = from_the_north(a), q = from_the_north(b);
    return std::tuple(-p.ay, p.ax, p.by, p.bx, runs_south(a)) < std::tuple(-q.ay, q.ax, q.by, q.bx, runs_south(b));
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < edges.size();) {
    const BoundaryEdge line = from_the_north(edges[i]);
    std::ptrdiff_t south = 0;
    for (; i < edges.size() && from_the_north(edges[i]) == line; ++i) {
      south += runs_south(edges[i]) ? 1 : -1;
    }
    for (; south != 0; south += south > 0 ? -1 : 1)
      edges[kept++] = south > 0 ? line : BoundaryEdge{line.bx, line.by, line.ax, line.ay};
  }
  edges.resize(kept);
}

}  // namespace

std::vector<BoundaryEdge> boundary_of(const MultiPolygon& area) {
  std::vector<BoundaryEdge> edges;
  for (const Polygon& polygon : area) {
    add_ring(polygon.outer(), false, edges);
    for (const Ring& hole : polygon.inners()) add_ring(hole, true, edges);
  }
  cancel_shared(edges);
  return edges;
}

}  // namespace tocsin
