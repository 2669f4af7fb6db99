// Rasters that GDAL opens: drivers, detail/source_raster, raster_sample, raster_realign. The first byte names extension
// and method.
#include <array>

#include <tocsin/data/crs.hpp>
#include <tocsin/data/raster_source.hpp>

#include "fuzz.hpp"
#include "vsi_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  if (size == 0) return 0;
  constexpr std::array extensions{".tif", ".asc"};
  constexpr std::array methods{Resample::bilinear, Resample::sum};
  const std::string path = std::string("/vsimem/fuzz/raster") + extensions[data[0] % extensions.size()];
  const fuzz::VsiFile file(path, fuzz::text_of(data + 1, size - 1));
  SourceSpec spec;
  spec.name = "x";
  spec.path = file.path();
  spec.crs = "EPSG:4326";
  spec.resample = methods[data[0] / 2 % methods.size()];
  static const std::string crs = data::crs_wkt("EPSG:32635");
  Grid grid;
  grid.crs_wkt = crs;
  grid.origin_x = 500'000;
  grid.origin_y = 600'000;
  grid.cell_m = 10'000;
  grid.width = grid.height = 5;
  fuzz::may_refuse([&] { data::open_raster(spec)->read(grid); });
  return 0;
}
