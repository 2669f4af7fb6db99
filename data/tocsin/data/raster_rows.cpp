#include <algorithm>
#include <cmath>

#include <boost/geometry/algorithms/for_each.hpp>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <tocsin/data/crs.hpp>
#include <tocsin/data/detail/source_raster.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/raster_rows.hpp>

namespace tocsin::data {

struct RasterRows::Impl {
  explicit Impl(const SourceSpec& spec) : raster(spec) {
    char* text = nullptr;
    raster.srs().exportToWkt(&text);
    wkt = text == nullptr ? "" : text;
    CPLFree(text);
  }
  SourceRaster raster;
  std::string wkt;
};

RasterRows::RasterRows(const SourceSpec& spec) : impl_(std::make_unique<Impl>(spec)) {}
RasterRows::~RasterRows() = default;
RasterRows::RasterRows(RasterRows&&) noexcept = default;

std::int64_t RasterRows::width() const {
  return impl_->raster.width();
}
std::int64_t RasterRows::height() const {
  return impl_->raster.height();
}
const std::string& RasterRows::crs_wkt() const {
  return impl_->wkt;
}

Grid RasterRows::cell_grid() const {
  return {{}, 0, static_cast<double>(height()), 1, width(), height()};
}

Areas RasterRows::in_cells(Areas areas) const {
  const double rows = static_cast<double>(height());
  for (MultiPolygon& shape : areas.shapes)
    boost::geometry::for_each_point(shape, [&](Point& point) {
      point = Point(impl_->raster.column_of(point.x()), rows - impl_->raster.row_of(point.y()));
    });
  return areas;
}

bool RasterRows::same_cells(const RasterRows& other) const {
  const SourceRaster &a = impl_->raster, &b = other.impl_->raster;
  constexpr double most_shift = 1e-6;  // of a cell, at the far corner
  return a.width() == b.width() && a.height() == b.height() && std::abs(a.column_of(b.x_of_node(0))) < most_shift &&
         std::abs(a.row_of(b.y_of_node(0))) < most_shift &&
         std::abs(a.column_of(b.x_of_node(b.width())) - static_cast<double>(a.width())) < most_shift &&
         std::abs(a.row_of(b.y_of_node(b.height())) - static_cast<double>(a.height())) < most_shift;
}

std::int64_t RasterRows::block_rows() const {
  return impl_->raster.block_rows();
}

void RasterRows::read(const Grid& part, std::int64_t first_row, std::int64_t rows, std::span<double> to) {
  impl_->raster.read({static_cast<std::int64_t>(part.origin_x), first_row, part.width, rows}, to);
}

Grid columns_with(const Areas& areas_in_cells, const Grid& cell_grid) {
  const Box box = areas_in_cells.bounds();
  const double columns = static_cast<double>(cell_grid.width);
  const double first = std::clamp(std::floor(box.min_x), 0.0, columns - 1);
  const double end = std::clamp(std::ceil(box.max_x), first + 1, columns);
  Grid part = cell_grid;
  part.origin_x = first;
  part.width = static_cast<std::int64_t>(end - first);
  return part;
}

int bands_of(const SourceSpec& spec) {
  return open_raster_dataset(spec.name, spec.path)->GetRasterCount();
}

}  // namespace tocsin::data
