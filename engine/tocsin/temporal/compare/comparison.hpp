#pragma once

#include <cstdint>
#include <string_view>

#include <tocsin/temporal/compare/rate_ratio.hpp>

namespace tocsin {

/// What can be said of a change in one word.
enum class Change : std::uint8_t {
  unknown,      ///< not observed in one of the periods, or no events in either
  clear_fall,   ///< p < 0.01
  likely_fall,  ///< p < 0.05
  chance,       ///< no more than chance would give
  likely_rise,
  clear_rise
};
/// "unknown", "clear fall", ...
std::string_view name(Change change);

enum class ComparisonMethod : std::uint8_t {
  mid_p,  ///< central mid-p
  exact   ///< central, Clopper-Pearson: never claims more than its level, and often less
};

/// Two periods compared, with what goes into a sentence about them.
struct Comparison {
  CountInTime earlier, later;
  double dispersion = 1;    ///< of both counts
  RateRatio ratio;          ///< of the counts divided by their dispersion; its ratio is that of the rates
  double count_change = 0;  ///< (x2 - x1) / x1; infinite from 0; NaN where both are 0
  double rate_change = 0;   ///< ratio - 1
  Interval interval;        ///< of the rate's change, by the method
  double p = 1;             ///< two-sided, by the method
  Change change = Change::unknown;
};
struct ComparisonOptions {
  double dispersion = 1;  ///< >= 1; see dispersion.hpp
  double confidence = 0.95;
  ComparisonMethod method = ComparisonMethod::mid_p;
};

/// Compares counts whose variance is `dispersion` times their mean, by the exact test of both counts divided by it: as
/// many independent events would say as much (the quasi-Poisson variance of the log ratio), and counts of 0 do no harm.
/// @param earlier, later  a NaN count = not observed; their exposures need not be above 0 then
/// @throws Error          invalid_argument
Comparison compare_counts(const CountInTime& earlier, const CountInTime& later, const ComparisonOptions& options = {});

/// The word for a p, or one that was corrected for how many were looked at.
/// @param p  NaN gives unknown
Change change_of(double p, double ratio);

}  // namespace tocsin
