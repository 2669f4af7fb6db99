#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <tocsin/grid/raster.hpp>
#include <tocsin/ports/source_spec.hpp>
#include <tocsin/vector/areas.hpp>
#include <tocsin/vector/events.hpp>
#include <tocsin/vector/features.hpp>

namespace tocsin {

/// A record that could not be used. `record` and `detail` may hold what a record says: they go to the quarantine file,
/// which is marked internal, and nowhere else.
struct QuarantinedRow {
  std::string source;
  std::int64_t row = 0;
  std::string reason;  ///< a short stable phrase to group by: "no date", "coordinates out of range"
  std::string detail;  ///< what was found and what to do
  std::string record;  ///< the record as read, fields joined by " | "
};

struct EventRequest {
  std::string crs_wkt;                     ///< coordinates are wanted in this projected CRS, metres
  std::vector<std::string> number_fields;  ///< further numeric fields, into Events::numbers
  std::vector<std::string> text_fields;    ///< further text fields, into Events::texts
  std::vector<std::string> filters;        ///< where clauses, each answered by one mask
};

struct EventBatch {
  Events events;
  std::vector<std::vector<std::uint8_t>> matches;  ///< matches[f][i] = 1 when event i satisfies filters[f]
  std::int64_t rows_read = 0;                      ///< data records seen; = events + outside_where + quarantined
  std::int64_t outside_where = 0;                  ///< left out by the source's own where clause
  std::vector<QuarantinedRow> quarantined;
  std::vector<std::string> warnings;
};

/// Point or imprecisely placed events. Implementations may be asked to read more than once.
class EventSource {
 public:
  virtual ~EventSource() = default;
  /// @throws Error input, io; scenario for a field or filter that the source does not have.
  virtual EventBatch read(const EventRequest& request) = 0;
};

struct AreaBatch {
  Areas areas;
  std::vector<std::string> warnings;  ///< repaired geometries, by name
};

class AreaSource {
 public:
  virtual ~AreaSource() = default;
  /// @param crs_wkt  shapes are wanted in this projected CRS
  virtual AreaBatch read(const std::string& crs_wkt) = 0;
};

struct FeatureBatch {
  Features features;
  std::int64_t rows_read = 0;
  std::int64_t outside_where = 0;
  std::vector<QuarantinedRow> quarantined;
  std::vector<std::string> warnings;
};

class FeatureSource {
 public:
  virtual ~FeatureSource() = default;
  /// @param where  a further OGR where clause, empty for all
  virtual FeatureBatch read(const std::string& crs_wkt, const std::string& where) = 0;
};

struct RasterBatch {
  Raster<float> raster;  ///< on the grid asked for; NaN = not observed
  std::vector<std::string> warnings;
};

class RasterSource {
 public:
  virtual ~RasterSource() = default;
  /// The rule of resampling belongs to the source (SourceSpec::resample).
  virtual RasterBatch read(const Grid& grid) = 0;
};

/// A table of text cells; numbers and dates are parsed by whoever knows what they mean. A source may bring columns that
/// are wholly numbers or dates into their plain form (1234.5, 2021-08-31).
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< each with one cell a column
  std::vector<std::int64_t> row_numbers;       ///< row as a person counts it
  std::vector<std::string> warnings = {};      ///< what was guessed
};

class TableSource {
 public:
  virtual ~TableSource() = default;
  virtual Table read() = 0;
};

/// The named sources of an assessment, and the projected CRS (WKT, metres) in which they are asked for their data.
struct Sources {
  std::string crs_wkt;
  std::map<std::string, std::unique_ptr<EventSource>> events;
  std::map<std::string, std::unique_ptr<AreaSource>> areas;
  std::map<std::string, std::unique_ptr<FeatureSource>> features;
  std::map<std::string, std::unique_ptr<RasterSource>> rasters;
  std::map<std::string, std::unique_ptr<TableSource>> tables;
};

}  // namespace tocsin
