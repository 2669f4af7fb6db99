#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <queue>
#include <set>
#include <tuple>

#include <boost/geometry/geometries/box.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/road_network.hpp>

namespace tocsin {
namespace {

namespace bg = boost::geometry;

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double touch_m = 0.001;  // what rounding leaves between a vertex and the line that it stands on

using Box2 = bg::model::box<Point>;
using Node = std::uint32_t;

double length(const Point& a, const Point& b) {
  return std::hypot(b.x() - a.x(), b.y() - a.y());
}

/// Lines cut into pieces that meet at nodes only.
class Noding {
 public:
  Noding(std::span<const LineString> lines, double snap_m) : snap_m_(snap_m) {
    for (const LineString& line : lines) add(line);
    meet();
  }

  std::vector<Point> nodes;
  std::vector<RoadNetwork::Edge> edges() const {
    std::vector<RoadNetwork::Edge> result;
    for (Segment segment : segments_) {
      std::sort(segment.cuts.begin(), segment.cuts.end());
      Node from = segment.a;
      for (const auto& [at, node] : segment.cuts) link(result, from, node), from = node;
      link(result, from, segment.b);
    }
    for (const auto& [a, b] : gaps_) link(result, a, b);
    return result;
  }

 private:
  struct Segment {
    Node a = 0, b = 0;
    std::vector<std::pair<double, Node>> cuts;  ///< share of its length from a, and the node there
  };

  void link(std::vector<RoadNetwork::Edge>& into, Node a, Node b) const {
    if (a != b) into.push_back({a, b, length(nodes[a], nodes[b])});
  }

  Node node_at(const Point& point) {
    if (!std::isfinite(point.x()) || !std::isfinite(point.y()))
      throw Error(ErrorCode::invalid_argument, "roads: a coordinate is not finite");
    const auto [found, added] = node_of_.try_emplace({point.x(), point.y()}, static_cast<Node>(nodes.size()));
    if (added) {
      nodes.push_back(point);
      ends_.push_back(0);
    }
    return found->second;
  }

  void add(const LineString& line) {
    if (line.empty()) return;
    const Node first = node_at(line.front());
    Node from = first;
    bool any = false;
    for (const Point& point : line) {
      const Node to = node_at(point);
      if (to == from) continue;
      segments_.push_back({from, to, {}});
      from = to;
      any = true;
    }
    if (any) ends_[first] = ends_[from] = 1;
  }

  [[nodiscard]] Box2 box_of(const Segment& segment, double grown) const {
    const Point &a = nodes[segment.a], &b = nodes[segment.b];
    return {Point(std::min(a.x(), b.x()) - grown, std::min(a.y(), b.y()) - grown),
            Point(std::max(a.x(), b.x()) + grown, std::max(a.y(), b.y()) + grown)};
  }

  void meet() {
    using Entry = std::pair<Box2, std::size_t>;
    std::vector<Entry> boxes;
    for (std::size_t i = 0; i < segments_.size(); ++i) boxes.emplace_back(box_of(segments_[i], 0), i);
    const bg::index::rtree<Entry, bg::index::rstar<16>> tree(boxes);
    const double reach = std::max(snap_m_, touch_m);
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      std::vector<Entry> near;
      tree.query(bg::index::intersects(box_of(segments_[i], reach)), std::back_inserter(near));
      std::vector<std::size_t> others;
      for (const Entry& entry : near)
        if (entry.second > i) others.push_back(entry.second);
      std::sort(others.begin(), others.end());  // the order of a tree is its own affair
      for (const std::size_t j : others) {
        cross(i, j);
        for (const auto& [vertices, of] : {std::pair(i, j), std::pair(j, i)})
          for (const Node vertex : {segments_[vertices].a, segments_[vertices].b}) stand(vertex, of);
      }
    }
  }

  /// Cuts both where they cross; where a vertex of one lies on the other stand() sees to it.
  void cross(std::size_t i, std::size_t j) {
    Segment &one = segments_[i], &other = segments_[j];
    const Point &a = nodes[one.a], &b = nodes[one.b], &c = nodes[other.a], &d = nodes[other.b];
    const double ux = b.x() - a.x(), uy = b.y() - a.y(), vx = d.x() - c.x(), vy = d.y() - c.y();
    const double area = ux * vy - uy * vx;
    if (area == 0) return;
    const double s = ((c.x() - a.x()) * vy - (c.y() - a.y()) * vx) / area;
    const double t = ((c.x() - a.x()) * uy - (c.y() - a.y()) * ux) / area;
    if (!(s > 0 && s < 1 && t > 0 && t < 1)) return;
    const Point at(a.x() + s * ux, a.y() + s * uy);
    for (const Point& vertex : {a, b, c, d})
      if (length(vertex, at) <= touch_m) return;
    const Node node = node_at(at);
    one.cuts.emplace_back(s, node);
    other.cuts.emplace_back(t, node);
  }

  /// Links a vertex to the point of a segment that is nearest to it, where it stands there or ends near it.
  void stand(Node vertex, std::size_t of) {
    Segment& segment = segments_[of];
    if (segment.a == vertex || segment.b == vertex) return;
    const Point &p = nodes[vertex], &a = nodes[segment.a], &b = nodes[segment.b];
    const double ux = b.x() - a.x(), uy = b.y() - a.y();
    const double at = std::clamp(((p.x() - a.x()) * ux + (p.y() - a.y()) * uy) / (ux * ux + uy * uy), 0.0, 1.0);
    const Point foot(a.x() + at * ux, a.y() + at * uy);
    const double gap = length(p, foot);
    if (gap > (ends_[vertex] != 0 ? std::max(snap_m_, touch_m) : touch_m)) return;
    if (!met_.emplace(vertex, of).second) return;
    const Node target = at == 0 ? segment.a : at == 1 ? segment.b : gap <= touch_m ? vertex : node_at(foot);
    if (at > 0 && at < 1) segments_[of].cuts.emplace_back(at, target);
    if (target != vertex) gaps_.emplace_back(vertex, target);
  }

  double snap_m_;
  std::map<std::pair<double, double>, Node> node_of_;
  std::vector<std::uint8_t> ends_;  ///< by node: a line ends there
  std::vector<Segment> segments_;
  std::set<std::pair<Node, std::size_t>> met_;
  std::vector<std::pair<Node, Node>> gaps_;
};

}  // namespace

void RoadNetworkOptions::validate() const {
  if (!(snap_m >= 0 && std::isfinite(snap_m)))
    throw Error(ErrorCode::invalid_argument, fmt::format("roads: snap_m {} is finite and not negative", snap_m));
}

RoadNetwork::RoadNetwork(std::span<const LineString> lines, const RoadNetworkOptions& options) {
  options.validate();
  Noding noding(lines, options.snap_m);
  edges_ = noding.edges();
  nodes_ = std::move(noding.nodes);
  lay_links();
}

void RoadNetwork::lay_links() {
  offsets_.assign(nodes_.size() + 1, 0);
  for (const Edge& edge : edges_) ++offsets_[edge.from + 1], ++offsets_[edge.to + 1];
  for (std::size_t i = 1; i < offsets_.size(); ++i) offsets_[i] += offsets_[i - 1];
  links_.resize(2 * edges_.size());
  std::vector<std::size_t> next(offsets_.begin(), offsets_.end() - 1);
  for (std::size_t e = 0; e < edges_.size(); ++e) {
    links_[next[edges_[e].from]++] = {edges_[e].to, static_cast<std::uint32_t>(e)};
    links_[next[edges_[e].to]++] = {edges_[e].from, static_cast<std::uint32_t>(e)};
  }
}

std::vector<double> RoadNetwork::distances(const Place& from, std::span<const Place> to, double within_m) const {
  std::vector<double> metres(nodes_.size(), infinite);
  using Reached = std::pair<double, std::uint32_t>;
  std::priority_queue<Reached, std::vector<Reached>, std::greater<>> next;
  const auto reach = [&](std::uint32_t node, double distance) {
    if (distance > within_m || !(distance < metres[node])) return;
    metres[node] = distance;
    next.emplace(distance, node);
  };
  const Edge& start = edges_[from.edge];
  reach(start.from, from.from_m);
  reach(start.to, start.length_m - from.from_m);
  while (!next.empty()) {
    const auto [distance, node] = next.top();
    next.pop();
    if (distance > metres[node]) continue;  // it was reached by a shorter way since
    for (std::size_t k = offsets_[node]; k < offsets_[node + 1]; ++k)
      reach(links_[k].first, distance + edges_[links_[k].second].length_m);
  }
  std::vector<double> result;
  for (const Place& place : to) {
    const Edge& edge = edges_[place.edge];
    double distance = std::min(metres[edge.from] + place.from_m, metres[edge.to] + edge.length_m - place.from_m);
    if (place.edge == from.edge) distance = std::min(distance, std::abs(place.from_m - from.from_m));
    result.push_back(distance <= within_m ? distance : infinite);
  }
  return result;
}

}  // namespace tocsin
