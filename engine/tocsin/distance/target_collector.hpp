#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include <tocsin/distance/target_spans.hpp>
#include <tocsin/vector/features.hpp>

namespace tocsin {

/// Collects target cells on and around a grid. Cells outside count as well, up to a margin, but of those only what may
/// be nearest to a cell of the grid is kept: beyond the west and east sides one cell a row at most.
class TargetCollector {
 public:
  /// @param margin_cells  how far around the grid cells count
  /// @throws Error invalid_argument as require_exact_distances
  TargetCollector(const Grid& grid, std::int64_t margin_cells);

  /// Adds the cells that a geometry touches (runs_touched). Where cells are added twice, the smallest id stays.
  void add(const Geometry& geometry, std::int32_t id = 0);

  /// All that was added, with ids; nothing can be added then.
  [[nodiscard]] TargetSpans finish() &&;

 private:
  struct Run {
    std::int32_t row = 0, first = 0, end = 0, id = 0;
  };
  struct ColumnSpan {
    std::int32_t column = 0, first_row = 0, end_row = 0, id = 0;
  };
  /// The nearest cell of a row beyond one side of the grid.
  struct Beside {
    std::int32_t steps = 0;  ///< from the grid's outermost column, at least 1
    std::int32_t id = 0;
  };
  using BesideByRow = std::map<std::int32_t, Beside>;

  static void put_beside(BesideByRow& side, std::int32_t row, std::int64_t steps, std::int32_t id);
  void drop_hidden(BesideByRow& side) const;
  void add_beside(BesideByRow side, std::int32_t outermost, std::int32_t direction,
                  std::vector<ColumnSpan>& spans) const;
  void add_inside(std::vector<ColumnSpan>& spans);
  [[nodiscard]] bool matters(const ColumnSpan& span, const ColumnSpan* before, const ColumnSpan* after) const;

  Grid grid_, wide_;
  std::int64_t margin_ = 0;
  std::vector<Run> runs_;  ///< within the grid's columns
  BesideByRow west_, east_;
};

/// The cells that features touch, as far around the grid as they can matter: up to `most_m`, or to where another
/// feature is nearer to every cell of the grid. A far-away feature costs nothing then.
///
/// @param ids     of each feature, for nearest_targets; empty when nobody asks
/// @param most_m  targets farther than this from a cell need not be found; infinite by default
/// @throws Error  shape_mismatch; invalid_argument: all features too far away to tell distances exactly, or a
///                coordinate that is not finite
TargetSpans target_spans(const Features& features, std::span<const std::int32_t> ids, const Grid& grid,
                         double most_m = std::numeric_limits<double>::infinity());

}  // namespace tocsin
