#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/temporal/delay/delay_distribution.hpp>

namespace tocsin {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// What an entry counts in the count of delays: a share of a record, and never more than one, however many persons.
double record_of(const ReportedEvents& events, std::size_t i) {
  return std::min(events.weight[i], 1.0);
}

/// The middle of the days on which it may have happened, but not after it was known.
Day day_of(const ReportedEvents& events, std::size_t i) {
  const Day middle = events.first_day[i] + std::chrono::days{days_between(events.first_day[i], events.last_day[i]) / 2};
  return std::min(middle, events.reported[i]);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Days of reports of each series with so many records that they are a batch.
std::vector<ReportBatch> batches_of(const ReportedEvents& events, const AccessClock& access, Day as_of,
                                    const DelayOptions& options) {
  std::vector<std::map<Day, ReportBatch>> days(access.series());
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events.has_reported[i] == 0 || events.reported[i] > as_of) continue;
    const Day day = day_of(events, i);
    ReportBatch& batch =
        days[events.series[i]]
            .try_emplace(events.reported[i], ReportBatch{events.series[i], events.reported[i], day, day, 0, 0})
            .first->second;
    batch.first_event = std::min(batch.first_event, day);
    batch.last_event = std::max(batch.last_event, day);
    batch.records += record_of(events, i);
    batch.closed_share += record_of(events, i) * (1 - access.share(events.series[i], day, day));
  }
  std::vector<ReportBatch> batches;
  for (const auto& of_series : days)
    for (const auto& [day, batch] : of_series) {
      if (batch.records < options.batch_records) continue;
      std::vector<double> others;
      for (const auto& [other_day, other] : of_series)
        if (other_day != day) others.push_back(other.records);
      if (!others.empty() && batch.records < options.batch_times * median(std::move(others))) continue;
      batches.push_back(batch);
      batches.back().closed_share /= batch.records;
    }
  return batches;
}

/// Steps that are over after some accessible days.
std::size_t steps_over(const DelayOptions& options, double accessible_days) {
  const auto& bounds = options.bounds_days;
  return static_cast<std::size_t>(std::upper_bound(bounds.begin(), bounds.end(), accessible_days) - bounds.begin());
}

void check(const ReportedEvents& events, std::size_t series) {
  if (events.first_day.size() != events.size() || events.last_day.size() != events.size() ||
      events.reported.size() != events.size() || events.has_reported.size() != events.size() ||
      events.weight.size() != events.size())
    throw Error(ErrorCode::shape_mismatch, "columns of reported events have different lengths");
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events.series[i] >= series || !(events.weight[i] >= 0) || events.reported[i] < events.first_day[i] ||
        events.last_day[i] < events.first_day[i])
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("entry {}: series {} of {}, weight {}, {} to {}, reported {}: days go forward, and no "
                              "event is reported before it happened",
                              i, events.series[i], series, events.weight[i], to_string(events.first_day[i]),
                              to_string(events.last_day[i]), to_string(events.reported[i])));
}

/// What an entry tells of the steps, if anything.
void count_entry(const ReportedEvents& events, std::size_t i, const AccessClock& access, Day as_of,
                 const DelayOptions& options, SeriesDelays& result) {
  const double record = record_of(events, i);
  const Day day = day_of(events, i);
  const std::size_t series = events.series[i];
  if (options.window_days > 0 && days_between(day, as_of) >= options.window_days) return;
  if (days_between(events.first_day[i], events.last_day[i]) >= options.longest_span_days) {
    result.too_long += record;
    return;
  }
  const double delay = access.days(series, day, events.reported[i]), most = access.days(series, day, as_of);
  if (delay <= 0) {
    result.while_closed += record;
    return;
  }
  const auto& bounds = options.bounds_days;
  const auto step = static_cast<std::size_t>(std::lower_bound(bounds.begin(), bounds.end(), delay) - bounds.begin());
  if (step == bounds.size()) {
    result.beyond += record;
    return;
  }
  const std::size_t over = steps_over(options, most);
  if (step >= over) return;
  const double weight =
      options.half_life_days > 0 ? record * std::exp2(-days_between(day, as_of) / options.half_life_days) : record;
  result.used += record;
  for (DelayCounts* counts : {&result.of_series[series], &result.pooled}) {
    counts->late[step] += weight;
    for (std::size_t later = step; later < over; ++later) counts->by_then[later] += weight;
  }
}

double draw_normal(RandomStream& random) {
  constexpr double two_pi = 2 * std::numbers::pi;
  const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
  return radius * std::cos(two_pi * random.uniform());
}

/// Marsaglia and Tsang (2000), ACM TOMS 26, 363-372.
double draw_gamma(double shape, RandomStream& random) {
  if (shape < 1) {
    const double part = std::pow(1 - random.uniform(), 1 / shape);
    return part * draw_gamma(shape + 1, random);
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = draw_normal(random), root = 1 + c * x, v = root * root * root;
    if (v > 0 && std::log(1 - random.uniform()) < x * x / 2 + d * (1 - v + std::log(v))) return d * v;
  }
}

double draw_beta(double a, double b, RandomStream& random) {
  if (a <= 0) return 0;
  if (b <= 0) return 1;
  const double first = draw_gamma(a, random), second = draw_gamma(b, random);
  return first + second > 0 ? first / (first + second) : a / (a + b);
}

/// One draw of all series' hazards; NaN where nothing is known of a step.
std::vector<double> draw_pooled(const DelayCounts& counts, const DelayDrawOptions& options, std::size_t draw) {
  RandomStream random(
      {options.seed, static_cast<std::uint32_t>(RandomPurpose::reporting_delay), 0, static_cast<std::uint32_t>(draw)});
  const std::size_t steps = counts.late.size();
  const double prior = options.prior_events / static_cast<double>(steps);
  std::vector<double> hazard(steps, nan);
  for (std::size_t d = 0; d < steps; ++d)
    if (counts.by_then[d] > 0)
      hazard[d] = draw_beta(counts.late[d] + prior, counts.by_then[d] - counts.late[d] + prior * static_cast<double>(d),
                            random);
  return hazard;
}

std::vector<double> draw_of_series(const DelayCounts& counts, const std::vector<double>& pooled,
                                   const DelayDrawOptions& options, std::size_t series, std::size_t draw) {
  RandomStream random({options.seed, static_cast<std::uint32_t>(RandomPurpose::reporting_delay), series + 1,
                       static_cast<std::uint32_t>(draw)});
  std::vector<double> hazard = pooled;
  for (std::size_t d = 0; d < hazard.size(); ++d)
    if (!std::isnan(hazard[d]))
      hazard[d] = draw_beta(counts.late[d] + options.pooling_events * pooled[d],
                            counts.by_then[d] - counts.late[d] + options.pooling_events * (1 - pooled[d]), random);
  return hazard;
}

}  // namespace

void DelayOptions::validate() const {
  if (bounds_days.empty() || !(bounds_days.front() > 0) ||
      std::adjacent_find(bounds_days.begin(), bounds_days.end(), [](double a, double b) { return !(a < b); }) !=
          bounds_days.end())
    throw Error(ErrorCode::invalid_argument, "the ends of the steps of a delay must ascend from above 0");
  if (!(half_life_days >= 0) || window_days < 0 || longest_span_days < 1)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("delays: half-life {} days, window {} days, longest span {} days: at least 0, 0 and 1",
                            half_life_days, window_days, longest_span_days));
  if (!(batch_records >= 2) || !(batch_times >= 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("batches of {} records, {} times the usual: at least 2 and 1", batch_records, batch_times));
}

void DelayDrawOptions::validate() const {
  if (draws < 1 || !(prior_events > 0) || !(pooling_events >= 0) || !(tail_factor >= 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} draws of delays, prior of {} events, pooling {}, tail factor {}: at least 1, above 0, "
                            "at least 0 and 1",
                            draws, prior_events, pooling_events, tail_factor));
}

DelayCounts delay_counts(const ReportingTriangle& triangle) {
  DelayCounts counts{std::vector<double>(triangle.delays), std::vector<double>(triangle.delays)};
  for (std::size_t row = 0; row < triangle.rows; ++row) {
    double sum = 0;
    for (std::size_t d = 0; d < triangle.delays && !std::isnan(triangle.at(row, d)); ++d) {
      counts.late[d] += triangle.at(row, d);
      counts.by_then[d] += sum += triangle.at(row, d);
    }
  }
  return counts;
}

SeriesDelays series_delays(const ReportedEvents& events, const AccessClock& access, Day as_of,
                           const DelayOptions& options) {
  options.validate();
  check(events, access.series());
  const std::size_t steps = options.bounds_days.size();
  SeriesDelays result;
  result.pooled = {std::vector<double>(steps), std::vector<double>(steps)};
  result.of_series.assign(access.series(), result.pooled);
  result.batches = batches_of(events, access, as_of, options);
  std::map<std::pair<std::size_t, Day>, bool> in_batch;
  for (const ReportBatch& batch : result.batches) in_batch[{batch.series, batch.reported}] = true;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events.reported[i] > as_of) continue;
    if (events.has_reported[i] == 0)
      result.without_reported += record_of(events, i);
    else if (in_batch.contains({events.series[i], events.reported[i]}))
      result.in_batches += record_of(events, i);
    else
      count_entry(events, i, access, as_of, options, result);
  }
  return result;
}

std::vector<double> reverse_hazard(const DelayCounts& counts) {
  std::vector<double> hazard;
  for (std::size_t d = 0; d < counts.late.size(); ++d)
    hazard.push_back(counts.by_then[d] > 0 ? counts.late[d] / counts.by_then[d] : nan);
  return hazard;
}

std::vector<double> reported_by(std::span<const double> hazard) {
  std::vector<double> share(hazard.size(), 1.0);
  for (std::size_t d = hazard.size(); d-- > 1;) share[d - 1] = share[d] * (std::isnan(hazard[d]) ? 1 : 1 - hazard[d]);
  return share;
}

DelayDraws draw_delays(const SeriesDelays& delays, std::span<const double> bounds_days,
                       const DelayDrawOptions& options) {
  options.validate();
  const std::size_t steps = bounds_days.size(), series = delays.of_series.size();
  if (delays.pooled.late.size() != steps)
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("delays counted in {} steps, {} ends of steps", delays.pooled.late.size(), steps));
  DelayDraws result{series, options.draws, {bounds_days.begin(), bounds_days.end()}, {}};
  result.share.resize(series * options.draws * steps);
  std::vector<std::vector<double>> pooled(options.draws);
  parallel_for(options.draws, [&](std::size_t r) { pooled[r] = draw_pooled(delays.pooled, options, r); });
  parallel_for(series, [&](std::size_t s) {
    for (std::size_t r = 0; r < options.draws; ++r) {
      const std::vector<double> share =
          reported_by(series == 1 ? pooled[r] : draw_of_series(delays.of_series[s], pooled[r], options, s, r));
      for (std::size_t d = 0; d < steps; ++d)
        result.share[(s * options.draws + r) * steps + d] = share[d] / options.tail_factor;
    }
  });
  return result;
}

}  // namespace tocsin
