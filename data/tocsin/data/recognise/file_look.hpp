#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <tocsin/data/recognise/area_attributes.hpp>
#include <tocsin/ports/source_spec.hpp>

namespace tocsin::data {

/// What tocsin can use a file for.
enum class FileKind {
  events,     ///< records with a day and a place
  areas,      ///< polygons
  points,     ///< sites, services, settlements: points without a day
  lines,      ///< roads, rivers
  raster,     ///< values by cell
  gaps,       ///< a table of areas with days from and to: access, control
  flows,      ///< a table of persons who moved: origin or destination, day, persons
  dates,      ///< a table of dates, with the days around them that matter
  area_rows,  ///< a table of numbers by area and day
  other       ///< nothing of these; FileLook::why says what is missing
};
std::string_view to_string(FileKind kind);

/// What one file, or one layer of it, was taken for. Nothing in it comes from a single record.
struct FileLook {
  std::string path;
  std::string layer;  ///< empty where the file has only one
  FileKind kind = FileKind::other;
  std::string what;    ///< "an ACLED export", "areas"
  std::string why;     ///< "by its columns event_id_cnty, event_date, ...", "it has polygons"
  std::string format;  ///< of events: SourceSpec::format, "table" where columns were recognised by likely names
  /// What the columns hold, one word a column: of events the fields of the incidents table (of a "table" only); of
  /// tables and features "code", "from", "to", "date", "origin", "destination", "persons", "name".
  std::map<std::string, std::string> columns;
  std::vector<std::string> column_names;  ///< all, as written
  AreaAttributes areas;                   ///< of areas
  std::int64_t records = -1;              ///< features of a layer; -1: not counted

  /// How a reader would take it. Its name is the one given.
  [[nodiscard]] SourceSpec spec(const std::string& name) const;
};

/// Looks at a file by its ending, columns and shapes: one look a layer or sheet, but sheets and layers without any
/// record, in the order of the file. Values are read of polygon layers only (which attributes are unique), and of
/// features the texts that may be dates.
/// @throws Error input: missing, damaged, empty; scenario: an ending that nothing reads
std::vector<FileLook> look_at_file(const std::string& path);

}  // namespace tocsin::data
