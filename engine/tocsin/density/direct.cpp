#include <algorithm>
#include <cmath>
#include <vector>

#include <tocsin/core/uninitialised.hpp>
#include <tocsin/density/direct.hpp>
#include <tocsin/density/vector_kernels.hpp>

namespace tocsin {

namespace {

constexpr std::int64_t most_rows = 64, most_columns = 512;  // a quarter of a MiB: fits a level-2 cache

/// Nanoseconds on one x86-64 core of 2024 (1000 x 1000 cells, 10^4 to 10^6 events, radii of 4 to 100 cells), between
/// AVX-512, where a vector of cells is cheapest, and AVX2. A wrong guess costs time only: near the border both take
/// about as long.
struct Costs {
  double sweep_event, sweep_row, sweep_cell;  ///< for an event, for each of its rows, for a cell of the grid
  double direct_column;                       ///< for an event, for each row and column of its square
};

Costs costs_of(Kernel kernel) {
  if (kernel == Kernel::uniform) return {22, 1.3, 0.6, 0.055};
  if (kernel == Kernel::epanechnikov) return {28, 1.1, 0.7, 0.08};
  if (kernel == Kernel::quartic) return {36, 1.7, 1.0, 0.08};
  return {38, 2.0, 1.2, 0.115};
}

TileShape shape_of(const Grid& grid) {
  return {most_rows, std::clamp<std::int64_t>((grid.width + 7) / 8 * 8, 8, most_columns)};
}

/// Doubles of a row: an odd number of cache lines, so that the rows of a column do not compete for places in the cache.
std::int64_t stride_of(std::int64_t columns) {
  return (columns / 8 | 1) * 8;
}

class DirectPainter final : public TilePainter {
 public:
  DirectPainter(Kernel kernel, const Grid& grid, double bandwidth_m, InstructionSet set)
      : grid_(grid),
        add_cells_(vector_kernels(set).add_cells[static_cast<std::size_t>(kernel)]),
        shape_(shape_of(grid)),
        values_(static_cast<std::size_t>(shape_.rows * stride_of(shape_.columns))),
        x_(static_cast<std::size_t>(shape_.columns)),
        y_(static_cast<std::size_t>(shape_.rows)) {
    std::fill_n(values_.data(), values_.size(), 0.0);
    tile_.origin_x = grid.origin_x;
    tile_.origin_y = grid.origin_y;
    tile_.cells_per_metre = 1 / grid.cell_m;
    tile_.reach = std::min(bandwidth_m / grid.cell_m, 1e15);
    tile_.tolerance = rim_tolerance(grid, bandwidth_m);
    tile_.column_x = x_.data();
    tile_.row_y = y_.data();
    tile_.reach2 = bandwidth_m * bandwidth_m;
    tile_.peak = 1e6 * kernel_value(kernel, 0, bandwidth_m);
    tile_.values = values_.data();
    tile_.stride = stride_of(shape_.columns);
  }

  [[nodiscard]] TileShape shape() const override { return shape_; }

  void paint(const EventRows& events, const CellBlock& block, const RowSink& sink) override {
    tile_.first_row = static_cast<double>(block.first_row);
    tile_.first_column = static_cast<double>(block.first_column);
    tile_.rows = static_cast<std::int32_t>(block.rows());
    tile_.columns = static_cast<std::int32_t>(block.columns());
    tile_.touched = 0;
    for (std::size_t c = 0; c < x_.size(); ++c) {
      x_[c] = grid_.x_of_column(block.first_column + static_cast<std::int64_t>(c));
    }
    for (std::size_t r = 0; r < y_.size(); ++r) y_[r] = grid_.y_of_row(block.first_row + static_cast<std::int64_t>(r));
    events.visit(
        block, [&](std::span<const WeightedPoint> near) { add_cells_(tile_, near.data(), near.data() + near.size()); });
    for (std::int64_t r = 0; r < block.rows(); ++r) {
      if ((tile_.touched >> r & 1) == 0) {
        sink(block.first_row + r, {});
        continue;
      }
      const std::span<double> row(values_.data() + r * tile_.stride, x_.size());
      sink(block.first_row + r, row.first(static_cast<std::size_t>(block.columns())));
      std::fill(row.begin(), row.end(), 0.0);
    }
  }

 private:
  const Grid& grid_;
  void (*add_cells_)(DirectTile&, const WeightedPoint*, const WeightedPoint*);
  TileShape shape_;
  Uninitialised<double> values_;  ///< all 0 between two tiles
  std::vector<double> x_, y_;
  DirectTile tile_;
};

}  // namespace

std::unique_ptr<TilePainter> make_direct_painter(Kernel kernel, const Grid& grid, double bandwidth_m,
                                                 InstructionSet set) {
  if (kernel == Kernel::gaussian) return nullptr;
  return std::make_unique<DirectPainter>(kernel, grid, bandwidth_m, set);
}

bool sweep_is_quicker(Kernel kernel, const Grid& grid, double bandwidth_m, std::size_t events) {
  if (kernel == Kernel::triangular || kernel == Kernel::gaussian) return false;
  const double radius = bandwidth_m / grid.cell_m;
  if (radius < 4) return false;
  const Costs costs = costs_of(kernel);
  const double n = static_cast<double>(events), cells = static_cast<double>(grid.size());
  const double rows = std::min(2 * radius + 1, static_cast<double>(grid.height));
  const double columns = std::min(2 * radius + 1, static_cast<double>(grid.width));
  const double sweep = n * (costs.sweep_event + rows * costs.sweep_row) + cells * costs.sweep_cell;
  const double direct = n * (5 + rows * (0.9 + columns * costs.direct_column)) + cells * 0.25;
  return sweep < direct;
}

}  // namespace tocsin
