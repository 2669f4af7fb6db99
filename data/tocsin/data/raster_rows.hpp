#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <tocsin/ports/source_spec.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin::data {

/// One band of a raster file read by rows from the north, in its own grid and CRS (geographic ones too), in double. Not
/// for two threads at a time: each opens its own.
class RasterRows {
 public:
  /// @throws Error input: missing, damaged, no such band, no CRS, rotated
  explicit RasterRows(const SourceSpec& spec);
  ~RasterRows();
  RasterRows(RasterRows&&) noexcept;

  [[nodiscard]] std::int64_t width() const;
  [[nodiscard]] std::int64_t height() const;
  [[nodiscard]] const std::string& crs_wkt() const;
  /// Rows that the file keeps together: bands of a multiple of them read nothing twice.
  [[nodiscard]] std::int64_t block_rows() const;
  /// The raster's own grid with cells as the unit of length: 1 by 1, the south-west corner at (0, 0). Cells of any
  /// shape become squares there, and shares of cells stay what they are.
  [[nodiscard]] Grid cell_grid() const;
  /// Areas in the raster's CRS, carried to the coordinates of cell_grid().
  [[nodiscard]] Areas in_cells(Areas areas) const;
  /// True when another raster has the same cells.
  [[nodiscard]] bool same_cells(const RasterRows& other) const;
  /// Physical values of rows [first_row, first_row + rows) over the columns of `part`; NaN = not observed.
  /// @param part  columns of cell_grid(), which may be fewer than it has
  /// @param to    rows times part.width cells
  /// @throws Error input when the file is damaged there
  void read(const Grid& part, std::int64_t first_row, std::int64_t rows, std::span<double> to);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The columns of a raster's cell_grid() that areas reach into, over all of its rows; at least one.
Grid columns_with(const Areas& areas_in_cells, const Grid& cell_grid);

/// Number of bands of a raster file.
int bands_of(const SourceSpec& spec);

}  // namespace tocsin::data
