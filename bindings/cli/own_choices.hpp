#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/grid/raster.hpp>

#include "own_data.hpp"

namespace tocsin::cli {

/// A bandwidth for one source of events.
struct ChosenBandwidth {
  Length bandwidth;
  std::string why;
};

/// What a scenario needs beside its files, each with the reason.
struct OwnChoices {
  std::string crs, crs_why;
  std::string crs_wkt;  ///< of it
  Box box;              ///< of the area of interest
  std::size_t areas = 0;
  Day from, to, as_of;
  std::string days_why;
  Length cell;
  std::string cell_why;
  std::map<std::string, ChosenBandwidth> bandwidths;  ///< by source; those without are left to the catalogue
};

/// The largest grid that is chosen unasked.
inline constexpr double most_own_cells = 250'000;
/// The longest span that is scored unasked.
inline constexpr int most_own_months = 24;

/// Reads the areas and the events, and chooses. Fills the events, summaries and assumptions of `own`; a raster of
/// people that does not reach the area is taken for what it is.
///
/// The CRS is UTM where the area lies within 3.5 degrees of a zone's middle, else equal-area about the area. The span
/// ends with the month of the last event in the area (leaving out one in 200 that are later, and strays: dates
/// mistyped). The
/// bandwidth of a source is that of choose_bandwidth() for its exact points, rounded, at least three of the finest
/// cells and at most a quarter of the area's shorter side. The cell is a tenth of the smallest bandwidth, rounded down,
/// or what keeps the grid below most_own_cells.
/// @throws Error as the readers; input: no event lies in the area
OwnChoices choose_for(OwnData& own);

/// The first and last of some days, without strays: those that lie more than three years from all that are nearer to
/// the middle one, as a mistyped year does. No day: nothing.
struct DaySpan {
  Day first, last;
};
std::optional<DaySpan> span_but_strays(std::vector<Day> days);

/// "25 km", "500 m"
std::string length_text(Length length);

/// Rounded to 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten; the same for equal inputs.
enum class Rounding { down, nearest, up };
Length round_length(Length length, Rounding rounding);

}  // namespace tocsin::cli
