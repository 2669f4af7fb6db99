#pragma once

#include <string>
#include <vector>

#include <tocsin/temporal/compare/comparison.hpp>
#include <tocsin/temporal/compare/shares.hpp>

#include "compare_counts.hpp"

namespace tocsin::cli {

/// One series in both periods.
struct CompareFinding {
  bool persons = false;
  std::string by, code, name;
  bool placed_only = false;  ///< all together are those that were placed in the areas, and there are more
  std::size_t place = 0;     ///< number of the area, where `by` is "areas"
  Comparison comparison;
  double q = 0;                              ///< p, corrected for all series of its kind; of all together p itself
  double chance_up = 0, chance_half_up = 0;  ///< that the rate rose at all, and by half or more (Jeffreys)
  Share earlier_share, later_share;          ///< of its kind; NaN for all together
  std::size_t looked_at = 1;                 ///< series of its kind with events: what q corrects for

  /// The word, after correction.
  [[nodiscard]] Change change() const { return change_of(q, comparison.ratio.ratio); }
};

struct CompareFindings {
  std::vector<CompareFinding> all;                 ///< one a unit
  std::vector<std::vector<CompareFinding>> split;  ///< by unit and field; the surest change first
};

CompareFindings findings_of(const ComparedCounts& counts, const CompareOptions& options);

}  // namespace tocsin::cli
