#pragma once

#include <span>
#include <string>

#include <tocsin/ports/result_sink.hpp>

namespace tocsin::data {

/// What a raster says about itself.
struct CogText {
  std::string description;  ///< one line, for TIFFTAG_IMAGEDESCRIPTION
  std::string scenario;
  std::string period;
  std::string as_of;
};

/// Writes bands as one Cloud Optimized GeoTIFF: float32, tiled, DEFLATE, nodata NaN, overviews by averaging where the
/// raster is larger than a tile; with band names, descriptions, units and the statistics of the observed values. The
/// same bands give the same bytes, and no side file is written.
///
/// @param bands  at least one, all on the same grid
/// @throws Error shape_mismatch; io when it cannot be written to its last byte
/// Cost  no copy of the bands; one pass for the statistics, one for the file.
void write_cog(const std::string& path, std::span<const Band> bands, const CogText& text);

}  // namespace tocsin::data
