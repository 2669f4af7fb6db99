#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/zonal/zonal_statistics.hpp>

namespace tocsin {
namespace {

/// Rows that have an accumulator of their own. The result's last bits depend on it.
constexpr std::int64_t block_rows = 64;

/// Areas that are made ready, or folded, at a time.
constexpr std::size_t areas_a_task = 8;

/// What a task is worth while, in cells read; the start of an area in a block costs as much as some cells.
constexpr std::int64_t task_cost = std::int64_t{1} << 18, unit_cost = 1000;

/// Calls body(first, end) for consecutive stretches of n items.
template <typename Body>
void for_stretches(std::size_t n, std::size_t length, const Body& body) {
  parallel_for((n + length - 1) / length,
               [&](std::size_t task) { body(task * length, std::min(n, (task + 1) * length)); });
}

}  // namespace

ZonalAreas::ZonalAreas(const Areas& areas, Grid grid) : grid_(std::move(grid)), shapes_(areas.size()) {
  for_stretches(areas.size(), areas_a_task, [&](std::size_t first, std::size_t end) {
    for (std::size_t a = first; a < end; ++a) shapes_[a] = ShapeInCells(areas.shapes[a], grid_);
  });
  for (std::size_t a = 0; a < shapes_.size(); ++a)
    if (!shapes_[a].rows().empty()) order_.push_back(a);
  // Neighbours in this order read the same rows: what one brought into the cache serves the next.
  const auto place = [&](std::size_t a) {
    const ShapeInCells& shape = shapes_[a];
    return std::tuple(shape.rows().first / block_rows, shape.first_column(), a);
  };
  std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
  std::vector<RowRange> rows;
  for (const std::size_t a : order_) rows.push_back(shapes_[a].rows());
  std::sort(rows.begin(), rows.end(), [](const RowRange& a, const RowRange& b) { return a.first < b.first; });
  for (const RowRange& next : rows) {
    if (stretches_.empty() || next.first > stretches_.back().end)
      stretches_.push_back(next);
    else
      stretches_.back().end = std::max(stretches_.back().end, next.end);
  }
}

/// The rows of one area that lie in one block and in the band at hand.
struct ZonalRun::Unit {
  std::size_t area = 0;
  RowRange rows;
  ZonalAccumulator sums;
};

ZonalRun::ZonalRun(const ZonalAreas& areas, std::vector<ZonalRequest> requests)
    : areas_(areas), requests_(std::move(requests)), parts_(parts_of(requests_)) {
  const ZonalAccumulator empty(parts_);
  states_.assign(areas.size(), AreaState{empty, empty});
}

std::vector<ZonalRun::Unit> ZonalRun::units_of(const RowRange& rows) {
  const auto rows_of = [&](std::size_t a) { return areas_.shapes_[a].rows(); };
  for (; begun_ < areas_.order_.size(); ++begun_) {
    const std::size_t a = areas_.order_[begun_];
    if (rows_of(a).first / block_rows > (rows.end - 1) / block_rows) break;
    active_.push_back(a);
  }
  std::erase_if(active_, [&](std::size_t a) { return rows_of(a).end <= rows.first; });
  std::vector<Unit> units;
  units.reserve(active_.size());
  for (const std::size_t a : active_) {
    const RowRange here = rows.within(rows_of(a));
    AreaState& state = states_[a];
    for (std::int64_t row = here.first; row < here.end;) {
      const std::int64_t end = std::min(here.end, (row / block_rows + 1) * block_rows);
      const bool goes_on = row / block_rows == state.at && row == here.first;
      units.push_back({a, {row, end}, goes_on ? std::move(state.block) : ZonalAccumulator(parts_)});
      row = end;
    }
  }
  return units;
}

void ZonalRun::compute(std::span<Unit> units, std::int64_t first_row, std::span<const double> values,
                       std::span<const double> weights) {
  CoverageWalk walk(areas_.grid_);
  const auto width = static_cast<std::size_t>(areas_.grid_.width);
  const auto row_of = [&](std::span<const double> band, std::int64_t row) {
    return band.empty() ? band : band.subspan(static_cast<std::size_t>(row - first_row) * width, width);
  };
  for (std::size_t i = 0; i < units.size();) {
    // One walk for all units of an area.
    std::size_t end = i + 1;
    while (end < units.size() && units[end].area == units[i].area) ++end;
    const auto runs = walk.runs(areas_.shapes_[units[i].area], {units[i].rows.first, units[end - 1].rows.end});
    for (std::size_t r = 0; r < runs.size();) {
      const std::int64_t row = runs[r].row;
      const std::size_t from = r;
      while (r < runs.size() && runs[r].row == row) ++r;
      while (row >= units[i].rows.end) ++i;
      units[i].sums.add_row(runs.subspan(from, r - from), row_of(values, row), row_of(weights, row));
    }
    i = end;
  }
}

void ZonalRun::fold(std::span<Unit> units) {
  for (Unit& unit : units) {
    AreaState& state = states_[unit.area];
    const std::int64_t block = unit.rows.first / block_rows;
    if (state.at != block && state.at >= 0) state.blocks.merge(std::move(state.block));
    state.block = std::move(unit.sums);
    state.at = block;
  }
}

void ZonalRun::add_rows(std::int64_t first_row, std::span<const double> values, std::span<const double> weights) {
  const auto columns = static_cast<std::size_t>(areas_.grid_.width);
  if (columns == 0 || values.size() % columns != 0 || (!weights.empty() && weights.size() != values.size()))
    throw Error(ErrorCode::shape_mismatch, "zonal statistics take whole rows of values, and as many weights or none");
  std::vector<Unit> units = units_of({first_row, first_row + static_cast<std::int64_t>(values.size() / columns)});
  std::vector<std::size_t> ends;  // of tasks of about equal cost
  std::int64_t cost = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const ShapeInCells& shape = areas_.shapes_[units[i].area];
    cost += unit_cost + (units[i].rows.end - units[i].rows.first) * (shape.end_column() - shape.first_column());
    if (cost < task_cost && i + 1 < units.size()) continue;
    ends.push_back(i + 1);
    cost = 0;
  }
  parallel_for(ends.size(), [&](std::size_t task) {
    const std::size_t first = task == 0 ? 0 : ends[task - 1];
    compute(std::span(units).subspan(first, ends[task] - first), first_row, values, weights);
  });
  fold(units);
}

std::vector<std::vector<double>> ZonalRun::results() && {
  std::vector<std::vector<double>> results(states_.size());
  for_stretches(results.size(), areas_a_task, [&](std::size_t first, std::size_t end) {
    for (std::size_t a = first; a < end; ++a) {
      AreaState& state = states_[a];
      state.blocks.merge(std::move(state.block));
      results[a] = std::move(state.blocks).results(requests_, areas_.shapes_[a].area_cells());
    }
  });
  return results;
}

std::vector<std::vector<double>> zonal_statistics(const Raster<double>& values, const Areas& areas,
                                                  const std::vector<ZonalRequest>& requests,
                                                  const Raster<double>* weights) {
  const Grid& grid = values.grid();
  if (weights != nullptr && (weights->grid().width != grid.width || weights->grid().height != grid.height))
    throw Error(ErrorCode::shape_mismatch, "the weights must lie on the grid of the values");
  const ZonalAreas prepared(areas, grid);
  ZonalRun run(prepared, requests);
  if (!values.empty())
    run.add_rows(0, values.values(), weights == nullptr ? std::span<const double>() : weights->values());
  return std::move(run).results();
}

}  // namespace tocsin
