#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <tocsin/vector/geometry.hpp>

namespace tocsin {

struct RoadNetworkOptions {
  /// The end of a road that comes this near to another road meets it, metres; >= 0. Drawn roads often stop a little
  /// short of the one they lead to.
  double snap_m = 50;
  void validate() const;  ///< @throws Error invalid_argument
};

/// Roads as a graph without directions: what can be travelled from one place on a road to another, and how far.
///
/// Lines meet where they share a vertex, where they cross (a bridge over another road counts as a crossing), where a
/// vertex of one lies on the other (within 1 mm), and where an end of one comes within snap_m of the other; the gap
/// counts in lengths. Lengths are planar, in the CRS of the lines.
class RoadNetwork {
 public:
  struct Edge {
    std::uint32_t from = 0, to = 0;  ///< nodes
    double length_m = 0;
  };
  /// A place on an edge.
  struct Place {
    std::size_t edge = 0;
    double from_m = 0;  ///< metres from the edge's `from`, 0 to its length
  };

  RoadNetwork() = default;
  /// @param lines  metres; those of less than two different points are left out
  /// @throws Error invalid_argument: an option, a coordinate that is not finite
  /// Cost: O(n log n + meetings) for n segments
  explicit RoadNetwork(std::span<const LineString> lines, const RoadNetworkOptions& options = {});

  [[nodiscard]] std::span<const Point> nodes() const { return nodes_; }
  [[nodiscard]] std::span<const Edge> edges() const { return edges_; }

  /// Metres by the shortest way along roads from one place to each of others; infinite where no road leads there, or
  /// only one of more than `within_m`. Dijkstra (1959), Numerische Mathematik 1, 269-271.
  /// Cost: O(nodes + (edges within reach) log of them)
  [[nodiscard]] std::vector<double> distances(const Place& from, std::span<const Place> to, double within_m) const;

 private:
  void lay_links();

  std::vector<Point> nodes_;
  std::vector<Edge> edges_;
  std::vector<std::size_t> offsets_;                            ///< by node, into links_
  std::vector<std::pair<std::uint32_t, std::uint32_t>> links_;  ///< the other node, and the edge
};

}  // namespace tocsin
