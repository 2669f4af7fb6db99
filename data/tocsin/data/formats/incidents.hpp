#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <tocsin/data/formats/event_format.hpp>
#include <tocsin/data/recognise/field_names.hpp>

namespace tocsin::data {

/// The fields of the incidents table, which SourceSpec::columns can map to other columns.
std::span<const std::string> incident_fields();

/// How the columns of a table are found that hold the fields.
enum class FieldSearch {
  mapping,      ///< those that SourceSpec::columns names, and no others
  names,        ///< also columns with the fields' own names
  likely_names  ///< also columns with HXL tags, or with names that people give such columns (recognise_columns)
};

/// The incidents table, and any table whose columns SourceSpec::columns names.
///
/// | field | meaning |
/// |---|---|
/// | id | optional; a second record with the same id is quarantined |
/// | date, or date_start and date_end | a day, or a month ("2021-08") when only that is known |
/// | reported | optional; the day on which the record became known |
/// | latitude, longitude | degrees WGS 84, or in the source's crs (longitude is x, latitude is y) |
/// | coordinates | instead of them: both in one text, as degrees, UTM with its zone, or MGRS |
/// | mgrs | instead of coordinates; squares of 1 km and more become discs unless precision says otherwise |
/// | easting, northing, utm_zone | instead of coordinates: UTM, where records lie in several zones |
/// | pcode, admin1, admin2, admin3 | code and names of the unit; enough without coordinates |
/// | precision | point, site, 25km, admin3, admin2, admin1, country, or a distance such as "5 km" |
/// | category, actor | texts |
/// | persons, weight | numbers, at least 0; weight is 1 when empty |
///
/// How dates, numbers and coordinates may be written: values/. Without precision, a record with coordinates is a point;
/// one without is known to the unit that it names (a pcode alone: admin2).
/// @param notes  gets one line that says which columns were recognised, where any was
/// @throws Error input: a needed column is missing; scenario: a mapping that names an unknown field or column
std::unique_ptr<EventFormat> make_incidents(const RawTable& header, const SourceSpec& spec, FieldSearch search,
                                            std::vector<std::string>& notes);

/// The columns that FieldSearch::likely_names takes for fields, where no mapping says otherwise. At most one a field.
std::vector<RecognisedColumn> likely_incident_columns(const RawTable& header);

/// What a text of the precision column says; empty when not understood.
std::optional<PlacePrecision> parse_precision(std::string_view text);

}  // namespace tocsin::data
