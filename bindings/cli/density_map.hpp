#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tocsin/data/raster_writer.hpp>
#include <tocsin/density/adaptive.hpp>
#include <tocsin/density/density.hpp>
#include <tocsin/density/edge.hpp>

#include "density_events.hpp"
#include "density_lattice.hpp"

namespace tocsin::cli {

/// What a map of densities is made of.
struct DensityMap {
  const Grid& grid;
  const Lattice& lattice;
  DensityEvents& events;
  const std::vector<MapPeriod>& periods;
  DensityOptions density;
  std::optional<AdaptiveOptions> adaptive;
  const EdgeMass* edge = nullptr;  ///< corrects the densities of events and people
  People* people = nullptr;        ///< the map is relative to them
  double floor_per_km2 = 1;
  double memory_bytes = 0;
};

struct DensityMapReport {
  std::size_t places = 0;   ///< of the adaptive densities, over all periods
  std::size_t clipped = 0;  ///< of them, those with a factor at its bound
};

/// Paints the map in parts of 256 rows and writes them as they come. Parts are the same whatever the memory and the
/// number of threads, which only decide how many are in flight: the file has the same bytes.
/// @throws Error memory when not even one part fits; what painting and writing throw
DensityMapReport write_density_map(const DensityMap& map, data::RasterWriter& writer, Progress& progress);

}  // namespace tocsin::cli
