#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <tocsin/temporal/nowcast.hpp>
#include <tocsin/temporal/usual_numbers.hpp>

namespace tocsin {

/// Which periods of which series have fewer reports than chance leaves. Periods are added in order of time, each with
/// what was usual by those before it.
class SilenceJudge {
 public:
  /// A series in a period.
  struct Cell {
    double known = 0;
    double share = 0, share_if_open = 0;  ///< that could be known; and had every day been open
    double lived = 1;                     ///< part of the period that has passed
  };

  SilenceJudge(std::size_t series, std::size_t periods, const NowcastOptions& options)
      : series_(series), periods_(periods), options_(options), cells_(series * periods), run_(series) {}

  void set(std::size_t at, const Cell& cell) { cells_[at] = cell; }
  /// Judges period t, and with it the run of periods without events that ends there.
  void add(std::size_t t, UsualNumbers usual, std::span<Silence> silence);
  /// Where after the last event of all series whole periods are too silent, in a series or in all together: marks what
  /// lies after it and has no reading yet as Silence::fewer_or_ended. To be called once, after the last add().
  /// @return  the last day with an event known by as_of; empty: no such silence
  std::optional<Day> mark_end(const ReportedEvents& events, std::span<const Period> periods, Day as_of,
                              std::span<Silence> silence) const;

 private:
  /// Periods in a row without any event though the place was reachable, after one with events.
  struct Run {
    bool may_begin = false;  ///< the series has had an event
    std::optional<std::size_t> first;
    double awaited = 0;  ///< events that should be known, by what was usual when it began
  };

  [[nodiscard]] std::size_t at(std::size_t series, std::size_t t) const { return series * periods_ + t; }
  [[nodiscard]] bool access_fell(const Cell& cell) const {
    return cell.share < options_.blind_share * cell.share_if_open;
  }
  [[nodiscard]] Silence of_period(const Cell& cell, double usual, double shape) const;
  void follow_run(std::size_t series, std::size_t t, std::span<Silence> silence);

  std::size_t series_, periods_;
  const NowcastOptions& options_;
  std::vector<Cell> cells_;
  std::vector<Run> run_;
  std::vector<UsualNumbers> usual_;  ///< by period
};

}  // namespace tocsin
