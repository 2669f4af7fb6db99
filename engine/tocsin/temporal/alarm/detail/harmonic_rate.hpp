#pragma once

#include <vector>

#include <tocsin/temporal/alarm/detail/alarm_series.hpp>

namespace tocsin::detail {

/// Expected counts of the judged periods, from the periods before: a Poisson fit of a rate that goes up and down once a
/// season, log(mean) = log(exposure) + a + b sin + c cos.
/// @return  empty where fewer than two seasons were observed, or there are too few events for it
std::vector<double> harmonic_means(const AlarmSeries& series, std::size_t season);

}  // namespace tocsin::detail
