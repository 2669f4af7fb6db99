#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/formats/record_place.hpp>
#include <tocsin/data/values/written_place.hpp>

namespace tocsin::data {
namespace {

const char* unreadable = "coordinates not readable";

std::string source_of(const SourceSpec& spec) {
  return fmt::format("source '{}'", spec.name);
}

std::string name_of(const RawTable& header, const std::optional<std::size_t>& column) {
  return column ? header.columns[*column] : std::string();
}

void require_pair(const RawTable& header, const SourceSpec& spec, const std::optional<std::size_t>& a,
                  const char* name_a, const std::optional<std::size_t>& b, const char* name_b) {
  if (a && !b) throw_missing_column(header, spec, name_b);
  if (b && !a) throw_missing_column(header, spec, name_a);
}

}  // namespace

RecordPlace::RecordPlace(const RawTable& header, const SourceSpec& spec, const PlaceFields& fields)
    : fields_(fields),
      x_(source_of(spec), name_of(header, fields.longitude), false,
         parse_decimal_mark(spec.decimal).value_or(DecimalMark::automatic)),
      y_(source_of(spec), name_of(header, fields.latitude), false,
         parse_decimal_mark(spec.decimal).value_or(DecimalMark::automatic)) {
  require_pair(header, spec, fields.latitude, "latitude", fields.longitude, "longitude");
  require_pair(header, spec, fields.easting, "easting", fields.northing, "northing");
  require_pair(header, spec, fields.easting, "easting", fields.utm_zone, "utm_zone");
  use_points_ = !has_columns() && header.has_points;
  if (!spec.crs.empty()) {
    crs_ = spec.crs;
  } else if (use_points_) {
    if (header.crs_wkt.empty())
      throw Error(ErrorCode::input, fmt::format("source '{}': the points of '{}' have no CRS; set the source's crs",
                                                spec.name, spec.path));
    crs_ = header.crs_wkt;
  }
  in_degrees_ = is_geographic(*parse_srs(crs_, source_of(spec)));
}

void RecordPlace::observe(const RawTable& block) {
  if (in_degrees_ || !fields_.latitude) return;
  for (std::size_t row = 0; row < block.rows(); ++row) {
    if (block.is_ragged(row)) continue;
    x_.observe(block.cell(row, *fields_.longitude), block.row_number(row));
    y_.observe(block.cell(row, *fields_.latitude), block.row_number(row));
  }
}

void RecordPlace::decide() {
  x_.decide();
  y_.decide();
}

RecordPlace::Found RecordPlace::read(const RawTable& block, std::size_t row, EventRecord& record) const {
  const auto text = [&](const std::optional<std::size_t>& column) {
    return column ? unless_unknown(block.cell(row, *column)) : std::string_view();
  };
  const std::string_view north = text(fields_.latitude), east = text(fields_.longitude);
  if (!north.empty() || !east.empty()) return {true, pair(north, east, record)};
  if (const auto whole = text(fields_.coordinates); !whole.empty())
    return {true,
            written(read_place(whole),
                    "write latitude, then longitude, as \"5.6572, 27.5884\", an MGRS reference, or UTM with its zone",
                    record)};
  if (const auto square = text(fields_.mgrs); !square.empty())
    return {true, written(read_mgrs(square), "this is no MGRS reference; write it as 35NNG 12345 67890", record)};
  if (const auto easting = text(fields_.easting); !easting.empty())
    return {true, written(read_utm(text(fields_.utm_zone), easting, text(fields_.northing)),
                          "write the zone as 35N, easting and northing in metres", record)};
  if (use_points_ && std::isfinite(block.x[row]) && std::isfinite(block.y[row])) {
    record.x = block.x[row];
    record.y = block.y[row];
    return {true, check_coordinates(record.x, record.y, in_degrees_)};
  }
  return {};
}

std::optional<RowProblem> RecordPlace::pair(std::string_view north, std::string_view east, EventRecord& record) const {
  if (north.empty() || east.empty())
    return RowProblem{"coordinates missing", "the record has half of its coordinates; fill in both or give a pcode"};
  const auto y = in_degrees_ ? read_coordinate(north, Axis::latitude) : y_.read(north);
  const auto x = in_degrees_ ? read_coordinate(east, Axis::longitude) : x_.read(east);
  if (!x || !y) return RowProblem{unreadable, "write them as decimal numbers with a point: 5.6572 and 27.5884"};
  record.x = *x;
  record.y = *y;
  return check_coordinates(record.x, record.y, in_degrees_);
}

std::optional<RowProblem> RecordPlace::written(const std::optional<WrittenPlace>& place, const char* advice,
                                               EventRecord& record) const {
  if (!in_degrees_)
    return RowProblem{unreadable, "such places are WGS 84, but the source has a projected crs; remove it"};
  if (!place) return RowProblem{unreadable, advice};
  record.x = place->longitude;
  record.y = place->latitude;
  record.precision = place->precision;
  return check_coordinates(record.x, record.y, in_degrees_);
}

std::vector<std::string> RecordPlace::notes() const {
  if (in_degrees_) return {};
  auto notes = x_.notes();
  const auto more = y_.notes();
  notes.insert(notes.end(), more.begin(), more.end());
  return notes;
}

}  // namespace tocsin::data
