#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/neighbours/detail/link_rows.hpp>
#include <tocsin/neighbours/detail/point_tree.hpp>

namespace tocsin::detail {
namespace {

constexpr std::size_t leaf_points = 8;

}  // namespace

PointTree::PointTree(std::span<const Point> points) {
  require_numbers(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (std::isinf(points[i].x()) || std::isinf(points[i].y()))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("the location of place {} is infinite; correct it, or make it NaN: nowhere", i));
    if (!std::isnan(points[i].x()) && !std::isnan(points[i].y())) places_.push_back(static_cast<std::uint32_t>(i));
  }
  while ((size() >> levels_) > leaf_points) ++levels_;
  nodes_.resize((std::size_t{2} << levels_) - 1);
  for (std::size_t level = 0; level <= levels_; ++level)
    parallel_for(std::size_t{1} << level, [&](std::size_t number) { build({level, number}, points); });
  x_.resize(size());
  y_.resize(size());
  for_each_place(size(), [&](std::size_t i) {
    x_[i] = points[places_[i]].x();
    y_[i] = points[places_[i]].y();
  });
}

void PointTree::build(const Spot& spot, std::span<const Point> points) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::span<std::uint32_t> own(places_.data() + begin_of(spot), end_of(spot) - begin_of(spot));
  Node made{infinity, infinity, -infinity, -infinity, std::numeric_limits<std::uint32_t>::max()};
  for (const std::uint32_t place : own) {
    const Point& point = points[place];
    made.min_x = std::min(made.min_x, point.x());
    made.max_x = std::max(made.max_x, point.x());
    made.min_y = std::min(made.min_y, point.y());
    made.max_y = std::max(made.max_y, point.y());
    made.lowest = std::min(made.lowest, place);
  }
  nodes_[(std::size_t{1} << spot.level) - 1 + spot.number] = made;
  if (spot.level == levels_) return;
  const bool by_x = made.max_x - made.min_x >= made.max_y - made.min_y;
  const auto middle =
      own.begin() + static_cast<std::ptrdiff_t>(end_of({spot.level + 1, 2 * spot.number}) - begin_of(spot));
  std::nth_element(own.begin(), middle, own.end(), [&](std::uint32_t a, std::uint32_t b) {
    const double at_a = by_x ? points[a].x() : points[a].y(), at_b = by_x ? points[b].x() : points[b].y();
    return at_a != at_b ? at_a < at_b : a < b;
  });
}

Near PointTree::bound(const Spot& spot, std::size_t position) const {
  const Node& box = node(spot);
  const double x = x_[position], y = y_[position];
  const double dx = std::max({box.min_x - x, x - box.max_x, 0.0}), dy = std::max({box.min_y - y, y - box.max_y, 0.0});
  return {dx * dx + dy * dy, box.lowest};
}

void PointTree::nearest(std::size_t position, std::size_t k, std::vector<Near>& found) const {
  found.clear();
  if (k == 0) return;
  visit_nearest({}, position, k, found);
  std::sort_heap(found.begin(), found.end());
}

void PointTree::visit_nearest(const Spot& spot, std::size_t position, std::size_t k, std::vector<Near>& heap) const {
  if (spot.level == levels_) {
    for (std::size_t i = begin_of(spot); i < end_of(spot); ++i) {
      if (i == position) continue;
      const Near candidate{squared(position, i), places_[i]};
      if (heap.size() == k) {
        if (!(candidate < heap.front())) continue;
        std::pop_heap(heap.begin(), heap.end());
        heap.pop_back();
      }
      heap.push_back(candidate);
      std::push_heap(heap.begin(), heap.end());
    }
    return;
  }
  Spot first{spot.level + 1, 2 * spot.number}, second{spot.level + 1, 2 * spot.number + 1};
  Near first_bound = bound(first, position), second_bound = bound(second, position);
  if (second_bound < first_bound) {
    std::swap(first, second);
    std::swap(first_bound, second_bound);
  }
  if (heap.size() < k || first_bound < heap.front()) visit_nearest(first, position, k, heap);
  if (heap.size() < k || second_bound < heap.front()) visit_nearest(second, position, k, heap);
}

void PointTree::within(std::size_t position, double squared_m, std::vector<Near>& found) const {
  found.clear();
  visit_within({}, position, squared_m, found);
}

void PointTree::visit_within(const Spot& spot, std::size_t position, double squared_m, std::vector<Near>& found) const {
  if (bound(spot, position).squared_m > squared_m) return;
  if (spot.level < levels_) {
    visit_within({spot.level + 1, 2 * spot.number}, position, squared_m, found);
    visit_within({spot.level + 1, 2 * spot.number + 1}, position, squared_m, found);
    return;
  }
  for (std::size_t i = begin_of(spot); i < end_of(spot); ++i)
    if (const double distance = squared(position, i); i != position && distance <= squared_m)
      found.push_back({distance, places_[i]});
}

std::size_t PointTree::count_within(std::size_t position, double squared_m) const {
  return visit_count({}, position, squared_m) - 1;  // itself
}

std::size_t PointTree::visit_count(const Spot& spot, std::size_t position, double squared_m) const {
  if (bound(spot, position).squared_m > squared_m) return 0;
  const Node& box = node(spot);
  const double dx = std::max(x_[position] - box.min_x, box.max_x - x_[position]);
  const double dy = std::max(y_[position] - box.min_y, box.max_y - y_[position]);
  if (dx * dx + dy * dy <= squared_m) return end_of(spot) - begin_of(spot);
  if (spot.level < levels_)
    return visit_count({spot.level + 1, 2 * spot.number}, position, squared_m) +
           visit_count({spot.level + 1, 2 * spot.number + 1}, position, squared_m);
  std::size_t count = 0;
  for (std::size_t i = begin_of(spot); i < end_of(spot); ++i) count += squared(position, i) <= squared_m ? 1 : 0;
  return count;
}

}  // namespace tocsin::detail
