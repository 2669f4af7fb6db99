#include <algorithm>

#include <tocsin/vector/areas.hpp>

namespace tocsin {
namespace {

/// Sums over rings, about a point nearby so that digits are not lost.
struct SurfaceSums {
  Point about;
  double twice_area = 0, x = 0, y = 0;

  /// @param sign  1 for an outline, -1 for a hole
  template <typename Ring>
  void add(const Ring& ring, double sign) {
    double ring_area = 0, ring_x = 0, ring_y = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const Point &p = ring[i], &q = ring[i + 1 < ring.size() ? i + 1 : 0];
      const double px = p.x() - about.x(), py = p.y() - about.y(), qx = q.x() - about.x(), qy = q.y() - about.y();
      const double turn = px * qy - qx * py;
      ring_area += turn;
      ring_x += (px + qx) * turn;
      ring_y += (py + qy) * turn;
    }
    const double outward = ring_area < 0 ? -sign : sign;
    twice_area += outward * ring_area;
    x += outward * ring_x;
    y += outward * ring_y;
  }
};

Point mean_of_corners(const MultiPolygon& shape) {
  double x = 0, y = 0, count = 0;
  for (const Polygon& polygon : shape)
    for (const Point& point : polygon.outer()) x += point.x(), y += point.y(), ++count;
  return {x / count, y / count};  // NaN without corners
}

Point centroid(const MultiPolygon& shape) {
  SurfaceSums sums{mean_of_corners(shape)};
  for (const Polygon& polygon : shape) {
    sums.add(polygon.outer(), 1);
    for (const auto& hole : polygon.inners()) sums.add(hole, -1);
  }
  if (!(sums.twice_area > 0)) return sums.about;
  return {sums.about.x() + sums.x / (3 * sums.twice_area), sums.about.y() + sums.y / (3 * sums.twice_area)};
}

}  // namespace

Box Areas::bounds() const {
  Box all = bounds_of(MultiPolygon{});
  for (const MultiPolygon& shape : shapes) {
    const Box box = bounds_of(shape);
    all = {std::min(all.min_x, box.min_x), std::min(all.min_y, box.min_y), std::max(all.max_x, box.max_x),
           std::max(all.max_y, box.max_y)};
  }
  return all;
}

std::vector<Point> centroids(const Areas& areas) {
  std::vector<Point> points;
  points.reserve(areas.size());
  for (const MultiPolygon& shape : areas.shapes) points.push_back(centroid(shape));
  return points;
}

}  // namespace tocsin
