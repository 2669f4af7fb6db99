#include <algorithm>
#include <cmath>
#include <numeric>
#include <queue>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/distance/parabolas.hpp>
#include <tocsin/distance/target_collector.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin {
namespace {

/// A cell's centre lies less than a cell from any of its points, and so does the target's.
constexpr double slack_cells = 3;

/// One row's runs without overlap, from west to east: where several cover a cell, the smallest id has it.
template <typename Run>
void part(std::span<const Run> row, std::vector<Run>& parts) {
  const auto larger_id = [](const Run& a, const Run& b) { return a.id > b.id; };
  std::priority_queue<Run, std::vector<Run>, decltype(larger_id)> open(larger_id);
  parts.clear();
  std::int32_t at = 0;
  for (std::size_t next = 0; next < row.size() || !open.empty();) {
    if (open.empty()) at = row[next].first;
    while (next < row.size() && row[next].first <= at) open.push(row[next++]);
    while (!open.empty() && open.top().end <= at) open.pop();
    if (open.empty()) continue;
    const std::int32_t until = next < row.size() ? std::min(open.top().end, row[next].first) : open.top().end;
    if (!parts.empty() && parts.back().end == at && parts.back().id == open.top().id) {
      parts.back().end = until;
    } else {
      parts.push_back({open.top().row, at, until, open.top().id});
    }
    at = until;
  }
}

/// Calls visit(first, end, id) for the cells of `runs` that `others` do not hold with the same id.
template <typename Run, typename Visit>
void for_each_not_in(const std::vector<Run>& others, const std::vector<Run>& runs, const Visit& visit) {
  std::size_t first = 0;
  for (const Run& run : runs) {
    std::int32_t at = run.first;
    while (first < others.size() && others[first].end <= run.first) ++first;
    for (std::size_t i = first; i < others.size() && others[i].first < run.end; ++i) {
      if (others[i].id != run.id) continue;
      if (others[i].first > at) visit(at, others[i].first, run.id);
      at = others[i].end;
    }
    if (at < run.end) visit(at, run.end, run.id);
  }
}

/// Distances between a grid and a box that holds a feature: no point of the feature is nearer to the grid than `least`,
/// and none of the grid is farther from all of the feature than `most`.
struct Reach {
  double least = 0, most = 0;
};

Reach reach_of(const Box& grid, const Box& box) {
  const double gap_x = std::max({0.0, box.min_x - grid.max_x, grid.min_x - box.max_x});
  const double gap_y = std::max({0.0, box.min_y - grid.max_y, grid.min_y - box.max_y});
  const double far_x = std::max(std::abs(grid.max_x - box.min_x), std::abs(box.max_x - grid.min_x));
  const double far_y = std::max(std::abs(grid.max_y - box.min_y), std::abs(box.max_y - grid.min_y));
  return {std::hypot(gap_x, gap_y), std::hypot(far_x, far_y)};
}

std::int64_t cells_of(double metres, const Grid& grid) {
  const double cells = std::ceil(metres / grid.cell_m) + slack_cells;
  return cells < static_cast<double>(2 * most_cells_apart) ? static_cast<std::int64_t>(cells) : 2 * most_cells_apart;
}

/// How far around the grid a nearest target can lie, if not farther than `most_m`: the least Reach::most of the
/// features that touch any cell at all.
double farthest_needed(const Features& features, const std::vector<Reach>& reaches, const Grid& grid, double most_m) {
  std::vector<std::size_t> order(features.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return reaches[a].most != reaches[b].most ? reaches[a].most < reaches[b].most : a < b;
  });
  for (const std::size_t i : order) {
    if (!std::isfinite(reaches[i].most)) break;
    const double reach = std::min(reaches[i].most, most_m);
    const std::int64_t margin = cells_of(reach, grid);
    require_exact_distances(grid, margin);
    if (!runs_touched(features[i].geometry, grid.expanded(margin)).empty()) return reach;
  }
  return 0;
}

}  // namespace

TargetCollector::TargetCollector(const Grid& grid, std::int64_t margin_cells)
    : grid_(grid), wide_(grid.expanded(margin_cells)), margin_(margin_cells) {
  require_exact_distances(grid, margin_cells);
}

void TargetCollector::add(const Geometry& geometry, std::int32_t id) {
  for (const CellRun& run : runs_touched(geometry, wide_)) {
    const auto row = static_cast<std::int32_t>(run.row - margin_);
    const std::int64_t first = run.first - margin_, end = run.end - margin_;
    if (first < 0) put_beside(west_, row, std::max<std::int64_t>(1, 1 - end), id);
    if (end > grid_.width) put_beside(east_, row, std::max<std::int64_t>(1, first - grid_.width + 1), id);
    if (first >= grid_.width || end <= 0) continue;
    runs_.push_back({row, static_cast<std::int32_t>(std::max<std::int64_t>(first, 0)),
                     static_cast<std::int32_t>(std::min(end, grid_.width)), id});
  }
}

void TargetCollector::put_beside(BesideByRow& side, std::int32_t row, std::int64_t steps, std::int32_t id) {
  const Beside here{static_cast<std::int32_t>(steps), id};
  const auto [at, added] = side.try_emplace(row, here);
  if (!added && (here.steps < at->second.steps || (here.steps == at->second.steps && id < at->second.id)))
    at->second = here;
}

/// North and south of the grid's rows a cell is hidden by one that is nearer to the grid in both directions.
void TargetCollector::drop_hidden(BesideByRow& side) const {
  auto nearest = std::numeric_limits<std::int32_t>::max();
  for (auto at = side.upper_bound(0); at != side.begin();) {
    --at;
    const std::int32_t steps = at->second.steps;
    if (steps >= nearest) at = side.erase(at);
    nearest = std::min(nearest, steps);
  }
  nearest = std::numeric_limits<std::int32_t>::max();
  for (auto at = side.lower_bound(static_cast<std::int32_t>(grid_.height - 1)); at != side.end();) {
    const std::int32_t steps = at->second.steps;
    at = steps >= nearest ? side.erase(at) : std::next(at);
    nearest = std::min(nearest, steps);
  }
}

/// Adds those cells beside the grid that are nearest to a point of the line beside it. Voronoi cells are convex, so no
/// other can be nearest to a cell of the grid.
void TargetCollector::add_beside(BesideByRow side, std::int32_t outermost, std::int32_t direction,
                                 std::vector<ColumnSpan>& spans) const {
  drop_hidden(side);
  std::vector<ColumnSpan> cells;
  detail::Parabolas parabolas;
  parabolas.reserve(side.size());
  for (const auto& [row, cell] : side) {
    const double steps = cell.steps - 1;
    parabolas.add(row, steps * steps, static_cast<std::int32_t>(cells.size()));
    cells.push_back({outermost + direction * cell.steps, row, row + 1, cell.id});
  }
  parabolas.keep_envelope();
  for (std::size_t p = 0; p < parabolas.size(); ++p)
    spans.push_back(cells[static_cast<std::size_t>(parabolas.label(p))]);
}

/// Turns runs along rows into spans down columns: from row to row only the columns that change cost anything.
void TargetCollector::add_inside(std::vector<ColumnSpan>& spans) {
  std::sort(runs_.begin(), runs_.end(),
            [](const Run& a, const Run& b) { return a.row != b.row ? a.row < b.row : a.first < b.first; });
  std::vector<std::int32_t> opened(static_cast<std::size_t>(grid_.width));
  std::vector<Run> before, here;
  const auto change_to = [&](const std::vector<Run>& now, std::int32_t row) {
    for_each_not_in(now, before, [&](std::int32_t first, std::int32_t end, std::int32_t id) {
      for (std::int32_t c = first; c < end; ++c) spans.push_back({c, opened[static_cast<std::size_t>(c)], row, id});
    });
    for_each_not_in(before, now, [&](std::int32_t first, std::int32_t end, std::int32_t) {
      std::fill(opened.begin() + first, opened.begin() + end, row);
    });
  };
  std::int32_t row = 0;
  for (std::size_t i = 0; i < runs_.size();) {
    if (!before.empty() && runs_[i].row != row + 1) {
      change_to({}, row + 1);
      before.clear();
    }
    row = runs_[i].row;
    const std::size_t first = i;
    while (i < runs_.size() && runs_[i].row == row) ++i;
    part(std::span<const Run>(runs_).subspan(first, i - first), here);
    change_to(here, row);
    before.swap(here);
  }
  change_to({}, row + 1);
  runs_ = {};
}

/// Of a column's spans that lie north or south of the grid only the nearest on each side does.
bool TargetCollector::matters(const ColumnSpan& span, const ColumnSpan* before, const ColumnSpan* after) const {
  const bool hidden_south = span.end_row <= 0 && after != nullptr && after->first_row <= 0;
  const bool hidden_north = span.first_row >= grid_.height && before != nullptr && before->end_row >= grid_.height;
  return !hidden_south && !hidden_north;
}

TargetSpans TargetCollector::finish() && {
  std::vector<ColumnSpan> spans;
  add_inside(spans);
  add_beside(std::move(west_), 0, -1, spans);
  add_beside(std::move(east_), static_cast<std::int32_t>(grid_.width - 1), 1, spans);
  std::sort(spans.begin(), spans.end(), [](const ColumnSpan& a, const ColumnSpan& b) {
    return a.column != b.column ? a.column < b.column : a.first_row < b.first_row;
  });
  TargetSpans result;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const ColumnSpan& span = spans[i];
    const auto in_column = [&](std::size_t other) {
      return other < spans.size() && spans[other].column == span.column ? &spans[other] : nullptr;
    };
    if (!matters(span, i == 0 ? nullptr : in_column(i - 1), in_column(i + 1))) continue;
    if (result.columns.empty() || result.columns.back() != span.column) {
      result.columns.push_back(span.column);
      result.offsets.push_back(result.spans.size());
    } else if (result.spans.back().end_row == span.first_row && result.ids.back() == span.id) {
      result.spans.back().end_row = span.end_row;
      continue;
    }
    result.spans.push_back({span.first_row, span.end_row});
    result.ids.push_back(span.id);
  }
  result.offsets.push_back(result.spans.size());
  return result;
}

TargetSpans target_spans(const Features& features, std::span<const std::int32_t> ids, const Grid& grid, double most_m) {
  if (!ids.empty() && ids.size() != features.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("distance: {} ids for {} features", ids.size(), features.size()));
  std::vector<Reach> reaches;
  for (const Feature& feature : features) reaches.push_back(reach_of(grid.bounds(), bounds_of(feature.geometry)));
  const double reach = farthest_needed(features, reaches, grid, most_m);
  const std::int64_t margin = cells_of(reach, grid);
  TargetCollector collector(grid, margin);
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (reaches[i].least <= reach + slack_cells * grid.cell_m)
      collector.add(features[i].geometry, ids.empty() ? 0 : ids[i]);
  }
  return std::move(collector).finish();
}

}  // namespace tocsin
