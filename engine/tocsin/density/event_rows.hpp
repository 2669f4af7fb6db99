#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/density/density.hpp>

namespace tocsin {

/// The events that can reach a grid, merged by place and kept in strips of rows; an internal part of density().
///
/// Strips go from north to south; within one, events stand in rising order of x, then y, so that what is painted along
/// a row walks through memory. Neither the order of the input nor the number of threads changes the content.
class EventRows {
 public:
  /// @throws Error invalid_argument: a coordinate or weight is not finite
  EventRows(std::span<const WeightedPoint> events, const Grid& grid, double reach_m);

  /// Events that may lie within reach of rows [first_row, last_row]; some just outside are among them.
  [[nodiscard]] std::span<const WeightedPoint> near_rows(std::int64_t first_row, std::int64_t last_row) const;
  /// Those of them with min_x <= x <= max_x, copied in the same order.
  [[nodiscard]] std::vector<WeightedPoint> near_block(std::int64_t first_row, std::int64_t last_row, double min_x,
                                                      double max_x) const;
  [[nodiscard]] std::size_t size() const { return events_.size(); }
  [[nodiscard]] bool any_negative() const { return any_negative_; }

 private:
  void sort_and_merge(std::vector<std::size_t>& sizes);
  void close_gaps(const std::vector<std::size_t>& sizes);
  [[nodiscard]] std::size_t strip_of_row(double row) const;

  std::int64_t reach_rows_ = 0;      ///< rows of reach, rounded up, plus one for rounding
  double rows_per_strip_ = 1;        ///< 1 unless the reach is enormous
  std::vector<std::size_t> starts_;  ///< first event of each strip, and the end
  std::vector<WeightedPoint> events_;
  bool any_negative_ = false;
};

}  // namespace tocsin
