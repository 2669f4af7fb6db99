#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <tocsin/core/calendar.hpp>

namespace tocsin {

/// How a raster is brought onto the grid.
enum class Resample {
  mean,      ///< area-weighted mean of the source cells under a cell
  sum,       ///< totals are kept: each source cell's value is shared over the cells that it overlaps
  bilinear,  ///< interpolated at the cell's centre
  nearest,   ///< the source cell that holds the centre
  mode       ///< the value that covers most of the cell
};

std::optional<Resample> parse_resample(const std::string& text);

/// What a table may hold, so that a damaged or hostile file ends in a message instead of taking all memory. Each limit
/// is far above what honest tables have.
struct TableLimits {
  std::int64_t field_bytes = 16'000'000;        ///< of one cell
  std::int64_t columns = 16'384;                ///< as many as a spreadsheet can have
  std::int64_t rows = 100'000'000;              ///< records
  std::int64_t text_bytes = 16'000'000'000;     ///< of a delimited text, unpacked
  std::int64_t workbook_bytes = 1'000'000'000;  ///< of a workbook, unpacked: all of it is held in memory
  double archive_ratio = 250;                   ///< unpacked bytes for each packed one
  std::int64_t ratio_from_bytes = 100'000'000;  ///< below this many unpacked bytes the ratio does not matter
};

/// What becomes of several rows of a table for one area and date, where one is meant.
enum class DoubledRows {
  unseen,  ///< the area was not observed on that date: nobody knows which row is right
  mean,    ///< their mean
  sum,     ///< their sum: the rows are parts of a whole
  first    ///< the first of them
};

/// How a number of an area goes to areas with other boundaries.
enum class Carry {
  share,  ///< a count (events, persons): its parts add up to it
  mean    ///< a rate, a share, millimetres of rain: the same in every part
};

/// Where a source lies and how to read it, as a scenario or a command line says it. Every reader takes what concerns
/// it.
struct SourceSpec {
  std::string name;             ///< for messages and accounting
  std::string path;             ///< a file, absolute or relative to the working directory
  std::string format = "auto";  ///< "incidents", "ucdp-ged", "auto", or "table"
  std::string layer;            ///< empty: the only or first layer
  std::string where;            ///< OGR SQL where clause; empty: all
  std::string crs;              ///< overrides or supplies the CRS of the data ("EPSG:4326"); empty: as the data say
  std::string code_field, name_field;          ///< of areas; the name also of features
  std::string from_field, to_field;            ///< dates between which a feature exists; empty: always
  std::string value_field;                     ///< number that features carry; empty: none
  std::map<std::string, std::string> columns;  ///< tocsin's field name -> the source's column
  std::string encoding = "auto";               ///< of delimited text: "UTF-8", "Windows-1252", ...
  std::string separator = "auto";              ///< of delimited text: "auto" or one character
  std::string dates = "auto";    ///< of records: "day-first", "month-first", "excel-1904"; see DateColumns
  std::string decimal = "auto";  ///< of records: decimal mark, "." or ","; see NumberColumn
  int header_row = 0;            ///< row of a table that names the columns, counted from 1; 0: found by its looks
  TableLimits limits;            ///< of tables
  Resample resample = Resample::bilinear;
  int band = 1;
  /// Areas may overlap: for statistics of each by itself, never for reporting units.
  bool overlaps_allowed = false;
  /// Raster values are per square kilometre: they are multiplied by the cell's area once on the grid.
  bool per_km2 = false;
  /// The days that the source covers; what lies before and after is not observed rather than quiet. Empty: all days.
  std::optional<Day> observed_from, observed_to;
  DoubledRows doubled = DoubledRows::unseen;
  Carry carry = Carry::share;
  /// What a record of this source counts, beside its own weight: 0.5 of a source that is right half of the time.
  double reliability = 1;
  /// A larger share of unusable records than this is an error (exit code 3).
  double most_unusable = 0.2;
};

}  // namespace tocsin
