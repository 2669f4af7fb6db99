#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/indicators/duplicate_search.hpp>
#include <tocsin/indicators/edition_loading.hpp>
#include <tocsin/indicators/event_loading.hpp>
#include <tocsin/indicators/event_use.hpp>

namespace tocsin {
namespace {

PlacementOptions placement_options(const EventLoading& loading) {
  PlacementOptions options;
  options.method = loading.scenario.placement.method;
  for (std::size_t level = 1; level < options.admin.size(); ++level)
    if (loading.admin[level].size() > 0) options.admin[level] = &loading.admin[level];
  const auto own = static_cast<std::size_t>(loading.scenario.areas.admin_level);
  if (own > 0 && own < options.admin.size() && options.admin[own] == nullptr) {
    options.admin[own] = &loading.reporting_areas;
  }
  return options;
}

/// The areas that have a part of each cell of a band.
struct AreasOfCells {
  std::vector<std::size_t> starts;  ///< by cell
  std::vector<std::pair<std::size_t, double>> parts;

  AreasOfCells(const std::vector<std::vector<CellShare>>& area_cells, std::size_t cells) : starts(cells + 1, 0) {
    for (const auto& area : area_cells)
      for (const CellShare& part : area) ++starts[part.cell + 1];
    for (std::size_t cell = 0; cell < cells; ++cell) starts[cell + 1] += starts[cell];
    parts.resize(starts.back());
    std::vector<std::size_t> next(starts.begin(), starts.end() - 1);
    for (std::size_t area = 0; area < area_cells.size(); ++area)
      for (const CellShare& part : area_cells[area]) parts[next[part.cell]++] = {area, part.share};
  }
  [[nodiscard]] std::span<const std::pair<std::size_t, double>> of(std::size_t cell) const {
    return std::span(parts).subspan(starts[cell], starts[cell + 1] - starts[cell]);
  }
};

/// Cells of the wide grid as cells of the band.
class BandCells {
 public:
  BandCells(const MeasureContext& context, const Grid& wide_rows)
      : grid_(context.grid),
        width_(static_cast<std::size_t>(wide_rows.width)),
        margin_((context.whole_wide.width - context.whole_grid.width) / 2),
        down_(wide_rows.first_row - context.whole_wide.first_row - margin_ -
              (context.grid.first_row - context.whole_grid.first_row)) {}
  /// Grid::index, or -1 outside the band.
  [[nodiscard]] std::int64_t operator()(std::size_t wide_cell) const {
    const auto column = static_cast<std::int64_t>(wide_cell % width_) - margin_;
    const auto row = static_cast<std::int64_t>(wide_cell / width_) + down_;
    if (column < 0 || column >= grid_.width || row < 0 || row >= grid_.height) return -1;
    return static_cast<std::int64_t>(grid_.index({column, row}));
  }

 private:
  const Grid& grid_;
  std::size_t width_;
  std::int64_t margin_, down_;
};

/// A source that ends before the run does would read as peace.
void warn_of_an_early_end(const EventLoading& loading, const std::string& source, const EventLayer& layer) {
  constexpr int long_silence_days = 90;
  if (layer.observed_to || layer.batch.events.size() == 0) return;
  const Day last = *std::max_element(layer.batch.events.last_day.begin(), layer.batch.events.last_day.end());
  const int silence = days_between(last, loading.periods.back().last);
  if (silence > long_silence_days)
    loading.ledger.warn(
        fmt::format("source '{}' has no record after {}, {} days before the run ends: if it ends there, say "
                    "observed_to = {} in [sources.{}], or the months after it read as quiet",
                    source, to_string(last), silence, to_string(last), source));
}

/// One that begins after the run does, too.
void warn_of_a_late_start(const EventLoading& loading, const std::string& source, const EventLayer& layer) {
  constexpr int long_silence_days = 90;
  if (layer.observed_from || layer.batch.events.size() == 0) return;
  const Day first = *std::min_element(layer.batch.events.first_day.begin(), layer.batch.events.first_day.end());
  const int silence = days_between(loading.periods.front().first, first);
  if (silence > long_silence_days)
    loading.ledger.warn(
        fmt::format("source '{}' has no record before {}, {} days after the run begins: if it begins there, say "
                    "observed_from = {} in [sources.{}], or the months before it read as quiet",
                    source, to_string(first), silence, to_string(first), source));
}

void account_source(const EventLoading& loading, const std::string& source, const EventLayer& layer) {
  const Events& events = layer.batch.events;
  const EventUse use(loading.scenario, loading.periods, source);
  PlacementAccount& placement = loading.ledger.report().placement[source];
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::string reason = use.outside(layer, i);
    loading.ledger.record(source, reason);
    if (reason == use.unplaced(layer, i)) placement.excluded += events.weight[i];
    if (reason == "area") placement.outside += events.weight[i];
    if (!reason.empty()) continue;
    if (layer.placed.how[i] == PlacedAs::point)
      placement.points += events.weight[i];
    else {
      const double outside = layer.placed.spreads[static_cast<std::size_t>(layer.placed.place[i])].outside;
      placement.spread += events.weight[i] * (1 - outside);
      placement.outside += events.weight[i] * outside;
    }
  }
  const RowAccount& account = loading.ledger.report().rows[source];
  if (account.used == 0)
    loading.ledger.warn(
        fmt::format("source '{}': no event is left after filters, dates and area; what rests on it shows "
                    "what that means, not that nothing happened",
                    source));
  if (std::any_of(events.has_reported.begin(), events.has_reported.end(), [](auto has) { return has == 0; }))
    loading.ledger.warn(
        fmt::format("source '{}' has records without a reported date: their own date stands in, so that "
                    "`as_of` cannot hold back late reports",
                    source));
}

bool overlap(const Box& a, const Box& b) {
  return a.min_x <= b.max_x && b.min_x <= a.max_x && a.min_y <= b.max_y && b.min_y <= a.max_y;
}

/// A record may hold several features; it counts as used when the source's features reach the grid at all. Features and
/// records are the same where every record is one feature, which is told by their numbers.
void account_features(const EventLoading& loading, const std::string& source, const FeatureBatch& batch,
                      const Box& reach) {
  const auto usable = batch.rows_read - batch.outside_where - static_cast<std::int64_t>(batch.quarantined.size());
  const auto beyond = std::count_if(batch.features.begin(), batch.features.end(), [&](const Feature& feature) {
    return !overlap(bounds_of(feature.geometry), reach);
  });
  const bool one_each = usable == static_cast<std::int64_t>(batch.features.size());
  const std::int64_t outside = one_each ? beyond : 0;
  loading.ledger.record(source, "", usable - outside);
  if (outside > 0) loading.ledger.record(source, "area", outside);
  if (beyond == static_cast<std::int64_t>(batch.features.size()))
    loading.ledger.warn(fmt::format("source '{}': none of its {} features lies in or near the area of interest", source,
                                    batch.features.size()));
}

/// Reads a source and enters what its reader set aside.
void read_layer_of(const EventLoading& loading, const SourceRequests::Request& request, EventLayer& layer) {
  throw_if_cancelled(loading.progress);
  layer.filters = request.filters;
  layer.as_of = loading.scenario.as_of;
  layer.batch = loading.sources.events.at(request.source)
                    ->read({loading.sources.crs_wkt, request.number_fields, request.text_fields, request.filters});
  if (const auto spec = loading.scenario.sources.find(request.source); spec != loading.scenario.sources.end()) {
    layer.observed_from = spec->second.observed_from;
    layer.observed_to = spec->second.observed_to;
    for (double& weight : layer.batch.events.weight) weight *= spec->second.reliability;
  }
  for (const std::string& warning : layer.batch.warnings) loading.ledger.warn(warning);
  warn_of_an_early_end(loading, request.source, layer);
  warn_of_a_late_start(loading, request.source, layer);
  loading.ledger.open(request.source, layer.batch.rows_read, layer.batch.outside_where,
                      static_cast<std::int64_t>(layer.batch.quarantined.size()));
  auto& quarantined = loading.ledger.report().quarantined;
  quarantined.insert(quarantined.end(), layer.batch.quarantined.begin(), layer.batch.quarantined.end());
}

}  // namespace

void read_events(const EventLoading& loading, MeasureContext& context) {
  for (const SourceRequests::Request& request : loading.requests.all)
    if (request.kind == PortKind::events) read_layer_of(loading, request, context.events[request.source]);
  PlacementOptions options = placement_options(loading);
  const auto place = [&](const std::string& source, EventLayer& layer) {
    throw_if_cancelled(loading.progress);
    options.aliases = aliases_of(loading.scenario, source);
    const auto own = static_cast<std::size_t>(loading.scenario.areas.admin_level);
    if (options.admin[own] == &loading.reporting_areas)
      options.editions[own] = placement_editions(loading.scenario, context, source);
    layer.placed = find_places(layer.batch.events, context.whole_wide, options);
  };
  for (auto& [source, layer] : context.events) {
    place(source, layer);
    loading.progress.advance();
  }
  // Only once places are known is it known which of two records would count.
  for (const std::string& source : leave_out_duplicates(loading, context)) place(source, context.events.at(source));
  for (const auto& [source, layer] : context.events)
    for (const std::string& warning : layer.placed.warnings)
      loading.ledger.warn(fmt::format("source '{}': {}", source, warning));
}

void SpreadSurvey::add(MeasureContext& context, const Grid& wide_rows, const Raster<float>* population) {
  const AreasOfCells areas(context.area_cells, context.grid.size());
  const BandCells band_cell(context, wide_rows);
  for (auto& [source, layer] : context.events) {
    const auto cells = layer.placed.survey(wide_rows, population);
    std::vector<ByArea>& places = parts_[source];
    places.resize(cells.size());
    parallel_for(cells.size(), [&](std::size_t i) {
      for (const CellShare& part : cells[i]) {
        const std::int64_t cell = band_cell(part.cell);
        if (cell < 0) continue;
        const double persons = persons_in(part, population);
        for (const auto& [area, share] : areas.of(static_cast<std::size_t>(cell))) {
          Parts& sums = places[i][area];
          sums.cells += part.share * share;
          sums.persons += persons * share;
        }
      }
    });
  }
}

/// A place that is one of the areas belongs to it wholly; other places are shared by the areas' parts of each cell.
void SpreadSurvey::settle(MeasureContext& context, std::span<const std::int64_t> kept) {
  const AreaLocator locator(context.areas);
  for (auto& [source, layer] : context.events) {
    for (const auto& point : layer.placed.points) layer.area_of_point.push_back(locator.locate(point.x, point.y));
    std::vector<std::size_t> level_of_place(layer.placed.spreads.size(), 0);
    for (std::size_t i = 0; i < layer.placed.how.size(); ++i)
      if (layer.placed.how[i] == PlacedAs::spread && layer.batch.events.precision[i].kind == PlaceKind::admin)
        level_of_place[static_cast<std::size_t>(layer.placed.place[i])] =
            levels_.placed_at(layer.batch.events.precision[i].admin_level);
    const std::vector<std::int32_t> now = layer.placed.settle(context.whole_wide);
    layer.areas_of_spread.resize(layer.placed.spreads.size());
    for (std::size_t before = 0; before < now.size(); ++before) {
      if (now[before] < 0) continue;
      const auto place = static_cast<std::size_t>(now[before]);
      const PlacedEvents::SpreadPlace& spread = layer.placed.spreads[place];
      auto& areas = layer.areas_of_spread[place];
      const double inside = 1 - spread.outside;
      const bool of_areas = level_of_place[before] == levels_.of_areas() && !spread.unit_code.empty();
      if (const auto own = of_areas ? context.area_by_code(spread.unit_code) : -1; own >= 0) {
        areas = {{static_cast<std::size_t>(own), inside}};
        continue;
      }
      for (const auto& [area, sums] : parts_[source][before]) {
        const double share =
            inside * (spread.persons > 0 ? sums.persons / spread.persons : sums.cells / spread.covered);
        if (kept[area] >= 0 && share > 0) areas.emplace_back(static_cast<std::size_t>(kept[area]), share);
      }
    }
  }
}

void account_events(const EventLoading& loading, const MeasureContext& context) {
  for (const auto& [source, layer] : context.events) account_source(loading, source, layer);
}

void load_features(const EventLoading& loading, MeasureContext& context) {
  for (const SourceNeed& need : needs_of(loading.scenario)) {
    if (need.kind != PortKind::features || context.features.contains({need.source, need.filter})) continue;
    throw_if_cancelled(loading.progress);
    FeatureBatch batch = loading.sources.features.at(need.source)->read(loading.sources.crs_wkt, need.filter);
    for (const std::string& warning : batch.warnings) loading.ledger.warn(warning);
    if (!loading.ledger.report().rows.contains(need.source)) {
      loading.ledger.open(need.source, batch.rows_read, batch.outside_where,
                          static_cast<std::int64_t>(batch.quarantined.size()));
      auto& quarantined = loading.ledger.report().quarantined;
      quarantined.insert(quarantined.end(), batch.quarantined.begin(), batch.quarantined.end());
      account_features(loading, need.source, batch, context.whole_wide.bounds());
    }
    context.features[{need.source, need.filter}] = std::move(batch.features);
  }
}

}  // namespace tocsin
