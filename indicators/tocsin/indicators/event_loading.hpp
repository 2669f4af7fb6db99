#pragma once

#include <array>
#include <map>
#include <span>
#include <vector>

#include <tocsin/indicators/event_use.hpp>
#include <tocsin/indicators/source_loading.hpp>

namespace tocsin {

/// What reading and placing events needs; part of LoadedSources.
struct EventLoading {
  const Scenario& scenario;
  const SourceRequests& requests;
  Sources& sources;
  const std::vector<Period>& periods;
  SourceLedger& ledger;
  Progress& progress;
  const Areas& interest;         ///< the area of interest
  const Areas& reporting_areas;  ///< all of them, also those outside the area of interest
  std::array<Areas, 4> admin;    ///< by level; empty where not given
};

/// Reads and filters every source of events and finds the place of each event.
void read_events(const EventLoading& loading, MeasureContext& context);

/// Gathers, band by band, how much of each place that events are spread over lies in each area.
class SpreadSurvey {
 public:
  /// @param levels  a unit of the areas' level with an area's code is that area
  explicit SpreadSurvey(const UnitLevels& levels) : levels_(levels) {}
  /// @param context     its `grid` and `area_cells` are those of the band
  /// @param wide_rows   rows of the wide grid, from north to south, each in one band
  /// @param population  persons per cell over them, or null
  void add(MeasureContext& context, const Grid& wide_rows, const Raster<float>* population);
  /// After the last band: settles the places, and fills EventLayer::areas_of_spread and area_of_point.
  /// @param kept  for each area before, its index in context.areas now, or -1
  void settle(MeasureContext& context, std::span<const std::int64_t> kept);

 private:
  struct Parts {
    double cells = 0, persons = 0;
  };
  using ByArea = std::map<std::size_t, Parts>;
  UnitLevels levels_;
  std::map<std::string, std::vector<ByArea>> parts_;  ///< by source and place
};

/// Enters each record of every source of events into the ledger, once places are settled.
void account_events(const EventLoading& loading, const MeasureContext& context);
/// Reads every source of features, once for each where clause, and enters each record into the ledger.
void load_features(const EventLoading& loading, MeasureContext& context);

}  // namespace tocsin
