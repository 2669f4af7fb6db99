#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/formats/acled.hpp>
#include <tocsin/data/formats/event_format.hpp>
#include <tocsin/data/formats/incidents.hpp>
#include <tocsin/data/formats/ucdp_ged.hpp>
#include <tocsin/data/values/written_date.hpp>

namespace tocsin::data {
namespace {

bool maps_only_reported(const SourceSpec& spec) {
  return spec.columns.empty() || (spec.columns.size() == 1 && spec.columns.contains("reported"));
}

/// Where clauses may say "actor" of a source that calls it something else.
void add_mapped_names(RawTable& table, const SourceSpec& spec) {
  for (const auto& [field, name] : spec.columns) {
    const auto column = table.find(name);
    if (column && !table.find(field)) table.add_column(field, *column);
  }
}

}  // namespace

std::optional<RowProblem> check_coordinates(double x, double y, bool in_degrees) {
  if (!std::isfinite(x) || !std::isfinite(y))
    return RowProblem{"coordinates not readable", "they are not finite numbers; leave them empty when not known"};
  if (!in_degrees) return {};
  if (std::abs(y) > 90 || std::abs(x) > 180) {
    const bool fits_swapped = std::abs(x) <= 90 && std::abs(y) <= 180;
    if (fits_swapped)
      return RowProblem{"latitude and longitude swapped?", "they are in range only the other way round; exchange them"};
    return RowProblem{"coordinates out of range",
                      "latitude runs from -90 to 90 and longitude from -180 to 180; if they "
                      "are in metres, give the source its crs"};
  }
  if (x == 0 && y == 0)
    return RowProblem{"coordinates 0,0", "this is in the Atlantic and mostly means \"not known\"; leave them empty"};
  return {};
}

std::size_t need_column(const RawTable& table, const SourceSpec& spec, const std::string& column) {
  if (const auto found = table.find(column)) return *found;
  throw_missing_column(table, spec, column);
}

namespace {

/// A table without a header has a record where its columns should be named, and nothing that a record says is told.
bool names_are_a_record(const RawTable& table) {
  return std::any_of(table.columns.begin(), table.columns.end(), [](const std::string& name) {
    return parse_number(name).has_value() || read_written_date(name).has_value();
  });
}

}  // namespace

void throw_missing_column(const RawTable& table, const SourceSpec& spec, const std::string& column) {
  if (names_are_a_record(table))
    throw Error(
        ErrorCode::input,
        fmt::format("source '{}': column '{}' is missing in '{}', whose first row looks like a record; put a row "
                    "above it that names the columns",
                    spec.name, column, spec.path));
  throw Error(ErrorCode::input, fmt::format("source '{}': column '{}' is missing in '{}'{}", spec.name, column,
                                            spec.path, did_you_mean(column, table.columns)));
}

std::unique_ptr<EventFormat> make_event_format(RawTable& header, const SourceSpec& spec,
                                               std::vector<std::string>& notes) {
  const auto taken_for = [&](const char* what) {
    notes.push_back(fmt::format("source '{}' was taken for {} by its columns", spec.name, what));
  };
  const bool automatic = spec.format == "auto";
  if (spec.format == "acled" || (automatic && looks_like_acled(header) && maps_only_reported(spec))) {
    if (automatic) taken_for("an ACLED export");
    return make_acled(header, spec);
  }
  if (spec.format == "ucdp-ged" || (automatic && spec.columns.empty() && looks_like_ucdp_ged(header))) {
    if (automatic) taken_for("UCDP GED");
    return make_ucdp_ged(header, spec);
  }
  add_mapped_names(header, spec);
  if (spec.format == "incidents") return make_incidents(header, spec, FieldSearch::names, notes);
  if (spec.format == "table") return make_incidents(header, spec, FieldSearch::mapping, notes);
  if (!automatic)
    throw Error(ErrorCode::scenario, fmt::format("source '{}': there is no format '{}'; use {}", spec.name, spec.format,
                                                 fmt::join(event_formats, ", ")));
  taken_for("an incidents table");
  auto format = make_incidents(header, spec, FieldSearch::likely_names, notes);
  // Where clauses may use the names of the fields that were recognised.
  for (const std::string& field : incident_fields())
    if (const auto column = format->column_of(field); column && !header.find(field)) header.add_column(field, *column);
  return format;
}

}  // namespace tocsin::data
