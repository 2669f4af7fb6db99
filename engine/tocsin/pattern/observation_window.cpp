#include <algorithm>
#include <cmath>

#include <boost/geometry/algorithms/distance.hpp>
#include <boost/geometry/geometries/segment.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <boost/geometry/strategies/strategies.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/pattern/observation_window.hpp>

namespace tocsin {
namespace {

namespace bg = boost::geometry;
using Edge = bg::model::segment<Point>;

void require_extent(const Box& box) {
  if (!std::isfinite(box.width()) || !std::isfinite(box.height()) || !(box.width() > 0) || !(box.height() > 0))
    throw Error(ErrorCode::invalid_argument, "the area in which points were observed is empty, reversed or not finite");
}

/// The edges of all rings.
std::vector<Edge> edges_of(const MultiPolygon& area) {
  std::vector<Edge> edges;
  const auto add = [&](const auto& ring) {
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) edges.emplace_back(ring[i], ring[i + 1]);
  };
  for (const Polygon& polygon : area) {
    add(polygon.outer());
    for (const auto& hole : polygon.inners()) add(hole);
  }
  return edges;
}

double ring_area(const std::vector<Point>& ring) {
  double twice = 0;
  for (std::size_t i = 1; i + 1 < ring.size(); ++i)
    twice += (ring[i].x() - ring[0].x()) * (ring[i + 1].y() - ring[0].y()) -
             (ring[i + 1].x() - ring[0].x()) * (ring[i].y() - ring[0].y());
  return std::abs(twice) / 2;
}

double area_of(const MultiPolygon& area) {
  double sum = 0;
  for (const Polygon& polygon : area) {
    sum += ring_area(polygon.outer());
    for (const auto& hole : polygon.inners()) sum -= ring_area(hole);
  }
  return sum;
}

}  // namespace

/// Edges by the horizontal strips that they pass, to count crossings, and by a tree, to measure distances.
struct ObservationWindow::Outline {
  Outline(const MultiPolygon& area, const Box& bounds) : edges(edges_of(area)), tree(edges), box(bounds) {
    strips.resize(std::clamp<std::size_t>(edges.size(), 1, 4096));
    for (const Edge& edge : edges) {
      const auto [low, high] = std::minmax(edge.first.y(), edge.second.y());
      for (std::size_t strip = strip_of(low); strip <= strip_of(high); ++strip) strips[strip].push_back(edge);
    }
  }
  [[nodiscard]] std::size_t strip_of(double y) const {
    const double count = static_cast<double>(strips.size());
    return static_cast<std::size_t>(std::clamp(std::floor((y - box.min_y) / box.height() * count), 0.0, count - 1));
  }
  [[nodiscard]] bool contains(const Point& point) const {
    bool inside = false;
    for (const Edge& edge : strips[strip_of(point.y())]) {
      const Point &a = edge.first, &b = edge.second;
      if ((a.y() > point.y()) == (b.y() > point.y())) continue;
      inside ^= point.x() < a.x() + (point.y() - a.y()) * ((b.x() - a.x()) / (b.y() - a.y()));
    }
    return inside || distance(point) == 0;
  }
  [[nodiscard]] double distance(const Point& point) const {
    const auto nearest = tree.qbegin(bg::index::nearest(point, 1));
    return bg::distance(point, *nearest);
  }

  std::vector<Edge> edges;
  bg::index::rtree<Edge, bg::index::rstar<16>> tree;
  Box box;
  std::vector<std::vector<Edge>> strips;
};

ObservationWindow::ObservationWindow(const Box& box) : bounds_(box), area_m2_(box.width() * box.height()) {
  require_extent(box);
}

ObservationWindow::ObservationWindow(const MultiPolygon& area) : bounds_(bounds_of(area)), area_m2_(area_of(area)) {
  require_extent(bounds_);
  if (!(area_m2_ > 0))
    throw Error(ErrorCode::invalid_argument, "the area in which points were observed has no surface; check its shape");
  outline_ = std::make_unique<const Outline>(area, bounds_);
}

ObservationWindow::~ObservationWindow() = default;
ObservationWindow::ObservationWindow(ObservationWindow&&) noexcept = default;
ObservationWindow& ObservationWindow::operator=(ObservationWindow&&) noexcept = default;

bool ObservationWindow::contains(const Point& point) const {
  return bounds_.contains(point.x(), point.y()) && (is_box() || outline_->contains(point));
}

double ObservationWindow::distance_to_boundary(const Point& point) const {
  if (!is_box()) return outline_->distance(point);
  return std::min(std::min(point.x() - bounds_.min_x, bounds_.max_x - point.x()),
                  std::min(point.y() - bounds_.min_y, bounds_.max_y - point.y()));
}

Point ObservationWindow::draw(RandomStream& random) const {
  for (;;) {
    const double x = bounds_.min_x + random.uniform() * bounds_.width();
    const double y = bounds_.min_y + random.uniform() * bounds_.height();
    if (is_box() || outline_->contains({x, y})) return {x, y};
  }
}

}  // namespace tocsin
