#include <algorithm>
#include <cmath>
#include <utility>

#include <boost/geometry/algorithms/covered_by.hpp>
#include <boost/geometry/algorithms/distance.hpp>
#include <boost/geometry/geometries/box.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <boost/geometry/strategies/strategies.hpp>

#include <tocsin/vector/area_raster.hpp>

namespace tocsin {
namespace {

namespace bg = boost::geometry;
using IndexBox = bg::model::box<Point>;
using Entry = std::pair<IndexBox, std::size_t>;
using Tree = bg::index::rtree<Entry, bg::index::rstar<16>>;

Tree build_tree(const std::vector<MultiPolygon>& shapes) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const Box box = bounds_of(shapes[i]);
    if (box.min_x > box.max_x) continue;
    entries.emplace_back(IndexBox(Point(box.min_x, box.min_y), Point(box.max_x, box.max_y)), i);
  }
  return Tree(entries);  // packed
}

}  // namespace

struct AreaLocator::Impl {
  explicit Impl(const Areas& areas) : shapes(areas.shapes), tree(build_tree(shapes)) {}

  /// Areas whose box meets `what`, in index order.
  template <typename What>
  [[nodiscard]] std::vector<std::size_t> candidates(const What& what) const {
    std::vector<std::size_t> found;
    for (auto entry = tree.qbegin(bg::index::intersects(what)); entry != tree.qend(); ++entry)
      found.push_back(entry->second);
    std::sort(found.begin(), found.end());
    return found;
  }

  std::vector<MultiPolygon> shapes;
  Tree tree;
};

AreaLocator::AreaLocator(const Areas& areas) : impl_(std::make_unique<Impl>(areas)) {}
AreaLocator::~AreaLocator() = default;
AreaLocator::AreaLocator(AreaLocator&&) noexcept = default;

std::int64_t AreaLocator::locate(double x, double y) const {
  if (!std::isfinite(x) || !std::isfinite(y)) return -1;
  const Point point(x, y);
  for (const std::size_t i : impl_->candidates(point))
    if (bg::covered_by(point, impl_->shapes[i])) return static_cast<std::int64_t>(i);
  return -1;
}

std::int64_t AreaLocator::nearest(double x, double y, double distance_m) const {
  if (!std::isfinite(x) || !std::isfinite(y) || !(distance_m >= 0)) return -1;
  const Point point(x, y);
  const IndexBox reach(Point(x - distance_m, y - distance_m), Point(x + distance_m, y + distance_m));
  std::int64_t best = -1;
  double best_distance = distance_m;
  for (const std::size_t i : impl_->candidates(reach)) {
    const double distance = bg::distance(point, impl_->shapes[i]);
    if (distance > best_distance || (best >= 0 && distance == best_distance)) continue;
    best = static_cast<std::int64_t>(i);
    best_distance = distance;
  }
  return best;
}

}  // namespace tocsin
