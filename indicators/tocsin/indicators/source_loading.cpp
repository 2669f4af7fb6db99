#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/event_loading.hpp>
#include <tocsin/indicators/source_loading.hpp>

namespace tocsin {
namespace {

/// Rasters that a run holds at the same time, from above: two for each indicator (an exposure's raw values too), bands,
/// and a few to work with.
double bytes_needed(const Scenario& scenario, const Grid& grid, const Grid& wide) {
  const double rasters = 2.0 * static_cast<double>(scenario.indicators.size()) + 12;
  return 4.0 * rasters * static_cast<double>(grid.width) * static_cast<double>(grid.height) +
         8.0 * 3 * static_cast<double>(wide.width) * static_cast<double>(wide.height);
}

void require_memory(const Scenario& scenario, const Box& bounds, const Grid& grid, const Grid& wide) {
  const double limit = scenario.memory_limit_gb * 1e9, needed = bytes_needed(scenario, grid, wide);
  if (needed <= limit) return;
  const double smallest = std::ceil(grid.cell_m * std::sqrt(needed / limit) / 10) * 10;
  throw Error(
      ErrorCode::scenario,
      fmt::format("{}: a cell of {} m gives {} x {} cells and needs about {:.1f} GB, more than the limit of {:.1f} GB; "
                  "the smallest cell that fits this area ({:.0f} x {:.0f} km) is \"{:.0f} m\" (or raise `memory`)",
                  scenario.file.empty() ? scenario.name : scenario.file, grid.cell_m, grid.width, grid.height,
                  needed / 1e9, scenario.memory_limit_gb, bounds.width() / 1000, bounds.height() / 1000, smallest));
}

Areas read_areas(Sources& sources, const std::string& name, SourceLedger& ledger) {
  AreaBatch batch = sources.areas.at(name)->read(sources.crs_wkt);
  for (const std::string& warning : batch.warnings) ledger.warn(warning);
  return std::move(batch.areas);
}

void lay_grid(const Scenario& scenario, const Areas& interest, const std::string& crs_wkt, LoadedSources& loaded) {
  const Box bounds = interest.bounds();
  MeasureContext& context = loaded.context;
  context.grid = Grid::covering(bounds, scenario.cell, crs_wkt);
  double reach_m = 0;
  for (const Indicator& indicator : scenario.indicators) reach_m = std::max(reach_m, indicator.measure->reach().metres);
  context.wide_grid = context.grid.expanded(static_cast<std::int64_t>(std::ceil(reach_m / context.grid.cell_m)));
  require_memory(scenario, bounds, context.grid, context.wide_grid);
  loaded.inside.assign(context.grid.size(), 0);
  for (const MultiPolygon& shape : interest.shapes)
    for (const CellShare& part : coverage_fractions(shape, context.grid)) loaded.inside[part.cell] = 1;
}

/// Reporting units and the area of interest come from different files whose borders seldom match to the metre: an area
/// of which less than this share lies inside only touches it.
constexpr double least_inside = 0.01;

/// The areas that reach into the area of interest, the others dropped with a warning.
void take_areas(Areas areas, const std::vector<std::uint8_t>& inside, MeasureContext& context, SourceLedger& ledger) {
  std::vector<std::vector<CellShare>> cells = coverage_fractions(areas, context.grid);
  const auto reaches_inside = [&](std::size_t i) {
    double covered = 0;
    for (const CellShare& part : cells[i])
      if (inside[part.cell] != 0) covered += part.share * context.grid.cell_area_km2();
    return covered > least_inside * area_km2(areas.shapes[i]);
  };
  Areas kept;
  std::size_t dropped = 0;
  for (std::size_t i = 0; i < areas.size(); ++i) {
    if (!reaches_inside(i)) {
      ++dropped;
      continue;
    }
    kept.shapes.push_back(std::move(areas.shapes[i]));
    kept.codes.push_back(areas.codes[i]);
    kept.names.push_back(areas.names[i]);
    for (const auto& [field, values] : areas.numbers) kept.numbers[field].push_back(values[i]);
    context.area_cells.push_back(std::move(cells[i]));
  }
  if (kept.size() == 0)
    throw Error(ErrorCode::input,
                "none of the [areas] reaches into the area of interest; check that both are the right files");
  if (dropped > 0)
    ledger.warn(fmt::format("{} of {} areas lie outside the area of interest and are left out", dropped, cells.size()));
  context.areas = std::move(kept);
  context.area_of_cell.assign(context.grid.size(), -1);
  std::vector<double> largest(context.grid.size(), 0.0);
  for (std::size_t i = 0; i < context.areas.size(); ++i)
    for (const CellShare& part : context.area_cells[i])
      if (part.share > largest[part.cell]) {
        largest[part.cell] = part.share;
        context.area_of_cell[part.cell] = static_cast<std::int32_t>(i);
      }
}

Raster<float> read_raster(Sources& sources, const std::string& name, const Grid& grid, SourceLedger& ledger) {
  RasterBatch batch = sources.rasters.at(name)->read(grid);
  for (const std::string& warning : batch.warnings) ledger.warn(warning);
  return std::move(batch.raster);
}

/// Persons by area: an attribute, or the sum of the raster over the covered parts of cells.
void take_population(const Scenario& scenario, Sources& sources, LoadedSources& loaded, SourceLedger& ledger) {
  const std::string& name = scenario.areas.population;
  MeasureContext& context = loaded.context;
  if (name.empty()) return;
  if (const auto attribute = context.areas.numbers.find(name);
      attribute != context.areas.numbers.end() && !sources.rasters.contains(name)) {
    context.area_population = attribute->second;
    return;
  }
  if (!sources.rasters.contains(name))
    throw Error(
        ErrorCode::scenario,
        fmt::format("[areas] population = \"{}\" is neither a raster source nor a numeric attribute of the areas",
                    name));
  loaded.population = read_raster(sources, name, context.grid, ledger);
  for (const auto& cells : context.area_cells) {
    double persons = 0, observed = 0;
    for (const CellShare& part : cells) {
      const double here = static_cast<double>(loaded.population.values()[part.cell]);
      if (std::isnan(here)) continue;
      persons += here * part.share;
      observed += part.share;
    }
    context.area_population.push_back(observed > 0 ? persons : not_observed);
  }
}

void read_others(const SourceRequests& requests, Sources& sources, LoadedSources& loaded, SourceLedger& ledger,
                 Progress& progress) {
  MeasureContext& context = loaded.context;
  for (const SourceRequests::Request& request : requests.all) {
    throw_if_cancelled(progress);
    if (request.kind == PortKind::table) {
      Table table = sources.tables.at(request.source)->read();
      ledger.open(request.source, static_cast<std::int64_t>(table.rows.size()), 0, 0);
      context.tables[request.source] = std::move(table);
    } else if (request.kind == PortKind::raster) {
      context.rasters[request.source] = read_raster(sources, request.source, context.grid, ledger);
    } else if (request.kind == PortKind::areas && request.source.find('.') == std::string::npos &&
               request.source != areas_source_name) {
      context.area_sources[request.source] = read_areas(sources, request.source, ledger);
    }
  }
}

}  // namespace

std::string admin_source_name(std::size_t level) {
  return fmt::format("placement.admin{}", level);
}

const SourceRequests::Request* SourceRequests::find(const std::string& source, PortKind kind) const {
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const Request& request) { return request.source == source && request.kind == kind; });
  return found == all.end() ? nullptr : &*found;
}

SourceRequests requests_of(const Scenario& scenario) {
  SourceRequests requests;
  const auto unite = [](std::vector<std::string>& into, const std::vector<std::string>& more) {
    for (const std::string& item : more)
      if (!item.empty() && std::find(into.begin(), into.end(), item) == into.end()) into.push_back(item);
  };
  const auto ask = [&](const SourceNeed& need) {
    auto found = std::find_if(requests.all.begin(), requests.all.end(), [&](const SourceRequests::Request& known) {
      return known.source == need.source && known.kind == need.kind;
    });
    if (found == requests.all.end())
      found = requests.all.insert(requests.all.end(), {need.source, need.kind, {}, {}, {}});
    unite(found->filters, {need.filter});
    unite(found->number_fields, need.number_fields);
    unite(found->text_fields, need.text_fields);
  };
  ask({area_source_name, PortKind::areas, {}, {}, {}});
  ask({areas_source_name, PortKind::areas, {}, {}, {}});
  for (std::size_t level = 1; level < scenario.placement.admin.size(); ++level)
    if (scenario.placement.admin[level]) ask({admin_source_name(level), PortKind::areas, {}, {}, {}});
  for (const std::string& population : {scenario.areas.population, scenario.placement.population})
    if (scenario.sources.contains(population)) ask({population, PortKind::raster, {}, {}, {}});
  for (const Indicator& indicator : scenario.indicators)
    for (const SourceNeed& need : indicator.measure->needs()) ask(need);
  return requests;
}

void require_sources(const SourceRequests& requests, const Sources& sources) {
  for (const SourceRequests::Request& request : requests.all) {
    const auto& name = request.source;
    const bool there = request.kind == PortKind::events     ? sources.events.contains(name)
                       : request.kind == PortKind::areas    ? sources.areas.contains(name)
                       : request.kind == PortKind::features ? sources.features.contains(name)
                       : request.kind == PortKind::raster   ? sources.rasters.contains(name)
                                                            : sources.tables.contains(name);
    constexpr const char* kinds[] = {"events", "areas", "features", "a raster", "a table"};
    if (!there)
      throw Error(ErrorCode::scenario,
                  fmt::format("source '{}' was not given as {}", name, kinds[static_cast<std::size_t>(request.kind)]));
  }
}

LoadedSources load_sources(const Scenario& scenario, const SourceRequests& requests, Sources& sources,
                           const std::vector<Period>& periods, SourceLedger& ledger, Progress& progress) {
  LoadedSources loaded;
  progress.stage("reading sources", static_cast<std::int64_t>(requests.all.size()));
  lay_grid(scenario, read_areas(sources, area_source_name, ledger), sources.crs_wkt, loaded);
  loaded.context.as_of = scenario.as_of;
  Areas all_areas = read_areas(sources, areas_source_name, ledger);
  // Events are placed over whole administrative units, also those that only touch the area of interest.
  EventLoading loading{scenario, requests, sources, periods, ledger, progress, all_areas, {}, {}};
  take_areas(all_areas, loaded.inside, loaded.context, ledger);
  take_population(scenario, sources, loaded, ledger);
  read_others(requests, sources, loaded, ledger, progress);
  if (!scenario.placement.population.empty()) {
    if (!sources.rasters.contains(scenario.placement.population))
      throw Error(ErrorCode::scenario,
                  fmt::format("[placement] population = \"{}\" is not a raster source", scenario.placement.population));
    loading.population = read_raster(sources, scenario.placement.population, loaded.context.wide_grid, ledger);
  }
  for (std::size_t level = 1; level < loading.admin.size(); ++level)
    if (scenario.placement.admin[level]) loading.admin[level] = read_areas(sources, admin_source_name(level), ledger);
  load_events(loading, loaded.context);
  load_features(loading, loaded.context);
  return loaded;
}

}  // namespace tocsin
