#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include <tocsin/neighbours/detail/link_rows.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin::detail {

/// An edge of an area's boundary, not of length 0 unless the ring has no other.
struct Segment {
  Point a, b;
};

/// Calls visit(segment) for every edge of every ring; rings that are not closed are.
template <typename Visit>
void for_each_segment(const MultiPolygon& shape, const Visit& visit) {
  const auto walk = [&](const auto& ring) {
    if (ring.empty()) return;
    const Point* from = &ring.back();
    bool any = false;
    for (const Point& to : ring) {
      if (from->x() != to.x() || from->y() != to.y()) visit(Segment{*from, to}), any = true;
      from = &to;
    }
    if (!any) visit(Segment{ring.front(), ring.front()});
  };
  for (const Polygon& polygon : shape) {
    walk(polygon.outer());
    for (const auto& hole : polygon.inners()) walk(hole);
  }
}

/// The bounding boxes of areas.
/// @throws Error invalid_argument: a coordinate that is not finite
std::vector<Box> finite_bounds(const Areas& areas);

/// Where two boundaries may come within a distance of each other: what two boxes have in common, grown by it. Reversed
/// boxes where they stand further apart.
Box common_box(const Box& a, const Box& b, double within);

/// Pairs (i < j) whose boxes come within a distance of each other, ascending.
std::vector<Pair> pairs_of_near_boxes(const std::vector<Box>& boxes, double within);

/// Edges of a boundary near a box, in the order in which a sweep meets them.
class SweptSegments {
 public:
  /// @param region  edges whose box does not meet it are left out
  /// @param by_x    the axis along which the sweep goes
  SweptSegments(const MultiPolygon& shape, const Box& region, bool by_x);

  [[nodiscard]] std::size_t size() const { return segments_.size(); }
  [[nodiscard]] const Segment& operator[](std::size_t i) const { return segments_[i]; }
  [[nodiscard]] double low(std::size_t i) const { return along(segments_[i].a, segments_[i].b, true); }
  [[nodiscard]] double high(std::size_t i) const { return along(segments_[i].a, segments_[i].b, false); }

 private:
  [[nodiscard]] double along(const Point& a, const Point& b, bool least) const {
    const double p = by_x_ ? a.x() : a.y(), q = by_x_ ? b.x() : b.y();
    return least ? std::min(p, q) : std::max(p, q);
  }
  std::vector<Segment> segments_;
  bool by_x_;
};

/// Calls visit(i, j) for the edges of two boundaries that come within a distance of each other along the sweep's axis
/// and perhaps across it; true ends the sweep.
/// @return whether it was ended
template <typename Visit>
bool sweep_pairs(const SweptSegments& first, const SweptSegments& second, double within, const Visit& visit) {
  std::vector<std::size_t> active_first, active_second;
  const auto drop_passed = [&](std::vector<std::size_t>& active, const SweptSegments& of, double low) {
    std::erase_if(active, [&](std::size_t k) { return of.high(k) + within < low; });
  };
  for (std::size_t i = 0, j = 0; i < first.size() || j < second.size();) {
    if (j == second.size() || (i < first.size() && first.low(i) <= second.low(j))) {
      drop_passed(active_second, second, first.low(i));
      for (const std::size_t other : active_second)
        if (visit(i, other)) return true;
      active_first.push_back(i++);
    } else {
      drop_passed(active_first, first, second.low(j));
      for (const std::size_t other : active_first)
        if (visit(other, j)) return true;
      active_second.push_back(j++);
    }
  }
  return false;
}

}  // namespace tocsin::detail
