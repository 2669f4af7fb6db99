#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <boost/math/distributions/negative_binomial.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/temporal/delay/unreported_count.hpp>
#include <tocsin/temporal/nowcast.hpp>

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

/// Known events and, in periods that were known in full, the time that they took: what a prior rate is made from.
struct History {
  double events = 0, periods = 0;
};

/// What is usual in each series, and how numbers vary about it, for one period by those around it.
class UsualRates {
 public:
  UsualRates(const Nowcast& result, const NowcastOptions& options) : result_(result), options_(options) {
    const std::size_t length = result.periods.size();
    means_.resize(result.series * length, nan);
    shapes_.resize(length, nan);
    for (std::size_t t = 0; t < length; ++t) of_period(t);
  }
  [[nodiscard]] double mean(std::size_t cell) const { return means_[cell]; }
  [[nodiscard]] double shape(std::size_t period) const { return shapes_[period]; }

  /// As shape(), but of how far numbers fall below what is usual: after a surge the shape leaves room for silence,
  /// which a history of even months does not. Months that were too silent themselves are left out.
  [[nodiscard]] double lower_shape(std::size_t t) const {
    return shape_of(
        t, [&](const auto& use) { each_in_history(t, use); }, true);
  }

 private:
  /// Full periods that a cell is worth.
  [[nodiscard]] double exposure(std::size_t series, std::size_t t) const {
    return result_.p_complete[result_.at(series, t)] * part_lived(result_.periods[t], result_.as_of);
  }
  template <typename Use>
  void each_before(std::size_t t, const Use& use) const {
    const auto history = static_cast<std::size_t>(options_.history_periods);
    for (std::size_t k = t - std::min(t, history); k < t; ++k) use(k);
  }
  template <typename Use>
  void each_other(std::size_t t, const Use& use) const {
    for (std::size_t k = 0; k < result_.periods.size(); ++k)
      if (k != t) use(k);
  }

  /// Where hardly anything of the periods before could be known, all others stand for them.
  template <typename Use>
  void each_in_history(std::size_t t, const Use& use) const {
    double before = 0;
    each_before(t, [&](std::size_t k) {
      for (std::size_t s = 0; s < result_.series; ++s) before += exposure(s, k);
    });
    before >= 1 ? each_before(t, use) : each_other(t, use);
  }

  void of_period(std::size_t t) {
    const auto each = [&](const auto& use) { each_in_history(t, use); };
    std::vector<History> own(result_.series);
    History all;
    for (std::size_t s = 0; s < result_.series; ++s) {
      each([&](std::size_t k) {
        const double periods = exposure(s, k);
        if (periods == 0) return;  // what came out of a closed area is no rate
        own[s].events += result_.known[result_.at(s, k)];
        own[s].periods += periods;
      });
      all.events += own[s].events;
      all.periods += own[s].periods;
    }
    if (all.periods == 0) return;
    // No history makes a rate of 0: half an event stands for what chance kept away.
    const double of_all = (all.events + 0.5) / all.periods;
    // Periods that the mean of all weighs beside a series' own.
    constexpr double pooled_periods = 1;
    for (std::size_t s = 0; s < result_.series; ++s)
      means_[result_.at(s, t)] = (own[s].events + pooled_periods * of_all) / (own[s].periods + pooled_periods);
    shapes_[t] = shape_of(t, each, false);
  }

  /// By moments: Var = m e + (m e)^2 / shape, over all series; few events draw it to 2.
  /// @param below  the variance is twice that of the numbers below the mean
  template <typename Each>
  double shape_of(std::size_t t, const Each& each, bool below) const {
    constexpr double usual_inverse = 0.5, usual_weight = 5, least = 0.3, most = 20;
    double excess = usual_inverse * usual_weight, square = usual_weight;
    for (std::size_t s = 0; s < result_.series; ++s)
      each([&](std::size_t k) {
        const double mean = means_[result_.at(s, t)] * exposure(s, k);
        if (mean == 0) return;
        if (below && result_.silence[result_.at(s, k)] == Silence::fewer) return;
        const double difference = result_.known[result_.at(s, k)] - mean;
        const double weight = !below ? 1 : difference < 0 ? 2 : 0;
        excess += weight * difference * difference - mean;
        square += mean * mean;
      });
    return excess <= 0 ? most : std::clamp(square / excess, least, most);
  }

  const Nowcast& result_;
  const NowcastOptions& options_;
  std::vector<double> means_, shapes_;
};

NowcastBasis basis_of(const Completeness& share, const NowcastOptions& options) {
  if (share.mean < options.closed_share * share.mean_if_open) return NowcastBasis::closed;
  return share.mean >= options.complete_share ? NowcastBasis::observed : NowcastBasis::delayed;
}

/// @param usual  events of the part of the period that has passed; NaN: no history
Silence silence_of(double known, double usual, double shape, const Completeness& share, const NowcastOptions& options) {
  const bool access_fell = share.mean < options.blind_share * share.mean_if_open;
  if (std::isnan(usual)) return access_fell && known == 0 ? Silence::blind : Silence::none;
  if (access_fell) return known < usual * share.mean_if_open ? Silence::blind : Silence::none;
  const double mean = usual * share.mean, size = std::max(shape, 0.5);
  if (!(mean > 0) || known >= mean) return Silence::none;
  const double p = boost::math::cdf(boost::math::negative_binomial(size, size / (size + mean)), std::floor(known));
  return p <= options.silence_p ? Silence::fewer : Silence::none;
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
  const UsualRates rates(result, options);
  parallel_for(result.series, progress, [&](std::size_t s) {
    for (std::size_t t = 0; t < periods.size(); ++t) {
      const std::size_t cell = result.at(s, t);
      const double usual = rates.mean(cell) * part_lived(periods[t], as_of);
      result.usual[cell] = usual;
      result.basis[cell] = basis_of(completeness[cell], options);
      fill(result, cell, prior_of(usual, rates.shape(t), options), completeness[cell], options.level);
    }
  });
  for (std::size_t t = 0; t < periods.size(); ++t) {  // in order: each looks at those before
    const double shape = rates.lower_shape(t);
    for (std::size_t s = 0; s < result.series; ++s) {
      const std::size_t cell = result.at(s, t);
      result.silence[cell] = silence_of(result.known[cell], result.usual[cell], shape, completeness[cell], options);
    }
  }
  return result;
}

Nowcast nowcast(const ReportedEvents& events, const AccessClock& access, std::span<const Period> periods, Day as_of,
                const NowcastOptions& options) {
  Progress quiet;
  return nowcast(events, access, periods, as_of, options, quiet);
}

}  // namespace tocsin
