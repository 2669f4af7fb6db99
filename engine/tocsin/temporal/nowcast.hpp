#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/core/progress.hpp>
#include <tocsin/temporal/delay/access_clock.hpp>
#include <tocsin/temporal/delay/delay_distribution.hpp>
#include <tocsin/temporal/delay/reported_events.hpp>

namespace tocsin {

/// Why a number is what it is.
enum class NowcastBasis : std::uint8_t {
  observed,  ///< nearly all that will be known is known
  delayed,   ///< reports are still to come, by the usual delays
  closed     ///< access, not delay, keeps most of it from being known: what is expected is assumed from the past
};
/// "observed", "delayed", "closed"
std::string_view to_string(NowcastBasis basis);

/// How to read few reports.
enum class Silence : std::uint8_t {
  none,           ///< as many as could be expected, or more
  fewer,          ///< fewer than chance leaves, though the place was reachable: look at services, fear, reprisals
  blind,          ///< few, and access fell: nobody knows; never "better"
  fewer_or_ended  ///< after the last record of all series, which together are too silent: or the source ends there
};
/// "", "fewer", "blind", "fewer or ended"
std::string_view to_string(Silence silence);

/// Where a usual number is taken from.
enum class UsualFrom : std::uint8_t {
  none,   ///< of no period anything could be known
  own,    ///< the series' own open periods, however old
  others  ///< of the series itself nothing could be known: the mean of all, and wider
};
/// "", "own", "others"
std::string_view to_string(UsualFrom from);

struct NowcastOptions {
  DelayOptions delays;
  DelayDrawOptions draws;
  double level = 0.8;           ///< of the interval low to high
  double complete_share = 0.9;  ///< basis observed from this share known on
  double closed_share =
      0.5;  ///< basis closed where less than this part of what open days would have shown could be known
  double blind_share = 0.75;  ///< Silence::blind where less than this part of it could
  int history_periods = 12;   ///< open periods of a series before each that its prior rate is taken from
  double surge_share = 0.05;  ///< weight, in the prior, of a rate ...
  double surge_times = 10;    ///< ... so many times as high: a surge must not be taken for what was usual
  double silence_p = 0.05;    ///< Silence::fewer: chance of so few reports or fewer; a fifth of it of a run of silence
  void validate() const;      ///< @throws Error invalid_argument
};

/// How long reports take, learnt once for all periods.
struct LearntDelays {
  SeriesDelays counts;
  DelayDraws draws;
};

/// @throws Error  input: no entry has a reported date by as_of (nothing can be nowcast); invalid_argument;
///                shape_mismatch
/// Cost           O(entries log entries + series x draws x steps), in parallel over series
LearntDelays learn_delays(const ReportedEvents& events, const AccessClock& access, Day as_of,
                          const NowcastOptions& options = {});

/// What is known of each series and period, and what is to be expected in the end. All columns series x periods, each
/// series in one piece, as in Panel.
struct Nowcast {
  std::size_t series = 0;
  std::vector<Period> periods;
  Day as_of;
  std::vector<double> known;      ///< weight of events that were known by as_of, by the days on which they happened
  std::vector<double> expected;   ///< median of what will be known in the end, >= known; NaN: nothing to assume it from
  std::vector<double> mean;       ///< the mean of that: what adds up over series, which medians do not
  std::vector<double> low, high;  ///< central interval of that, at NowcastOptions::level
  std::vector<double> p_complete;    ///< share that is known by now, 0 to 1
  std::vector<double> access_share;  ///< of the period's days up to as_of, the part with access
  std::vector<double> usual;         ///< mean number a period by the history of the series and of all; NaN: no history
  std::vector<UsualFrom> usual_from;
  std::vector<std::vector<double>> to_come;  ///< probability of 0, 1, 2, ... more than known; empty: nothing to assume
  std::vector<NowcastBasis> basis;
  std::vector<Silence> silence;
  std::optional<Day> records_end;  ///< the last day with an event, where silence since then is more than chance

  SeriesDelays delays;              ///< what the delays were learnt from, and the batches
  std::vector<double> bounds_days;  ///< ends of the steps of ...
  std::vector<double> reported_by;  ///< ... the share known by then, over all series: F

  [[nodiscard]] std::size_t at(std::size_t of_series, std::size_t period) const {
    return of_series * periods.size() + period;
  }
};

/// How many events will there have been, once all reports are in?
///
/// Delays run on accessible days (AccessClock): p is the share of a period's events that could be known by as_of. Given
/// the k known ones, those to come are negative-binomial, Poisson with a rate from Gamma(a + k, b + p) times 1 - p,
/// where Gamma(a, b) is the prior of the rate: its mean from the periods before, of the series drawn towards all
/// series; its shape a from how they varied; beside it a small part of a rate that is surge_times as high. p is drawn,
/// not taken for sure (draw_delays). So silence where nobody could ask returns the prior, and nothing is ever
/// "certainly 0" before its time. Only entries with reported <= as_of are read: later ones change nothing.
///
/// What is usual is taken from each series' own last open periods, however old (usual_numbers): a place that was closed
/// for years does not forget what it was.
///
/// Silence::fewer is by how far numbers fell below what is usual, in periods that were not too silent themselves: a
/// surge before makes no room for silence, and one silent period none for the next. A run of periods without any event
/// is judged as a whole by what was usual when it began, so that it also shows where few are usual.
///
/// Events count when they happened: a batch of old reports raises the periods of its events, none in the month in which
/// they became known. What is never reported (survivors who left, died, or stay silent) is not in it.
///
/// @param events   series < access.series()
/// @param periods  consecutive; the last may go beyond as_of, and is then expected up to as_of only
/// @throws Error   input: no entry has a reported date by as_of (nothing can be nowcast); invalid_argument: a period
/// that
///                 begins after as_of, no periods, an option; shape_mismatch
/// Cost            O(entries log entries + series x periods x draws x numbers that may still come), in parallel over
///                 series; the same for any number of threads
/// Sources         Lawless (1994); Höhle and an der Heiden (2014), Biometrics 70, 993-1002
Nowcast nowcast(const ReportedEvents& events, const AccessClock& access, std::span<const Period> periods, Day as_of,
                const NowcastOptions& options, Progress& progress);
Nowcast nowcast(const ReportedEvents& events, const AccessClock& access, std::span<const Period> periods, Day as_of,
                const NowcastOptions& options = {});
/// The same where several nowcasts share what they learn.
/// @param delays  learn_delays() of the same events, access, as_of and options
Nowcast nowcast(const ReportedEvents& events, const AccessClock& access, std::span<const Period> periods, Day as_of,
                const LearntDelays& delays, const NowcastOptions& options, Progress& progress);

}  // namespace tocsin
