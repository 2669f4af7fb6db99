#pragma once

#include <memory>
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
std::string edition_source_name(const std::string& id);  ///< "areas.editions.2018": other than the reporting units

/// What the measures of the indicators, and the search for hotspots, look at.
std::vector<SourceNeed> needs_of(const Scenario& scenario);

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

/// The sources of an assessment as read, with the grid in as many bands of rows as memory asks for.
class LoadedSources {
 public:
  /// Lays the grid, reads every source, places the events, aligns the layers; then enters the first band.
  /// @throws Error scenario: not even one band fits into the memory given (the message says what would do);
  ///         input: no area reaches into the area of interest, a raster without an observed value there; and what the
  ///         sources throw
  LoadedSources(const Scenario& scenario, const SourceRequests& requests, Sources& sources,
                const std::vector<Period>& periods, SourceLedger& ledger, Progress& progress);
  ~LoadedSources();

  [[nodiscard]] const MeasureContext& context() const;
  [[nodiscard]] std::size_t bands() const;
  /// Brings the context to a band. Costs nothing when it is there already, as it always is with one band.
  void enter(std::size_t band);

  /// Draws a point for every event that is spread, so many times over.
  void draw_places(int draws, std::uint64_t seed, Progress& progress);
  /// True when a draw differs from what was reported: draw_places() found spread events.
  [[nodiscard]] bool places_uncertain() const;
  /// Shows the context a draw instead of the places as reported, until show_reports(). enter() a band afterwards.
  void show_draw(int draw);
  void show_reports();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tocsin
