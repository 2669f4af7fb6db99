#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/core/progress.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin {

struct NearRepeatOptions {
  /// Bands of distance: up to the first, beyond it up to the second, ... A first one of 0 holds pairs on one place.
  std::vector<double> distances_m{0, 1000, 2000, 5000, 10000, 20000};
  /// Bands of time, in days between the two events, alike.
  std::vector<int> days{7, 14, 28, 56, 84};
  int permutations = 999;  ///< of the days; at least 19
  std::uint64_t seed = 1;
  void validate() const;  ///< @throws Error invalid_argument
};

/// Pairs of events in a band of distance and a band of time.
struct NearRepeatBand {
  double from_m = 0, to_m = 0;     ///< more than from_m (in the first band: from 0 on), at most to_m
  int from_days = 0, to_days = 0;  ///< both included
  std::int64_t pairs = 0;
  double expected = 0;  ///< if when had nothing to do with where: pairs at the distance x pairs at the time / all pairs
  double ratio = 0;     ///< pairs / expected; NaN where none is expected
  double p = 1;         ///< one-sided, of so many or more: (permutations with as many + 1) / (permutations + 1)
};

struct NearRepeat {
  std::vector<NearRepeatBand> bands;  ///< by distance, then time
  std::size_t events = 0;
  /// Of the largest (pairs - expected) / sqrt(expected) of all bands: whether anything is there, having looked at all.
  double p_any = 1;
};

/// Does an event make another one likely, near to it and soon after? Knox's test (Knox 1964, Applied Statistics 13,
/// 25-29) over bands: pairs of events that are close in both space and time, beside those on maps on which the same
/// days are dealt to the same places anew. So neither towns with many events nor a month with many make a finding: only
/// that both meet does. It cannot tell what is contagion (the same group goes on) from a cause that stays in a place
/// for a while (a garrison, a market); and an attack with many records is near to itself: give one record an attack.
/// @param places  at least 2, metres
/// @param days    one a place
/// @throws Error  invalid_argument, shape_mismatch; cancelled
/// Cost           O(pairs within the largest distance x permutations), in parallel; the same for any number of threads
NearRepeat near_repeat(std::span<const Point> places, std::span<const Day> days, const NearRepeatOptions& options,
                       Progress& progress);
NearRepeat near_repeat(std::span<const Point> places, std::span<const Day> days, const NearRepeatOptions& options = {});

}  // namespace tocsin
