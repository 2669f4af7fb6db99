#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <tocsin/data/crs.hpp>
#include <tocsin/data/gdal.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/ports/source_spec.hpp>

namespace tocsin::data {

/// Cells of a source raster.
struct Window {
  std::int64_t column = 0, row = 0, width = 0, height = 0;
  [[nodiscard]] bool empty() const { return width <= 0 || height <= 0; }
};

/// One band of a raster file, north up whatever the file's own order of rows is, in physical values (scale and offset
/// applied); NaN where nodata, the mask or an infinity says that nothing was observed.
class SourceRaster {
 public:
  /// @throws Error input: no such band, no CRS, no georeference, rotated
  explicit SourceRaster(const SourceSpec& spec);
  ~SourceRaster();

  [[nodiscard]] const OGRSpatialReference& srs() const { return *srs_; }
  [[nodiscard]] std::int64_t width() const { return width_; }
  [[nodiscard]] std::int64_t height() const { return height_; }
  /// Coordinates of a node of the lattice of cell corners; (0, 0) is the north-west corner.
  [[nodiscard]] double x_of_node(std::int64_t column) const { return west_ + static_cast<double>(column) * cell_x_; }
  [[nodiscard]] double y_of_node(std::int64_t row) const { return north_ - static_cast<double>(row) * cell_y_; }
  [[nodiscard]] double column_of(double x) const { return (x - west_) / cell_x_; }
  [[nodiscard]] double row_of(double y) const { return (north_ - y) / cell_y_; }
  [[nodiscard]] double cell_x() const { return cell_x_; }
  [[nodiscard]] double cell_y() const { return cell_y_; }

  /// The part of a window that the raster has.
  [[nodiscard]] Window clipped(const Window& window) const;
  /// Rows that the file keeps together: bands of a multiple of them read nothing twice.
  [[nodiscard]] std::int64_t block_rows() const;
  /// @throws Error input when the file is damaged there
  [[nodiscard]] std::vector<float> read(const Window& window);
  /// The same without rounding to float, for statistics. @param to  as many cells as the window has
  void read(const Window& window, std::span<double> to);
  [[nodiscard]] std::int64_t infinities() const { return infinities_; }

 private:
  void read_georeference(const SourceSpec& spec);
  template <typename Fill>
  void with_nodata_test(const Fill& fill) const;

  DatasetHandle dataset_;
  SrsHandle srs_;
  std::string path_;  // as GDAL takes it
  std::string what_;
  int band_ = 1;
  std::int64_t width_ = 0, height_ = 0;
  double west_ = 0, north_ = 0, cell_x_ = 1, cell_y_ = 1;
  bool south_up_ = false, has_nodata_ = false, is_floating_ = false, has_mask_ = false;
  double nodata_ = 0, scale_ = 1, offset_ = 0;
  std::int64_t infinities_ = 0;
};

/// Coordinates of a row of equally spaced points, projected. Between anchors they are interpolated (quadratically)
/// wherever that is shown to be within `tolerance` of the projection itself; elsewhere each is projected.
/// @param x  n coordinates with equal steps, replaced by the result; NaN where the projection fails
/// @param y  n values
void project_row(const Transformer& transformer, double tolerance, std::span<double> x, std::span<double> y);

}  // namespace tocsin::data
