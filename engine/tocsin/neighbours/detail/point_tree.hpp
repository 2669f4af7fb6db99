#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/vector/geometry.hpp>

namespace tocsin::detail {

/// A place and the square of its distance; nearer ones are less, and at the same distance those of lower number.
struct Near {
  double squared_m = 0;
  std::uint32_t place = 0;
  friend auto operator<=>(const Near&, const Near&) = default;
};

/// A k-d tree whose answers, ties included, do not depend on how it was built: every node knows the lowest number below
/// it, so that a pile of coincident points is searched no longer than others. A bounding box's nearest and farthest
/// distance round as those of points do, so pruning never contradicts a comparison of points.
/// Points with a NaN coordinate are nowhere: they are not in the tree.
/// Cost: O(n log n) to build, O(k + log n) a query, 20 bytes a point.
class PointTree {
 public:
  /// @throws Error invalid_argument: an infinite coordinate
  explicit PointTree(std::span<const Point> points);

  /// Points that are somewhere.
  [[nodiscard]] std::size_t size() const { return places_.size(); }
  /// The places in an order in which near ones follow each other: queries in it find their memory warm.
  [[nodiscard]] std::span<const std::uint32_t> places() const { return places_; }

  /// The k nearest of the other points, nearest first; `found` is replaced.
  /// @param position  of the place in places()
  void nearest(std::size_t position, std::size_t k, std::vector<Near>& found) const;
  /// The other points within a distance, in no order; `found` is replaced.
  void within(std::size_t position, double squared_m, std::vector<Near>& found) const;
  [[nodiscard]] std::size_t count_within(std::size_t position, double squared_m) const;

 private:
  struct Node {
    double min_x = 0, min_y = 0, max_x = 0, max_y = 0;
    std::uint32_t lowest = 0;  ///< place
  };
  /// Nodes of a level stand side by side, from `first` on; the points are dealt to them evenly.
  struct Spot {
    std::size_t level = 0, number = 0;
  };
  [[nodiscard]] std::size_t begin_of(const Spot& spot) const { return (size() * spot.number) >> spot.level; }
  [[nodiscard]] std::size_t end_of(const Spot& spot) const { return (size() * (spot.number + 1)) >> spot.level; }
  [[nodiscard]] const Node& node(const Spot& spot) const {
    return nodes_[(std::size_t{1} << spot.level) - 1 + spot.number];
  }
  [[nodiscard]] double squared(std::size_t a, std::size_t b) const {
    const double dx = x_[a] - x_[b], dy = y_[a] - y_[b];
    return dx * dx + dy * dy;
  }
  void build(const Spot& spot, std::span<const Point> points);
  void visit_nearest(const Spot& spot, std::size_t position, std::size_t k, std::vector<Near>& heap) const;
  void visit_within(const Spot& spot, std::size_t position, double squared_m, std::vector<Near>& found) const;
  [[nodiscard]] std::size_t visit_count(const Spot& spot, std::size_t position, double squared_m) const;
  /// The nearest that a point below a node can be, and its number.
  [[nodiscard]] Near bound(const Spot& spot, std::size_t position) const;

  std::vector<std::uint32_t> places_;
  std::vector<double> x_, y_;  // beside places_
  std::vector<Node> nodes_;
  std::size_t levels_ = 0;  // the leaves' level
};

}  // namespace tocsin::detail
