#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/temporal/delay/unreported_count.hpp>
#include <tocsin/temporal/nowcast.hpp>
#include <tocsin/temporal/silence_judge.hpp>
#include <tocsin/temporal/usual_numbers.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void check(std::span<const Period> periods, Day as_of) {
  if (periods.empty()) throw Error(ErrorCode::invalid_argument, "a nowcast of no periods: give at least one");
  if (periods.back().first > as_of)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("period {} begins on {}, after the as-of day {}: nothing of it has happened; let the "
                            "periods end before",
                            periods.back().label, to_string(periods.back().first), to_string(as_of)));
}

/// The last day of a period of which something can be known.
Day last_lived(const Period& period, Day as_of) {
  return std::min(period.last, as_of);
}

/// The part of a period that had passed by the as-of day.
double part_lived(const Period& period, Day as_of) {
  return static_cast<double>(days_between(period.first, last_lived(period, as_of)) + 1) / period.days();
}

/// The mean of F over days that are some accessible days old, as a sum over the ends of steps: worked out once, used
/// for each draw of F.
class MeanShare {
 public:
  explicit MeanShare(std::span<const double> bounds_days) : bounds_(bounds_days), weight_(bounds_days.size()) {}

  void add_day(double accessible_days) {
    ++days_;
    if (!(accessible_days > 0)) return;
    const auto step =
        static_cast<std::size_t>(std::lower_bound(bounds_.begin(), bounds_.end(), accessible_days) - bounds_.begin());
    if (step == bounds_.size()) {
      weight_.back() += 1;
      return;
    }
    const double from = step == 0 ? 0 : bounds_[step - 1];
    const double part = (accessible_days - from) / (bounds_[step] - from);
    weight_[step] += part;
    if (step > 0) weight_[step - 1] += 1 - part;
  }

  /// All days are older than the last step.
  [[nodiscard]] bool is_over() const { return weight_.back() == days_; }

  [[nodiscard]] double of(std::span<const double> share) const {
    double sum = 0;
    for (std::size_t d = 0; d < weight_.size(); ++d) sum += weight_[d] * share[d];
    return std::clamp(sum / days_, 0.0, 1.0);
  }

 private:
  std::span<const double> bounds_;
  std::vector<double> weight_;
  int days_ = 0;
};

/// How a series stands to its delays in a period: the share known by as_of under each draw, and on its mean had every
/// day been open.
struct Completeness {
  std::vector<double> draws;
  double mean = 0, mean_if_open = 0;
};

Completeness completeness_of(const Period& period, Day as_of, const AccessClock& access, std::size_t series,
                             const DelayDraws& delays) {
  MeanShare with_access(delays.bounds_days), if_open(delays.bounds_days);
  for (Day day = period.first; day <= last_lived(period, as_of); day += std::chrono::days{1}) {
    with_access.add_day(access.days(series, day, as_of));
    if_open.add_day(days_between(day, as_of) + 1);
  }
  Completeness result;
  if (with_access.is_over()) {  // most of the past: each draw says the same
    const double all = with_access.of(delays.of(series, 0));
    return {{all}, all, all};
  }
  for (std::size_t r = 0; r < delays.draws; ++r) {
    result.draws.push_back(with_access.of(delays.of(series, r)));
    result.mean += result.draws.back() / static_cast<double>(delays.draws);
    result.mean_if_open += if_open.of(delays.of(series, r)) / static_cast<double>(delays.draws);
  }
  return result;
}

std::vector<double> known_counts(const ReportedEvents& events, std::size_t series, std::span<const Period> periods,
                                 Day as_of) {
  std::vector<double> known(series * periods.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events.reported[i] > as_of) continue;
    auto period = std::lower_bound(periods.begin(), periods.end(), events.first_day[i],
                                   [](const Period& at, Day day) { return at.last < day; });
    for (; period != periods.end() && period->first <= events.last_day[i]; ++period)
      known[events.series[i] * periods.size() + static_cast<std::size_t>(period - periods.begin())] +=
          events.weight[i] * share_of_days(events.first_day[i], events.last_day[i], *period);
  }
  return known;
}

NowcastBasis basis_of(const Completeness& share, const NowcastOptions& options) {
  if (share.mean < options.closed_share * share.mean_if_open) return NowcastBasis::closed;
  return share.mean >= options.complete_share ? NowcastBasis::observed : NowcastBasis::delayed;
}

/// The prior of what a period's number would be.
RatePrior prior_of(double usual, double shape, const NowcastOptions& options) {
  if (!(usual > 0)) return {};
  return {shape, shape / usual, options.surge_share, options.surge_times};
}

void fill(Nowcast& result, std::size_t cell, const RatePrior& prior, const Completeness& share, double level) {
  const double known = result.known[cell];
  const std::vector<double>& chance = result.to_come[cell] = unreported_count(known, prior, share.draws);
  if (chance.empty()) return;
  result.expected[cell] = known + quantile_of(chance, 0.5);
  result.mean[cell] = known + mean_of(chance);
  result.low[cell] = known + quantile_of(chance, (1 - level) / 2);
  result.high[cell] = known + quantile_of(chance, (1 + level) / 2);
}

/// What was usual and what was too silent. Which periods were too silent says what is usual, and the other way round:
/// in order of time first, then usual numbers anew without what was found too silent.
/// @return  shape of the prior, series x periods
std::vector<double> judge_usual(Nowcast& result, const ReportedEvents& events,
                                std::span<const Completeness> completeness, const NowcastOptions& options) {
  const std::size_t length = result.periods.size();
  std::vector<double> exposure(result.known.size()), shapes(result.known.size());
  SilenceJudge judge(result.series, length, options);
  for (std::size_t s = 0; s < result.series; ++s)
    for (std::size_t t = 0; t < length; ++t) {
      const Completeness& share = completeness[result.at(s, t)];
      const double lived = part_lived(result.periods[t], result.as_of);
      exposure[result.at(s, t)] = share.mean * lived;
      judge.set(result.at(s, t), {result.known[result.at(s, t)], share.mean, share.mean_if_open, lived});
    }
  const PastNumbers past{result.series,       length,         result.known,           exposure,
                         result.access_share, result.silence, options.history_periods};
  for (std::size_t t = 0; t < length; ++t) judge.add(t, usual_numbers(past, t), result.silence);
  result.records_end = judge.mark_end(events, result.periods, result.as_of, result.silence);
  for (std::size_t t = 0; t < length; ++t) {
    const UsualNumbers usual = usual_numbers(past, t);
    for (std::size_t s = 0; s < result.series; ++s) {
      const std::size_t cell = result.at(s, t);
      result.usual[cell] = usual.mean[s] * part_lived(result.periods[t], result.as_of);
      result.usual_from[cell] = usual.from[s];
      shapes[cell] = usual.shape[s];
    }
  }
  return shapes;
}

Nowcast laid_out(const AccessClock& access, std::span<const Period> periods, Day as_of) {
  Nowcast result;
  result.series = access.series();
  result.periods.assign(periods.begin(), periods.end());
  result.as_of = as_of;
  const std::size_t cells = result.series * periods.size();
  for (auto* column : {&result.expected, &result.mean, &result.low, &result.high, &result.p_complete,
                       &result.access_share, &result.usual})
    column->assign(cells, nan);
  result.to_come.resize(cells);
  result.basis.assign(cells, NowcastBasis::observed);
  result.silence.assign(cells, Silence::none);
  result.usual_from.assign(cells, UsualFrom::none);
  return result;
}

}  // namespace

std::string_view to_string(NowcastBasis basis) {
  switch (basis) {
    case NowcastBasis::observed:
      return "observed";
    case NowcastBasis::delayed:
      return "delayed";
    case NowcastBasis::closed:
      return "closed";
  }
  return "";
}

std::string_view to_string(Silence silence) {
  switch (silence) {
    case Silence::none:
      return "";
    case Silence::fewer:
      return "fewer";
    case Silence::blind:
      return "blind";
    case Silence::fewer_or_ended:
      return "fewer or ended";
  }
  return "";
}

std::string_view to_string(UsualFrom from) {
  switch (from) {
    case UsualFrom::none:
      return "";
    case UsualFrom::own:
      return "own";
    case UsualFrom::others:
      return "others";
  }
  return "";
}

void NowcastOptions::validate() const {
  delays.validate();
  draws.validate();
  if (!(level > 0 && level < 1) || !(silence_p > 0 && silence_p < 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("nowcast: level {} and silence p {}: above 0 and below 1", level, silence_p));
  for (const double share : {complete_share, closed_share, blind_share})
    if (!(share >= 0 && share <= 1))
      throw Error(ErrorCode::invalid_argument, fmt::format("nowcast: a share of {}: 0 to 1", share));
  if (history_periods < 1)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("nowcast: a history of {} periods: at least 1", history_periods));
  if (!(surge_share >= 0 && surge_share < 1) || !(surge_times > 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("nowcast: a surge of share {} and {} times the usual: 0 to below 1, and above 1",
                            surge_share, surge_times));
}

LearntDelays learn_delays(const ReportedEvents& events, const AccessClock& access, Day as_of,
                          const NowcastOptions& options) {
  options.validate();
  LearntDelays learnt;
  learnt.counts = series_delays(events, access, as_of, options.delays);
  bool any = false;
  for (std::size_t i = 0; i < events.size(); ++i)
    any = any || (events.has_reported[i] != 0 && events.reported[i] <= as_of);
  if (!any)
    throw Error(ErrorCode::input,
                fmt::format("no record known by {} says when it was reported: without the day of the event and the day "
                            "of the report nothing can be nowcast; name the column of the report",
                            to_string(as_of)));
  learnt.draws = draw_delays(learnt.counts, options.delays.bounds_days, options.draws);
  return learnt;
}

Nowcast nowcast(const ReportedEvents& events, const AccessClock& access, std::span<const Period> periods, Day as_of,
                const NowcastOptions& options, Progress& progress) {
  options.validate();
  check(periods, as_of);
  return nowcast(events, access, periods, as_of, learn_delays(events, access, as_of, options), options, progress);
}

Nowcast nowcast(const ReportedEvents& events, const AccessClock& access, std::span<const Period> periods, Day as_of,
                const LearntDelays& delays, const NowcastOptions& options, Progress& progress) {
  options.validate();
  check(periods, as_of);
  if (delays.draws.series != access.series() || delays.draws.bounds_days != options.delays.bounds_days)
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("nowcast: delays of {} series and {} steps for {} series and {} steps", delays.draws.series,
                            delays.draws.bounds_days.size(), access.series(), options.delays.bounds_days.size()));
  Nowcast result = laid_out(access, periods, as_of);
  result.delays = delays.counts;
  result.bounds_days = options.delays.bounds_days;
  result.reported_by = reported_by(reverse_hazard(result.delays.pooled));
  for (double& share : result.reported_by) share /= options.draws.tail_factor;
  result.known = known_counts(events, result.series, periods, as_of);

  std::vector<Completeness> completeness(result.known.size());
  parallel_for(result.series, [&](std::size_t s) {
    for (std::size_t t = 0; t < periods.size(); ++t) {
      const std::size_t cell = result.at(s, t);
      completeness[cell] = completeness_of(periods[t], as_of, access, s, delays.draws);
      result.p_complete[cell] = completeness[cell].mean;
      result.access_share[cell] = access.share(s, periods[t].first, last_lived(periods[t], as_of));
    }
  });
  const std::vector<double> shapes = judge_usual(result, events, completeness, options);
  parallel_for(result.series, progress, [&](std::size_t s) {
    for (std::size_t t = 0; t < periods.size(); ++t) {
      const std::size_t cell = result.at(s, t);
      result.basis[cell] = basis_of(completeness[cell], options);
      fill(result, cell, prior_of(result.usual[cell], shapes[cell], options), completeness[cell], options.level);
    }
  });
  return result;
}

Nowcast nowcast(const ReportedEvents& events, const AccessClock& access, std::span<const Period> periods, Day as_of,
                const NowcastOptions& options) {
  Progress quiet;
  return nowcast(events, access, periods, as_of, options, quiet);
}

}  // namespace tocsin
