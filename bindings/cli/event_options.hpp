#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include <tocsin/indicators/event_layer.hpp>
#include <tocsin/ports/source_spec.hpp>

namespace tocsin::cli {

/// The options of every verb that reads events.
struct EventOptions {
  SourceSpec spec;
  std::string x, y, date, reported, precision, weight;
  std::string from, to, as_of;
  std::string placement = "spread";
  SourceSpec admin;
  int admin_level = 2;
};
void add_event_options(CLI::App& verb, EventOptions& options);

/// The source with its column mapping.
SourceSpec spec_of(const EventOptions& options);
/// Events in a CRS, as they were known on the as-of day (default: all that is in the file).
struct ReadEvents {
  EventBatch batch;
  Day as_of;
  TimeWindow window;  ///< --from to --to; open ends are the first and last day of the data
};
ReadEvents read_events(const EventOptions& options, const std::string& crs_wkt);

/// The box of all coordinates.
/// @throws Error input when no event has any
Box extent_of(const Events& events);

}  // namespace tocsin::cli
