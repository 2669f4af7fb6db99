#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <tocsin/core/units.hpp>

namespace tocsin {

/// An axis-parallel box in projected metres.
struct Box {
  double min_x = 0, min_y = 0, max_x = 0, max_y = 0;
  [[nodiscard]] double width() const { return max_x - min_x; }
  [[nodiscard]] double height() const { return max_y - min_y; }
  [[nodiscard]] bool contains(double x, double y) const { return x >= min_x && x <= max_x && y >= min_y && y <= max_y; }
  [[nodiscard]] Box expanded(double by_m) const { return {min_x - by_m, min_y - by_m, max_x + by_m, max_y + by_m}; }
  friend bool operator==(const Box&, const Box&) = default;
};

struct Cell {
  std::int64_t column = 0;  ///< 0 is the westernmost
  std::int64_t row = 0;     ///< 0 is the northernmost
  friend bool operator==(const Cell&, const Cell&) = default;
};

/// A regular grid of square cells over a projected plane, north up.
///
/// Cell (0, 0) is the north-west corner. The left and top edges belong to a cell, the right and bottom edges to the
/// next. Rasters are row-major over it: index = row * width + column.
struct Grid {
  std::string crs_wkt;      ///< the projected CRS, metres; empty where nobody needs to know
  double origin_x = 0;      ///< x of the west edge
  double origin_y = 0;      ///< y of the north edge; of a band, that of the grid which it was cut from
  double cell_m = 1;        ///< edge of a cell in metres
  std::int64_t width = 0;   ///< columns
  std::int64_t height = 0;  ///< rows
  /// Rows between origin_y and row 0; other than 0 in a band of rows. A band keeps the origin of the whole, so that its
  /// coordinates, and all that is computed from them, have the same bits.
  std::int64_t first_row = 0;

  /// The smallest grid with edges at whole multiples of the cell that covers the box.
  /// @throws Error invalid_argument: cell not finite or not positive, box empty, reversed or not finite, more than 2^31
  ///         columns or rows.
  static Grid covering(const Box& box, Length cell, std::string crs_wkt = {});

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
  [[nodiscard]] std::size_t index(const Cell& cell) const {
    return static_cast<std::size_t>(cell.row) * static_cast<std::size_t>(width) + static_cast<std::size_t>(cell.column);
  }
  [[nodiscard]] double x_of_column(std::int64_t column) const {
    return origin_x + (static_cast<double>(column) + 0.5) * cell_m;  // of the centre
  }
  [[nodiscard]] double y_of_row(std::int64_t row) const {
    return origin_y - (static_cast<double>(first_row + row) + 0.5) * cell_m;
  }
  /// y of the north edge of row 0.
  [[nodiscard]] double north() const { return origin_y - static_cast<double>(first_row) * cell_m; }
  [[nodiscard]] Box bounds() const {
    return {origin_x, origin_y - static_cast<double>(first_row + height) * cell_m,
            origin_x + static_cast<double>(width) * cell_m, north()};
  }
  [[nodiscard]] double cell_area_km2() const { return cell_m * cell_m * 1e-6; }
  /// The cell that owns a point; empty outside the grid and for NaN.
  [[nodiscard]] std::optional<Cell> cell_of_point(double x, double y) const;
  /// Rows [first, first + count) of this grid; they may reach beyond it, to the north (first < 0) and to the south.
  [[nodiscard]] Grid rows(std::int64_t first, std::int64_t count) const;
  /// The same grid with `cells` more on every side.
  [[nodiscard]] Grid expanded(std::int64_t cells) const;
  friend bool operator==(const Grid&, const Grid&) = default;
};

}  // namespace tocsin
