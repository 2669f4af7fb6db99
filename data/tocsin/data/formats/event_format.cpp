#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/formats/event_format.hpp>
#include <tocsin/data/formats/incidents.hpp>
#include <tocsin/data/formats/ucdp_ged.hpp>

namespace tocsin::data {
namespace {

bool is_plausible(Day day) {
  return day >= make_day(1900, 1, 1) && day <= make_day(2100, 12, 31);
}

RowProblem unreadable_date(std::string_view column) {
  return {"date not readable", fmt::format("{} is not a date of the years 1900 to 2100; write it as 2021-08-31, or "
                                           "2021-08 when only the month is known",
                                           column)};
}

/// Where clauses may say "actor" of a source that calls it something else.
void add_mapped_names(RawTable& table, const SourceSpec& spec) {
  for (const auto& [field, name] : spec.columns) {
    const auto column = table.find(name);
    if (column && !table.find(field)) table.add_column(field, *column);
  }
}

}  // namespace

std::optional<Period> parse_day_or_month(std::string_view text) {
  std::string iso(trim(text));
  if (iso.size() >= 7 && iso[4] == '/') iso[4] = '-';
  if (iso.size() >= 10 && iso[7] == '/') iso[7] = '-';
  Period period;
  if (iso.size() == 7) {
    const auto first = parse_day(iso + "-01");
    if (!first) return {};
    period = period_of(*first, Every::month);
  } else {
    const auto day = parse_day(iso);
    if (!day) return {};
    period = {*day, *day, {}};
  }
  if (!is_plausible(period.first)) return {};
  return period;
}

std::optional<RowProblem> parse_dates(std::string_view start, std::string_view end, std::string_view reported,
                                      EventRecord& record) {
  if (start.empty() && end.empty()) return RowProblem{"no date", "the record has no date; fill it in"};
  const auto first = parse_day_or_month(start.empty() ? end : start);
  if (!first) return unreadable_date("the date");
  record.first_day = first->first;
  record.last_day = first->last;
  if (!end.empty()) {
    const auto last = parse_day_or_month(end);
    if (!last) return unreadable_date("the end date");
    record.last_day = last->last;
  }
  if (record.last_day < record.first_day)
    return RowProblem{"dates reversed", "the end date is before the start date; correct one of them"};
  record.reported = record.last_day;
  record.has_reported = !reported.empty();
  if (!record.has_reported) return {};
  const auto known = parse_day_or_month(reported);
  if (!known) return unreadable_date("the reported date");
  // Of a month only its last day is sure: nobody may know of a record before it was reported.
  record.reported = known->last;
  if (record.reported < record.first_day)
    return RowProblem{"reported before it happened",
                      fmt::format("reported on {}, but it happened on {} at the earliest; correct one of them",
                                  to_string(record.reported), to_string(record.first_day))};
  return {};
}

std::optional<RowProblem> parse_cell(std::string_view text, std::string_view what, double& value) {
  if (text.empty()) return {};
  const auto number = parse_number(text);
  if (!number)
    return RowProblem{"number not readable", fmt::format("'{}' is not a number; write it with a decimal point and "
                                                         "without thousands separators",
                                                         what)};
  if (!std::isfinite(*number))
    return RowProblem{"not finite", fmt::format("'{}' is not a finite number; leave it empty when not known", what)};
  value = *number;
  return {};
}

std::optional<RowProblem> parse_coordinates(std::string_view latitude, std::string_view longitude, bool in_degrees,
                                            double& x, double& y) {
  if (latitude.empty() || longitude.empty())
    return RowProblem{"coordinates missing", "the record has no coordinates; fill them in or give a pcode"};
  const auto north = parse_number(latitude), east = parse_number(longitude);
  if (!north || !east)
    return RowProblem{"coordinates not readable", "write them as decimal numbers with a point: 5.6572 and 27.5884"};
  x = *east;
  y = *north;
  return check_coordinates(x, y, in_degrees);
}

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

void throw_missing_column(const RawTable& table, const SourceSpec& spec, const std::string& column) {
  throw Error(ErrorCode::input, fmt::format("source '{}': column '{}' is missing in '{}'{}", spec.name, column,
                                            spec.path, did_you_mean(column, table.columns)));
}

std::unique_ptr<EventFormat> make_event_format(RawTable& table, const SourceSpec& spec,
                                               std::vector<std::string>& warnings) {
  add_mapped_names(table, spec);
  if (spec.format == "ucdp-ged") return make_ucdp_ged(table, spec);
  if (spec.format == "incidents" || spec.format == "table") return make_incidents(table, spec);
  if (spec.format != "auto")
    throw Error(ErrorCode::scenario,
                fmt::format("source '{}': there is no format '{}'; use incidents, ucdp-ged, table or "
                            "auto",
                            spec.name, spec.format));
  if (spec.columns.empty() && looks_like_ucdp_ged(table)) {
    warnings.push_back(fmt::format("source '{}' was taken for UCDP GED by its columns", spec.name));
    return make_ucdp_ged(table, spec);
  }
  if (spec.columns.empty() && table.find("event_id_cnty") && table.find("event_date"))
    throw Error(ErrorCode::input,
                fmt::format("source '{}': '{}' looks like an ACLED export, which has no reader yet; use "
                            "format = \"table\" and name its columns",
                            spec.name, spec.path));
  auto format = make_incidents(table, spec);
  warnings.push_back(fmt::format("source '{}' was taken for an incidents table by its columns", spec.name));
  return format;
}

}  // namespace tocsin::data
