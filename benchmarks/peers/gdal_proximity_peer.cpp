// GDAL's proximity, which gdal_proximity.py calls, between two rasters in memory:
// gdal_proximity_peer --mask FILE --side N
#include <cstdint>

#include <gdal.h>
#include <gdal_alg.h>

#include "worker.hpp"

namespace {

GDALRasterBandH band_in_memory(int side, GDALDataType type) {
  GDALDatasetH dataset = GDALCreate(GDALGetDriverByName("MEM"), "", side, side, 1, type, nullptr);
  if (dataset == nullptr) throw std::runtime_error("GDAL cannot hold the raster in memory");
  return GDALGetRasterBand(dataset, 1);
}

void check(CPLErr error) {
  if (error != CE_None) throw std::runtime_error(CPLGetLastErrorMsg());
}

int measure(int argc, char** argv) {
  const peers::Options options(argc, argv, 1);
  const int side = options.integer("--side");
  GDALAllRegister();
  auto mask = peers::read_raw<std::uint8_t>(options.text("--mask"));
  GDALRasterBandH source = band_in_memory(side, GDT_Byte);
  GDALRasterBandH target = band_in_memory(side, GDT_Float32);
  check(GDALRasterIO(source, GF_Write, 0, 0, side, side, mask.data(), side, side, GDT_Byte, 0, 0));
  const auto work = [&] { check(GDALComputeProximity(source, target, nullptr, nullptr, nullptr)); };
  peers::serve(std::string("GDAL ") + GDALVersionInfo("RELEASE_NAME"), work, [&](const std::string& path) {
    std::vector<float> values(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
    check(GDALRasterIO(target, GF_Read, 0, 0, side, side, values.data(), side, side, GDT_Float32, 0, 0));
    peers::write_raw<float>(path, values);
  });
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return measure(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "gdal_proximity_peer: " << error.what() << '\n';
    return 1;
  }
}
