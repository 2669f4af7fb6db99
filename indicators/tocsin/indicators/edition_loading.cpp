#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>
#include <tocsin/indicators/edition_loading.hpp>

namespace tocsin {
namespace {

bool same(const SourceJoin& a, const SourceJoin& b) {
  return a.source == b.source && a.column == b.column &&
         std::equal(a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end(),
                    [](const JoinedKey& one, const JoinedKey& other) {
                      return std::tie(one.kind, one.key, one.suggestion, one.rows) ==
                             std::tie(other.kind, other.key, other.suggestion, other.rows);
                    });
}

}  // namespace

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

std::optional<std::size_t> edition_of(const Scenario& scenario, const MeasureContext& context,
                                      const std::string& source) {
  const auto id = scenario.areas.edition_of.find(source);
  if (id == scenario.areas.edition_of.end()) return {};
  for (std::size_t i = 0; i < context.editions.size(); ++i)
    if (context.editions[i].id == id->second) return i;
  return {};
}

std::vector<PlacementOptions::Edition> placement_editions(const Scenario& scenario, const MeasureContext& context,
                                                          const std::string& source) {
  std::vector<PlacementOptions::Edition> editions;
  if (context.editions.size() < 2) return editions;
  for (const AreaEdition& edition : context.editions) editions.push_back({&edition.areas, edition.from, edition.to});
  const auto always = edition_of(scenario, context, source);
  for (std::size_t i = 0; always && i < editions.size(); ++i) {
    editions[i].from = *always == i ? std::nullopt : std::optional(Day::max());
    editions[i].to = *always == i ? std::nullopt : std::optional(Day::min());
  }
  return editions;
}

UnitAliases aliases_of(const Scenario& scenario, const std::string& source) {
  UnitAliases aliases;
  for (const PlaceAlias& alias : scenario.areas.aliases)
    if (alias.source.empty()) aliases[alias.written] = alias.code;
  for (const PlaceAlias& alias : scenario.areas.aliases) {
    if (alias.source != source || source.empty()) continue;
    // A source's own word goes before everybody's, however it is written.
    std::erase_if(aliases, [&](const auto& other) { return fold_name(other.first) == fold_name(alias.written); });
    aliases[alias.written] = alias.code;
  }
  return aliases;
}

void check_aliases(const Scenario& scenario, const MeasureContext& context, std::span<const Areas> admin) {
  std::vector<std::string> codes;
  const auto add = [&](const Areas& areas) { codes.insert(codes.end(), areas.codes.begin(), areas.codes.end()); };
  for (const AreaEdition& edition : context.editions) add(edition.areas);
  for (const Areas& areas : admin) add(areas);
  Problems problems;
  std::map<std::pair<std::string, std::string>, std::string> meant;  // by source and folded text
  for (const PlaceAlias& alias : scenario.areas.aliases) {
    const std::string folded = fold_name(alias.written);
    if (alias.written.find_first_not_of(" \t") == std::string::npos) {
      problems.add(alias.position, "an alias is empty: cells without a code or name stand for no area");
      continue;
    }
    if (const auto [known, is_new] = meant.try_emplace({alias.source, folded}, alias.code);
        !is_new && !folded.empty() && known->second != alias.code)
      problems.add(alias.position,
                   fmt::format("alias '{}' stands for '{}', and the same but for case, accents and punctuation for "
                               "'{}'; keep one",
                               alias.written, alias.code, known->second));
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
    if (!request || context.table_joins.contains(*request)) continue;
    const Table& table = context.tables.at(request->source);
    SourceJoin report{request->source, fmt::format("column '{}'", table.columns[request->key]), false, {}};
    const TableJoiner joiner(context.editions, aliases_of(scenario, request->source),
                             edition_of(scenario, context, request->source));
    context.table_joins.emplace(*request,
                                joiner.join(table, *request, spec_of(request->source).doubled, scenario.as_of, report));
    // Two indicators that look at one column of keys mostly meet the same.
    if (std::none_of(reports.begin(), reports.end(), [&](const SourceJoin& other) { return same(report, other); }))
      done(std::move(report));
  }
  for (const auto& [source, layer] : context.area_sources) {
    SourceJoin report{source, fmt::format("attribute '{}'", spec_of(source).code_field), false, {}};
    const TableJoiner joiner(context.editions, aliases_of(scenario, source), edition_of(scenario, context, source));
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
