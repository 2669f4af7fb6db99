#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/formats/incidents.hpp>
#include <tocsin/data/formats/record_dates.hpp>
#include <tocsin/data/formats/record_number.hpp>
#include <tocsin/data/formats/record_place.hpp>

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
  coordinates,
  mgrs,
  easting,
  northing,
  utm_zone,
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
    "id",          "date",   "date_start", "date_end", "reported", "latitude", "longitude",
    "coordinates", "mgrs",   "easting",    "northing", "utm_zone", "pcode",    "admin1",
    "admin2",      "admin3", "precision",  "category", "actor",    "persons",  "weight"};

/// The column of each field, where there is one.
using FieldColumns = std::array<std::optional<std::size_t>, field_count>;

void map_column(const RawTable& header, const SourceSpec& spec, const std::string& field, const std::string& column,
                FieldColumns& columns) {
  const auto index = static_cast<std::size_t>(std::find(names.begin(), names.end(), field) - names.begin());
  if (index == field_count)
    throw Error(ErrorCode::scenario, fmt::format("source '{}': columns has an unknown field '{}'{}", spec.name, field,
                                                 did_you_mean(field, names)));
  columns[index] = header.find(column);
  if (!columns[index])
    throw Error(ErrorCode::scenario,
                fmt::format("source '{}': columns maps {} to '{}', which '{}' does not have{}", spec.name, field,
                            column, spec.path, did_you_mean(column, header.columns)));
}

/// Fills in fields that have no column yet, unless they would say the same as others that have one.
void add_likely(const RawTable& header, const SourceSpec& spec, FieldColumns& columns,
                std::vector<std::string>& notes) {
  const bool tagged = !header.hxl_tags.empty();
  auto found = tagged ? recognise_tags(header.hxl_tags) : recognise_columns(header.columns);
  if (found.empty() && tagged) found = recognise_columns(header.columns);
  const FieldColumns before = columns;
  const bool has_date = before[date] || before[date_start];
  const bool has_place = before[latitude] || before[coordinates] || before[mgrs] || before[easting];
  std::vector<std::string> told;
  for (const auto& [field, column] : found) {
    const auto index = static_cast<std::size_t>(std::find(names.begin(), names.end(), field) - names.begin());
    const bool is_date = index == date || index == date_start || index == date_end;
    const bool is_place = index >= latitude && index <= utm_zone;
    const bool taken =
        std::any_of(columns.begin(), columns.end(), [c = column](const auto& other) { return other == c; });
    if (columns[index] || taken || (is_date && has_date) || (is_place && has_place)) continue;
    columns[index] = column;
    told.push_back(fmt::format("{} from '{}'", field, header.columns[column]));
  }
  if (!told.empty())
    notes.push_back(fmt::format(
        "source '{}': columns were recognised by their {}: {}; if one is wrong, name it in [sources.{}.columns]",
        spec.name, tagged ? "HXL tags" : "names", fmt::join(told, ", "), spec.name));
}

FieldColumns find_columns(const RawTable& header, const SourceSpec& spec, FieldSearch search,
                          std::vector<std::string>& notes) {
  FieldColumns columns{};
  for (const auto& [field, column] : spec.columns) map_column(header, spec, field, column, columns);
  // A table that is mapped by hand may use the same names for other things.
  if (search == FieldSearch::mapping) return columns;
  for (std::size_t i = 0; i < field_count; ++i)
    if (!columns[i]) columns[i] = header.find(names[i]);
  if (search == FieldSearch::likely_names) add_likely(header, spec, columns, notes);
  return columns;
}

class Incidents final : public EventFormat {
 public:
  Incidents(const RawTable& header, const SourceSpec& spec, const FieldColumns& columns)
      : columns_(columns),
        dates_(header, spec, {columns[date], columns[date_start], columns[date_end], columns[reported]}),
        place_(header, spec,
               {columns[latitude], columns[longitude], columns[coordinates], columns[mgrs], columns[easting],
                columns[northing], columns[utm_zone]}),
        persons_(header, spec, columns[persons], true),
        weight_(header, spec, columns[weight], false) {
    if (!columns[date] && !columns[date_start]) throw_missing_column(header, spec, "date");
    const bool has_units = columns[pcode] || columns[admin1] || columns[admin2] || columns[admin3];
    if (!place_.has_any() && !has_units) throw_missing_column(header, spec, "latitude");
  }

  void observe(const RawTable& block) override {
    dates_.observe(block);
    place_.observe(block);
    persons_.observe(block);
    weight_.observe(block);
  }

  void decide() override {
    dates_.decide();
    place_.decide();
    persons_.decide();
    weight_.decide();
  }

  std::optional<RowProblem> parse(const RawTable& block, std::size_t row, EventRecord& record) const override {
    record.id = text(block, row, id);
    record.category = text(block, row, category);
    record.actor = text(block, row, actor);
    record.area_code = known(block, row, pcode);
    record.admin1 = known(block, row, admin1);
    record.admin2 = known(block, row, admin2);
    record.admin3 = known(block, row, admin3);
    if (auto problem = dates_.read(block, row, record)) return problem;
    if (auto problem = place(block, row, record)) return problem;
    if (auto problem = persons_.read(block, row, record.persons)) return problem;
    if (auto problem = weight_.read(block, row, record.weight)) return problem;
    if (record.persons < 0 || record.weight < 0)
      return RowProblem{"negative persons or weight", "both are at least 0; correct the number or leave it empty"};
    return {};
  }

  [[nodiscard]] std::string crs() const override { return place_.crs(); }

  [[nodiscard]] bool is_hand_made() const override { return place_.in_degrees(); }

  [[nodiscard]] std::vector<std::string> warnings() const override {
    std::vector<std::string> all;
    for (const auto& notes : {dates_.notes(), place_.notes(), persons_.notes(), weight_.notes()})
      all.insert(all.end(), notes.begin(), notes.end());
    return all;
  }

  [[nodiscard]] std::optional<std::size_t> column_of(std::string_view field) const override {
    for (std::size_t i = 0; i < field_count; ++i)
      if (names[i] == lower(trim(field))) return columns_[i];
    return {};
  }

 private:
  [[nodiscard]] std::string_view text(const RawTable& block, std::size_t row, Field field) const {
    return columns_[field] ? block.cell(row, *columns_[field]) : std::string_view();
  }

  /// Empty as well where the cell says that it is not known.
  [[nodiscard]] std::string_view known(const RawTable& block, std::size_t row, Field field) const {
    return unless_unknown(text(block, row, field));
  }

  /// The smallest unit that the record names, for records without coordinates.
  static std::optional<PlacePrecision> named_unit(const EventRecord& record) {
    if (!record.admin3.empty()) return PlacePrecision{PlaceKind::admin, 3, 0};
    if (!record.admin2.empty() || !record.area_code.empty()) return PlacePrecision{PlaceKind::admin, 2, 0};
    if (!record.admin1.empty()) return PlacePrecision{PlaceKind::admin, 1, 0};
    return {};
  }

  std::optional<RowProblem> place(const RawTable& block, std::size_t row, EventRecord& record) const {
    // "unknown" is a precision; "n/a" is none.
    const std::string_view cell = text(block, row, precision);
    const std::optional<PlacePrecision> wanted = cell.empty() ? std::nullopt : parse_precision(cell);
    const std::string_view said = wanted ? cell : unless_unknown(cell);
    if (!said.empty() && !wanted)
      return RowProblem{"precision not understood",
                        "use point, site, 25km, admin3, admin2, admin1, country, or a distance "
                        "such as \"5 km\""};
    auto found = place_.read(block, row, record);
    if (!found.given) return place_in_unit(wanted, record);
    if (wanted) record.precision = *wanted;
    return found.problem;
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

  FieldColumns columns_;
  RecordDates dates_;
  RecordPlace place_;
  RecordNumber persons_, weight_;
};

}  // namespace

std::span<const std::string> incident_fields() {
  return names;
}

std::vector<RecognisedColumn> likely_incident_columns(const RawTable& header) {
  std::vector<std::string> ignored;
  const FieldColumns columns = find_columns(header, {}, FieldSearch::likely_names, ignored);
  std::vector<RecognisedColumn> found;
  for (std::size_t i = 0; i < field_count; ++i)
    if (columns[i]) found.push_back({names[i], *columns[i]});
  return found;
}

std::optional<PlacePrecision> parse_precision(std::string_view text) {
  const std::string word = lower(trim(text));
  if (word == "point" || word == "exact" || word == "site") return PlacePrecision{};
  if (word == "country" || word == "unknown") return PlacePrecision{PlaceKind::unplaced, 0, 0};
  if (word.size() == 6 && word.starts_with("admin") && word[5] >= '1' && word[5] <= '3')
    return PlacePrecision{PlaceKind::admin, static_cast<std::uint8_t>(word[5] - '0'), 0};
  try {
    const double radius_m = parse_length(word).metres;
    const auto radius = static_cast<float>(radius_m);
    if (radius > 0 && std::isfinite(radius)) return PlacePrecision{PlaceKind::disc, 0, radius};
  } catch (const Error&) {
    // Not a distance: said by the empty result.
  }
  return {};
}

std::unique_ptr<EventFormat> make_incidents(const RawTable& header, const SourceSpec& spec, FieldSearch search,
                                            std::vector<std::string>& notes) {
  return std::make_unique<Incidents>(header, spec, find_columns(header, spec, search, notes));
}

}  // namespace tocsin::data
