#include <cmath>

#include <fmt/format.h>
#include <ogr_spatialref.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/detail/source_raster.hpp>
#include <tocsin/data/grid_of_raster.hpp>

namespace tocsin::data {

Grid grid_of_raster(const std::string& path) {
  SourceSpec spec;
  spec.name = path;
  spec.path = path;
  const SourceRaster raster(spec);
  // A thousandth of a cell over the whole width is still the same grid.
  if (std::abs(raster.cell_x() - raster.cell_y()) * static_cast<double>(raster.width()) > 1e-3 * raster.cell_x())
    throw Error(ErrorCode::input, fmt::format("'{}' has cells of {} by {}; a grid needs square cells", path,
                                              raster.cell_x(), raster.cell_y()));
  if (!raster.srs().IsProjected())
    throw Error(ErrorCode::scenario,
                fmt::format("'{}' {}; bring it into a projected CRS in metres first (gdalwarp -t_srs "
                            "EPSG:32635, for South Sudan)",
                            path, is_geographic(raster.srs()) ? "is in degrees" : "is not projected"));
  char* text = nullptr;
  raster.srs().exportToWkt(&text);
  const std::string wkt = text == nullptr ? "" : text;
  CPLFree(text);
  Grid grid;
  grid.crs_wkt = crs_wkt(wkt);
  grid.origin_x = raster.x_of_node(0);
  grid.origin_y = raster.y_of_node(0);
  grid.cell_m = raster.cell_x();
  grid.width = raster.width();
  grid.height = raster.height();
  return grid;
}

}  // namespace tocsin::data
