#include <algorithm>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/delay/unreported_count.hpp>
#include <tocsin/temporal/nowcast_backtest.hpp>

namespace tocsin {
namespace {

void add(const Nowcast& then, std::size_t cell, double came, NowcastScore& score) {
  ++score.cells;
  if (then.low[cell] <= came && came <= then.high[cell]) ++score.inside;
  score.known += then.known[cell];
  score.came += came;
  score.expected += then.mean[cell];
  score.ranked_score += ranked_score(then.to_come[cell], came - then.known[cell]);
  score.ranked_score_known += came - then.known[cell];
}

NowcastScore mean_of(NowcastScore sum) {
  for (double* total : {&sum.known, &sum.came, &sum.expected, &sum.ranked_score, &sum.ranked_score_known})
    *total = sum.cells == 0 ? 0 : *total / sum.cells;
  return sum;
}

bool any_report_by(const ReportedEvents& events, Day day) {
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events.has_reported[i] != 0 && events.reported[i] <= day) return true;
  return false;
}

}  // namespace

void NowcastBacktestOptions::validate() const {
  nowcast.validate();
  if (newest_periods < 1 || least_history < 1 || !(settled_share > 0 && settled_share <= 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("backtest: {} newest periods, history of {} and settled share {}: at least 1 and 1, above "
                            "0 and at most 1",
                            newest_periods, least_history, settled_share));
}

NowcastBacktest backtest_nowcast(const ReportedEvents& events, const AccessClock& access,
                                 std::span<const Period> periods, Day as_of, const NowcastBacktestOptions& options,
                                 Progress& progress) {
  options.validate();
  const Nowcast today = nowcast(events, access, periods, as_of, options.nowcast);
  NowcastBacktest result;
  result.by_age.resize(static_cast<std::size_t>(options.newest_periods));
  const auto first = static_cast<std::size_t>(options.least_history);
  progress.stage("going back", static_cast<std::int64_t>(periods.size() - std::min(first, periods.size())));
  for (std::size_t t = first; t < periods.size(); ++t) {
    throw_if_cancelled(progress);
    progress.advance();
    const Day day = periods[t].last;
    if (day >= as_of || !any_report_by(events, day)) continue;
    const Nowcast then = nowcast(events, access, periods.first(t + 1), day, options.nowcast);
    bool judged = false;
    for (std::size_t age = 0; age < result.by_age.size() && age <= t; ++age)
      for (std::size_t s = 0; s < then.series; ++s) {
        const std::size_t cell = then.at(s, t - age), now = today.at(s, t - age);
        if (today.p_complete[now] < options.settled_share || then.to_come[cell].empty()) continue;
        judged = true;
        const bool closed = then.basis[cell] == NowcastBasis::closed;
        if (!closed) add(then, cell, today.known[now], result.all);
        add(then, cell, today.known[now], closed ? result.closed : result.by_age[age]);
      }
    if (judged) result.as_of.push_back(day);
  }
  for (NowcastScore& score : result.by_age) score = mean_of(score);
  result.all = mean_of(result.all);
  result.closed = mean_of(result.closed);
  return result;
}

NowcastBacktest backtest_nowcast(const ReportedEvents& events, const AccessClock& access,
                                 std::span<const Period> periods, Day as_of, const NowcastBacktestOptions& options) {
  Progress quiet;
  return backtest_nowcast(events, access, periods, as_of, options, quiet);
}

}  // namespace tocsin
