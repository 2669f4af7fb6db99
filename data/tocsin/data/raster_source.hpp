#pragma once

#include <cstdint>
#include <memory>

#include <tocsin/data/detail/source_raster.hpp>
#include <tocsin/ports/source_spec.hpp>
#include <tocsin/ports/sources.hpp>

namespace tocsin::data {

/// One band of a raster that GDAL opens, brought onto the grid by the rule SourceSpec::resample. Scale and offset
/// apply; nodata, masked and infinite cells are not observed. `sum` keeps totals, `mean` weighs by area of overlap;
/// both see each source cell as the exact quadrilateral between its projected corners. `bilinear` is not observed where
/// the source cell that holds the centre is not, and leaves unobserved neighbours out. `mode` looks at up to 16 by 16
/// points in a cell; of equally frequent values it takes the smallest. With SourceSpec::per_km2 the result of mean,
/// bilinear or nearest is multiplied by the area of the grid's cells.
/// A grid that the raster does not reach is not observed: who reads a whole grid says so.
/// @throws Error when opened and read: input (missing, damaged, no such band, no CRS, rotated), scenario (per_km2 with
///         sum or mode)
std::unique_ptr<RasterSource> open_raster(const SourceSpec& spec);

/// `sum` or `mean`, reading so many source cells at a time that memory stays bounded; the blocks do not show in the
/// result beyond float rounding.
/// @param most_cells  source cells in memory at a time
Raster<float> realign(SourceRaster& source, const Grid& grid, Resample rule, std::int64_t most_cells);

/// `bilinear`, `nearest` or `mode`.
Raster<float> sample(SourceRaster& source, const Grid& grid, Resample rule, std::int64_t most_cells);

}  // namespace tocsin::data
