#pragma once

#include <string>

#include <tocsin/grid/grid.hpp>

namespace tocsin::data {

/// The grid of a raster file, for `--like`: same CRS, origin, cell and size.
/// @throws Error input: missing, rotated, no CRS, cells that are not square; scenario: a CRS that is geographic or not
/// in
///         metres
Grid grid_of_raster(const std::string& path);

}  // namespace tocsin::data
