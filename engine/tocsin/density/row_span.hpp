#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <tocsin/grid/grid.hpp>

namespace tocsin {

/// Columns [begin, end) of a row.
struct ColumnSpan {
  std::int64_t begin = 0, end = 0;
};

/// Which cells of a row have their centre within reach of a place; an internal part of density().
///
/// A cell is within reach when dx * dx + dy * dy <= reach * reach, in metres and in double: that comparison decides,
/// the square root only proposes, so that a cell on the rim is never in for one method and out for another.
class RowSpans {
 public:
  RowSpans(const Grid& grid, double reach_m)
      : grid_(&grid),
        per_metre_(1 / grid.cell_m),
        reach2_(reach_m * reach_m),
        last_(static_cast<double>(grid.width) - 0.5),
        always_exact_(reach_m / grid.cell_m > 1e6) {}

  [[nodiscard]] const Grid& grid() const { return *grid_; }
  [[nodiscard]] double reach2() const { return reach2_; }
  /// The place in columns; a whole number is the centre of that column.
  [[nodiscard]] double column_of(double x) const { return (x - grid_->origin_x) * per_metre_ - 0.5; }

  /// @param column  column_of(x)
  /// @param dy2     squared distance in metres between the row and the place; not above reach2()
  [[nodiscard]] ColumnSpan find(double x, double column, double dy2) const {
    const double half = std::sqrt(reach2_ - dy2) * per_metre_;
    // Truncation towards zero stands for floor, which is a function call on machines without SSE4.1.
    // Clamping half a cell beyond the first and last centre keeps places far outside off the slow path below.
    const double low = std::clamp(column - half, -0.5, last_);
    const double high = std::clamp(column + half, -0.5, last_) + 1;
    auto begin = static_cast<std::int64_t>(low);
    const auto end = static_cast<std::int64_t>(high);
    begin += static_cast<double>(begin) < low ? 1 : 0;
    const double low_gap = static_cast<double>(begin) - low;
    const double high_gap = high - static_cast<double>(end);
    const ColumnSpan span{begin, end};
    // Rounding moves the proposed ends by less than a thousandth of a cell, unless the chord is very short.
    const bool clear = low_gap > 1e-3 && low_gap < 1 - 1e-3 && high_gap > 1e-3 && high_gap < 1 - 1e-3;
    if (clear && half > 1 && !always_exact_) return span;
    return settle(span, x, dy2);
  }

 private:
  [[nodiscard]] bool inside(std::int64_t column, double x, double dy2) const {
    const double dx = grid_->x_of_column(column) - x;
    return dx * dx + dy2 <= reach2_;
  }
  [[nodiscard]] ColumnSpan settle(ColumnSpan span, double x, double dy2) const {
    while (span.begin > 0 && inside(span.begin - 1, x, dy2)) --span.begin;
    while (span.begin < span.end && !inside(span.begin, x, dy2)) ++span.begin;
    span.end = std::max(span.end, span.begin);
    while (span.end < grid_->width && inside(span.end, x, dy2)) ++span.end;
    while (span.end > span.begin && !inside(span.end - 1, x, dy2)) --span.end;
    return span;
  }

  const Grid* grid_;
  double per_metre_, reach2_, last_;
  bool always_exact_;
};

}  // namespace tocsin
