#pragma once

#include <cstddef>

#include <tocsin/temporal/alarm/detail/alarm_series.hpp>
#include <tocsin/temporal/alarm/run_length.hpp>

namespace tocsin::detail {

/// The level of the periods before the judged ones.
struct UsualRate {
  std::size_t periods = 0;   ///< observed ones that it rests on
  double rate = 0;           ///< by exposure; half an event where there was none
  double mean_exposure = 1;  ///< of those periods
  double dispersion = 1;     ///< Pearson's X2 by its degrees of freedom; 1 where it cannot be told
  double size = 0;           ///< negative binomial, by moments; infinite where counts vary no more than Poisson ones
  bool floored = false;      ///< there was no event
};
UsualRate usual_rate(const AlarmSeries& series, const AlarmOptions& options);

/// The counts of a period of usual exposure as they may well be: each of mean and dispersion lies below with a chance
/// of 4 in 5. A chart whose limit trusts what a few periods let estimate alarms more often than it was asked to; one
/// that is drawn for these keeps its run length in most series (Gandy and Kvaloy 2013, Scandinavian Journal of
/// Statistics 40:647: "guaranteed conditional performance").
/// @param clusters  the counts may vary more than Poisson ones
CusumCounts cautious_counts(const UsualRate& usual, bool clusters);

}  // namespace tocsin::detail
