#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <tocsin/core/calendar.hpp>
#include <tocsin/emerging/space_time_cube.hpp>
#include <tocsin/vector/events.hpp>

namespace tocsin {

/// Series side by side over the same periods: of areas, of actors, or a single one.
struct Panel {
  std::vector<std::string> codes, names;  ///< one a series
  std::vector<Period> periods;            ///< consecutive
  std::vector<double> values;             ///< series x periods, each series in one piece; NaN = not observed
  /// Of each value, the share of the period's days on which an event could have become known, 0 to 1; where it is 0 the
  /// value is NaN.
  std::vector<double> observed;

  [[nodiscard]] std::size_t size() const { return codes.size(); }
  [[nodiscard]] std::span<const double> series(std::size_t i) const {
    return std::span(values).subspan(i * periods.size(), periods.size());
  }
  [[nodiscard]] std::span<const double> observed_of(std::size_t i) const {
    return std::span(observed).subspan(i * periods.size(), periods.size());
  }
  /// Days on which series i could be known of in period t: what a rate divides by.
  [[nodiscard]] double observed_days(std::size_t i, std::size_t t) const {
    return observed[i * periods.size() + t] * periods[t].days();
  }
};

/// Events counted by period, each series those of one level of a text column, in the order of the levels; events
/// without the text are a last series with an empty code, where there are any. An event that may have happened on
/// several days counts in each period by the share of them that lie in it.
/// @param weights  how much each event counts; 0 leaves it out
/// @param groups   nullptr: one series of all, with the code "all"
/// @throws Error   shape_mismatch
Panel count_by_group(const Events& events, std::span<const double> weights, const Categorical* groups,
                     std::vector<Period> periods);

/// The places of a cube as series.
/// @param observed  as of the cube's values, from observed_shares(); empty: all days
/// @throws Error    shape_mismatch
Panel panel_of(const SpaceTimeCube& cube, std::vector<std::string> codes, std::vector<std::string> names,
               std::span<const double> observed = {});

}  // namespace tocsin
