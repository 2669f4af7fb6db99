#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/core/uninitialised.hpp>
#include <tocsin/density/cell_block.hpp>
#include <tocsin/density/density.hpp>

namespace tocsin {

/// The events that can reach a grid, merged by place and kept in strips of rows; an internal part of density().
///
/// Strips go from north to south; within one, events stand in rising order of x, then y, so that what is painted along
/// a row walks through memory. Neither the order of the input nor the number of threads changes the content.
class EventRows {
 public:
  /// @throws Error invalid_argument: a coordinate or weight is not finite
  /// Cost    a few passes over the events, in parallel.
  EventRows(std::span<const WeightedPoint> events, const Grid& grid, double reach_m);

  /// Calls `use` with the events that may lie within reach of a block, strip by strip; some just outside are among
  /// them. For a given row the order of the events within reach does not depend on the block's rows.
  template <typename Use>
  void visit(const CellBlock& block, const Use& use) const {
    const std::size_t last = strip_of_row(static_cast<double>(block.end_row - 1 + reach_rows_));
    for (std::size_t s = strip_of_row(static_cast<double>(block.first_row - reach_rows_)); s <= last; ++s) {
      const std::span<const WeightedPoint> near = near_columns(s, block);
      if (!near.empty()) use(near);
    }
  }

  /// Distinct places; those whose weights cancel are gone.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool any_negative() const { return any_negative_; }

 private:
  struct Strip {
    std::size_t begin = 0, end = 0;
    bool any_negative = false;
  };

  void lay_strips();
  void distribute(std::span<const WeightedPoint> events);
  void sort_and_merge(Strip& strip);
  void close_gaps();
  [[nodiscard]] bool may_reach(const WeightedPoint& event) const {
    return event.weight != 0 && near_.contains(event.x, event.y);
  }
  [[nodiscard]] std::size_t strip_of(const WeightedPoint& event) const {
    return strip_of_row((grid_.origin_y - event.y) * rows_per_metre_);
  }
  [[nodiscard]] std::size_t strip_of_row(double row) const {
    const double strip = (row + static_cast<double>(reach_rows_)) * strips_per_row_;
    return static_cast<std::size_t>(std::clamp(strip, 0.0, static_cast<double>(strips_.size() - 1)));
  }
  [[nodiscard]] std::span<const WeightedPoint> near_columns(std::size_t strip, const CellBlock& block) const;

  Grid grid_;
  double reach_m_;
  Box near_;                     ///< the grid and its reach
  std::int64_t reach_rows_ = 0;  ///< rows of reach, rounded up, plus one for rounding
  double rows_per_metre_ = 1;
  double strips_per_row_ = 1;
  std::vector<Strip> strips_;
  Uninitialised<WeightedPoint> events_;
  std::size_t size_ = 0;
  bool any_negative_ = false;
};

}  // namespace tocsin
