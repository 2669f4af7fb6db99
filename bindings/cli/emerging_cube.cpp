#include "emerging_cube.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>
#include <tocsin/data/table_source.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/vector/area_raster.hpp>

#include "cube_time.hpp"
#include "density_lattice.hpp"

namespace tocsin::cli {
namespace {

/// Values, z, p and classes.
constexpr double bytes_a_bin = 8 + 8 + 8 + 1;

SourceSpec named(SourceSpec spec) {
  spec.name = spec.path;
  return spec;
}

PlacementOptions placement_of(const EventOptions& options, const Areas& admin) {
  PlacementOptions placement;
  placement.method = options.placement == "point"     ? PlacementMethod::point
                     : options.placement == "exclude" ? PlacementMethod::exclude
                                                      : PlacementMethod::spread;
  if (admin.size() > 0) placement.admin[static_cast<std::size_t>(options.admin_level)] = &admin;
  return placement;
}

/// A grid over areas, to find the places of events on; its cells are not used.
Grid around(const Areas& areas, const std::string& crs_wkt) {
  const Box box = areas.bounds();
  return Grid::covering(box, metres(std::max({box.width(), box.height(), 1.0}) / 64), crs_wkt);
}

void require_memory(double places, double periods, double memory_bytes) {
  const double bytes = places * periods * bytes_a_bin;
  if (bytes > memory_bytes)
    throw Error(
        ErrorCode::memory,
        fmt::format("{:.0f} places in {:.0f} periods would take {:.3g} GB, and {:.3g} GB may be used; give more "
                    "--memory, a larger --cell or longer periods",
                    places, periods, bytes * 1e-9, memory_bytes * 1e-9));
}

/// Cells beyond the area are no places.
void keep_inside(std::vector<std::uint8_t> inside, EventCube& result) {
  for (std::size_t cell = 0; cell < inside.size(); ++cell)
    if (inside[cell] != 0) result.cells.push_back(cell);
  SpaceTimeCube kept{result.cells.size(), result.cube.periods, {}};
  kept.values.reserve(kept.places * kept.periods.size());
  for (std::size_t t = 0; t < kept.periods.size(); ++t)
    for (const std::size_t cell : result.cells) kept.values.push_back(result.cube.at(t, cell));
  result.cube = std::move(kept);
  result.inside = std::move(inside);
}

void count_on_grid(const CubeOptions& options, const EventLayer& layer, std::span<const double> weights,
                   const Areas& admin, std::vector<Period> periods, double memory_bytes, EventCube& result) {
  const Events& events = layer.batch.events;
  const Grid grid = grid_of(options.grid, result.crs_wkt, extent_is_given(options.grid) ? Box{} : extent_of(events));
  require_memory(static_cast<double>(grid.size()), static_cast<double>(periods.size()), memory_bytes);
  const PlacedEvents placed = place_events(events, grid, placement_of(options.events, admin));
  result.warnings.insert(result.warnings.end(), placed.warnings.begin(), placed.warnings.end());
  result.cube = count_in_cells(events, weights, placed, grid, std::move(periods));
  if (!options.grid.area.empty()) {
    SourceSpec spec;
    spec.path = options.grid.area;
    MultiPolygon whole;
    for (const MultiPolygon& shape : data::open_areas(named(spec))->read(result.crs_wkt).areas.shapes)
      whole.insert(whole.end(), shape.begin(), shape.end());
    keep_inside(mostly_inside(whole, grid), result);
  }
  result.grid = grid;
}

void count_by_area(const CubeOptions& options, const EventLayer& layer, std::span<const double> weights,
                   const Areas& admin, std::vector<Period> periods, double memory_bytes, EventCube& result) {
  AreaBatch batch = data::open_areas(named(options.areas))->read(result.crs_wkt);
  result.warnings.insert(result.warnings.end(), batch.warnings.begin(), batch.warnings.end());
  result.areas = std::move(batch.areas);
  require_memory(static_cast<double>(result.areas.size()), static_cast<double>(periods.size()), memory_bytes);
  const PlacedEvents placed =
      find_places(layer.batch.events, around(result.areas, result.crs_wkt), placement_of(options.events, admin));
  result.warnings.insert(result.warnings.end(), placed.warnings.begin(), placed.warnings.end());
  const AreasOfPlaces places = areas_of_places(placed, result.areas);
  const Events& events = layer.batch.events;
  result.cube = count_in_areas(events, weights, placed, places, result.areas.size(), std::move(periods));
  result.reported = reported_by_area(events, weights, placed, places.of_point, places.of_spread);
}

/// The places that a code of the table speaks of: an area, or the cells whose centre lies in a unit.
std::map<std::string, std::vector<std::size_t>> places_by_code(const EventCube& result, const Areas& admin) {
  std::map<std::string, std::vector<std::size_t>> places;
  const Areas& units = result.grid ? admin : result.areas;
  for (std::size_t a = 0; a < units.size(); ++a) places[units.codes[a]];
  if (!result.grid) {
    for (std::size_t a = 0; a < units.size(); ++a) places[units.codes[a]].push_back(a);
    return places;
  }
  const AreaLocator locator(units);
  const Grid& grid = *result.grid;
  for (std::size_t place = 0; place < result.cube.places; ++place) {
    const auto cell = static_cast<std::int64_t>(result.cell(place));
    const std::int64_t unit = locator.locate(grid.x_of_column(cell % grid.width), grid.y_of_row(cell / grid.width));
    if (unit >= 0) places[units.codes[static_cast<std::size_t>(unit)]].push_back(place);
  }
  return places;
}

std::size_t column_of(const Table& table, const std::string& path, std::initializer_list<const char*> names) {
  for (const char* name : names)
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (table.columns[i] == name) return i;
  throw Error(ErrorCode::input, fmt::format("{}: has no column '{}'; it has {}", path, fmt::join(names, "' or '"),
                                            fmt::join(table.columns, ", ")));
}

/// Days on which areas could not be reached, from the table; warns of codes that nobody has.
std::vector<UnobservedDays> gaps_of_table(const CubeOptions& options, const Areas& admin, EventCube& result) {
  std::vector<UnobservedDays> gaps;
  const std::string& path = options.not_observed.path;
  if (path.empty()) return gaps;
  const Table table = data::open_table(named(options.not_observed))->read();
  const std::size_t code = column_of(table, path, {"code", "pcode"}), from = column_of(table, path, {"from"}),
                    to = column_of(table, path, {"to"});
  const auto places = places_by_code(result, admin);
  std::set<std::string> unknown;
  std::size_t known = 0;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto& row = table.rows[i];
    const auto first = parse_day(row[from]), last = parse_day(row[to]);
    if (!first || (!last && !row[to].empty()) || (last && *last < *first))
      throw Error(ErrorCode::input,
                  fmt::format("{}, row {}: columns '{}' and '{}' hold no days that follow each other; write them as "
                              "2021-08-31, and leave the end empty where it lasts",
                              path, table.row_numbers[i], table.columns[from], table.columns[to]));
    const auto found = places.find(row[code]);
    if (found == places.end()) {
      unknown.insert(row[code]);
      continue;
    }
    ++known;
    const Day end = last.value_or(Day::max());
    for (const std::size_t place : found->second) gaps.push_back({place, *first, end});
  }
  if (known == 0 && !table.rows.empty()) {
    std::vector<std::string> codes;
    for (const auto& [name, of_code] : places) codes.push_back(name);
    throw Error(ErrorCode::input, fmt::format("{}: no row names a code of the {}, such as '{}'; look at --code", path,
                                              result.grid ? "administrative units" : "areas", codes.front()));
  }
  if (!unknown.empty())
    result.warnings.push_back(fmt::format(
        "{}: {} codes are of no area and make no gap: {}{}", path, unknown.size(),
        fmt::join(unknown.begin(), std::next(unknown.begin(), std::min<std::ptrdiff_t>(3, std::ssize(unknown))), ", "),
        unknown.size() > 3 ? ", ..." : ""));
  return gaps;
}

void drop_places_without_events(SpaceTimeCube& cube) {
  for (std::size_t place = 0; place < cube.places; ++place) {
    bool any = false;
    for (std::size_t t = 0; t < cube.periods.size(); ++t) any = any || cube.at(t, place) > 0;
    for (std::size_t t = 0; !any && t < cube.periods.size(); ++t) cube.at(t, place) = not_observed;
  }
}

void check_usage(const CubeOptions& options) {
  const bool by_area = !options.areas.path.empty();
  if (by_area && (!options.grid.cell.empty() || extent_is_given(options.grid)))
    throw Error(ErrorCode::usage, "--areas and a grid (--cell, --bbox, --area, --like): give one of them");
  if (!by_area && options.grid.cell.empty() && options.grid.like.empty())
    throw Error(ErrorCode::usage, "places are missing: give --areas FILE --code FIELD, or a grid by --cell \"10 km\"");
  if (!by_area && !options.not_observed.path.empty() && options.events.admin.path.empty())
    throw Error(ErrorCode::usage, "--not-observed on a grid needs the units that its codes name: give --admin FILE");
  if (!(options.gap_share > 0 && options.gap_share <= 1))
    throw Error(ErrorCode::usage, fmt::format("--gap-share {}: above 0 and at most 1", options.gap_share));
}

/// A cube without events would read as peace.
void require_events(const CubeOptions& options, const EventCube& result, std::size_t events) {
  if (result.counted != 0) return;
  std::string why =
      "all events lie beyond the places or have none; look at the grid or --areas, --input-crs and --admin";
  if (result.in_gaps != 0) why = "all of them lie in gaps; look at --not-observed, --observed-from and --observed-to";
  if (result.weight == 0) why = "no event was known of that time; look at --from, --to, --as-of and --weight";
  if (events == 0) why = "no event is left of them; look at --where, and at the records";
  throw Error(ErrorCode::input, fmt::format("{}: {} records read, but {}; a cube of zeros would read as peace",
                                            options.events.spec.path, result.rows_read, why));
}

}  // namespace

void add_cube_options(CLI::App& verb, CubeOptions& options) {
  add_event_options(verb, options.events);
  verb.add_option("--every", options.every, "length of a period")
      ->check(CLI::IsMember({"week", "dekad", "month", "quarter", "year"}))
      ->capture_default_str();
  verb.add_option("--areas", options.areas.path, "polygons to count in; or a grid, by the options of --cell");
  verb.add_option("--areas-layer", options.areas.layer, "their layer, where the file has several");
  verb.add_option("--code", options.areas.code_field, "attribute with their codes (default: numbered from 1)");
  verb.add_option("--name", options.areas.name_field, "attribute with their names");
  verb.add_option("--areas-where", options.areas.where, "OGR SQL where clause on them");
  add_grid_options(verb, options.grid);
  verb.add_option("--places", options.places, "all, or with-events: places without any event are not observed")
      ->check(CLI::IsMember({"all", "with-events"}))
      ->capture_default_str();
  add_observation_options(verb, options);
}

void add_observation_options(CLI::App& verb, CubeOptions& options) {
  verb.add_option("--not-observed", options.not_observed.path,
                  "table of code, from, to: areas (on a grid, units of --admin) that nobody could reach");
  verb.add_option("--not-observed-where", options.not_observed.where, "OGR SQL where clause on it");
  verb.add_option("--observed-from", options.observed_from, "first day that the events' source covers");
  verb.add_option("--observed-to", options.observed_to, "last day that it covers");
  verb.add_option("--gap-share", options.gap_share, "share of a period's days without a look that makes it a gap")
      ->capture_default_str();
}

std::vector<IdleOptions> idle_cube_options(const CubeOptions& options) {
  const bool by_area = !options.areas.path.empty(), table = !options.not_observed.path.empty();
  const bool gaps = table || !options.observed_from.empty() || !options.observed_to.empty();
  const bool units = !options.events.admin.path.empty(), spread = options.events.placement == "spread";
  std::vector<IdleOptions> idle = idle_event_source_options(options.events);
  idle.insert(idle.end(),
              {{{"--code", "--name", "--areas-where"},
                !by_area,
                "without --areas: cells are named by row and column; give --areas FILE, or remove it"},
               {{"--cell", "--crs"}, !options.grid.like.empty(), "with --like, whose cells are taken over: remove it"},
               {{"--not-observed-where"}, !table, "without --not-observed: give the table, or remove it"},
               {{"--gap-share"},
                !gaps,
                "without --not-observed, --observed-from or --observed-to: there are no gaps; remove it"},
               {{"--admin"},
                units && !spread && (by_area || !table),
                "with --placement point or exclude: nothing is spread over units; remove it"},
               {{"--admin-code", "--admin-layer", "--admin-name", "--admin-level"},
                !units,
                "without --admin: give the units, or remove it"},
               {{"--admin-name", "--admin-level"},
                !spread,
                "with --placement point or exclude: nothing is spread over units; remove it"}});
  return idle;
}

std::string EventCube::code(std::size_t place) const {
  if (!grid) return areas.codes[place];
  const auto width = static_cast<std::size_t>(grid->width);
  return fmt::format("r{}c{}", cell(place) / width + 1, cell(place) % width + 1);
}

EventCube read_cube(const CubeOptions& options, double memory_bytes, Progress& progress) {
  check_usage(options);
  EventCube result;
  progress.stage("reading events", 0);
  GridOptions frame = options.grid;
  if (!options.areas.path.empty()) frame.area = options.areas.path;
  result.crs_wkt = crs_of(frame, spec_of(options.events));
  ReadEvents read = read_events(options.events, result.crs_wkt);
  if (options.require_usable) require_usable(read.batch, options.events.spec.path);
  const std::string unusable = unusable_records(read.batch);
  EventLayer layer;
  layer.as_of = read.as_of;
  layer.batch = std::move(read.batch);
  result.rows_read = layer.batch.rows_read;
  result.quarantined = layer.batch.quarantined.size();
  result.warnings = layer.batch.warnings;
  if (layer.batch.events.size() == 0) require_events(options, result, 0);
  std::vector<Period> periods = periods_of(options.events, options.every, read.window, result.warnings);
  warn_of_ends(options, layer, periods, result.warnings);
  const TimeWindow window{periods.front().first, periods.back().last, {}};
  const std::vector<double> in_time = layer.weights({}, window, options.events.weight);
  result.weight = std::accumulate(in_time.begin(), in_time.end(), 0.0);
  // Whole weights: the cube shares them over its periods itself.
  const std::vector<double> weights = layer.weights({}, {Day::min(), Day::max(), {}}, options.events.weight);

  progress.stage("placing events", 0);
  Areas admin;
  if (!options.events.admin.path.empty())
    admin = data::open_areas(named(options.events.admin))->read(result.crs_wkt).areas;
  (options.areas.path.empty() ? count_on_grid : count_by_area)(options, layer, weights, admin, std::move(periods),
                                                               memory_bytes, result);
  result.gaps = gaps_of_table(options, admin, result);
  add_uncovered_days(options, result.cube, result.gaps);
  result.observed_share = observed_shares(result.cube, result.gaps);
  if (options.gap_counts == GapCounts::drop) result.in_gaps = mark_gaps(result.cube, result.gaps, options.gap_share);
  for (const double value : result.cube.values)
    if (!std::isnan(value)) result.counted += value;
  require_events(options, result, layer.batch.events.size());
  if (options.places == "with-events") drop_places_without_events(result.cube);
  if (result.in_gaps != 0)
    result.warnings.push_back(
        fmt::format("a weight of {:.6g} was reported of places and periods that are gaps; it does "
                    "not count",
                    result.in_gaps));
  if (!unusable.empty()) result.warnings.push_back(unusable);
  return result;
}

}  // namespace tocsin::cli
