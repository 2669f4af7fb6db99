#include <cstdint>
#include <random>

#include <cpl_string.h>
#include <gdal_alg.h>
#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <tocsin/data/detail/convert_geometry.hpp>
#include <tocsin/data/gdal.hpp>
#include <tocsin/vector/rasterise.hpp>

namespace tocsin::data {
namespace {

constexpr int width = 80, height = 60;
const Grid grid{{}, 1000, 5000, 10, width, height};

/// What gdal_rasterize makes of one geometry: 1 where it burns.
std::vector<std::uint8_t> burnt(const OGRGeometry& geometry, bool all_touched) {
  register_gdal();
  const DatasetHandle dataset(
      GetGDALDriverManager()->GetDriverByName("MEM")->Create("", width, height, 1, GDT_Byte, nullptr));
  double transform[] = {grid.origin_x, grid.cell_m, 0, grid.origin_y, 0, -grid.cell_m};
  dataset->SetGeoTransform(transform);
  int band = 1;
  double value = 1;
  OGRGeometryH handle = OGRGeometry::ToHandle(const_cast<OGRGeometry*>(&geometry));
  CPLStringList options;
  options.SetNameValue("ALL_TOUCHED", all_touched ? "TRUE" : "FALSE");
  EXPECT_EQ(GDALRasterizeGeometries(GDALDataset::ToHandle(dataset.get()), 1, &band, 1, &handle, nullptr, nullptr,
                                    &value, options.List(), nullptr, nullptr),
            CE_None);
  std::vector<std::uint8_t> cells(grid.size());
  EXPECT_EQ(dataset->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, width, height, cells.data(), width, height, GDT_Byte, 0,
                                                0, nullptr),
            CE_None);
  return cells;
}

std::size_t cells_that_differ(const Geometry& geometry, RasteriseMethod method,
                              const std::vector<std::uint8_t>& wanted) {
  const std::vector<Geometry> geometries{geometry};
  std::vector<float> cells(grid.size());
  Rasteriser(geometries, {}, grid, {method}).paint(0, cells);
  std::size_t different = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) different += (cells[i] == 1) != (wanted[i] == 1) ? 1 : 0;
  return different;
}

class AgainstGdal : public testing::Test {
 protected:
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() >> 11) * 0x1p-53;
  }
  Point somewhere() { return {between(950, 1850), between(4350, 5050)}; }

  MultiPolygon star() {
    Polygon polygon;
    const Point centre = somewhere();
    const int corners = 5 + static_cast<int>(engine_() % 30);
    for (int i = 0; i < corners; ++i) {
      const double angle = -2 * 3.14159265358979323846 * i / corners, radius = between(20, 300);
      polygon.outer().emplace_back(centre.x() + radius * std::cos(angle), centre.y() + radius * std::sin(angle));
    }
    polygon.outer().push_back(polygon.outer().front());
    return {polygon};
  }

  std::mt19937_64 engine_{2021};
};

TEST_F(AgainstGdal, CentresAreTheSameCells) {
  for (int round = 0; round < 100; ++round) {
    const MultiPolygon shape = star();
    EXPECT_EQ(cells_that_differ(shape, RasteriseMethod::centre, burnt(to_ogr(shape), false)), 0U) << round;
  }
}

TEST_F(AgainstGdal, TouchedCellsAreTheSame) {
  for (int round = 0; round < 100; ++round) {
    const MultiPolygon shape = star();
    EXPECT_EQ(cells_that_differ(shape, RasteriseMethod::touch, burnt(to_ogr(shape), true)), 0U) << round;
    LineString line{somewhere(), somewhere(), somewhere()};
    OGRLineString ogr;
    for (const Point& point : line) ogr.addPoint(point.x(), point.y());
    EXPECT_EQ(cells_that_differ(line, RasteriseMethod::touch, burnt(ogr, true)), 0U) << round;
    const Point point = somewhere();
    EXPECT_EQ(cells_that_differ(point, RasteriseMethod::touch, burnt(OGRPoint(point.x(), point.y()), false)), 0U);
  }
}

}  // namespace
}  // namespace tocsin::data
