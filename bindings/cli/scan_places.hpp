#pragma once

#include <string>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/scan/scan.hpp>

#include "event_options.hpp"

namespace tocsin::cli {

/// Where `tocsin scan` takes its numbers from.
struct ScanInput {
  SourceSpec places;
  std::string crs = "auto";
  std::string cases, population, controls, expected;  ///< attributes of the places
  EventOptions events;                                ///< cases by place and day instead
  std::string interval;                               ///< "7 days"; empty: events are not told apart by day
};

/// The data of a scan, with what its numbers mean.
struct ScanTable {
  data::Places places;
  std::string crs_wkt;
  ScanData data;
  Day first_day, last_day;  ///< of all intervals
  std::vector<std::string> warnings;
  std::size_t events_counted = 0, events_left_out = 0;

  [[nodiscard]] Day begin_of(std::size_t interval) const;
  [[nodiscard]] Day end_of(std::size_t interval) const;
};

ScanTable read_scan_table(const ScanInput& input, ScanModel model);

/// A place for each cluster: the union of its members' areas; where they have none, the circle or ellipse around them,
/// at least 100 m wide.
MultiPolygon shape_of(const ScanCluster& cluster, const data::Places& places);

}  // namespace tocsin::cli
