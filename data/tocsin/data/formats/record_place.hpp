#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tocsin/data/formats/event_format.hpp>
#include <tocsin/data/values/number_column.hpp>

namespace tocsin::data {

/// Columns of a table that say where its records lie.
struct PlaceFields {
  std::optional<std::size_t> latitude, longitude;  ///< degrees, or northing and easting in the source's crs
  std::optional<std::size_t> coordinates;          ///< a whole place in one text, see read_place
  std::optional<std::size_t> mgrs;
  std::optional<std::size_t> easting, northing, utm_zone;
};

/// Reads the coordinates of the records of one table, however they are written. Observe all blocks, decide, then read.
class RecordPlace {
 public:
  /// The CRS is SourceSpec::crs, else that of the table's own points where no column holds coordinates, else WGS 84.
  /// @throws Error input: half of a pair of columns is missing, points without a CRS; scenario: crs not understood
  RecordPlace(const RawTable& header, const SourceSpec& spec, const PlaceFields& fields);
  void observe(const RawTable& block);
  /// @throws Error input, as NumberColumn::decide, for projected coordinates
  void decide();
  /// Sets x and y of a record and, from a coarse MGRS reference, its precision. False when the row says nothing of
  /// coordinates. Problems: "coordinates missing" (half of a pair), "coordinates not readable", "coordinates out of
  /// range", "latitude and longitude swapped?", "coordinates 0,0".
  struct Found {
    bool given = false;
    std::optional<RowProblem> problem;
  };
  Found read(const RawTable& block, std::size_t row, EventRecord& record) const;

  /// True when some column or geometry can hold coordinates.
  [[nodiscard]] bool has_any() const { return has_columns() || use_points_; }
  [[nodiscard]] const std::string& crs() const { return crs_; }
  [[nodiscard]] bool in_degrees() const { return in_degrees_; }
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  [[nodiscard]] bool has_columns() const {
    return fields_.latitude || fields_.coordinates || fields_.mgrs || fields_.easting;
  }
  std::optional<RowProblem> pair(std::string_view north, std::string_view east, EventRecord& record) const;
  std::optional<RowProblem> written(const std::optional<struct WrittenPlace>& place, const char* advice,
                                    EventRecord& record) const;

  PlaceFields fields_;
  std::string crs_ = "EPSG:4326";
  bool in_degrees_ = true, use_points_ = false;
  NumberColumn x_, y_;  ///< of projected coordinates
};

}  // namespace tocsin::data
