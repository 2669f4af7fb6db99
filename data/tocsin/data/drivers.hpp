#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tocsin/data/gdal.hpp>
#include <tocsin/ports/source_spec.hpp>

namespace tocsin::data {

/// A kind of file that tocsin reads, for `tocsin formats` and for messages.
struct FormatInfo {
  std::string name;                     ///< "GeoPackage"
  std::vector<std::string> extensions;  ///< lower case with the dot: ".gpkg"
  std::vector<std::string> drivers;     ///< GDAL drivers that may open it; empty: read by tocsin itself
  std::string reads;                    ///< "events, areas, features, tables"
  bool available = true;                ///< false where this GDAL was built without the drivers
};

/// All kinds of files that can be read, the raster kinds as one entry.
std::vector<FormatInfo> formats();

/// Lower-case extension with its dot, of the innermost file: "/vsizip/a.zip/b.CSV" gives ".csv", "x.csv.gz" gives
/// ".csv".
std::string extension_of(std::string_view path);

/// True for .csv, .tsv and .txt: these are parsed here and never shown to a GDAL driver, so that no content makes them
/// something else.
bool is_delimited(std::string_view path);

/// True for the address of a PostgreSQL database, "postgresql://user@host/database". Its password, if it needs one,
/// comes from ~/.pgpass or PGPASSWORD: an address is written into outputs, so it must not hold one.
bool is_database(std::string_view path);

/// The path as GDAL's file system takes it: an http(s) address becomes /vsicurl/..., a plain .gz /vsigzip/...
std::string vsi_path(const std::string& path);

/// @throws Error input when nothing, or a directory, is at the path; the message names `source`. A database is
///         looked for only when it is opened.
void require_file(const std::string& source, const std::string& path);

/// Opens a vector file with the drivers of its extension and no others. Workbooks are looked through before GDAL holds
/// them in memory (check_workbook).
/// @throws Error scenario: unknown extension; input: missing, a directory, damaged, not what its extension says, or
///         beyond SourceSpec::limits
DatasetHandle open_vector(const SourceSpec& spec);

/// Says what is wrong with a vector source or table before any work: that there is such a file, that it
/// opens, and that its encoding is one.
/// @throws Error as open_vector; of delimited text as require_file
void require_opens(const SourceSpec& spec);

/// Opens a raster with the drivers of its extension and no others; formats whose files name other files or a service
/// are not among them: a raster can reach neither another file nor the network.
/// @throws Error as open_vector
DatasetHandle open_raster_dataset(const std::string& source, const std::string& path);

}  // namespace tocsin::data
