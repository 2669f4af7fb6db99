#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <tocsin/grid/grid.hpp>

namespace tocsin::data {

/// What a raster says about itself; empty texts are left out.
struct RasterText {
  std::string description;  ///< one line, for TIFFTAG_IMAGEDESCRIPTION
  std::string scenario;
  std::string period;
  std::string as_of;
};

/// What a band says about itself.
struct BandText {
  std::string name;  ///< "score", "coverage", "density", "2021-08", ...
  std::string description;
  std::string unit;  ///< empty where the value has none
};

struct RasterWriterOptions {
  enum class Layout {
    tiled,           ///< compressed while it is written
    cloud_optimized  ///< written plainly beside the file first, then laid out anew: takes the raster's size on disk
  };
  Layout layout = Layout::tiled;
  /// Further creation options of GDAL's GTiff driver, "COMPRESS=ZSTD"; for the tiled layout.
  std::vector<std::string> creation_options;
};

/// Writes a GeoTIFF part by part, in memory that does not grow with its height: float32, nodata NaN, DEFLATE, blocks of
/// 256 by 256 (cloud optimized: 512), with band names, descriptions, units, the statistics of the observed values, and
/// overviews by averaging where it is larger than a block. The same values give the same bytes for any number of
/// threads, however many rows (or however many columns) come at a time. No side file is written.
///
/// Nothing stands under the path unless finish() returned.
class RasterWriter {
 public:
  /// Parts begin at a multiple of so many rows (or columns), and hold a multiple of them unless they end the raster.
  static constexpr std::int64_t block = 256;

  /// @throws Error usage: a creation option that GDAL does not know or that would change the blocks; io
  RasterWriter(std::string path, Grid grid, std::vector<BandText> bands, RasterText text,
               RasterWriterOptions options = {});
  ~RasterWriter();
  RasterWriter(RasterWriter&&) noexcept;

  /// @param values  for each band whole rows from `first_row` on
  /// @throws Error shape_mismatch; io when the disk is full
  void write_rows(std::int64_t first_row, std::span<const std::span<const float>> values);
  /// @param values  for each band cells `columns` wide and as high as the raster, row-major
  void write_columns(std::int64_t first_column, std::int64_t columns, std::span<const std::span<const float>> values);
  /// Call once everything was written. @throws Error io when it cannot be written to its last byte
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin::data
