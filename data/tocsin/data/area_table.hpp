#pragma once

#include <string>
#include <vector>

#include <tocsin/data/tables.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin::data {

/// A table about areas: each row says something of one.
struct AreaTable {
  std::vector<AreaColumn> columns;
  std::vector<std::vector<TableCell>> rows;
  std::vector<std::size_t> area;  ///< of each row
  std::string layer = "areas";    ///< its name where the file has layers
};

/// The endings that write_area_table knows.
const std::vector<std::string>& area_table_endings();

/// Writes the table by the ending of the path: .csv (UTF-8, LF, RFC 4180, as areas_csv is), .xlsx, or with the areas'
/// shapes .gpkg (one layer) or .geojson (RFC 7946, in degrees). Numbers keep all their digits; a cell that holds
/// nothing is empty, or null. The same table gives the same bytes.
/// @param areas    their shapes are in `crs_wkt`
/// @throws Error io when it cannot be written to its last byte
void write_area_table(const std::string& path, const AreaTable& table, const Areas& areas, const std::string& crs_wkt);

}  // namespace tocsin::data
