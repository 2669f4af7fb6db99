#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/regions/smooth_outline.hpp>

namespace tocsin {
namespace {

/// A cell is so many units long: enough for every point below to be whole, so that straight lines are recognised
/// exactly.
constexpr std::int64_t units = 128;

/// x eastwards, y southwards.
struct Position {
  std::int64_t x = 0, y = 0;
  friend Position operator+(Position a, Position b) { return {a.x + b.x, a.y + b.y}; }
  friend Position operator-(Position a, Position b) { return {a.x - b.x, a.y - b.y}; }
  friend Position operator*(std::int64_t factor, Position a) { return {factor * a.x, factor * a.y}; }
  friend bool operator==(Position, Position) = default;
};

std::int64_t cross(Position a, Position b) {
  return a.x * b.y - a.y * b.x;
}

Position halfway(Position a, Position b) {
  return {(a.x + b.x) / 2, (a.y + b.y) / 2};
}

/// The corner of the lattice at a point.
Position corner_at(const Point& point, const Grid& grid) {
  const double column = (point.x() - grid.origin_x) / grid.cell_m;
  const double row = (grid.origin_y - point.y()) / grid.cell_m;
  constexpr double rounding = 1e-6;  // of a cell: far above rounding, far below what anybody would draw
  if (!(std::abs(column - std::round(column)) < rounding && std::abs(row - std::round(row)) < rounding))
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("the outline has a point at ({}, {}), which is no corner of a cell of the grid; smooth only "
                    "outlines of cells",
                    point.x(), point.y()));
  return {std::llround(column) * units, std::llround(row) * units};
}

/// The corners of a closed ring, not repeating the first.
std::vector<Position> corners_of(const Polygon::ring_type& ring, const Grid& grid) {
  std::vector<Position> corners;
  corners.reserve(ring.size());
  for (const Point& point : ring) corners.push_back(corner_at(point, grid));
  if (corners.size() > 1 && corners.front() == corners.back()) corners.pop_back();
  if (corners.size() < 4)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("a ring of the outline has {} corners; rings of cells have 4 or more", corners.size()));
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Position edge = corners[(i + 1) % corners.size()] - corners[i];
    if ((edge.x == 0) == (edge.y == 0))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("the edge of the outline that begins at ({}, {}) does not follow the edges of cells; "
                              "smooth only outlines of cells",
                              ring[i].x(), ring[i].y()));
  }
  return corners;
}

/// What lies between two corners of a ring.
struct Edge {
  Position along;           ///< of length 1
  std::int64_t length = 0;  ///< in units
};

std::vector<Edge> edges_of(const std::vector<Position>& corners) {
  std::vector<Edge> edges(corners.size());
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const Position step = corners[(i + 1) % corners.size()] - corners[i];
    const std::int64_t length = std::abs(step.x + step.y);
    edges[i] = {{step.x / length, step.y / length}, length};
  }
  return edges;
}

/// How far from each corner its edges are cut, in units. Edge i begins at corner i.
std::vector<std::int64_t> cuts_of(const std::vector<Edge>& edges) {
  const std::size_t n = edges.size();
  std::vector<std::int64_t> cuts(n);
  const auto turn = [&](std::size_t corner) { return cross(edges[(corner + n - 1) % n].along, edges[corner].along); };
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t last = (i + n - 1) % n, next = (i + 1) % n;
    const bool is_step =
        (edges[last].length == units && turn(last) == -turn(i)) || (edges[i].length == units && turn(next) == -turn(i));
    cuts[i] = is_step ? units / 2 : units / 4;
  }
  return cuts;
}

/// A closed ring that leaves out points on a straight line.
class Drawing {
 public:
  void add(Position point) {
    while (points_.size() > 1 && straight(points_[points_.size() - 2], points_.back(), point)) points_.pop_back();
    if (points_.empty() || !(points_.back() == point)) points_.push_back(point);
  }
  /// Four chords of the quadratic Bezier curve; the first point has been added.
  void add_curve(Position from, Position control, Position to) {
    constexpr std::int64_t chords = 4;
    for (std::int64_t k = 1; k <= chords; ++k) {
      const std::int64_t rest = chords - k;
      const Position sum = rest * rest * from + 2 * k * rest * control + k * k * to;
      add({sum.x / (chords * chords), sum.y / (chords * chords)});
    }
  }
  /// The points, without the straight ones about the first, which comes again at the end.
  std::vector<Position> closed() && {
    std::size_t first = 0;
    while (points_.size() - first > 3) {
      if (points_.back() == points_[first] || straight(points_[points_.size() - 2], points_.back(), points_[first]))
        points_.pop_back();
      else if (straight(points_.back(), points_[first], points_[first + 1]))
        ++first;
      else
        break;
    }
    points_.erase(points_.begin(), points_.begin() + static_cast<std::ptrdiff_t>(first));
    points_.push_back(points_.front());
    return std::move(points_);
  }

 private:
  static bool straight(Position a, Position b, Position c) { return cross(b - a, c - b) == 0; }
  std::vector<Position> points_;
};

std::vector<Position> smoothed(const std::vector<Position>& corners) {
  const std::vector<Edge> edges = edges_of(corners);
  const std::vector<std::int64_t> cuts = cuts_of(edges);
  const std::size_t n = corners.size();
  Drawing drawing;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t last = (i + n - 1) % n, next = (i + 1) % n;
    const Position from = corners[i], to = corners[next], along = edges[i].along;
    const Position first_control = from + cuts[i] * along, last_control = to - cuts[next] * along;
    // The middles of the cuts at the two ends: here the curves of neighbouring edges meet.
    const Position begin = halfway(from - cuts[i] * edges[last].along, first_control);
    const Position end = halfway(last_control, to + cuts[next] * edges[next].along);
    drawing.add(begin);
    if (first_control == last_control) {
      drawing.add_curve(begin, first_control, end);
      continue;
    }
    const bool one_cell = edges[i].length == units;
    const Position middle = halfway(first_control, last_control);
    const Position straight_from = one_cell ? middle : from + units * along;
    const Position straight_to = one_cell ? middle : to - units * along;
    drawing.add_curve(begin, first_control, straight_from);
    drawing.add(straight_to);
    drawing.add_curve(straight_to, last_control, end);
  }
  return std::move(drawing).closed();
}

Polygon::ring_type smooth_ring(const Polygon::ring_type& ring, const Grid& grid) {
  const double unit_m = grid.cell_m / static_cast<double>(units);  // exact: a power of two
  Polygon::ring_type points;
  for (const Position& point : smoothed(corners_of(ring, grid)))
    points.emplace_back(grid.origin_x + static_cast<double>(point.x) * unit_m,
                        grid.origin_y - static_cast<double>(point.y) * unit_m);
  return points;
}

}  // namespace

MultiPolygon smooth_outline(const MultiPolygon& outline, const Grid& grid) {
  MultiPolygon smooth;
  smooth.reserve(outline.size());
  for (const Polygon& polygon : outline) {
    Polygon& drawn = smooth.emplace_back();
    drawn.outer() = smooth_ring(polygon.outer(), grid);
    for (const auto& hole : polygon.inners()) drawn.inners().push_back(smooth_ring(hole, grid));
  }
  return smooth;
}

}  // namespace tocsin
