#pragma once

#include <span>
#include <vector>

#include <tocsin/temporal/nowcast.hpp>

namespace tocsin {

/// How nowcasts of the past did, over some cells (a series in a period).
struct NowcastScore {
  int cells = 0, inside = 0;      ///< nowcasts, and those whose interval holds what came
  double known = 0, came = 0;     ///< means: known by then, known in the end
  double expected = 0;            ///< mean of the means of what was expected
  double ranked_score = 0;        ///< mean CRPS (events), and ...
  double ranked_score_known = 0;  ///< ... that of taking what was known for all: |came - known|
  [[nodiscard]] double coverage() const { return static_cast<double>(inside) / cells; }  ///< NaN without cells
  [[nodiscard]] double bias() const { return expected - came; }
};

struct NowcastBacktest {
  std::vector<Day> as_of;            ///< past days that were gone back to
  std::vector<NowcastScore> by_age;  ///< by periods since: 0 is the period that ends on the as-of day
  NowcastScore all;                  ///< of these
  NowcastScore closed;               ///< basis closed then, any age: how good the assumption was; not in the others
};

struct NowcastBacktestOptions {
  NowcastOptions nowcast;
  int newest_periods = 3;       ///< that each past nowcast is judged by
  int least_history = 6;        ///< periods before the first as-of day
  double settled_share = 0.95;  ///< what came counts as known where so much of it is expected to be known today
  void validate() const;        ///< @throws Error invalid_argument
};

/// Goes back to the end of each period and nowcasts with what had been reported by then, reading nothing that was
/// reported later; judges by what is known as of today where that is settled. Cells with an empty distribution are left
/// out. All scores have 0 cells where the data are too short.
/// @throws Error as nowcast()
/// Cost: that of nowcast() for each period
NowcastBacktest backtest_nowcast(const ReportedEvents& events, const AccessClock& access,
                                 std::span<const Period> periods, Day as_of, const NowcastBacktestOptions& options,
                                 Progress& progress);
NowcastBacktest backtest_nowcast(const ReportedEvents& events, const AccessClock& access,
                                 std::span<const Period> periods, Day as_of,
                                 const NowcastBacktestOptions& options = {});

}  // namespace tocsin
