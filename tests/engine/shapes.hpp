#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <boost/geometry/algorithms/correct.hpp>

#include <tocsin/vector/geometry.hpp>

namespace tocsin::test {

inline MultiPolygon rectangle(double min_x, double min_y, double max_x, double max_y) {
  Polygon polygon;
  polygon.outer() = {{min_x, min_y}, {min_x, max_y}, {max_x, max_y}, {max_x, min_y}, {min_x, min_y}};
  return {polygon};
}

/// A polygon from its corners, closed and turned as the library wants it.
inline MultiPolygon polygon_of(const std::vector<Point>& corners) {
  MultiPolygon shape{Polygon{}};
  shape[0].outer().assign(corners.begin(), corners.end());
  boost::geometry::correct(shape);
  return shape;
}

/// Numbers in [0, 1) that are the same on every platform.
class Uniform {
 public:
  explicit Uniform(std::uint64_t seed) : engine_(seed) {}
  double operator()() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * (*this)(); }

 private:
  std::mt19937_64 engine_;
};

/// A star-shaped ring with random radii: simple, usually far from convex.
inline std::vector<Point> random_star(Uniform& random, double x, double y, double least, double most, int corners) {
  std::vector<Point> ring;
  for (int i = 0; i < corners; ++i) {
    const double angle = -2 * 3.14159265358979323846 * i / corners, radius = random.between(least, most);
    ring.emplace_back(x + radius * std::cos(angle), y + radius * std::sin(angle));
  }
  return ring;
}

/// Area of a ring within a box, by clipping it at the four sides in turn (Sutherland and Hodgman 1974); the bridges
/// that this leaves along the sides have no area.
inline double ring_area_within(const std::vector<Point>& ring, const Box& box) {
  std::vector<Point> kept(ring);
  for (int side = 0; side < 4; ++side) {
    const auto depth = [&](const Point& p) {
      return side == 0   ? p.x() - box.min_x
             : side == 1 ? box.max_x - p.x()
             : side == 2 ? p.y() - box.min_y
                         : box.max_y - p.y();
    };
    std::vector<Point> next;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      const Point &a = kept[i], &b = kept[(i + 1) % kept.size()];
      const double da = depth(a), db = depth(b);
      if (da >= 0) next.push_back(a);
      if ((da < 0) == (db < 0)) continue;
      const double t = da / (da - db);
      next.emplace_back(a.x() + t * (b.x() - a.x()), a.y() + t * (b.y() - a.y()));
    }
    kept = next;
  }
  double twice = 0;
  for (std::size_t i = 1; i + 1 < kept.size(); ++i)
    twice += (kept[i].x() - kept[0].x()) * (kept[i + 1].y() - kept[0].y()) -
             (kept[i + 1].x() - kept[0].x()) * (kept[i].y() - kept[0].y());
  return std::abs(twice) / 2;
}

inline double area_within(const MultiPolygon& shape, const Box& box) {
  double area = 0;
  for (const Polygon& polygon : shape) {
    area += ring_area_within(polygon.outer(), box);
    for (const auto& hole : polygon.inners()) area -= ring_area_within(hole, box);
  }
  return area;
}

/// `columns` x `rows` cells of `cell_m` whose south-west corner is (x, y).
inline Grid grid_from(double x, double y, double cell_m, std::int64_t columns, std::int64_t rows) {
  return {{}, x, y + static_cast<double>(rows) * cell_m, cell_m, columns, rows};
}

}  // namespace tocsin::test
