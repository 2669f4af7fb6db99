#pragma once

#include <tocsin/grid/edge_walk.hpp>

namespace tocsin::detail {

/// Cuts segments of lines at the lines of a grid, within some of its rows, and reports the share of the segment that
/// lies in each cell that it passes. A cell owns its west and north sides: what runs along a side counts there.
///
/// Neighbouring cells share the place where the segment is cut, so that nothing is lost or counted twice; where that is
/// does not depend on which rows are asked for.
struct LineWalk {
  std::int64_t first_row = 0, end_row = 0;  ///< rows that are reported
  std::int64_t width = 0;                   ///< columns

  /// @param sink  called as sink(row, column, share)
  template <typename Sink>
  void walk(CellPoint p, CellPoint q, Sink& sink) const {
    if (q.v < p.v) std::swap(p, q);
    const double dv = q.v - p.v;
    const auto first = std::max(first_row, row_of(p.v));
    const auto last = std::min(end_row - 1, dv > 0 ? row_of(q.v) : row_of(p.v));
    const auto place_of = [&](double v) { return std::clamp((v - p.v) / dv, 0.0, 1.0); };
    for (std::int64_t row = first; row <= last; ++row) {
      const double top = static_cast<double>(row);
      const double from = p.v >= top ? 0 : place_of(top), to = q.v <= top + 1 ? 1 : place_of(top + 1);
      if (from < to) walk_row(row, p, q, from, to, sink);
    }
  }

 private:
  /// Far beyond any grid a row has no number.
  [[nodiscard]] std::int64_t row_of(double v) const {
    return static_cast<std::int64_t>(
        std::clamp(std::floor(v), static_cast<double>(first_row) - 1, static_cast<double>(end_row) + 1));
  }

  /// The part of the segment between two places, which lies in one row.
  template <typename Sink>
  void walk_row(std::int64_t row, const CellPoint& p, const CellPoint& q, double from, double to, Sink& sink) const {
    const double du = q.u - p.u, columns = static_cast<double>(width);
    const double u_from = p.u + from * du, u_to = p.u + to * du;
    const auto place_of = [&](double u) { return std::clamp((u - p.u) / du, from, to); };
    const double west = std::min(u_from, u_to), east = std::max(u_from, u_to);
    if (east < 0 || west >= columns) return;
    const auto first = static_cast<std::int64_t>(std::max(0.0, std::floor(west)));
    const auto last = static_cast<std::int64_t>(std::min(columns - 1, std::floor(east)));
    for (std::int64_t column = first; column <= last; ++column) {
      // Cut at the column's two sides; the ends of the part itself where it does not reach them.
      const double left = static_cast<double>(column), right = left + 1;
      const double at_west = west >= left ? (du < 0 ? to : from) : place_of(left);
      const double at_east = east <= right ? (du < 0 ? from : to) : place_of(right);
      const double share = std::abs(at_east - at_west);
      if (share > 0) sink(row, column, share);
    }
  }
};

}  // namespace tocsin::detail
