#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <tocsin/core/progress.hpp>
#include <tocsin/temporal/panel.hpp>
#include <tocsin/vector/areas.hpp>

#include "emerging_cube.hpp"

namespace tocsin::cli {

/// What series are made from: events, counted by period and by area or group; or a table that has the numbers.
struct PanelOptions {
  CubeOptions cube;                 ///< its grid is not used
  std::string by;                   ///< text field of events that makes a series a value
  std::string persons;              ///< numeric field that an event counts by
  std::string value, time, series;  ///< columns of a table of numbers
};
/// The options of events (add_event_options), --every, --areas, --by, --persons, --not-observed, and --value, --time,
/// --series for a table.
void add_panel_options(CLI::App& verb, PanelOptions& options);

/// Of those, what says how events make series: --every, --areas, --code, --name, --areas-where, --by.
void add_series_options(CLI::App& verb, PanelOptions& options);

/// Which options of add_panel_options do nothing.
std::vector<IdleOptions> idle_panel_options(const PanelOptions& options);

/// Series with what is known of how they came about.
struct ReadPanel {
  Panel panel;
  Areas areas;               ///< of the series, with --areas
  std::string crs_wkt;       ///< of the areas' shapes
  bool has_calendar = true;  ///< false where a table counts its times 1, 2, 3
  std::int64_t rows_read = 0;
  ReportedEvents reported;           ///< of events: by series, with the days on which they became known
  std::vector<UnobservedDays> gaps;  ///< of --areas: by series; Day::max() ends those that last
  std::vector<std::string> warnings;
};
/// @throws Error usage, input; memory when the values would take more than `memory_bytes`
ReadPanel read_panel(const PanelOptions& options, double memory_bytes, Progress& progress);

/// The files that the options name, for require_output().
std::vector<std::string> inputs_of(const PanelOptions& options);

}  // namespace tocsin::cli
