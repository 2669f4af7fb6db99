#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <boost/geometry.hpp>
#include <boost/geometry/geometries/multi_linestring.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/neighbours/road_neighbours.hpp>

namespace tocsin {
namespace {

namespace bg = boost::geometry;

using Box2 = bg::model::box<Point>;
using Entry = std::pair<Box2, std::size_t>;
using EdgeTree = bg::index::rtree<Entry, bg::index::rstar<16>>;

EdgeTree tree_of(const RoadNetwork& network) {
  std::vector<Entry> boxes;
  for (std::size_t e = 0; e < network.edges().size(); ++e) {
    const Point &a = network.nodes()[network.edges()[e].from], &b = network.nodes()[network.edges()[e].to];
    boxes.emplace_back(Box2(Point(std::min(a.x(), b.x()), std::min(a.y(), b.y())),
                            Point(std::max(a.x(), b.x()), std::max(a.y(), b.y()))),
                       e);
  }
  return EdgeTree(boxes);
}

/// The point of a stretch from a to b that is nearest to p.
Point nearest_on(const Point& a, const Point& b, const Point& p) {
  const double ux = b.x() - a.x(), uy = b.y() - a.y(), square = ux * ux + uy * uy;
  const double at = square > 0 ? std::clamp(((p.x() - a.x()) * ux + (p.y() - a.y()) * uy) / square, 0.0, 1.0) : 0.0;
  return {a.x() + at * ux, a.y() + at * uy};
}

/// The point of the roads in an area that is nearest to its centroid.
std::optional<RoadNetwork::Place> middle_of(const MultiPolygon& shape, const Point& centroid, const EdgeTree& tree,
                                            const RoadNetwork& network) {
  if (tree.empty() || !std::isfinite(centroid.x())) return {};
  const Box box = bounds_of(shape);
  const Box2 bounds(Point(box.min_x, box.min_y), Point(box.max_x, box.max_y));
  std::optional<RoadNetwork::Place> best;
  double best_m = std::numeric_limits<double>::infinity();
  const auto count = static_cast<unsigned>(tree.size());
  // Edges come by the distance of their boxes, which is no more than their own.
  for (auto entry = tree.qbegin(bg::index::nearest(centroid, count) && bg::index::intersects(bounds));
       entry != tree.qend(); ++entry) {
    if (bg::distance(centroid, entry->first) > best_m) break;
    const RoadNetwork::Edge& edge = network.edges()[entry->second];
    const Point &from = network.nodes()[edge.from], &to = network.nodes()[edge.to];
    bg::model::multi_linestring<LineString> inside;
    bg::intersection(LineString{from, to}, shape, inside);
    for (const LineString& piece : inside)
      for (std::size_t i = 1; i < piece.size(); ++i) {
        const Point at = nearest_on(piece[i - 1], piece[i], centroid);
        const double distance = bg::distance(at, centroid);
        // Of edges that come equally near, as two that meet there, the first counts.
        if (distance > best_m || (distance == best_m && best && entry->second > best->edge)) continue;
        best_m = distance;
        best = {entry->second, std::min(edge.length_m, bg::distance(from, at))};
      }
  }
  return best;
}

}  // namespace

RoadNeighbours road_neighbours(const Areas& areas, const RoadNetwork& network, double band_m) {
  if (!(band_m > 0 && std::isfinite(band_m)))
    throw Error(ErrorCode::invalid_argument, fmt::format("roads: a band of {} m is finite and above 0", band_m));
  RoadNeighbours result;
  result.middle.resize(areas.size());
  const EdgeTree tree = tree_of(network);
  const std::vector<Point> points = centroids(areas);
  parallel_for(areas.size(),
               [&](std::size_t i) { result.middle[i] = middle_of(areas.shapes[i], points[i], tree, network); });

  std::vector<std::vector<std::pair<std::uint32_t, double>>> later(areas.size());  // neighbours of higher number
  parallel_for(areas.size(), [&](std::size_t i) {
    if (!result.middle[i]) return;
    std::vector<std::uint32_t> others;
    std::vector<RoadNetwork::Place> places;
    for (std::size_t j = i + 1; j < areas.size(); ++j)
      if (result.middle[j]) others.push_back(static_cast<std::uint32_t>(j)), places.push_back(*result.middle[j]);
    const std::vector<double> metres = network.distances(*result.middle[i], places, band_m);
    for (std::size_t k = 0; k < others.size(); ++k)
      if (std::isfinite(metres[k])) later[i].emplace_back(others[k], metres[k]);
  });
  std::vector<std::vector<std::pair<std::uint32_t, double>>> rows(areas.size());
  for (std::size_t i = 0; i < areas.size(); ++i)
    for (const auto& [j, metres] : later[i]) rows[j].emplace_back(static_cast<std::uint32_t>(i), metres);
  std::vector<std::size_t> offsets{0};
  std::vector<std::uint32_t> indices;
  std::vector<double> weights;
  for (std::size_t i = 0; i < areas.size(); ++i) {
    rows[i].insert(rows[i].end(), later[i].begin(), later[i].end());
    for (const auto& [j, metres] : rows[i]) indices.push_back(j), weights.push_back(metres);
    offsets.push_back(indices.size());
  }
  if (!indices.empty())
    result.lengths_m = Neighbours(std::move(offsets), std::move(indices), std::move(weights));
  else
    result.lengths_m = Neighbours(std::move(offsets), {});
  return result;
}

}  // namespace tocsin
