#include <algorithm>
#include <cmath>

#include <tocsin/vector/centre_runs.hpp>

namespace tocsin {

using detail::CellPoint;

std::span<const CoverageRun> CentreWalk::runs(const ShapeInCells& shape, RowRange rows) {
  runs_.clear();
  crossings_.clear();
  rows = RowRange{rows.first + first_row_, rows.end + first_row_}.within(shape.rows_from_origin());
  if (rows.empty()) return runs_;
  const double first_row = static_cast<double>(rows.first), end_row = static_cast<double>(rows.end);
  shape.for_each_edge([&](CellPoint p, CellPoint q, double) {
    if (q.v < p.v) std::swap(p, q);  // cut from the north, as everywhere: neighbours get the same bits
    // Rows whose centres lie in [p.v, q.v): an end between two edges is counted once.
    const double first = std::max(first_row, std::ceil(p.v - 0.5)), end = std::min(end_row, std::ceil(q.v - 0.5));
    for (double row = first; row < end; row += 1)
      crossings_.emplace_back(static_cast<std::int64_t>(row), detail::u_at(p, q, row + 0.5));
  });
  std::sort(crossings_.begin(), crossings_.end());
  const double columns = static_cast<double>(width_);
  const auto column_of = [&](double u) {
    return static_cast<std::int64_t>(std::clamp(std::ceil(u - 0.5), 0.0, columns));
  };
  // The boundary is crossed an even number of times in a row: into the shape and out of it, or into a hole and out.
  for (std::size_t i = 0; i + 1 < crossings_.size(); i += 2) {
    const std::int64_t first = column_of(crossings_[i].second), end = column_of(crossings_[i + 1].second);
    if (first < end) runs_.push_back({crossings_[i].first - first_row_, first, end, 1.0});
  }
  return runs_;
}

}  // namespace tocsin
