#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/temporal/compare/dispersion.hpp>
#include <tocsin/vector/areas.hpp>

#include "compare_periods.hpp"
#include "emerging_cube.hpp"

namespace tocsin::cli {

/// What `tocsin compare` is told.
struct CompareOptions {
  CubeOptions cube;  ///< events, areas, and when nobody could look
  std::string period, against = "previous", every;
  std::vector<std::string> by;
  std::string persons;
  std::string exposure = "observed", maturity = "equal", method = "mid-p", dispersion = "history";
  double confidence = 0.95;
  std::string language = "en";
};

/// Counts of both periods side by side, and the days on which events could be known of. NaN = not observed.
struct ComparedSeries {
  std::string by;  ///< "all", "areas", or the field
  std::vector<std::string> codes, names;
  std::vector<double> earlier, later, earlier_days, later_days;
  bool placed_only = false;  ///< a sum of areas in which not all events were placed

  [[nodiscard]] std::size_t size() const { return codes.size(); }
};

/// One unit, incidents or persons.
struct ComparedUnit {
  bool persons = false;
  ComparedSeries all;                 ///< one series
  std::vector<ComparedSeries> split;  ///< by areas, where given, and by each field
  double dispersion = 1;              ///< of its counts
};

struct ComparedCounts {
  std::vector<ComparedUnit> units;
  Areas areas;
  std::string crs_wkt;
  std::int64_t rows_read = 0;
  Dispersion history;                       ///< of incidents, from the time before and between the periods
  std::optional<int> maturity;              ///< days after each period's end; empty: all that is known counts
  double late_earlier = 0, late_later = 0;  ///< incidents left out because they became known later
  std::vector<std::size_t> unobserved;      ///< areas that were not observed in one of the periods: not in `all`
  std::vector<std::string> warnings;
};

/// @throws Error usage, input: among others where the data do not reach back to the earlier period
ComparedCounts count_compared(const CompareOptions& options, const ComparedPeriods& periods, double memory_bytes,
                              Progress& progress);

}  // namespace tocsin::cli
