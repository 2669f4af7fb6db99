#include <algorithm>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>
#include <tocsin/indicators/edition_loading.hpp>

namespace tocsin {

void EditionLoading::read(const Scenario& scenario, Sources& sources, SourceLedger& ledger, MeasureContext& context) {
  const AreasSpec& spec = scenario.areas;
  by_people_ = spec.crosswalk == CrosswalkBy::population;
  if (by_people_ && !sources.rasters.contains(spec.population))
    throw Error(
        ErrorCode::scenario,
        fmt::format("[areas] crosswalk = \"population\" needs a raster; population = \"{}\" is none", spec.population));
  context.editions.push_back({spec.id, context.areas, spec.from, spec.to, {}});
  for (const EditionSpec& edition : spec.editions) {
    AreaBatch batch = sources.areas.at(edition_source_name(edition.id))->read(sources.crs_wkt);
    for (const std::string& warning : batch.warnings) ledger.warn(warning);
    context.editions.push_back({edition.id, std::move(batch.areas), edition.from, edition.to, {}});
    crosswalks_.emplace_back(context.editions.back().areas, context.areas);
  }
}

void EditionLoading::add_population(const Raster<float>& persons) {
  if (!by_people_ || persons.empty()) return;
  for (Crosswalk& crosswalk : crosswalks_) crosswalk.add_population(persons);
}

void EditionLoading::settle(std::span<const std::int64_t> kept, MeasureContext& context) const {
  context.editions.front().parts.resize(kept.size());
  for (std::size_t unit = 0; unit < kept.size(); ++unit)
    if (kept[unit] >= 0) context.editions.front().parts[unit] = {{static_cast<std::size_t>(kept[unit]), 1, 1, false}};
  for (std::size_t i = 0; i < crosswalks_.size(); ++i)
    for (const std::vector<CrosswalkPart>& pieces : crosswalks_[i].parts()) {
      std::vector<AreaPart>& parts = context.editions[i + 1].parts.emplace_back();
      for (const CrosswalkPart& piece : pieces)
        if (kept[piece.to] >= 0)
          parts.push_back({static_cast<std::size_t>(kept[piece.to]), piece.of_from, piece.of_to, piece.by_people});
    }
}

std::vector<PlacementOptions::Edition> placement_editions(const MeasureContext& context) {
  std::vector<PlacementOptions::Edition> editions;
  if (context.editions.size() < 2) return editions;
  for (const AreaEdition& edition : context.editions) editions.push_back({&edition.areas, edition.from, edition.to});
  return editions;
}

UnitAliases aliases_of(const Scenario& scenario, const std::string& source) {
  UnitAliases aliases;
  for (const PlaceAlias& alias : scenario.areas.aliases)
    if (alias.source.empty()) aliases[alias.written] = alias.code;
  for (const PlaceAlias& alias : scenario.areas.aliases)
    if (alias.source == source) aliases[alias.written] = alias.code;
  return aliases;
}

void check_aliases(const Scenario& scenario, const MeasureContext& context, std::span<const Areas> admin) {
  std::vector<std::string> codes;
  const auto add = [&](const Areas& areas) { codes.insert(codes.end(), areas.codes.begin(), areas.codes.end()); };
  for (const AreaEdition& edition : context.editions) add(edition.areas);
  for (const Areas& areas : admin) add(areas);
  Problems problems;
  for (const PlaceAlias& alias : scenario.areas.aliases) {
    const auto is = [&](const std::string& code) { return std::find(codes.begin(), codes.end(), code) != codes.end(); };
    if (!is(alias.code))
      problems.add(alias.position, fmt::format("alias '{}' stands for '{}', which is the code of no area{}",
                                               alias.written, alias.code, did_you_mean(alias.code, codes)));
    else if (is(alias.written))
      problems.add(alias.position,
                   fmt::format("alias '{}' is itself the code of an area; what is written so means that "
                               "area",
                               alias.written));
  }
  problems.throw_if_any();
}

void join_sources(const Scenario& scenario, MeasureContext& context, SourceLedger& ledger) {
  std::vector<SourceJoin>& reports = ledger.report().joins;
  const auto done = [&](SourceJoin report) {
    for (const std::string& warning : report.warnings()) ledger.warn(warning);
    reports.push_back(std::move(report));
  };
  const auto spec_of = [&](const std::string& source) {
    const auto found = scenario.sources.find(source);
    return found == scenario.sources.end() ? SourceSpec{} : found->second;
  };
  for (const Indicator& indicator : scenario.indicators) {
    const std::optional<TableJoinRequest> request = indicator.measure->table_join(context);
    if (!request || context.table_joins.contains({request->source, request->key})) continue;
    const Table& table = context.tables.at(request->source);
    SourceJoin report{request->source, fmt::format("column '{}'", table.columns[request->key]), false, {}};
    const TableJoiner joiner(context.editions, aliases_of(scenario, request->source));
    context.table_joins.emplace(std::pair(request->source, request->key),
                                joiner.join(table, *request, spec_of(request->source).doubled, scenario.as_of, report));
    done(std::move(report));
  }
  for (const auto& [source, layer] : context.area_sources) {
    SourceJoin report{source, fmt::format("attribute '{}'", spec_of(source).code_field), false, {}};
    const TableJoiner joiner(context.editions, aliases_of(scenario, source));
    context.area_joins[source] = joiner.join(layer, report);
    done(std::move(report));
  }
  for (const auto& [source, layer] : context.events) {
    if (layer.placed.joined.empty()) continue;
    SourceJoin report{source, "places", true, layer.placed.joined};
    done(std::move(report));
  }
  std::stable_sort(reports.begin(), reports.end(),
                   [](const SourceJoin& a, const SourceJoin& b) { return a.source < b.source; });
}

}  // namespace tocsin
