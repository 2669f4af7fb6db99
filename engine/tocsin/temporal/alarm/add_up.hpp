#pragma once

#include <span>

#include <tocsin/temporal/alarm/alarm.hpp>

namespace tocsin {

/// A point of a larger area from those of its parts, so that counts and expected counts add up over all levels: bottom
/// up, as each level forecast by itself does not. Variances add up where parts rise and fall by themselves; where they
/// do so together the bound is too near, and the alarm says "more than these parts would do by chance alone".
///
/// @param parts  the points of one period; those without a verdict, or without a variance (CUSUM, GLR), are left out
///               with their counts
/// @param alpha  of the bound: a negative binomial of that mean and variance (Poisson if it varies less)
/// @return       the reason of the first part if none is judged
/// Source        Hyndman and Athanasopoulos (2021), Forecasting: Principles and Practice, section 11.2
AlarmPoint add_up(std::span<const AlarmPoint> parts, double alpha);

}  // namespace tocsin
