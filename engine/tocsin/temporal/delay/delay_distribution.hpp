#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/temporal/delay/access_clock.hpp>
#include <tocsin/temporal/delay/reported_events.hpp>
#include <tocsin/temporal/delay/reporting_triangle.hpp>

namespace tocsin {

/// What is needed of the past to tell how long reports take. Step d of a delay holds those of more than bounds[d - 1]
/// (step 0: more than 0) up to bounds[d] accessible days, the event's own day being the first.
struct DelayCounts {
  std::vector<double> late;     ///< by step: events that became known in it, of those for which it is over
  std::vector<double> by_then;  ///< by step: events that became known in it or before, of those
};

/// Of a triangle: a step is a period.
DelayCounts delay_counts(const ReportingTriangle& triangle);

struct DelayOptions {
  /// Where the steps of a delay end, in accessible days, ascending. What is not known by the last one counts as never
  /// to be known, but for `tail_factor`.
  std::vector<double> bounds_days{3, 7, 14, 21, 30, 45, 60, 90, 120, 150, 180, 240, 300, 365, 455, 548};
  double half_life_days = 0;   ///< an event weighs 2^(-age / half_life); 0: all alike
  int window_days = 0;         ///< only events of the last so many days tell; 0: all
  int longest_span_days = 31;  ///< an event whose day is less sure tells nothing of delays
  double batch_records = 10;   ///< so many records of a series that became known on one day are a batch, ...
  double batch_times = 5;      ///< ... if they are so many times what its other days with reports bring
  void validate() const;       ///< @throws Error invalid_argument
};

/// Many records that became known on one day: an inquiry, or a way that opened. They count when they happened, and
/// tell nothing of usual delays.
struct ReportBatch {
  std::size_t series = 0;
  Day reported, first_event, last_event;
  double records = 0;       ///< by weight
  double closed_share = 0;  ///< the part of them that happened on days without access
};

/// The records of events that were known by a day, by series and by step; batches are left out.
struct SeriesDelays {
  std::vector<DelayCounts> of_series;
  DelayCounts pooled;
  std::vector<ReportBatch> batches;  ///< by series, then day
  double used = 0;                   ///< weight that tells of delays
  double without_reported = 0;       ///< left out: no reported date,
  double too_long = 0;               ///< ... day too unsure,
  double while_closed = 0;           ///< ... known though no day since had access (a message that came out),
  double beyond = 0;                 ///< ... later than the last step
  double in_batches = 0;
};

/// Counts delays with what had been reported by `as_of` and nothing later. An event tells of a step only when the step
/// was over for it by then (right truncation): else delays would seem short.
/// @throws Error shape_mismatch, invalid_argument
SeriesDelays series_delays(const ReportedEvents& events, const AccessClock& access, Day as_of,
                           const DelayOptions& options = {});

/// g(d) = late / by_then: of the events known by the end of step d, those that became known in it (Lawless 1994,
/// Canadian Journal of Statistics 22, 15-31; Kalbfleisch and Lawless 1989, JASA 84, 360-372). NaN where none is.
std::vector<double> reverse_hazard(const DelayCounts& counts);

/// F(d) = product over later steps k of 1 - g(k): the share that is known by the end of step d, of what is known by the
/// end of the last. Steps of which nothing is known (NaN) change nothing.
std::vector<double> reported_by(std::span<const double> hazard);

/// Draws of F, since few reports leave it unsure. Over all series: shares of the steps from the Dirichlet distribution
/// of their records and `prior_events` spread evenly over the steps, which for g(d) is Beta(late + prior, by_then -
/// late + prior of the steps before). Then of each series g(d) from Beta(late + k g, by_then - late + k (1 - g)), which
/// draws few own reports towards all (partial pooling). The same for any number of threads.
struct DelayDraws {
  std::size_t series = 0, draws = 0;
  std::vector<double> bounds_days;
  std::vector<double> share;  ///< series x draws x steps: F at the end of each step

  [[nodiscard]] std::span<const double> of(std::size_t of_series, std::size_t draw) const {
    const std::size_t steps = bounds_days.size();
    return std::span(share).subspan((of_series * draws + draw) * steps, steps);
  }
};

struct DelayDrawOptions {
  std::size_t draws = 200;
  double prior_events = 1;     ///< records that stand for not knowing; above 0
  double pooling_events = 20;  ///< k: own reports that weigh as much as all series together
  double tail_factor = 1;      ///< known in the end / known by the last step; >= 1
  std::uint64_t seed = 1;
  void validate() const;  ///< @throws Error invalid_argument
};

/// Cost: O(series x draws x steps), in parallel over series; about 0.2 us a step.
DelayDraws draw_delays(const SeriesDelays& delays, std::span<const double> bounds_days,
                       const DelayDrawOptions& options = {});

}  // namespace tocsin
