#pragma once

#include <cstddef>
#include <cstdint>

#include <tocsin/grid/raster.hpp>

namespace tocsin::data {

/// What a map needs of a raster that comes in bands of rows: all of it where it has few cells, else every n-th cell of
/// every n-th row, so that at most 4096 are left along a side, more than the picture has pixels.
class MapSample {
 public:
  /// @param band  which of a period's bands is to be drawn, for whoever hands them over
  MapSample(const Grid& grid, std::size_t band);
  /// @param rows  on some Grid::rows of the grid
  void take(const Raster<float>& rows);
  [[nodiscard]] const Raster<float>& raster() const { return raster_; }
  [[nodiscard]] std::size_t band() const { return band_; }

 private:
  std::int64_t first_row_, height_, step_;
  std::size_t band_;
  Raster<float> raster_;
};

}  // namespace tocsin::data
