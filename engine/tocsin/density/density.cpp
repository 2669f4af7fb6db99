#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/density/density.hpp>
#include <tocsin/density/density_bands.hpp>

namespace tocsin {

namespace {

template <typename T>
Raster<T> paint_whole(std::span<const WeightedPoint> events, const Grid& grid, const DensityOptions& options,
                      Progress& progress) {
  options.validate();
  throw_if_cancelled(progress);
  const DensityBands bands(events, grid, options);
  Raster<T> result = Raster<T>::uninitialised(grid);
  progress.stage("density", grid.height);
  bands.paint(0, grid.height, result.values(), progress);
  return result;
}

}  // namespace

void DensityOptions::validate() const {
  if (std::isfinite(bandwidth.metres) && bandwidth.metres > 0) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("density: bandwidth must be a positive length, got {} m", bandwidth.metres));
}

Raster<float> density(std::span<const WeightedPoint> events, const Grid& grid, const DensityOptions& options) {
  Progress silent;
  return paint_whole<float>(events, grid, options, silent);
}

Raster<float> density(std::span<const WeightedPoint> events, const Grid& grid, const DensityOptions& options,
                      Progress& progress) {
  return paint_whole<float>(events, grid, options, progress);
}

Raster<double> density_double(std::span<const WeightedPoint> events, const Grid& grid, const DensityOptions& options) {
  Progress silent;
  return paint_whole<double>(events, grid, options, silent);
}

}  // namespace tocsin
