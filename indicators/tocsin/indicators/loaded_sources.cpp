#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/indicators/band_layout.hpp>
#include <tocsin/indicators/edition_loading.hpp>
#include <tocsin/indicators/event_loading.hpp>
#include <tocsin/indicators/placement_resampling.hpp>
#include <tocsin/indicators/source_loading.hpp>
#include <tocsin/ports/result_sink.hpp>

namespace tocsin {
namespace {

/// Reporting units and the area of interest come from different files whose borders seldom match to the metre: an area
/// of which less than this share lies inside only touches it.
constexpr double least_inside = 0.01;

Areas read_areas(Sources& sources, const std::string& name, SourceLedger& ledger) {
  AreaBatch batch = sources.areas.at(name)->read(sources.crs_wkt);
  for (const std::string& warning : batch.warnings) ledger.warn(warning);
  return std::move(batch.areas);
}

/// The margin lets each band see two rows more than the largest reach on either side, so that what lies just out of
/// reach is the same for every band.
std::int64_t margin_of(const Scenario& scenario, double cell_m) {
  double reach_m = 0;
  for (const Indicator& indicator : scenario.indicators) reach_m = std::max(reach_m, indicator.measure->reach().metres);
  return static_cast<std::int64_t>(std::ceil(reach_m / cell_m)) + 2;
}

/// What an area has inside the area of interest, and who lives in it; gathered band by band.
struct AreaSums {
  double inside_km2 = 0, persons = 0, observed = 0;
};

}  // namespace

struct LoadedSources::Impl {
  const Scenario& scenario;
  const SourceRequests& requests;
  Sources& sources;
  SourceLedger& ledger;
  Progress& progress;
  MeasureContext context;
  Areas interest;
  BandLayout layout;
  std::optional<std::size_t> entered;
  Raster<float> placement_population;    ///< over the wide band; empty: events are spread evenly
  std::map<std::string, bool> observed;  ///< by raster source: any value seen on the grid
  std::vector<AreaSums> area_sums;
  std::optional<PlacementResampling> resampling;
  EditionLoading editions;

  void lay_grids();
  void read_tables_and_areas();
  [[nodiscard]] SpreadSize spread_size() const;
  [[nodiscard]] const Raster<float>* population_of_places() const {
    return placement_population.empty() ? nullptr : &placement_population;
  }
  Raster<float> read_rows(const std::string& source, const Grid& whole, std::int64_t first, std::int64_t rows);
  void load_band(std::size_t band);
  void find_area_of_cell();
  [[nodiscard]] Grid own_wide_rows(std::size_t band) const;
  void survey(SpreadSurvey& places);
  std::vector<std::int64_t> keep_areas();
  void settle_population();
  void require_observed() const;
  void lay_places();
};

void LoadedSources::Impl::lay_grids() {
  context.whole_grid = Grid::covering(interest.bounds(), scenario.cell, sources.crs_wkt);
  context.whole_wide = context.whole_grid.expanded(margin_of(scenario, context.whole_grid.cell_m));
}

void LoadedSources::Impl::read_tables_and_areas() {
  for (const SourceRequests::Request& request : requests.all) {
    throw_if_cancelled(progress);
    if (request.kind == PortKind::table) {
      Table table = sources.tables.at(request.source)->read();
      for (const std::string& warning : table.warnings) ledger.warn(warning);
      ledger.open(request.source, static_cast<std::int64_t>(table.rows.size()), 0, 0);
      context.tables[request.source] = std::move(table);
    } else if (request.kind == PortKind::areas && request.source.find('.') == std::string::npos &&
               request.source != areas_source_name) {
      context.area_sources[request.source] = read_areas(sources, request.source, ledger);
    }
  }
}

SpreadSize LoadedSources::Impl::spread_size() const {
  SpreadSize size;
  const Grid& wide = context.whole_wide;
  const double most = static_cast<double>(wide.size()), cell_km2 = wide.cell_area_km2();
  for (const auto& [source, layer] : context.events) {
    std::vector<double> reaches;
    for (const Indicator& indicator : scenario.indicators)
      for (const SourceNeed& need : indicator.measure->needs())
        if (need.source == source && need.kind == PortKind::events)
          reaches.push_back(indicator.measure->reach().metres);
    for (const auto& place : layer.placed.spreads) {
      size.cells += std::min(most, area_km2(place.shape) / cell_km2);
      const Box box = bounds_of(place.shape);
      for (const double reach : reaches)
        if (reach > 0)
          size.painted += std::min(most, (box.width() + 2 * reach) * (box.height() + 2 * reach) * 1e-6 / cell_km2);
    }
  }
  return size;
}

/// A raster over some rows of a grid, read in steps that stand at the same rows for every layout of bands: what a
/// reader interpolates between the corners of what it was asked for is then the same too.
Raster<float> LoadedSources::Impl::read_rows(const std::string& source, const Grid& whole, std::int64_t first,
                                             std::int64_t rows) {
  constexpr std::int64_t step = ResultSink::row_step;
  Raster<float> result(whole.rows(first, rows));
  for (std::int64_t from = first / step * step; from < first + rows; from += step) {
    throw_if_cancelled(progress);
    const Grid asked = whole.rows(from, std::min(step, whole.height - from));
    const RasterBatch batch = sources.rasters.at(source)->read(asked);
    for (const std::string& warning : batch.warnings) ledger.warn(warning);
    const auto values = batch.raster.values();
    observed[source] =
        observed[source] || std::any_of(values.begin(), values.end(), [](float v) { return !std::isnan(v); });
    for (std::int64_t row = std::max(first, from); row < std::min(first + rows, from + asked.height); ++row)
      std::copy_n(batch.raster.row(row - from).begin(), whole.width, result.row(row - first).begin());
  }
  return result;
}

void LoadedSources::Impl::load_band(std::size_t band) {
  const std::int64_t first = layout.first(band), rows = layout.rows(band);
  const std::int64_t margin = (context.whole_wide.height - context.whole_grid.height) / 2;
  context.grid = context.whole_grid.rows(first, rows);
  context.wide_grid = context.whole_wide.rows(first, rows + 2 * margin);
  context.inside.assign(context.grid.size(), 0);
  for (const MultiPolygon& shape : interest.shapes)
    for (const CellShare& part : coverage_fractions(shape, context.grid)) context.inside[part.cell] = 1;
  context.area_cells = coverage_fractions(context.areas, context.grid);
  for (const SourceRequests::Request& request : requests.all)
    if (request.kind == PortKind::raster)
      context.rasters[request.source] = read_rows(request.source, context.whole_grid, first, rows);
  if (sources.rasters.contains(scenario.areas.population))
    context.population = context.rasters.at(scenario.areas.population);
  if (!scenario.placement.population.empty())
    placement_population = read_rows(scenario.placement.population, context.whole_wide, first, rows + 2 * margin);
  entered = band;
}

void LoadedSources::Impl::find_area_of_cell() {
  context.area_of_cell.assign(context.grid.size(), -1);
  std::vector<double> largest(context.grid.size(), 0.0);
  for (std::size_t i = 0; i < context.areas.size(); ++i)
    for (const CellShare& part : context.area_cells[i])
      if (part.share > largest[part.cell]) {
        largest[part.cell] = part.share;
        context.area_of_cell[part.cell] = static_cast<std::int32_t>(i);
      }
}

void LoadedSources::Impl::lay_places() {
  context.forget_densities();
  for (auto& [source, layer] : context.events) layer.placed.lay(context.wide_grid, population_of_places());
}

/// The rows of the wide grid that are surveyed with a band: its own, and at the ends the margin's.
Grid LoadedSources::Impl::own_wide_rows(std::size_t band) const {
  const std::int64_t margin = (context.whole_wide.height - context.whole_grid.height) / 2;
  const std::int64_t first = band == 0 ? 0 : layout.first(band) + margin;
  const bool last = band + 1 == layout.bands();
  return context.whole_wide.rows(first, (last ? context.whole_wide.height : layout.first(band + 1) + margin) - first);
}

void LoadedSources::Impl::survey(SpreadSurvey& places) {
  area_sums.assign(context.areas.size(), {});
  progress.stage("surveying the grid", static_cast<std::int64_t>(layout.bands()));
  for (std::size_t band = 0; band < layout.bands(); ++band) {
    throw_if_cancelled(progress);
    load_band(band);
    parallel_for(context.areas.size(), [&](std::size_t i) {
      AreaSums& sums = area_sums[i];
      for (const CellShare& part : context.area_cells[i]) {
        if (context.inside[part.cell] != 0) sums.inside_km2 += part.share * context.grid.cell_area_km2();
        if (context.population.empty() || std::isnan(context.population.values()[part.cell])) continue;
        sums.persons += static_cast<double>(context.population.values()[part.cell]) * part.share;
        sums.observed += part.share;
      }
    });
    editions.add_population(context.population);
    const Grid own = own_wide_rows(band);
    if (placement_population.empty()) {
      places.add(context, own, nullptr);
    } else {
      Raster<float> population(own);
      const std::int64_t skipped = own.first_row - context.wide_grid.first_row;
      for (std::int64_t row = 0; row < own.height; ++row)
        std::copy_n(std::as_const(placement_population).row(row + skipped).begin(), own.width,
                    population.row(row).begin());
      places.add(context, own, &population);
    }
    progress.advance();
  }
}

/// Drops the areas that do not reach into the area of interest. @return for each area before, its index now, or -1
std::vector<std::int64_t> LoadedSources::Impl::keep_areas() {
  std::vector<std::int64_t> now(context.areas.size(), -1);
  Areas kept;
  std::vector<std::vector<CellShare>> cells;
  std::vector<AreaSums> sums;
  for (std::size_t i = 0; i < context.areas.size(); ++i) {
    if (area_sums[i].inside_km2 <= least_inside * area_km2(context.areas.shapes[i])) continue;
    now[i] = static_cast<std::int64_t>(kept.size());
    kept.shapes.push_back(context.areas.shapes[i]);
    kept.codes.push_back(context.areas.codes[i]);
    kept.names.push_back(context.areas.names[i]);
    for (const auto& [field, values] : context.areas.numbers) kept.numbers[field].push_back(values[i]);
    cells.push_back(std::move(context.area_cells[i]));
    sums.push_back(area_sums[i]);
  }
  if (kept.size() == 0)
    throw Error(ErrorCode::input,
                "none of the [areas] reaches into the area of interest; check that both are the right files");
  if (const std::size_t dropped = now.size() - kept.size(); dropped > 0)
    ledger.warn(fmt::format("{} of {} areas lie outside the area of interest and are left out", dropped, now.size()));
  context.areas = std::move(kept);
  context.area_cells = std::move(cells);
  area_sums = std::move(sums);
  return now;
}

/// Persons by area: an attribute, or the sum of the raster over the covered parts of cells.
void LoadedSources::Impl::settle_population() {
  const std::string& name = scenario.areas.population;
  if (name.empty()) return;
  if (sources.rasters.contains(name)) {
    for (const AreaSums& sums : area_sums)
      context.area_population.push_back(sums.observed > 0 ? sums.persons : not_observed);
    return;
  }
  const auto attribute = context.areas.numbers.find(name);
  if (attribute == context.areas.numbers.end())
    throw Error(
        ErrorCode::scenario,
        fmt::format("[areas] population = \"{}\" is neither a raster source nor a numeric attribute of the areas",
                    name));
  context.area_population = attribute->second;
}

void LoadedSources::Impl::require_observed() const {
  for (const auto& [source, any] : observed)
    if (!any)
      throw Error(ErrorCode::input,
                  fmt::format("source '{}': '{}' has no observed value on the grid; it lies elsewhere, or all "
                              "of it is nodata there",
                              source, scenario.sources.contains(source) ? scenario.sources.at(source).path : source));
}

LoadedSources::LoadedSources(const Scenario& scenario, const SourceRequests& requests, Sources& sources,
                             const std::vector<Period>& periods, SourceLedger& ledger, Progress& progress)
    : impl_(new Impl{scenario, requests, sources, ledger, progress, {}, {}, {}, {}, {}, {}, {}, {}, {}}) {
  MeasureContext& context = impl_->context;
  progress.stage("reading sources", static_cast<std::int64_t>(requests.all.size()));
  if (!scenario.placement.population.empty() && !sources.rasters.contains(scenario.placement.population))
    throw Error(ErrorCode::scenario,
                fmt::format("[placement] population = \"{}\" is not a raster source", scenario.placement.population));
  context.as_of = scenario.as_of;
  impl_->interest = read_areas(sources, area_source_name, ledger);
  impl_->lay_grids();
  context.areas = read_areas(sources, areas_source_name, ledger);
  // Events are placed over whole administrative units, also those that only touch the area of interest.
  impl_->editions.read(scenario, sources, ledger, context);
  EventLoading loading{
      scenario, requests, sources, periods, ledger, progress, impl_->interest, context.editions.front().areas, {}};
  for (std::size_t level = 1; level < loading.admin.size(); ++level)
    if (scenario.placement.admin[level]) loading.admin[level] = read_areas(sources, admin_source_name(level), ledger);
  check_aliases(scenario, context, loading.admin);
  impl_->read_tables_and_areas();
  read_events(loading, context);
  impl_->layout = lay_bands(scenario, context.whole_grid, context.whole_wide, impl_->spread_size());
  SpreadSurvey places{UnitLevels(scenario)};
  impl_->survey(places);
  impl_->require_observed();
  const std::vector<std::int64_t> kept = impl_->keep_areas();
  impl_->settle_population();
  places.settle(context, kept);
  impl_->editions.settle(kept, context);
  join_sources(scenario, context, ledger);
  account_events(loading, context);
  load_features(loading, context);
  for (const Indicator& indicator : scenario.indicators)
    if (const AccessMask* mask = indicator.measure->mask()) {
      const std::vector<UnreachableDays> gaps = indicator.measure->unreachable(context);
      for (const std::string& pillar : mask->pillars)
        context.unreachable[pillar].insert(context.unreachable[pillar].end(), gaps.begin(), gaps.end());
    }
  if (bands() > 1) impl_->load_band(0);
  impl_->find_area_of_cell();
  impl_->lay_places();
}

LoadedSources::~LoadedSources() = default;

const MeasureContext& LoadedSources::context() const {
  return impl_->context;
}

std::size_t LoadedSources::bands() const {
  return impl_->layout.bands();
}

void LoadedSources::enter(std::size_t band) {
  if (impl_->entered == band) return;
  impl_->load_band(band);
  impl_->find_area_of_cell();
  impl_->lay_places();
}

void LoadedSources::draw_places(int draws, std::uint64_t seed, Progress& progress) {
  PlacementResampling resampling(impl_->context, draws, seed);
  progress.stage("drawing places", static_cast<std::int64_t>(bands()));
  for (std::size_t band = 0; resampling.any() && band < bands(); ++band) {
    throw_if_cancelled(progress);
    enter(band);
    resampling.add_rows(impl_->context, impl_->own_wide_rows(band));
    progress.advance();
  }
  impl_->resampling.emplace(std::move(resampling));
}

bool LoadedSources::places_uncertain() const {
  return impl_->resampling && impl_->resampling->any();
}

void LoadedSources::show_draw(int draw) {
  impl_->resampling->show(draw, impl_->context);
  if (bands() > 1) impl_->entered.reset();  // places must be laid anew
}

void LoadedSources::show_reports() {
  impl_->resampling->restore(impl_->context);
  if (bands() > 1) impl_->entered.reset();
}

}  // namespace tocsin
