#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/density_bands.hpp>
#include <tocsin/density/event_rows.hpp>
#include <tocsin/density/separable.hpp>
#include <tocsin/density/sweep.hpp>

namespace tocsin {

namespace {

constexpr std::int64_t rows_per_task = 16;  // small enough to poll the progress often

/// Cells along one side of a gaussian task: as wide as the reach on both sides together, where the cost of gathering
/// the margin around a block and that of the block itself balance. The bounds keep factors in cache and tasks worth a
/// start; a power of two, so that bands of 256 rows cut no block.
std::int64_t gaussian_side(const DensityOptions& options, const Grid& grid) {
  const double side = std::clamp(16 * options.bandwidth.metres / grid.cell_m, 32.0, 256.0);
  return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(side)));
}

std::int64_t parts(std::int64_t whole, std::int64_t part) {
  return (whole + part - 1) / part;
}

template <typename T>
void copy_row(std::span<const double> from, std::span<T> to) {
  std::transform(from.begin(), from.end(), to.begin(), [](double v) { return static_cast<T>(v); });
}

DensityOptions validated(const DensityOptions& options) {
  options.validate();
  return options;
}

}  // namespace

struct DensityBands::Impl {
  Impl(std::span<const WeightedPoint> points, const Grid& of, const DensityOptions& with)
      : grid(of),
        options(validated(with)),
        events(points, grid, kernel_reach(options.kernel, options.bandwidth.metres)),
        sweep(sweep_is_quicker(options.kernel, grid, options.bandwidth.metres, events.size())),
        block_rows(options.kernel == Kernel::gaussian ? gaussian_side(options, grid) : rows_per_task) {}

  template <typename T>
  void paint(std::int64_t first_row, std::int64_t rows, std::span<T> out, Progress& progress) const;
  template <typename T>
  void paint_finite(std::int64_t first_row, std::int64_t rows, std::span<T> out, Progress& progress) const;
  template <typename T>
  void paint_gaussian(std::int64_t first_row, std::int64_t rows, std::span<T> out, Progress& progress) const;

  [[nodiscard]] std::size_t width() const { return static_cast<std::size_t>(grid.width); }
  /// Where a row of the grid begins in a band.
  [[nodiscard]] std::size_t offset(std::int64_t row, std::int64_t first_row) const {
    return static_cast<std::size_t>(row - first_row) * width();
  }

  Grid grid;
  DensityOptions options;
  EventRows events;
  bool sweep;               ///< decided for the whole grid, so that bands cannot change it
  std::int64_t block_rows;  ///< of one task; blocks begin at multiples of it
};

template <typename T>
void DensityBands::Impl::paint(std::int64_t first_row, std::int64_t rows, std::span<T> out, Progress& progress) const {
  if (first_row < 0 || rows < 0 || rows > grid.height - first_row) {
    throw Error(ErrorCode::shape_mismatch, fmt::format("density: rows {} to {} do not lie in a grid of {} rows",
                                                       first_row, first_row + rows - 1, grid.height));
  }
  if (out.size() != static_cast<std::size_t>(rows) * width()) {
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("density: {} rows of {} columns do not go into {} values", rows, grid.width, out.size()));
  }
  if (out.empty()) return;
  if (options.kernel == Kernel::gaussian) {
    paint_gaussian(first_row, rows, out, progress);
  } else {
    paint_finite(first_row, rows, out, progress);
  }
}

template <typename T>
void DensityBands::Impl::paint_finite(std::int64_t first_row, std::int64_t rows, std::span<T> out,
                                      Progress& progress) const {
  const double bandwidth_m = options.bandwidth.metres;
  parallel_for(static_cast<std::size_t>(parts(rows, rows_per_task)), [&](std::size_t task) {
    const auto painter = sweep ? make_sweep_painter(options.kernel, grid, bandwidth_m, !events.any_negative())
                               : make_direct_painter(options.kernel, grid, bandwidth_m);
    std::vector<double> line(width());
    const std::int64_t begin = first_row + static_cast<std::int64_t>(task) * rows_per_task;
    for (std::int64_t row = begin; row < std::min(first_row + rows, begin + rows_per_task); ++row) {
      throw_if_cancelled(progress);
      const std::span<T> to = out.subspan(offset(row, first_row), width());
      const auto near = events.near_rows(row, row);
      if (near.empty()) {
        std::fill(to.begin(), to.end(), T{0});
      } else {
        painter->paint(row, near, line);
        copy_row<T>(line, to);
      }
      progress.advance();
    }
  });
}

template <typename T>
void DensityBands::Impl::paint_gaussian(std::int64_t first_row, std::int64_t rows, std::span<T> out,
                                        Progress& progress) const {
  // Blocks stand at whole multiples of their side whatever rows are asked for: the products' bits depend on their
  // shape.
  const std::int64_t first_block = first_row / block_rows;
  const std::int64_t down = parts(first_row + rows, block_rows) - first_block, across = parts(grid.width, block_rows);
  parallel_for(static_cast<std::size_t>(down * across), [&](std::size_t task) {
    throw_if_cancelled(progress);
    const std::int64_t top = (first_block + static_cast<std::int64_t>(task) / across) * block_rows;
    const std::int64_t left = static_cast<std::int64_t>(task) % across * block_rows;
    const CellBlock block{top, std::min(grid.height, top + block_rows), left, std::min(grid.width, left + block_rows)};
    const std::vector<double> values = gaussian_block(events, grid, options.bandwidth.metres, block);
    const std::int64_t begin = std::max(first_row, block.first_row), end = std::min(first_row + rows, block.end_row);
    const auto columns = static_cast<std::size_t>(block.columns());
    for (std::int64_t row = begin; row < end; ++row) {
      copy_row<T>(std::span(values).subspan(static_cast<std::size_t>(row - top) * columns, columns),
                  out.subspan(offset(row, first_row) + static_cast<std::size_t>(left), columns));
    }
    if (left == 0) progress.advance(end - begin);
  });
}

DensityBands::DensityBands(std::span<const WeightedPoint> events, const Grid& grid, const DensityOptions& options)
    : impl_(std::make_unique<const Impl>(events, grid, options)) {}

DensityBands::~DensityBands() = default;
DensityBands::DensityBands(DensityBands&&) noexcept = default;
DensityBands& DensityBands::operator=(DensityBands&&) noexcept = default;

void DensityBands::paint(std::int64_t first_row, std::int64_t rows, std::span<float> out) const {
  Progress silent;
  impl_->paint(first_row, rows, out, silent);
}

void DensityBands::paint(std::int64_t first_row, std::int64_t rows, std::span<float> out, Progress& progress) const {
  impl_->paint(first_row, rows, out, progress);
}

void DensityBands::paint(std::int64_t first_row, std::int64_t rows, std::span<double> out) const {
  Progress silent;
  impl_->paint(first_row, rows, out, silent);
}

void DensityBands::paint(std::int64_t first_row, std::int64_t rows, std::span<double> out, Progress& progress) const {
  impl_->paint(first_row, rows, out, progress);
}

std::int64_t DensityBands::preferred_rows() const {
  return impl_->block_rows;
}

std::size_t DensityBands::places() const {
  return impl_->events.size();
}

}  // namespace tocsin
