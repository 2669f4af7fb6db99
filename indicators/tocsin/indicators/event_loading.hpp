#pragma once

#include <array>

#include <tocsin/indicators/source_loading.hpp>

namespace tocsin {

/// What reading and placing events needs; part of load_sources.
struct EventLoading {
  const Scenario& scenario;
  const SourceRequests& requests;
  Sources& sources;
  const std::vector<Period>& periods;
  SourceLedger& ledger;
  Progress& progress;
  const Areas& reporting_areas;  ///< all of them, also those outside the area of interest
  Raster<float> population;      ///< over the wide grid; empty: events are spread evenly
  std::array<Areas, 4> admin;    ///< by level; empty where not given
};

/// Reads, filters and places every source of events, and enters each record into the ledger.
void load_events(const EventLoading& loading, MeasureContext& context);
/// Reads every source of features, once for each where clause, and enters each record into the ledger.
void load_features(const EventLoading& loading, MeasureContext& context);

}  // namespace tocsin
