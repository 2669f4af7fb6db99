#pragma once

#include <limits>
#include <span>
#include <utility>

#include <tocsin/core/large_array.hpp>
#include <tocsin/grid/grid.hpp>

namespace tocsin {

/// "Not observed" in every floating-point raster, table and column of this library. Never zero.
inline constexpr double not_observed = std::numeric_limits<double>::quiet_NaN();

/// Values over a Grid, row-major, the first row in the north. A float NaN means "not observed".
template <typename T>
class Raster {
 public:
  Raster() = default;
  explicit Raster(Grid grid, T fill = T{}) : grid_(std::move(grid)), values_(grid_.size(), fill) {}
  /// With values that whoever asks must all set before anybody reads one.
  static Raster uninitialised(const Grid& grid) {
    Raster raster;
    raster.grid_ = grid;
    raster.values_.resize(raster.grid_.size());
    return raster;
  }

  [[nodiscard]] const Grid& grid() const { return grid_; }
  [[nodiscard]] std::span<T> values() & { return values_; }
  [[nodiscard]] std::span<const T> values() const& { return values_; }
  /// Of a temporary they would dangle.
  std::span<const T> values() const&& = delete;
  [[nodiscard]] std::span<T> row(std::int64_t row) & { return values().subspan(grid_.index({0, row}), width()); }
  [[nodiscard]] std::span<const T> row(std::int64_t row) const& {
    return values().subspan(grid_.index({0, row}), width());
  }
  [[nodiscard]] T& at(const Cell& cell) { return values_[grid_.index(cell)]; }
  [[nodiscard]] const T& at(const Cell& cell) const { return values_[grid_.index(cell)]; }
  [[nodiscard]] bool empty() const { return values_.empty(); }

 private:
  [[nodiscard]] std::size_t width() const { return static_cast<std::size_t>(grid_.width); }
  Grid grid_;
  LargeArray<T> values_;
};

}  // namespace tocsin
