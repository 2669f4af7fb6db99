#include <array>
#include <cmath>

#include <GeographicLib/MGRS.hpp>
#include <GeographicLib/UTMUPS.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/formats/incidents.hpp>

namespace tocsin::data {
namespace {

enum Field : std::size_t {
  id,
  date,
  date_start,
  date_end,
  reported,
  latitude,
  longitude,
  mgrs,
  pcode,
  admin1,
  admin2,
  admin3,
  precision,
  category,
  actor,
  persons,
  weight,
  field_count
};

const std::array<std::string, field_count> names{
    "id",     "date",   "date_start", "date_end",  "reported", "latitude", "longitude", "mgrs",  "pcode",
    "admin1", "admin2", "admin3",     "precision", "category", "actor",    "persons",   "weight"};

/// An MGRS reference stands for a square; the place is its centre.
struct MgrsPlace {
  double longitude = 0, latitude = 0;
  PlacePrecision precision;
};

std::optional<MgrsPlace> parse_mgrs(std::string_view text) {
  std::string compact;
  for (const char letter : text)
    if (letter != ' ') compact += letter;
  try {
    int zone = 0, digits = 0;
    bool is_north = true;
    double easting = 0, northing = 0;
    GeographicLib::MGRS::Reverse(compact, zone, is_north, easting, northing, digits);
    if (digits < 0) return {};  // a grid zone alone is larger than most countries
    MgrsPlace place;
    GeographicLib::UTMUPS::Reverse(zone, is_north, easting, northing, place.latitude, place.longitude);
    if (!std::isfinite(place.latitude) || !std::isfinite(place.longitude)) return {};
    const double edge_m = std::pow(10.0, 5 - digits);
    if (edge_m >= 1000) place.precision = {PlaceKind::disc, 0, static_cast<float>(edge_m * std::sqrt(0.5))};
    return place;
  } catch (const GeographicLib::GeographicErr&) {
    return {};
  }
}

class Incidents final : public EventFormat {
 public:
  Incidents(const RawTable& table, const SourceSpec& spec) {
    for (const auto& [field, column] : spec.columns) map_column(table, spec, field, column);
    // A table that is mapped by hand may use the same names for other things.
    if (spec.format != "table")
      for (std::size_t i = 0; i < field_count; ++i)
        if (!columns_[i]) columns_[i] = table.find(names[i]);
    if (!columns_[date] && !columns_[date_start]) throw_missing_column(table, spec, "date");
    const bool has_units =
        columns_[mgrs] || columns_[pcode] || columns_[admin1] || columns_[admin2] || columns_[admin3];
    use_geometry_ = !columns_[latitude] && !columns_[longitude] && !columns_[mgrs] && table.has_points;
    if (columns_[latitude].has_value() != columns_[longitude].has_value() ||
        (!columns_[latitude] && !has_units && !use_geometry_))
      throw_missing_column(table, spec, columns_[latitude] ? "longitude" : "latitude");
    if (!spec.crs.empty()) {
      crs_ = spec.crs;
    } else if (use_geometry_) {
      if (table.crs_wkt.empty())
        throw Error(ErrorCode::input, fmt::format("source '{}': the points of '{}' have no CRS; set the source's crs",
                                                  spec.name, spec.path));
      crs_ = table.crs_wkt;
    }
    in_degrees_ = is_geographic(*parse_srs(crs_, fmt::format("source '{}'", spec.name)));
  }

  std::optional<RowProblem> parse(const RawTable& block, std::size_t row, EventRecord& record) const override {
    record.id = text(block, row, id);
    record.category = text(block, row, category);
    record.actor = text(block, row, actor);
    record.area_code = text(block, row, pcode);
    record.admin1 = text(block, row, admin1);
    record.admin2 = text(block, row, admin2);
    record.admin3 = text(block, row, admin3);
    const std::string_view start = text(block, row, date_start);
    if (auto problem = parse_dates(start.empty() ? text(block, row, date) : start, text(block, row, date_end),
                                   text(block, row, reported), record))
      return problem;
    if (auto problem = place(block, row, record)) return problem;
    if (auto problem = parse_cell(text(block, row, persons), "persons", record.persons)) return problem;
    if (auto problem = parse_cell(text(block, row, weight), "weight", record.weight)) return problem;
    if (record.persons < 0 || record.weight < 0)
      return RowProblem{"negative persons or weight", "both are at least 0; correct the number or leave it empty"};
    return {};
  }

  [[nodiscard]] std::string crs() const override { return crs_; }

  [[nodiscard]] std::optional<std::size_t> column_of(std::string_view field) const override {
    for (std::size_t i = 0; i < field_count; ++i)
      if (names[i] == lower(trim(field))) return columns_[i];
    return {};
  }

 private:
  void map_column(const RawTable& table, const SourceSpec& spec, const std::string& field, const std::string& column) {
    std::size_t index = 0;
    while (index < field_count && names[index] != field) ++index;
    if (index == field_count)
      throw Error(ErrorCode::scenario, fmt::format("source '{}': columns has an unknown field '{}'{}", spec.name, field,
                                                   did_you_mean(field, names)));
    columns_[index] = table.find(column);
    if (!columns_[index])
      throw Error(ErrorCode::scenario,
                  fmt::format("source '{}': columns maps {} to '{}', which '{}' does not have{}", spec.name, field,
                              column, spec.path, did_you_mean(column, table.columns)));
  }

  [[nodiscard]] std::string_view text(const RawTable& block, std::size_t row, Field field) const {
    return columns_[field] ? block.cell(row, *columns_[field]) : std::string_view();
  }

  /// The smallest unit that the record names, for records without coordinates.
  static std::optional<PlacePrecision> named_unit(const EventRecord& record) {
    if (!record.admin3.empty()) return PlacePrecision{PlaceKind::admin, 3, 0};
    if (!record.admin2.empty() || !record.area_code.empty()) return PlacePrecision{PlaceKind::admin, 2, 0};
    if (!record.admin1.empty()) return PlacePrecision{PlaceKind::admin, 1, 0};
    return {};
  }

  std::optional<RowProblem> place(const RawTable& block, std::size_t row, EventRecord& record) const {
    const std::string_view said = text(block, row, precision);
    const std::optional<PlacePrecision> wanted = said.empty() ? std::nullopt : parse_precision(said);
    if (!said.empty() && !wanted)
      return RowProblem{"precision not understood",
                        "use point, site, 25km, admin3, admin2, admin1, country, or a distance "
                        "such as \"5 km\""};
    const std::string_view north = text(block, row, latitude), east = text(block, row, longitude),
                           square = text(block, row, mgrs);
    if (!north.empty() || !east.empty()) {
      record.precision = wanted.value_or(PlacePrecision{});
      return parse_coordinates(north, east, in_degrees_, record.x, record.y);
    }
    if (!square.empty()) return place_in_square(square, wanted, record);
    if (use_geometry_ && std::isfinite(block.x[row]) && std::isfinite(block.y[row])) {
      record.precision = wanted.value_or(PlacePrecision{});
      record.x = block.x[row];
      record.y = block.y[row];
      return check_coordinates(record.x, record.y, in_degrees_);
    }
    return place_in_unit(wanted, record);
  }

  /// Without coordinates a record is as precise as the unit that it names, even if it calls itself a point.
  static std::optional<RowProblem> place_in_unit(const std::optional<PlacePrecision>& wanted, EventRecord& record) {
    const auto unit = named_unit(record);
    if (wanted && wanted->kind == PlaceKind::unplaced) {
      record.precision = *wanted;
    } else if (!unit) {
      return RowProblem{"coordinates missing", "the record has no coordinates and names no unit; fill in either"};
    } else {
      record.precision = wanted && wanted->kind == PlaceKind::admin ? *wanted : *unit;
    }
    return {};
  }

  std::optional<RowProblem> place_in_square(std::string_view square, const std::optional<PlacePrecision>& wanted,
                                            EventRecord& record) const {
    if (!in_degrees_)
      return RowProblem{"coordinates not readable",
                        "MGRS references are WGS 84, but the source has a projected crs; remove it"};
    const auto place = parse_mgrs(square);
    if (!place)
      return RowProblem{"coordinates not readable", "this is no MGRS reference; write it as 35NNG 12345 67890"};
    record.x = place->longitude;
    record.y = place->latitude;
    record.precision = wanted.value_or(place->precision);
    return check_coordinates(record.x, record.y, in_degrees_);
  }

  std::array<std::optional<std::size_t>, field_count> columns_{};
  std::string crs_ = "EPSG:4326";
  bool in_degrees_ = true, use_geometry_ = false;
};

}  // namespace

std::span<const std::string> incident_fields() {
  return names;
}

std::optional<PlacePrecision> parse_precision(std::string_view text) {
  const std::string word = lower(trim(text));
  if (word == "point" || word == "exact" || word == "site") return PlacePrecision{};
  if (word == "country" || word == "unknown") return PlacePrecision{PlaceKind::unplaced, 0, 0};
  if (word.size() == 6 && word.starts_with("admin") && word[5] >= '1' && word[5] <= '3')
    return PlacePrecision{PlaceKind::admin, static_cast<std::uint8_t>(word[5] - '0'), 0};
  try {
    const double radius_m = parse_length(word).metres;
    if (radius_m > 0) return PlacePrecision{PlaceKind::disc, 0, static_cast<float>(radius_m)};
  } catch (const Error&) {
    // Not a distance: said by the empty result.
  }
  return {};
}

std::unique_ptr<EventFormat> make_incidents(const RawTable& table, const SourceSpec& spec) {
  return std::make_unique<Incidents>(table, spec);
}

}  // namespace tocsin::data
