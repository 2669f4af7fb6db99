#pragma once

#include <memory>
#include <string>
#include <vector>

class GDALDataset;
class OGRCoordinateTransformation;
class OGRFeature;
class OGRFeatureDefn;
class OGRGeometry;
class OGRSpatialReference;

/// What every reader and writer needs of GDAL. No GDAL header is included here, so that those who link the library need
/// none.
namespace tocsin::data {

/// Registers GDAL's drivers, once a process, and keeps PROJ off the network. Cheap to call again.
void register_gdal();

/// Holds GDAL's cache of raster blocks, one for the whole process, to so many bytes (16 MB at least, 256 MB at most).
void limit_block_cache(double bytes);

/// While it lives, GDAL says nothing on this thread: its messages are kept here. Traps nest.
class ErrorTrap {
 public:
  ErrorTrap();
  ~ErrorTrap();
  ErrorTrap(const ErrorTrap&) = delete;
  ErrorTrap& operator=(const ErrorTrap&) = delete;

  /// The first failure, else the first warning, as one line; empty when GDAL said nothing.
  [[nodiscard]] std::string text() const;
  /// The same, ready to end a message of ours: " (GDAL: ...)"; empty when GDAL said nothing.
  [[nodiscard]] std::string note() const;
  [[nodiscard]] bool failed() const { return !failures_.empty(); }
  void clear();

 private:
  friend struct ErrorTrapAccess;
  std::vector<std::string> failures_, warnings_;
};

/// Sets a GDAL configuration option for this thread while it lives.
class ConfigOption {
 public:
  ConfigOption(const char* key, const char* value);
  ~ConfigOption();
  ConfigOption(const ConfigOption&) = delete;
  ConfigOption& operator=(const ConfigOption&) = delete;

 private:
  std::string key_, before_;
  bool had_value_ = false;
};

struct GdalDeleter {
  void operator()(GDALDataset* dataset) const;
  void operator()(OGRSpatialReference* srs) const;
  void operator()(OGRCoordinateTransformation* transformation) const;
  void operator()(OGRFeature* feature) const;
  void operator()(OGRFeatureDefn* definition) const;
  void operator()(OGRGeometry* geometry) const;
};

using DatasetHandle = std::unique_ptr<GDALDataset, GdalDeleter>;
using SrsHandle = std::unique_ptr<OGRSpatialReference, GdalDeleter>;
using TransformationHandle = std::unique_ptr<OGRCoordinateTransformation, GdalDeleter>;
using FeatureHandle = std::unique_ptr<OGRFeature, GdalDeleter>;
using FeatureDefinitionHandle = std::unique_ptr<OGRFeatureDefn, GdalDeleter>;
using GeometryHandle = std::unique_ptr<OGRGeometry, GdalDeleter>;

}  // namespace tocsin::data
