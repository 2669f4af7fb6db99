#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>

#include <tocsin/grid/raster.hpp>
#include <tocsin/ports/sources.hpp>

namespace tocsin {

/// How many events are known how precisely.
struct PrecisionCounts {
  std::int64_t point = 0;               ///< exactly
  std::int64_t disc = 0;                ///< to a distance
  std::array<std::int64_t, 4> admin{};  ///< to a unit, by its level; [0] stays 0
  std::int64_t unplaced = 0;            ///< to the country, or not even that
};

/// How long events took to be reported, over those that say both days.
struct ReportDelay {
  std::int64_t events = 0;
  double median_days = 0;  ///< half of them were reported within so many days
  double most_days = 0;    ///< nine tenths of them
};

/// What a batch of events holds, to show to people. No coordinate of a single event is in it but for the box.
struct EventSummary {
  std::int64_t rows_read = 0, usable = 0, outside_where = 0, quarantined = 0;
  std::map<std::string, std::int64_t> quarantined_by_reason;
  std::optional<Day> first, last;    ///< of the days on which the events may have happened
  std::optional<Day> last_reported;  ///< empty: none says when it was reported
  std::optional<ReportDelay> delay;  ///< empty: none says when it was reported
  PrecisionCounts precision;
  std::int64_t with_coordinates = 0;  ///< within reach of the CRS
  /// On the one point that holds most of them. A large share is seldom a place: it is the centre of an area, or a town
  /// that stands for one.
  std::int64_t on_largest_point = 0;
  std::int64_t exact_on_largest_point = 0;  ///< of these, called exact: they would be mapped there
  std::optional<Box> box;                   ///< of the coordinates, in the CRS that the batch was asked for
};

/// @param beyond_m  a coordinate of so much or more stands for "out of the CRS's reach" and counts as none
/// Cost  n log n for n events
EventSummary summarise(const EventBatch& batch, double beyond_m = std::numeric_limits<double>::infinity());

}  // namespace tocsin
