#include "open_sources.hpp"

#include <tocsin/data/crs.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/raster_source.hpp>
#include <tocsin/data/table_source.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/indicators/source_loading.hpp>

namespace tocsin {
namespace {

const SourceSpec& spec_of(const Scenario& scenario, const std::string& name) {
  if (name == area_source_name) return scenario.area;
  if (name == areas_source_name) return scenario.areas.source;
  for (std::size_t level = 1; level < scenario.placement.admin.size(); ++level)
    if (name == admin_source_name(level)) return *scenario.placement.admin[level];
  for (const EditionSpec& edition : scenario.areas.editions)
    if (name == edition_source_name(edition.id)) return edition.source;
  return scenario.sources.at(name);
}

}  // namespace

Sources open_sources(const Scenario& scenario) {
  Sources sources;
  const data::LonLatBox area = data::lonlat_bounds(scenario.area);
  sources.crs_wkt = scenario.crs == "auto" ? data::crs_wkt(scenario.crs, area) : data::crs_wkt(scenario.crs);
  for (const SourceRequests::Request& request : requests_of(scenario).all) {
    SourceSpec spec = spec_of(scenario, request.source);
    spec.name = request.source;
    switch (request.kind) {
      case PortKind::events:
        sources.events[request.source] = data::open_events(spec, area);
        break;
      case PortKind::areas:
        sources.areas[request.source] = data::open_areas(spec);
        break;
      case PortKind::features:
        sources.features[request.source] = data::open_features(spec);
        break;
      case PortKind::raster:
        sources.rasters[request.source] = data::open_raster(spec);
        break;
      case PortKind::table:
        sources.tables[request.source] = data::open_table(spec);
        break;
    }
  }
  return sources;
}

std::vector<NamedFile> files_of(const Scenario& scenario) {
  std::vector<NamedFile> files;
  if (!scenario.file.empty()) files.push_back({"scenario", scenario.file});
  for (const SourceRequests::Request& request : requests_of(scenario).all) {
    const NamedFile file{request.source, spec_of(scenario, request.source).path};
    bool known = false;
    for (const NamedFile& other : files) known = known || other.name == file.name;
    if (!known) files.push_back(file);
  }
  return files;
}

}  // namespace tocsin
