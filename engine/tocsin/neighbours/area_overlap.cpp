#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/area_overlap.hpp>
#include <tocsin/neighbours/detail/boundaries.hpp>

namespace tocsin {
namespace {

using detail::Segment;

/// An edge that rises from (low_x, low_y) to (high_x, high_y).
struct Rising {
  double low_x, low_y, high_x, high_y;
  std::size_t shape;  // 0 or 1
  [[nodiscard]] double x_at(double y) const { return low_x + (y - low_y) * ((high_x - low_x) / (high_y - low_y)); }
};

/// The edges that decide what is inside a shape within a box: also those west of it, but not those east of it.
void add_rising(const MultiPolygon& shape, std::size_t number, const Box& box, std::vector<Rising>& edges) {
  detail::for_each_segment(shape, [&](const Segment& segment) {
    const bool up = segment.a.y() <= segment.b.y();
    const Point &low = up ? segment.a : segment.b, &high = up ? segment.b : segment.a;
    if (low.y() == high.y() || high.y() <= box.min_y || low.y() >= box.max_y) return;
    if (std::min(low.x(), high.x()) > box.max_x) return;
    edges.push_back({low.x(), low.y(), high.x(), high.y(), number});
  });
}

/// Heights at which edges of the two boundaries cross.
void add_crossings(const MultiPolygon& first, const MultiPolygon& second, const Box& box,
                   std::vector<double>& heights) {
  const bool by_x = box.width() >= box.height();
  const detail::SweptSegments of_first(first, box, by_x), of_second(second, box, by_x);
  detail::sweep_pairs(of_first, of_second, 0, [&](std::size_t i, std::size_t j) {
    const Segment &s = of_first[i], &t = of_second[j];
    const double sx = s.b.x() - s.a.x(), sy = s.b.y() - s.a.y(), tx = t.b.x() - t.a.x(), ty = t.b.y() - t.a.y();
    const double turn = sx * ty - sy * tx;
    const double at = ((t.a.x() - s.a.x()) * ty - (t.a.y() - s.a.y()) * tx) / turn;
    if (turn != 0 && at > 0 && at < 1) heights.push_back(s.a.y() + at * sy);
    return false;
  });
}

/// The length that both shapes cover of a line that the sorted x of their boundaries cut, within [west, east].
double common_length(const std::array<std::vector<double>, 2>& cuts, double west, double east) {
  double length = 0;
  for (std::size_t i = 0, j = 0; i + 1 < cuts[0].size() && j + 1 < cuts[1].size();) {
    const double low = std::max({cuts[0][i], cuts[1][j], west});
    const double high = std::min({cuts[0][i + 1], cuts[1][j + 1], east});
    length += std::max(0.0, high - low);
    (cuts[0][i + 1] < cuts[1][j + 1] ? i : j) += 2;
  }
  return length;
}

double common_area(const MultiPolygon& first, const MultiPolygon& second, const Box& box) {
  std::vector<Rising> edges;
  add_rising(first, 0, box, edges);
  add_rising(second, 1, box, edges);
  std::sort(edges.begin(), edges.end(), [](const Rising& a, const Rising& b) { return a.low_y < b.low_y; });
  std::vector<double> heights{box.min_y, box.max_y};
  for (const Rising& edge : edges) heights.insert(heights.end(), {edge.low_y, edge.high_y});
  add_crossings(first, second, box, heights);
  std::erase_if(heights, [&](double y) { return y < box.min_y || y > box.max_y; });
  std::sort(heights.begin(), heights.end());
  double area = 0;
  std::vector<std::size_t> active;
  std::array<std::vector<double>, 2> cuts;
  for (std::size_t k = 0, next = 0; k + 1 < heights.size(); ++k) {
    const double low = heights[k], high = heights[k + 1], middle = low + (high - low) / 2;
    if (!(middle > low && middle < high)) continue;
    std::erase_if(active, [&](std::size_t edge) { return edges[edge].high_y <= middle; });
    for (; next < edges.size() && edges[next].low_y < middle; ++next)
      if (edges[next].high_y > middle) active.push_back(next);
    for (auto& cut : cuts) cut.clear();
    for (const std::size_t edge : active) cuts[edges[edge].shape].push_back(edges[edge].x_at(middle));
    for (auto& cut : cuts) {
      std::sort(cut.begin(), cut.end());
      if (cut.size() % 2 != 0) cut.push_back(std::numeric_limits<double>::infinity());  // it ends east of the box
    }
    // Between two heights all boundaries are straight and none cross: the length at the middle is the mean.
    area += common_length(cuts, box.min_x, box.max_x) * (high - low);
  }
  return area;
}

double area_of(const MultiPolygon& shape, const Box& box) {
  return common_area(shape,
                     MultiPolygon{Polygon{{{box.min_x, box.min_y},
                                           {box.min_x, box.max_y},
                                           {box.max_x, box.max_y},
                                           {box.max_x, box.min_y},
                                           {box.min_x, box.min_y}}}},
                     box);
}

}  // namespace

std::vector<AreaOverlap> overlapping_areas(const Areas& areas, double least_share) {
  if (!(least_share >= 0 && least_share < 1))
    throw Error(ErrorCode::invalid_argument, fmt::format("least_share must be in [0, 1), got {}", least_share));
  const std::vector<Box> boxes = detail::finite_bounds(areas);
  std::vector<double> sizes(areas.size(), 0);
  parallel_for(areas.size(), [&](std::size_t i) {
    if (boxes[i].min_x < boxes[i].max_x && boxes[i].min_y < boxes[i].max_y)
      sizes[i] = area_of(areas.shapes[i], boxes[i]);
  });
  const std::vector<detail::Pair> candidates = detail::pairs_of_near_boxes(boxes, 0);
  std::vector<AreaOverlap> found(candidates.size());
  parallel_for(candidates.size(), [&](std::size_t k) {
    const auto [i, j] = candidates[k];
    const Box box = detail::common_box(boxes[i], boxes[j], 0);
    const double smaller = std::min(sizes[i], sizes[j]);
    if (!(box.width() > 0 && box.height() > 0 && smaller > 0)) return;
    const double area = common_area(areas.shapes[i], areas.shapes[j], box);
    found[k] = {i, j, area, area / smaller};
  });
  std::erase_if(found, [&](const AreaOverlap& overlap) { return !(overlap.share > least_share); });
  return found;
}

}  // namespace tocsin
