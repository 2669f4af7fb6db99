#pragma once

#include <string>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/indicators/measure_context.hpp>
#include <tocsin/indicators/scenario.hpp>
#include <tocsin/indicators/source_ledger.hpp>
#include <tocsin/ports/sources.hpp>

namespace tocsin {

/// Names of the sources that a scenario names outside [sources]; a dot cannot stand in a source's own name.
inline constexpr const char* area_source_name = "scenario.area";  ///< the area of interest
inline constexpr const char* areas_source_name = "areas";         ///< the reporting units
std::string admin_source_name(std::size_t level);                 ///< "placement.admin1"

/// Everything that an assessment of the scenario asks of its sources: what measures need, the area and the areas,
/// population and administrative units. Each source and kind once, filters and fields united.
struct SourceRequests {
  struct Request {
    std::string source;
    PortKind kind = PortKind::events;
    std::vector<std::string> filters;  ///< distinct, not empty
    std::vector<std::string> number_fields, text_fields;
  };
  std::vector<Request> all;
  [[nodiscard]] const Request* find(const std::string& source, PortKind kind) const;
};
SourceRequests requests_of(const Scenario& scenario);

/// @throws Error scenario naming the source and the kind that is missing
void require_sources(const SourceRequests& requests, const Sources& sources);

/// Lays the grid, reads every source, places the events, aligns the layers.
/// @throws Error scenario: the grid would pass the memory limit (the message gives the smallest cell that fits);
///         input: no area reaches into the area of interest; and what the sources throw
struct LoadedSources {
  MeasureContext context;
  std::vector<std::uint8_t> inside;  ///< 1 for cells that the area of interest covers in part or wholly
  Raster<float> population;          ///< by which areas weigh their cells; empty when not given
};
LoadedSources load_sources(const Scenario& scenario, const SourceRequests& requests, Sources& sources,
                           const std::vector<Period>& periods, SourceLedger& ledger, Progress& progress);

}  // namespace tocsin
