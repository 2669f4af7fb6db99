#include <algorithm>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/source_loading.hpp>

namespace tocsin {

std::string admin_source_name(std::size_t level) {
  return fmt::format("placement.admin{}", level);
}

std::string edition_source_name(const std::string& id) {
  return fmt::format("areas.editions.{}", id);
}

const SourceRequests::Request* SourceRequests::find(const std::string& source, PortKind kind) const {
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const Request& request) { return request.source == source && request.kind == kind; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<SourceNeed> needs_of(const Scenario& scenario) {
  std::vector<SourceNeed> needs;
  for (const Indicator& indicator : scenario.indicators)
    for (SourceNeed& need : indicator.measure->needs()) needs.push_back(std::move(need));
  if (scenario.hotspots && !scenario.hotspots->named_places.empty())
    needs.push_back({scenario.hotspots->named_places, PortKind::features, {}, {}, {}});
  return needs;
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
  for (const EditionSpec& edition : scenario.areas.editions)
    ask({edition_source_name(edition.id), PortKind::areas, {}, {}, {}});
  for (std::size_t level = 1; level < scenario.placement.admin.size(); ++level)
    if (scenario.placement.admin[level]) ask({admin_source_name(level), PortKind::areas, {}, {}, {}});
  for (const std::string& population : {scenario.areas.population, scenario.placement.population})
    if (scenario.sources.contains(population)) ask({population, PortKind::raster, {}, {}, {}});
  for (const SourceNeed& need : needs_of(scenario)) ask(need);
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

}  // namespace tocsin
