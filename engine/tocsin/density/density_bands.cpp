#include <algorithm>
#include <bit>
#include <cmath>
#include <mutex>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/density/density_bands.hpp>
#include <tocsin/density/direct.hpp>
#include <tocsin/density/event_rows.hpp>
#include <tocsin/density/separable.hpp>
#include <tocsin/density/sweep.hpp>

namespace tocsin {

namespace {

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

/// A grid is cut into at least this many tiles, unless they get lower than `fewest_rows`.
constexpr std::int64_t enough = 32, fewest_rows = 16;

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
        sweep(sweep_is_quicker(options.kernel, grid, options.bandwidth.metres,
                               options.expected_places > 0 ? options.expected_places : events.size())) {
    if (options.kernel == Kernel::gaussian) {
      const std::int64_t side = gaussian_side(options, grid);
      tiles = {side, side};
    } else if (grid.size() > 0) {
      idle.push_back(make_painter());
      tiles = idle.back()->shape();
      // Enough tiles for many threads; rows may be cut anywhere.
      while (tiles.rows > fewest_rows && parts(grid.height, tiles.rows) * parts(grid.width, tiles.columns) < enough) {
        tiles.rows /= 2;
      }
    }
  }

  template <typename T>
  void paint(std::int64_t first_row, std::int64_t rows, std::span<T> out, Progress& progress) const;
  template <typename T>
  void paint_finite(std::int64_t first_row, std::int64_t rows, std::span<T> out, Progress& progress) const;
  template <typename T>
  void paint_gaussian(std::int64_t first_row, std::int64_t rows, std::span<T> out, Progress& progress) const;

  [[nodiscard]] std::unique_ptr<TilePainter> make_painter() const {
    return sweep ? make_sweep_painter(options.kernel, grid, options.bandwidth.metres, !events.any_negative())
                 : make_direct_painter(options.kernel, grid, options.bandwidth.metres);
  }
  /// A painter nobody else uses; give it back.
  [[nodiscard]] std::unique_ptr<TilePainter> take_painter() const {
    {
      const std::scoped_lock lock(mutex);
      if (!idle.empty()) {
        auto painter = std::move(idle.back());
        idle.pop_back();
        return painter;
      }
    }
    return make_painter();
  }
  void give_back(std::unique_ptr<TilePainter> painter) const {
    const std::scoped_lock lock(mutex);
    idle.push_back(std::move(painter));
  }

  [[nodiscard]] std::size_t width() const { return static_cast<std::size_t>(grid.width); }
  /// Where a row of the grid begins in a band.
  [[nodiscard]] std::size_t offset(std::int64_t row, std::int64_t first_row) const {
    return static_cast<std::size_t>(row - first_row) * width();
  }

  Grid grid;
  DensityOptions options;
  EventRows events;
  bool sweep;  ///< decided for the whole grid, so that bands cannot change it
  TileShape tiles;
  mutable std::mutex mutex;  ///< of `idle`
  mutable std::vector<std::unique_ptr<TilePainter>> idle;
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
  const std::int64_t down = parts(rows, tiles.rows), across = parts(grid.width, tiles.columns);
  parallel_for(static_cast<std::size_t>(down * across), [&](std::size_t task) {
    throw_if_cancelled(progress);
    const std::int64_t top = first_row + static_cast<std::int64_t>(task) / across * tiles.rows;
    const std::int64_t left = static_cast<std::int64_t>(task) % across * tiles.columns;
    const CellBlock tile{top, std::min(first_row + rows, top + tiles.rows), left,
                         std::min(grid.width, left + tiles.columns)};
    auto painter = take_painter();
    painter->paint(events, tile, [&](std::int64_t row, std::span<const double> values) {
      const std::span<T> to = out.subspan(offset(row, first_row) + static_cast<std::size_t>(left),
                                          static_cast<std::size_t>(tile.columns()));
      if (values.empty()) {
        std::fill(to.begin(), to.end(), T{0});
      } else {
        copy_row<T>(values, to);
      }
    });
    give_back(std::move(painter));
    if (left == 0) progress.advance(tile.rows());
  });
}

template <typename T>
void DensityBands::Impl::paint_gaussian(std::int64_t first_row, std::int64_t rows, std::span<T> out,
                                        Progress& progress) const {
  // Blocks stand at whole multiples of their side whatever rows are asked for: the products' bits depend on their
  // shape.
  const std::int64_t first_block = first_row / tiles.rows;
  const std::int64_t down = parts(first_row + rows, tiles.rows) - first_block, across = parts(grid.width, tiles.rows);
  parallel_for(static_cast<std::size_t>(down * across), [&](std::size_t task) {
    throw_if_cancelled(progress);
    const std::int64_t top = (first_block + static_cast<std::int64_t>(task) / across) * tiles.rows;
    const std::int64_t left = static_cast<std::int64_t>(task) % across * tiles.rows;
    const CellBlock block{top, std::min(grid.height, top + tiles.rows), left, std::min(grid.width, left + tiles.rows)};
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
  return impl_->tiles.rows;
}

std::size_t DensityBands::places() const {
  return impl_->events.size();
}

}  // namespace tocsin
