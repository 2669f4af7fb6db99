#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace tocsin::detail {

/// A point in cell units: u counts columns from the west edge, v counts rows from the north edge.
struct CellPoint {
  double u = 0, v = 0;
};

/// Where the line a-b is at height v; never outside the two ends, whatever the rounding.
inline double u_at(const CellPoint& a, const CellPoint& b, double v) {
  const double u = a.u + (v - a.v) * ((b.u - a.u) / (b.v - a.v));
  return std::clamp(u, std::min(a.u, b.u), std::max(a.u, b.u));
}

/// Where the line a-b is at column line u; never outside the two ends.
inline double v_at(const CellPoint& a, const CellPoint& b, double u) {
  const double v = a.v + (u - a.u) * ((b.v - a.v) / (b.u - a.u));
  return std::clamp(v, std::min(a.v, b.v), std::max(a.v, b.v));
}

/// The part of walk_edge within one row; v is counted from the top of that row, so that a whole crossing is exactly 1.
template <typename Sink>
void walk_row(std::int64_t row, CellPoint a, CellPoint b, std::int64_t width, double sign, Sink& sink) {
  if (a.u > b.u) {
    std::swap(a, b);
    sign = -sign;
  }
  const CellPoint from = a;
  if (a.u < 0) {  // west of the window: all of the row lies to its right
    const double end = b.u <= 0 ? b.v : v_at(from, b, 0);
    const double cover = sign * (end - a.v);
    sink(row, std::int64_t{0}, cover, cover);
    if (b.u <= 0) return;
    a = {0, end};
  }
  if (a.u >= static_cast<double>(width)) return;  // east of the window: nothing of the row lies to its right
  for (auto column = static_cast<std::int64_t>(a.u); column < width; ++column) {
    const double left = static_cast<double>(column), right = left + 1;
    const CellPoint end = b.u <= right ? b : CellPoint{right, v_at(from, b, right)};
    const double cover = sign * (end.v - a.v);
    sink(row, column, cover * (1 - 0.5 * ((a.u - left) + (end.u - left))), cover);
    if (b.u <= right) return;
    a = end;
  }
}

/// Rows [first, end) of a window.
struct RowRange {
  std::int64_t first = 0, end = 0;
};

/// Cuts the edge from p to q at the lines of a window of cells and reports, for every cell that it passes, the signed
/// area between the edge and the cell's right side, and the signed height that it crosses there ("cover"); both are
/// positive where the edge runs south. With all edges of a ring, a cell's covered area is the sum of its own areas plus
/// the covers of all cells to its left in the row: exact, without a test for inside or outside.
///
/// The edge is always cut from its northern end, so that two polygons which share an edge cut it at the same bits; and
/// what is reported of a row does not depend on the other rows of the window.
/// @param rows  of the window, counted as v is; columns run from 0 to `width`
/// @param sink  called as sink(row, column, area, cover) with cells of the window only; parts north, south and east of
///              it add nothing, parts west of it add their cover to column 0
template <typename Sink>
void walk_edge(CellPoint p, CellPoint q, std::int64_t width, RowRange rows, double sign, Sink& sink) {
  if (p.v == q.v) return;
  if (q.v < p.v) {
    std::swap(p, q);
    sign = -sign;
  }
  const double north = static_cast<double>(rows.first), south = static_cast<double>(rows.end);
  if (q.v <= north || p.v >= south) return;
  const auto first = static_cast<std::int64_t>(std::max(north, std::floor(p.v)));
  const auto last = static_cast<std::int64_t>(std::min(south, std::ceil(q.v))) - 1;
  for (std::int64_t row = first; row <= last; ++row) {
    const double top = static_cast<double>(row), bottom = top + 1;
    const CellPoint a = p.v >= top ? CellPoint{p.u, p.v - top} : CellPoint{u_at(p, q, top), 0};
    const CellPoint b = q.v <= bottom ? CellPoint{q.u, q.v - top} : CellPoint{u_at(p, q, bottom), 1};
    walk_row(row, a, b, width, sign, sink);
  }
}

}  // namespace tocsin::detail
