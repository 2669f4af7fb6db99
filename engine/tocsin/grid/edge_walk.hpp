#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace tocsin::detail {

/// A point in cell units: u counts columns from the west edge of a grid, v counts rows from its north edge.
struct CellPoint {
  double u = 0, v = 0;
};

/// Where the line a-b is at height v; never outside the two ends, whatever the rounding.
inline double u_at(const CellPoint& a, const CellPoint& b, double v) {
  const double u = a.u + (v - a.v) * ((b.u - a.u) / (b.v - a.v));
  return std::clamp(u, std::min(a.u, b.u), std::max(a.u, b.u));
}

/// Cuts the edges of polygons at the lines of a grid, within some of its rows, and reports for every cell that an edge
/// passes the signed area between the edge and the cell's right side, and the signed height that it crosses there
/// ("cover"); both are positive where the edge runs south. With all edges of a ring, a cell's covered area is the sum
/// of its own areas plus the covers of all cells to its left in the row: exact, without a test for inside or outside.
///
/// An edge is always cut from its northern end, so that two polygons which share an edge cut it at the same bits, and
/// where it is cut does not depend on which rows are asked for.
struct EdgeWalk {
  std::int64_t first_row = 0, end_row = 0;  ///< rows that are reported
  std::int64_t width = 0;                   ///< columns; what lies west of them counts as cover of column 0

  /// @param sink  called as sink(row, column, area, cover)
  template <typename Sink>
  void walk(CellPoint p, CellPoint q, double sign, Sink& sink) const {
    if (p.v == q.v) return;
    if (q.v < p.v) {
      std::swap(p, q);
      sign = -sign;
    }
    if (q.v <= static_cast<double>(first_row) || p.v >= static_cast<double>(end_row)) return;
    const Edge edge{p, q, (q.u - p.u) / (q.v - p.v), (q.v - p.v) / (q.u - p.u)};
    const auto first = static_cast<std::int64_t>(std::max(static_cast<double>(first_row), std::floor(p.v)));
    const auto last = static_cast<std::int64_t>(std::min(static_cast<double>(end_row), std::ceil(q.v))) - 1;
    const double least_u = std::min(p.u, q.u), most_u = std::max(p.u, q.u);
    const auto at_line = [&](double v) { return std::clamp(p.u + (v - p.v) * edge.du_dv, least_u, most_u); };
    double top = static_cast<double>(first);
    double u_top = p.v >= top ? p.u : at_line(top);
    for (std::int64_t row = first; row <= last; ++row, top += 1) {
      // v is counted from the top of the row, so that a whole crossing is exactly 1.
      const CellPoint a{u_top, p.v >= top ? p.v - top : 0};
      const bool ends = q.v <= top + 1;
      const CellPoint b = ends ? CellPoint{q.u, q.v - top} : CellPoint{at_line(top + 1), 1};
      walk_row(row, a, b, edge, sign, sink);
      u_top = b.u;
    }
  }

 private:
  struct Edge {
    CellPoint p, q;
    double du_dv = 0, dv_du = 0;  ///< dv_du is infinite, and not used, where the edge runs due south
  };

  template <typename Sink>
  void walk_row(std::int64_t row, CellPoint a, CellPoint b, const Edge& edge, double sign, Sink& sink) const {
    if (a.u > b.u) {
      std::swap(a, b);
      sign = -sign;
    }
    // Where the edge is at a column line, in this row, never outside its ends there.
    const double least_v = std::min(a.v, b.v), most_v = std::max(a.v, b.v), top = static_cast<double>(row);
    const auto at_line = [&](double u) {
      return std::clamp((edge.p.v - top) + (u - edge.p.u) * edge.dv_du, least_v, most_v);
    };
    if (a.u < 0) {  // west of the grid: all of the row lies to its right
      const double end = b.u <= 0 ? b.v : at_line(0);
      const double cover = sign * (end - a.v);
      sink(row, std::int64_t{0}, cover, cover);
      if (b.u <= 0) return;
      a = {0, end};
    }
    if (a.u >= static_cast<double>(width)) return;  // east of the grid: nothing of the row lies to its right
    auto column = static_cast<std::int64_t>(a.u);
    for (double left = static_cast<double>(column); column < width; ++column, left += 1) {
      const bool ends = b.u <= left + 1;
      const CellPoint end = ends ? b : CellPoint{left + 1, at_line(left + 1)};
      const double cover = sign * (end.v - a.v);
      sink(row, column, cover * (1 - 0.5 * ((a.u - left) + (end.u - left))), cover);
      if (ends) return;
      a = end;
    }
  }
};

}  // namespace tocsin::detail
