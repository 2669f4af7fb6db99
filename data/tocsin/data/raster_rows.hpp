#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <tocsin/ports/source_spec.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin::data {

/// One band of a raster file read by whole rows from the north, in its own grid and CRS (geographic ones too), in
/// double.
class RasterRows {
 public:
  /// @throws Error input: missing, damaged, no such band, no CRS, rotated
  explicit RasterRows(const SourceSpec& spec);
  ~RasterRows();
  RasterRows(RasterRows&&) noexcept;

  [[nodiscard]] std::int64_t width() const;
  [[nodiscard]] std::int64_t height() const;
  [[nodiscard]] const std::string& crs_wkt() const;
  /// The raster's own grid with cells as the unit of length: 1 by 1, the south-west corner at (0, 0). Cells of any
  /// shape become squares there, and shares of cells stay what they are.
  [[nodiscard]] Grid cell_grid() const;
  /// Areas in the raster's CRS, carried to the coordinates of cell_grid().
  [[nodiscard]] Areas in_cells(Areas areas) const;
  /// True when another raster has the same cells.
  [[nodiscard]] bool same_cells(const RasterRows& other) const;
  /// @throws Error input when the file is damaged there
  [[nodiscard]] std::vector<double> read(std::int64_t first_row, std::int64_t rows);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Number of bands of a raster file.
int bands_of(const SourceSpec& spec);

}  // namespace tocsin::data
