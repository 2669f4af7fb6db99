#include <algorithm>
#include <limits>

#include <tocsin/vector/geometry.hpp>

namespace tocsin {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Box nothing{infinity, infinity, -infinity, -infinity};

void extend(Box& box, const Point& point) {
  box.min_x = std::min(box.min_x, point.x());
  box.min_y = std::min(box.min_y, point.y());
  box.max_x = std::max(box.max_x, point.x());
  box.max_y = std::max(box.max_y, point.y());
}

Box bounds_of_part(const Point& point) {
  Box box = nothing;
  extend(box, point);
  return box;
}

Box bounds_of_part(const LineString& line) {
  Box box = nothing;
  for (const Point& point : line) extend(box, point);
  return box;
}

Box bounds_of_part(const MultiPolygon& shape) {
  return bounds_of(shape);
}

}  // namespace

Box bounds_of(const MultiPolygon& geometry) {
  Box box = nothing;
  for (const Polygon& polygon : geometry)
    for (const Point& point : polygon.outer()) extend(box, point);
  return box;
}

Box bounds_of(const Geometry& geometry) {
  return std::visit([](const auto& part) { return bounds_of_part(part); }, geometry);
}

}  // namespace tocsin
