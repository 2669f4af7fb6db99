#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <tocsin/core/random.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin {

/// Where a pattern of points was observed: what lies outside is not known to be empty. A box, or an area with holes and
/// parts; metres. Its boundary belongs to it.
class ObservationWindow {
 public:
  /// @throws Error invalid_argument: empty, reversed or not finite
  explicit ObservationWindow(const Box& box);
  /// Cost: O(v log v) for v vertices, and memory for them.
  explicit ObservationWindow(const MultiPolygon& area);
  ~ObservationWindow();
  ObservationWindow(ObservationWindow&&) noexcept;
  ObservationWindow& operator=(ObservationWindow&&) noexcept;

  [[nodiscard]] const Box& bounds() const { return bounds_; }
  [[nodiscard]] double area_m2() const { return area_m2_; }
  /// It is the box bounds().
  [[nodiscard]] bool is_box() const { return outline_ == nullptr; }
  [[nodiscard]] bool contains(const Point& point) const;
  /// From a point inside. Cost: O(log v)
  [[nodiscard]] double distance_to_boundary(const Point& point) const;
  /// A point that is uniform over the window. Draws from the bounding box until it falls inside.
  [[nodiscard]] Point draw(RandomStream& random) const;

 private:
  struct Outline;
  Box bounds_;
  double area_m2_ = 0;
  std::unique_ptr<const Outline> outline_;
};

}  // namespace tocsin
