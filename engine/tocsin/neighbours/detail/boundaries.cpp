#include <cmath>
#include <utility>

#include <boost/geometry/geometries/box.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/detail/boundaries.hpp>

namespace tocsin::detail {
namespace {

namespace bg = boost::geometry;
using IndexBox = bg::model::box<Point>;
using Entry = std::pair<IndexBox, std::uint32_t>;

IndexBox index_box(const Box& box) {
  return {Point(box.min_x, box.min_y), Point(box.max_x, box.max_y)};
}

}  // namespace

std::vector<Box> finite_bounds(const Areas& areas) {
  require_numbers(areas.size());
  std::vector<Box> boxes;
  boxes.reserve(areas.size());
  for (std::size_t i = 0; i < areas.size(); ++i) {
    for_each_segment(areas.shapes[i], [&](const Segment& segment) {
      if (!std::isfinite(segment.a.x()) || !std::isfinite(segment.a.y()) || !std::isfinite(segment.b.x()) ||
          !std::isfinite(segment.b.y()))
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("area {} ({}) has a coordinate that is not finite; repair its shape", i,
                                i < areas.codes.size() ? areas.codes[i] : "no code"));
    });
    boxes.push_back(bounds_of(areas.shapes[i]));
  }
  return boxes;
}

Box common_box(const Box& a, const Box& b, double within) {
  const Box common{std::max(a.min_x, b.min_x), std::max(a.min_y, b.min_y), std::min(a.max_x, b.max_x),
                   std::min(a.max_y, b.max_y)};
  return common.expanded(within);
}

std::vector<Pair> pairs_of_near_boxes(const std::vector<Box>& boxes, double within) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < boxes.size(); ++i)
    if (boxes[i].min_x <= boxes[i].max_x) entries.emplace_back(index_box(boxes[i]), static_cast<std::uint32_t>(i));
  const bg::index::rtree<Entry, bg::index::rstar<16>> tree(entries);  // packed
  std::vector<std::vector<std::uint32_t>> found(boxes.size());
  for_each_place(boxes.size(), [&](std::size_t i) {
    if (boxes[i].min_x > boxes[i].max_x) return;
    const auto near = bg::index::intersects(index_box(boxes[i].expanded(within)));
    for (auto entry = tree.qbegin(near); entry != tree.qend(); ++entry)
      if (entry->second > i) found[i].push_back(entry->second);
    std::sort(found[i].begin(), found[i].end());
  });
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < found.size(); ++i)
    for (const std::uint32_t j : found[i]) pairs.emplace_back(static_cast<std::uint32_t>(i), j);
  return pairs;
}

SweptSegments::SweptSegments(const MultiPolygon& shape, const Box& region, bool by_x) : by_x_(by_x) {
  for_each_segment(shape, [&](const Segment& segment) {
    const auto [min_x, max_x] = std::minmax(segment.a.x(), segment.b.x());
    const auto [min_y, max_y] = std::minmax(segment.a.y(), segment.b.y());
    if (max_x >= region.min_x && min_x <= region.max_x && max_y >= region.min_y && min_y <= region.max_y)
      segments_.push_back(segment);
  });
  std::stable_sort(segments_.begin(), segments_.end(),
                   [&](const Segment& s, const Segment& t) { return along(s.a, s.b, true) < along(t.a, t.b, true); });
}

}  // namespace tocsin::detail
