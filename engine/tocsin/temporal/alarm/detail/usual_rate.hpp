#pragma once

#include <cstddef>

#include <tocsin/temporal/alarm/detail/alarm_series.hpp>

namespace tocsin::detail {

/// The level of the periods before the judged ones.
struct UsualRate {
  std::size_t periods = 0;   ///< observed ones that it rests on
  double rate = 0;           ///< by exposure; half an event where there was none
  double mean_exposure = 1;  ///< of those periods
  double size = 0;           ///< negative binomial, by moments; infinite where counts vary no more than Poisson ones
  bool floored = false;      ///< there was no event
};
UsualRate usual_rate(const AlarmSeries& series, const AlarmOptions& options);

}  // namespace tocsin::detail
