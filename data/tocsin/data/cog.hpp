#pragma once

#include <span>
#include <string>

#include <tocsin/data/raster_writer.hpp>
#include <tocsin/ports/result_sink.hpp>

namespace tocsin::data {

/// Writes bands that are in memory as one Cloud Optimized GeoTIFF (RasterWriter).
/// @param bands  at least one, all on the same grid
/// @throws Error shape_mismatch; io when it cannot be written to its last byte
void write_cog(const std::string& path, std::span<const Band> bands, const RasterText& text);

}  // namespace tocsin::data
