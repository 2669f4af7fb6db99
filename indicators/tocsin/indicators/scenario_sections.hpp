#pragma once

#include <string>

#include <tocsin/indicators/parameters.hpp>
#include <tocsin/indicators/scenario.hpp>
#include <tocsin/indicators/scenario_paths.hpp>

namespace tocsin {

/// The sections of a scenario file, one reader each; parse_scenario calls them in order.

/// A table with `path` and how to read it: [sources.X], [areas], `area`, [placement.adminN].
SourceSpec read_source(Parameters& keys, const std::string& name, const PathRules& paths);
/// The same without what only features have: the attributes `from` and `to`.
SourceSpec read_layer(Parameters& keys, const std::string& name, const PathRules& paths);
/// The table `aliases` of [areas] (`source` is empty) or of a source.
void read_aliases(Parameters& keys, const std::string& source, Scenario& scenario);

void read_scenario_section(Parameters& keys, Scenario& scenario);
void read_areas_section(Parameters& keys, Scenario& scenario);
void read_placement_section(Parameters& keys, Scenario& scenario);
void read_index_section(Parameters& keys, Scenario& scenario);
/// After the sources and indicators: it names sources of events.
void read_duplicates_section(Parameters& keys, Scenario& scenario);
/// After the indicators: it names one.
void read_hotspots_section(Parameters& keys, Scenario& scenario);
/// After the indicators and hotspots: its rules name them.
void read_alerts_section(Parameters& keys, Scenario& scenario);
/// One [[indicator]]: starts from the catalogue's entry when `use` names one.
void read_indicator(const Value& table, Scenario& scenario, Problems& problems);

}  // namespace tocsin
