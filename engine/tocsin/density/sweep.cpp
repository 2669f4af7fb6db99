#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include <tocsin/core/uninitialised.hpp>
#include <tocsin/density/row_span.hpp>
#include <tocsin/density/sweep.hpp>

namespace tocsin {

namespace {

/// Half of a level-2 cache of today, which the lines of a tile share with little else.
constexpr std::int64_t bytes_of_lines = 1 << 20;

struct PowerOfKernel {
  std::size_t power;
  std::int64_t line_doubles;
  /// Columns of a tile in bandwidths. |t| reaches half of it, |t - a| one more; rounding is in proportion to the power
  /// 2 p of that, which stays below a thousand.
  double bandwidths;
};

PowerOfKernel power_of(Kernel kernel) {
  if (kernel == Kernel::uniform) return {0, 4, 16};
  if (kernel == Kernel::epanechnikov) return {1, 4, 16};
  if (kernel == Kernel::quartic) return {2, 8, 8};
  return {3, 8, 4};
}

/// Lines of a row: its columns, one more, as many as sum_row() may touch; an odd number, so that the rows of a column
/// do not compete for the same places in the cache.
std::int64_t stride_of(std::int64_t columns) {
  return (columns / 4 + 1) * 4 + 1;
}

TileShape shape_of(const Grid& grid, double bandwidth_cells, const PowerOfKernel& power) {
  const double widest = std::clamp(std::floor(power.bandwidths * bandwidth_cells), 8.0, 2048.0);
  const double tiles = std::ceil(static_cast<double>(grid.width) / widest);
  const auto columns = static_cast<std::int64_t>(std::ceil(static_cast<double>(grid.width) / tiles / 8)) * 8;
  const std::int64_t rows = bytes_of_lines / (stride_of(columns) * power.line_doubles * 8) / 8 * 8;
  return {std::clamp<std::int64_t>(rows, 8, 64), columns};
}

class SweepPainter final : public TilePainter {
 public:
  SweepPainter(Kernel kernel, const Grid& grid, double bandwidth_m, bool non_negative, InstructionSet set)
      : kernels_(vector_kernels(set)),
        spans_(grid, bandwidth_m),
        power_(power_of(kernel)),
        shape_(shape_of(grid, bandwidth_m / grid.cell_m, power_)),
        floor_(non_negative ? 0 : -std::numeric_limits<double>::infinity()),
        lines_(static_cast<std::size_t>(shape_.rows * stride_of(shape_.columns) * power_.line_doubles)),
        t_(static_cast<std::size_t>(shape_.columns)),
        line_of_values_(static_cast<std::size_t>(shape_.columns)) {
    std::fill_n(lines_.data(), lines_.size(), 0.0);
    tile_.origin_x = grid.origin_x;
    tile_.origin_y = grid.origin_y;
    tile_.cells_per_metre = 1 / grid.cell_m;
    tile_.reach = std::min(bandwidth_m / grid.cell_m, 1e15);
    tile_.tolerance = rim_tolerance(grid, bandwidth_m);
    tile_.spans = &spans_;
    tile_.per_bandwidth = grid.cell_m / bandwidth_m;
    tile_.middle = static_cast<double>(shape_.columns) / 2;
    tile_.peak = 1e6 * kernel_value(kernel, 0, bandwidth_m);
    tile_.lines = lines_.data();
    for (std::size_t c = 0; c < t_.size(); ++c) t_[c] = (static_cast<double>(c) - tile_.middle) * tile_.per_bandwidth;
  }

  [[nodiscard]] TileShape shape() const override { return shape_; }

  void paint(const EventRows& events, const CellBlock& block, const RowSink& sink) override {
    tile_.first_row = static_cast<double>(block.first_row);
    tile_.first_column = static_cast<double>(block.first_column);
    tile_.rows = static_cast<std::int32_t>(block.rows());
    tile_.columns = static_cast<std::int32_t>(block.columns());
    tile_.stride = stride_of(block.columns());
    tile_.touched = 0;
    events.visit(block, [&](std::span<const WeightedPoint> near) {
      kernels_.add_chords[power_.power](tile_, near.data(), near.data() + near.size());
    });
    for (std::int64_t r = 0; r < block.rows(); ++r) {
      if ((tile_.touched >> r & 1) == 0) {
        sink(block.first_row + r, {});
        continue;
      }
      kernels_.sum_row[power_.power](lines_.data() + r * tile_.stride * power_.line_doubles, block.columns(), t_.data(),
                                     floor_, line_of_values_.data());
      sink(block.first_row + r, std::span(line_of_values_).first(static_cast<std::size_t>(block.columns())));
    }
  }

 private:
  const VectorKernels& kernels_;
  RowSpans spans_;
  PowerOfKernel power_;
  TileShape shape_;
  double floor_;
  Uninitialised<double> lines_;  ///< all 0 between two tiles
  std::vector<double> t_, line_of_values_;
  SweepTile tile_;
};

}  // namespace

std::unique_ptr<TilePainter> make_sweep_painter(Kernel kernel, const Grid& grid, double bandwidth_m, bool non_negative,
                                                InstructionSet set) {
  if (kernel == Kernel::triangular || kernel == Kernel::gaussian) return nullptr;
  return std::make_unique<SweepPainter>(kernel, grid, bandwidth_m, non_negative, set);
}

void settle_chords(const SweepTile& tile, const WeightedPoint& event, std::int32_t first_row, std::uint64_t mask,
                   std::int32_t* entries, std::int32_t* exits, int shift) {
  const auto west = static_cast<std::int64_t>(tile.first_column);
  const auto row = static_cast<std::int64_t>(tile.first_row) + first_row;
  for (; mask != 0; mask &= mask - 1) {
    const int i = std::countr_zero(mask);
    const double dy = tile.spans->grid().y_of_row(row + i) - event.y, dy2 = dy * dy;
    ColumnSpan span;
    if (dy2 <= tile.spans->reach2()) span = tile.spans->find(event.x, tile.spans->column_of(event.x), dy2);
    const auto begin = static_cast<std::int32_t>(std::clamp<std::int64_t>(span.begin - west, 0, tile.columns));
    const auto end = static_cast<std::int32_t>(std::clamp<std::int64_t>(span.end - west, 0, tile.columns));
    entries[i] = (begin < end ? begin : tile.columns) << shift;
    exits[i] = (begin < end ? end : tile.columns) << shift;
  }
}

}  // namespace tocsin
