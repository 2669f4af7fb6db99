#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/density/density.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/ports/sources.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin::cli {

/// The cells that imprecise events and people are spread over: those of the map with a margin of the kernel's reach.
///
/// On maps of more than 16 million cells they are larger, by a whole factor, but never more than a 32nd of the
/// bandwidth: the density does not show it (the error falls with (cell / bandwidth)^2), and the map stays possible.
/// Rests on the grid and the bandwidth alone, so that memory and threads cannot change the result.
class Lattice {
 public:
  Lattice(const Grid& grid, double bandwidth_m, double reach_m);
  [[nodiscard]] const Grid& grid() const { return wide_; }
  /// The rows of grid() whose kernels can reach rows [first, first + rows) of the map.
  [[nodiscard]] Grid rows_in_reach(std::int64_t first, std::int64_t rows) const;

 private:
  Grid wide_;
  std::int64_t factor_ = 1, margin_ = 0;
};

/// By cell: 1 where at least half of it lies in the area.
std::vector<std::uint8_t> mostly_inside(const MultiPolygon& area, const Grid& rows);

/// People on the lattice, from a raster that is read as the rows of the map go by.
class People {
 public:
  /// @param inside  people elsewhere are left out; null: none
  People(std::unique_ptr<RasterSource> source, const Lattice& lattice, const MultiPolygon* inside);
  /// Those who can be felt in rows [first, first + rows) of the map, which go from north to south.
  [[nodiscard]] std::vector<WeightedPoint> in_reach(std::int64_t first, std::int64_t rows, const Progress& progress);
  /// What the reader had to say, each once; once everything was read, also what part was not observed.
  /// @throws Error input when no cell was observed
  [[nodiscard]] std::vector<std::string> warnings(const std::string& path) const;

 private:
  const Raster<float>& step(std::int64_t index);
  std::unique_ptr<RasterSource> source_;
  const Lattice& lattice_;
  const MultiPolygon* inside_;
  std::map<std::int64_t, Raster<float>> steps_;  ///< rows read last
  std::vector<std::string> warnings_;
  std::int64_t observed_ = 0, unobserved_ = 0;
};

}  // namespace tocsin::cli
