#include <algorithm>
#include <array>

#include <cpl_vsi.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gdal_priv.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/network.hpp>
#include <tocsin/data/table/encoding.hpp>
#include <tocsin/data/table/workbook.hpp>

namespace tocsin::data {
namespace {

struct VectorFormat {
  const char* name;
  std::array<const char*, 3> extensions;
  std::array<const char*, 2> drivers;
  const char* reads;
};

constexpr std::array vector_formats{
    VectorFormat{"Delimited text", {".csv", ".tsv", ".txt"}, {}, "events, features, tables; areas with a WKT column"},
    VectorFormat{"GeoPackage", {".gpkg"}, {"GPKG"}, "events, areas, features, tables"},
    VectorFormat{"GeoJSON", {".geojson", ".json"}, {"GeoJSON"}, "events, areas, features, tables"},
    VectorFormat{"Shapefile", {".shp"}, {"ESRI Shapefile"}, "events, areas, features, tables"},
    VectorFormat{"FlatGeobuf", {".fgb"}, {"FlatGeobuf"}, "events, areas, features, tables"},
    VectorFormat{"KML", {".kml"}, {"LIBKML", "KML"}, "areas, features"},
    VectorFormat{"Excel workbook", {".xlsx"}, {"XLSX"}, "events, features, tables"},
    VectorFormat{"OpenDocument spreadsheet", {".ods"}, {"ODS"}, "events, features, tables"},
};

struct RasterFormat {
  const char* driver;
  std::array<const char*, 4> extensions;
};

/// Formats whose files hold their cells themselves. Left out are those whose files name other files, a database or a
/// service (VRT, MRF, WMS and the like).
constexpr std::array raster_formats{RasterFormat{"GTiff", {".tif", ".tiff", ".gtiff"}},
                                    RasterFormat{"AAIGrid", {".asc"}},
                                    RasterFormat{"HFA", {".img"}},
                                    RasterFormat{"netCDF", {".nc"}},
                                    RasterFormat{"GPKG", {".gpkg"}},
                                    RasterFormat{"EHdr", {".bil", ".bip", ".bsq", ".flt"}},
                                    RasterFormat{"SRTMHGT", {".hgt"}},
                                    RasterFormat{"SAGA", {".sdat"}},
                                    RasterFormat{"GSAG", {".grd"}},
                                    RasterFormat{"GSBG", {".grd"}},
                                    RasterFormat{"GS7BG", {".grd"}},
                                    RasterFormat{"GRIB", {".grib", ".grb", ".grib2", ".grb2"}},
                                    RasterFormat{"JP2OpenJPEG", {".jp2"}},
                                    RasterFormat{"PNG", {".png"}},
                                    RasterFormat{"JPEG", {".jpg", ".jpeg"}}};

const VectorFormat* vector_format_of(const std::string& extension) {
  for (const VectorFormat& format : vector_formats)
    for (const char* known : format.extensions)
      if (known != nullptr && extension == known) return &format;
  return nullptr;
}

/// The drivers of a raster's extension that this GDAL has.
std::vector<std::string> raster_drivers(const std::string& extension) {
  register_gdal();
  std::vector<std::string> names;
  for (const RasterFormat& format : raster_formats)
    for (const char* known : format.extensions)
      if (known != nullptr && extension == known && GetGDALDriverManager()->GetDriverByName(format.driver) != nullptr)
        names.emplace_back(format.driver);
  return names;
}

std::vector<std::string> raster_extensions() {
  std::vector<std::string> all;
  for (const RasterFormat& format : raster_formats)
    for (const char* extension : format.extensions)
      if (extension != nullptr && !raster_drivers(extension).empty() &&
          std::find(all.begin(), all.end(), extension) == all.end())
        all.emplace_back(extension);
  return all;
}

DatasetHandle open_with(const std::string& source, const std::string& path, const std::vector<std::string>& drivers,
                        unsigned flags, const std::string& kind) {
  register_gdal();
  require_file(source, path);
  std::vector<const char*> allowed;
  for (const std::string& driver : drivers) allowed.push_back(driver.c_str());
  allowed.push_back(nullptr);
  const ErrorTrap trap;
  const NetworkScope network(vsi_path(path));
  DatasetHandle dataset(
      GDALDataset::Open(vsi_path(path).c_str(), flags | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, allowed.data()));
  // Of a damaged workbook GDAL opens what is left.
  const bool is_workbook = std::any_of(drivers.begin(), drivers.end(),
                                       [](const std::string& driver) { return driver == "XLSX" || driver == "ODS"; });
  if (!dataset || (is_workbook && trap.failed()))
    throw Error(ErrorCode::input, fmt::format("source '{}': '{}' cannot be read as {}; it is damaged or its extension "
                                              "is wrong{}",
                                              source, path, kind, trap.note()));
  return dataset;
}

/// The database is only read: GDAL opens it read-only, and no text of a scenario becomes part of a statement.
DatasetHandle open_database(const std::string& source, const std::string& path) {
  register_gdal();
  const auto authority = path.substr(path.find("://") + 3, path.find('/', path.find("://") + 3) - path.find("://") - 3);
  const auto at = authority.rfind('@');
  if ((at != std::string::npos && authority.substr(0, at).find(':') != std::string::npos) ||
      lower(path).find("password=") != std::string::npos)
    throw Error(
        ErrorCode::scenario,
        "the address of a database holds a password, which would end up in outputs; leave it out and put it into "
        "~/.pgpass or PGPASSWORD");
  if (GetGDALDriverManager()->GetDriverByName("PostgreSQL") == nullptr)
    throw Error(ErrorCode::input,
                fmt::format("source '{}': this GDAL cannot read PostgreSQL; export the table", source));
  constexpr std::array<const char*, 2> drivers{"PostgreSQL", nullptr};
  // Tables without a geometry hold records as well.
  constexpr std::array<const char*, 2> all_tables{"LIST_ALL_TABLES=YES", nullptr};
  const ErrorTrap trap;
  DatasetHandle dataset(GDALDataset::Open(path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                                          drivers.data(), all_tables.data()));
  if (!dataset)
    throw Error(ErrorCode::input,
                fmt::format("source '{}': the database '{}' cannot be opened; check address, user and "
                            "password{}",
                            source, path, trap.note()));
  return dataset;
}

std::string known_extensions() {
  std::vector<std::string> all;
  for (const VectorFormat& format : vector_formats)
    for (const char* extension : format.extensions)
      if (extension != nullptr) all.emplace_back(extension);
  return fmt::format("{}", fmt::join(all, ", "));
}

}  // namespace

std::vector<FormatInfo> formats() {
  register_gdal();
  std::vector<FormatInfo> all;
  for (const VectorFormat& format : vector_formats) {
    FormatInfo info{format.name, {}, {}, format.reads, format.drivers[0] == nullptr};
    for (const char* extension : format.extensions)
      if (extension != nullptr) info.extensions.emplace_back(extension);
    for (const char* driver : format.drivers) {
      if (driver == nullptr) continue;
      info.drivers.emplace_back(driver);
      info.available = info.available || GetGDALDriverManager()->GetDriverByName(driver) != nullptr;
    }
    all.push_back(std::move(info));
  }
  all.push_back({"PostgreSQL or PostGIS table",
                 {"postgresql://USER@HOST/DATABASE"},
                 {"PostgreSQL"},
                 "events, areas, features, tables",
                 GetGDALDriverManager()->GetDriverByName("PostgreSQL") != nullptr});
  FormatInfo rasters{"Raster", raster_extensions(), {}, "rasters"};
  for (const RasterFormat& format : raster_formats)
    if (GetGDALDriverManager()->GetDriverByName(format.driver) != nullptr) rasters.drivers.emplace_back(format.driver);
  rasters.available = !rasters.drivers.empty();
  all.push_back(std::move(rasters));
  return all;
}

std::string extension_of(std::string_view path) {
  std::string name(path.substr(path.find_last_of("/\\") + 1));
  if (const auto query = name.find('?'); query != std::string::npos && path.find("://") != std::string_view::npos)
    name.resize(query);
  name = lower(name);
  if (name.size() > 3 && name.ends_with(".gz")) name.resize(name.size() - 3);
  const auto dot = name.find_last_of('.');
  return dot == std::string::npos ? std::string() : name.substr(dot);
}

bool is_delimited(std::string_view path) {
  const VectorFormat* format = vector_format_of(extension_of(path));
  return format != nullptr && format->drivers[0] == nullptr;
}

bool is_database(std::string_view path) {
  return path.starts_with("postgresql://") || path.starts_with("postgres://");
}

std::string vsi_path(const std::string& path) {
  if (is_database(path)) return path;
  std::string result = path;
  if (path.starts_with("http://") || path.starts_with("https://")) result = "/vsicurl/" + path;
  if (lower(path).ends_with(".gz") && path.find("/vsigzip/") == std::string::npos) result = "/vsigzip/" + result;
  return result;
}

void require_file(const std::string& source, const std::string& path) {
  if (path.empty()) throw Error(ErrorCode::scenario, fmt::format("source '{}' has no path; name a file", source));
  if (is_database(path)) return;
  const ErrorTrap trap;
  const NetworkScope network(vsi_path(path));
  VSIStatBufL status;
  if (VSIStatL(vsi_path(path).c_str(), &status) != 0)
    throw Error(ErrorCode::input, fmt::format("source '{}': there is no file '{}'; correct the path", source, path));
  if (VSI_ISDIR(status.st_mode))
    throw Error(ErrorCode::input,
                fmt::format("source '{}': '{}' is a directory; name the file inside it", source, path));
}

DatasetHandle open_vector(const SourceSpec& spec) {
  const std::string &source = spec.name, &path = spec.path;
  if (is_database(path)) return open_database(source, path);
  const std::string extension = extension_of(path);
  if (extension == ".zip")
    throw Error(ErrorCode::scenario, fmt::format("source '{}': '{}' is an archive; name the file inside it: "
                                                 "/vsizip/ before the archive's path, /NAME behind it",
                                                 source, path));
  const VectorFormat* format = vector_format_of(extension);
  if (format == nullptr || format->drivers[0] == nullptr)
    throw Error(ErrorCode::scenario, fmt::format("source '{}': the extension '{}' of '{}' is not one that can be read "
                                                 "here; use one of {}",
                                                 source, extension, path, known_extensions()));
  std::vector<std::string> drivers;
  for (const char* driver : format->drivers)
    if (driver != nullptr) drivers.emplace_back(driver);
  if (extension == ".xlsx" || extension == ".ods") check_workbook(spec);
  return open_with(source, path, drivers, GDAL_OF_VECTOR, format->name);
}

void require_opens(const SourceSpec& spec) {
  require_encoding(spec.encoding, fmt::format("source '{}'", spec.name));
  if (!is_delimited(spec.path)) open_vector(spec);
  require_file(spec.name, spec.path);
}

DatasetHandle open_raster_dataset(const std::string& source, const std::string& path) {
  const std::string extension = extension_of(path);
  const std::vector<std::string> drivers = raster_drivers(extension);
  if (drivers.empty())
    throw Error(ErrorCode::scenario, fmt::format("source '{}': the extension '{}' of '{}' is not one of a raster that "
                                                 "can be read here; use one of {} (gdal_translate makes a .tif)",
                                                 source, extension, path, fmt::join(raster_extensions(), ", ")));
  return open_with(source, path, drivers, GDAL_OF_RASTER, "a raster");
}

}  // namespace tocsin::data
