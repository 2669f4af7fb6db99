#pragma once

#include <span>
#include <vector>

#include <tocsin/indicators/source_loading.hpp>
#include <tocsin/vector/crosswalk.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin {

/// Reads the editions of the reporting units and works out what each has in common with those; part of LoadedSources.
class EditionLoading {
 public:
  /// Fills MeasureContext::editions, the reporting units (which are in context.areas) first.
  /// @throws Error scenario: people are to be asked, and their number is no raster
  void read(const Scenario& scenario, Sources& sources, SourceLedger& ledger, MeasureContext& context);
  /// The people on some rows of the grid, where the crosswalk goes by them.
  void add_population(const Raster<float>& persons);
  /// After the last rows: fills AreaEdition::parts.
  /// @param kept  for each reporting unit, its index in context.areas now, or -1
  void settle(std::span<const std::int64_t> kept, MeasureContext& context) const;

 private:
  bool by_people_ = false;
  std::vector<Crosswalk> crosswalks_;  ///< of context.editions, without the first
};

/// Which of MeasureContext::editions a source goes by, whatever its dates (AreasSpec::edition_of); empty: by its dates.
std::optional<std::size_t> edition_of(const Scenario& scenario, const MeasureContext& context,
                                      const std::string& source);

/// The editions as the placement of a source's events takes them; empty where there is only one.
std::vector<PlacementOptions::Edition> placement_editions(const Scenario& scenario, const MeasureContext& context,
                                                          const std::string& source);

/// What a source writes for the codes of areas.
UnitAliases aliases_of(const Scenario& scenario, const std::string& source);

/// @throws Error scenario: an alias stands for a code that no area has; all of them, with file:line:column
void check_aliases(const Scenario& scenario, const MeasureContext& context, std::span<const Areas> admin);

/// Joins every table and every area source to the areas (MeasureContext::table_joins, area_joins) and reports it.
void join_sources(const Scenario& scenario, MeasureContext& context, SourceLedger& ledger);

}  // namespace tocsin
