#include "hotspot_places.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/grid_of_raster.hpp>
#include <tocsin/data/raster_rows.hpp>
#include <tocsin/data/table_source.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/indicators/measure.hpp>
#include <tocsin/neighbours/build_neighbours.hpp>
#include <tocsin/neighbours/contiguity.hpp>
#include <tocsin/neighbours/distance_neighbours.hpp>

#include "named_place.hpp"
#include "neighbour_options.hpp"

namespace tocsin::cli {
namespace {

using Kind = NeighbourRule::Kind;

constexpr double most_cells = 1e8;  // neighbours and statistics are held in memory: some 200 bytes a cell

std::string lower_ending(const std::string& path) {
  std::string ending = std::filesystem::path(path).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending;
}

[[noreturn]] void no_field(const std::string& path, const std::string& field, const std::vector<std::string>& names) {
  throw Error(ErrorCode::scenario, fmt::format("{}: no numeric field '{}'{}; there are: {}", path, field,
                                               did_you_mean(field, names), fmt::join(names, ", ")));
}

std::vector<double> field_of(const Areas& areas, const std::string& path, const std::string& field) {
  if (field.empty()) return {};
  if (const auto found = areas.numbers.find(field); found != areas.numbers.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, values] : areas.numbers) names.push_back(name);
  no_field(path, field, names);
}

std::vector<double> column_of(const Table& table, const std::string& path, const std::string& field) {
  if (field.empty()) return {};
  const auto column = std::find(table.columns.begin(), table.columns.end(), field);
  if (column == table.columns.end()) no_field(path, field, table.columns);
  const auto index = static_cast<std::size_t>(column - table.columns.begin());
  std::vector<double> values;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const std::string& text = table.rows[row][index];
    double value = not_observed;
    if (!text.empty() && text != "NA" && text != "NaN") {
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc() || end != text.data() + text.size())
        throw Error(ErrorCode::input, fmt::format("{}:{}: '{}' is no number in column '{}'; leave a cell empty where "
                                                  "nothing was observed",
                                                  path, table.row_numbers[row], text, field));
    }
    values.push_back(value);
  }
  return values;
}

HotspotPlaces read_table(const SourceSpec& input, const HotspotFields& fields) {
  if (input.code_field.empty())
    throw Error(ErrorCode::usage, fmt::format("{} has no shapes: name the column with the codes that the weights file "
                                              "uses, --code COLUMN",
                                              input.path));
  const Table table = data::open_table(input)->read();
  if (table.rows.empty() && !input.where.empty())
    throw Error(ErrorCode::input, fmt::format("{}: no row satisfies the where clause \"{}\"; look at the names and "
                                              "values in it",
                                              input.path, input.where));
  HotspotPlaces places;
  const auto text_column = [&](const std::string& field) {
    const auto found = std::find(table.columns.begin(), table.columns.end(), field);
    if (found == table.columns.end()) no_field(input.path, field, table.columns);
    std::vector<std::string> texts;
    for (const auto& row : table.rows) texts.push_back(row[static_cast<std::size_t>(found - table.columns.begin())]);
    return texts;
  };
  places.codes = text_column(input.code_field);
  places.names = input.name_field.empty() ? places.codes : text_column(input.name_field);
  places.values = column_of(table, input.path, fields.value);
  places.second = column_of(table, input.path, fields.second);
  places.population = column_of(table, input.path, fields.population);
  places.areas.codes = places.codes;
  places.areas.names = places.names;
  return places;
}

HotspotPlaces read_areas(const SourceSpec& input, const std::string& crs, const HotspotFields& fields) {
  HotspotPlaces places;
  places.crs_wkt = crs == "auto" ? data::crs_wkt(crs, data::lonlat_bounds(input)) : data::crs_wkt(crs);
  AreaBatch batch = data::open_areas(input)->read(places.crs_wkt);
  places.warnings = std::move(batch.warnings);
  places.areas = std::move(batch.areas);
  places.codes = places.areas.codes;
  places.names = places.areas.names;
  places.values = field_of(places.areas, input.path, fields.value);
  places.second = field_of(places.areas, input.path, fields.second);
  places.population = field_of(places.areas, input.path, fields.population);
  return places;
}

HotspotPlaces read_raster(const SourceSpec& input, const HotspotFields& fields) {
  if (!fields.second.empty() || !fields.population.empty())
    throw Error(ErrorCode::usage, "a raster has one value a cell: bivariate statistics and rates need areas");
  HotspotPlaces places;
  places.grid = data::grid_of_raster(input.path);
  places.crs_wkt = places.grid->crs_wkt;
  if (static_cast<double>(places.grid->size()) > most_cells)
    throw Error(ErrorCode::memory, fmt::format("{} has {} cells; hotspots are looked for among at most {:.0f}: make "
                                               "them larger (gdalwarp -tr)",
                                               input.path, places.grid->size(), most_cells));
  data::RasterRows rows(input);
  places.values.resize(places.grid->size());
  rows.read(rows.cell_grid(), 0, rows.height(), places.values);
  return places;
}

/// "CODE:CODE" as places.
std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs_of(const HotspotPlaces& places, const char* option,
                                                              const std::vector<std::string>& texts) {
  const auto place_of = [&](const std::string& text) {
    return static_cast<std::uint32_t>(place_named(option, text, places.codes, places.names));
  };
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const std::string& text : texts) {
    const auto colon = text.find(':');
    if (colon == std::string::npos)
      throw Error(ErrorCode::usage, fmt::format("{} {}: write two codes, A:B", option, text));
    pairs.emplace_back(place_of(text.substr(0, colon)), place_of(text.substr(colon + 1)));
  }
  return pairs;
}

void warn_of_islands(HotspotPlaces& places, const NeighbourRule& rule, const Neighbours& neighbours) {
  const std::vector<std::string> warnings = island_warnings(neighbours, places.names, places.values);
  if (warnings.empty()) return;
  std::string text = warnings.front();
  if (rule.kind == Kind::band && places.has_shapes())
    text += fmt::format("; \"band: {:.0f} m\" would leave none alone",
                        std::ceil(smallest_band_without_islands(centroids(places.areas))));
  places.warnings.push_back(text);
}

}  // namespace

bool is_plain_table(const std::string& path) {
  const std::string ending = lower_ending(path);
  return ending == ".csv" || ending == ".tsv" || ending == ".txt" || ending == ".xlsx" || ending == ".ods";
}

std::string HotspotPlaces::label(std::size_t place) const {
  if (!grid) return place_label(codes[place], names[place]);
  const auto width = static_cast<std::size_t>(grid->width);
  return fmt::format("cell r{}c{}", place / width + 1, place % width + 1);
}

HotspotPlaces read_hotspot_places(const SourceSpec& input, const std::string& crs, const HotspotFields& fields,
                                  const NeighbourRule& rule) {
  const bool raster = holds_raster(input);
  if (raster) return read_raster(input, fields);
  if (fields.value.empty()) throw Error(ErrorCode::usage, "name the field that is looked at, --value FIELD");
  if (is_plain_table(input.path) && !rule.from_places()) return read_table(input, fields);
  if (is_plain_table(input.path))
    throw Error(ErrorCode::usage,
                fmt::format("{} has no shapes, so \"{}\" cannot be made from it; give the links, --neighbours \"gal: "
                            "FILE\" or \"gwt: FILE\"",
                            input.path, to_string(rule)));
  return read_areas(input, crs, fields);
}

Neighbours hotspot_neighbours(HotspotPlaces& places, const NeighbourRule& rule, const WeightChoice& weights) {
  Neighbours neighbours =
      places.grid ? build_neighbours(*places.grid, rule) : neighbours_of(rule, places.areas, weights.tolerance_m);
  if (!weights.joined.empty()) neighbours = joined(neighbours, pairs_of(places, "--join", weights.joined));
  if (!weights.separated.empty()) neighbours = separated(neighbours, pairs_of(places, "--separate", weights.separated));
  if (weights.style == "inverse-distance") {
    if (!places.has_shapes()) throw Error(ErrorCode::usage, "--weights inverse-distance needs areas with shapes");
    const std::vector<Point> points = centroids(places.areas);
    // In units of the longest distance at which everybody has somebody: weights are near 1, and so is a place's own.
    const double unit = smallest_band_without_islands(points);
    std::vector<Point> scaled;
    for (const Point& point : points) scaled.emplace_back(point.x() / unit, point.y() / unit);
    neighbours = inverse_distance_weights(neighbours, scaled, {.power = weights.power, .least_distance_m = 1e-3});
  }
  warn_of_islands(places, rule, neighbours);
  return neighbours;
}

WeightStyle style_of(const WeightChoice& weights) {
  return weights.style == "row"                    ? WeightStyle::row_standardised
         : weights.style == "variance-stabilising" ? WeightStyle::variance_stabilising
                                                   : WeightStyle::as_given;
}

}  // namespace tocsin::cli
