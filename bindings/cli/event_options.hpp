#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <tocsin/indicators/event_layer.hpp>
#include <tocsin/ports/source_spec.hpp>

#include "idle_options.hpp"

namespace tocsin::cli {

/// Events of some days count only if they had been reported by another day.
struct KnownBy {
  Day first, last;  ///< both included; of an event that may have happened on several days, the last one decides
  Day reported;
};

/// What every verb that reads events may be told of them.
struct EventOptions {
  SourceSpec spec;
  std::string x, y, date, reported, precision, weight;
  std::string from, to, as_of;
  std::string to_named = "--to";  ///< what messages call `to`: a verb may take it from another option
  std::string placement = "spread";
  SourceSpec admin;
  int admin_level = 2;
  std::vector<KnownBy> known_by;  ///< no option of the command line: what a verb makes of its own
};
/// How a file of events is written, its columns, and which days count: for verbs that name file, layer and clause in
/// another way.
void add_event_file_options(CLI::App& verb, EventOptions& options);
/// The file, its columns, and which events count.
void add_event_source_options(CLI::App& verb, EventOptions& options);
/// Where an event lies that is known to a place only: --placement, --admin and the like.
void add_placement_options(CLI::App& verb, EventOptions& options);
/// These, what an event counts by, and where it lies that is known to a place only.
void add_event_options(CLI::App& verb, EventOptions& options);
/// Which options of add_placement_options do nothing, where places are looked at.
std::vector<IdleOptions> idle_placement_options(const EventOptions& options);
/// Which options of add_event_source_options do nothing.
std::vector<IdleOptions> idle_event_source_options(const EventOptions& options);

/// The source with its column mapping.
SourceSpec spec_of(const EventOptions& options);
/// Events in a CRS, as they were known on the as-of day (default: all that is in the file). What was not `known_by` its
/// day has the weight 0.
struct ReadEvents {
  EventBatch batch;
  Day as_of;
  TimeWindow window;  ///< --from to --to; open ends are the first and last day of the data
};
/// @param text_fields  further text fields, into Events::texts
ReadEvents read_events(const EventOptions& options, const std::string& crs_wkt,
                       std::vector<std::string> text_fields = {});

/// "58 of 322 records could not be used (58 date not readable, the first in row 250: ...) and are in no number"; empty
/// where all could. Says nothing that a record says.
std::string unusable_records(const EventBatch& batch);
/// @throws Error input where so many records cannot be used that numbers of the others mislead: more than a tenth
void require_usable(const EventBatch& batch, const std::string& path);

/// The box of all coordinates.
/// @throws Error input when no event has any
Box extent_of(const Events& events);

}  // namespace tocsin::cli
