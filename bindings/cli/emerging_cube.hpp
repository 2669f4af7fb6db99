#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/emerging/space_time_cube.hpp>
#include <tocsin/grid/grid.hpp>
#include <tocsin/ports/source_spec.hpp>
#include <tocsin/temporal/delay/reported_events.hpp>
#include <tocsin/vector/areas.hpp>

#include "event_options.hpp"
#include "grid_options.hpp"

namespace tocsin::cli {

/// What becomes of numbers where nobody could look.
enum class GapCounts {
  drop,  ///< who could not look cannot compare: they are no numbers
  keep   ///< what became known all the same counts, for who weighs it by the days
};

/// What a cube of events is made from.
struct CubeOptions {
  EventOptions events;
  GridOptions grid;  ///< of cells; or
  SourceSpec areas;  ///< areas
  std::string every = "month";
  std::string places = "all";  ///< or "with-events": where none was ever counted, nothing was observed
  SourceSpec not_observed;     ///< table of code, from, to
  std::string observed_from, observed_to;
  double gap_share = 0.5;
  GapCounts gap_counts = GapCounts::drop;
  bool require_usable = false;  ///< refuses a source of which too many records cannot be used
};
void add_cube_options(CLI::App& verb, CubeOptions& options);
/// Of those, what says when nobody could look: --not-observed, --observed-from, --observed-to, --gap-share.
void add_observation_options(CLI::App& verb, CubeOptions& options);
/// Which of these do nothing.
std::vector<IdleOptions> idle_cube_options(const CubeOptions& options);

/// A cube with what is known of its places and of how it came about.
struct EventCube {
  SpaceTimeCube cube;
  std::optional<Grid> grid;  ///< of cells
  Areas areas;               ///< the places, unless they are cells
  std::string crs_wkt;
  /// Of the grid's cells: 0 for those beyond --area, which are no places; empty: all are.
  std::vector<std::uint8_t> inside;
  std::vector<std::size_t> cells;  ///< by place, its cell; empty: the same number
  std::int64_t rows_read = 0;
  std::size_t quarantined = 0;
  double weight = 0;                   ///< of the events of the cube's time
  double counted = 0;                  ///< of that, what lies in its places and was observed
  double in_gaps = 0;                  ///< what was reported of places and times that count as gaps
  std::vector<double> observed_share;  ///< as cube.values: of the bin's days, those on which somebody could have known
  std::vector<UnobservedDays> gaps;    ///< the days themselves; Day::max() ends those that last
  ReportedEvents reported;             ///< of areas: the events by place, with the days on which they became known
  std::vector<std::string> warnings;

  /// Grid::index of a place that is a cell.
  [[nodiscard]] std::size_t cell(std::size_t place) const { return cells.empty() ? place : cells[place]; }
  /// Of an area; of a cell its row and column from the north-west, "r1c1".
  [[nodiscard]] std::string code(std::size_t place) const;
};

/// @throws Error usage, input; memory when the bins would take more than `memory_bytes`
EventCube read_cube(const CubeOptions& options, double memory_bytes, Progress& progress);

}  // namespace tocsin::cli
