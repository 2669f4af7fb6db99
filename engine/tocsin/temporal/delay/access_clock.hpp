#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <tocsin/core/calendar.hpp>

namespace tocsin {

/// Days of a series on which news could come out in part, or not at all.
struct AccessGap {
  std::size_t series = 0;
  Day first, last;   ///< both included; Day::max() for a gap that lasts
  double share = 0;  ///< of what could come out on an open day, 0 to 1
};

/// A clock for each series that runs on accessible days: where nobody can be reached, the delay of a report stands
/// still. Days that no gap names are open.
class AccessClock {
 public:
  /// All series open on all days.
  explicit AccessClock(std::size_t series = 1);
  /// @param gaps   where they overlap, the least share holds
  /// @throws Error invalid_argument: no such series, first after last, a share beyond 0 to 1
  AccessClock(std::size_t series, std::span<const AccessGap> gaps);

  [[nodiscard]] std::size_t series() const { return of_series_.size(); }
  /// Accessible days from one day to another, both included; 0 when `to` is earlier.
  /// Cost: O(log gaps)
  [[nodiscard]] double days(std::size_t series, Day from, Day to) const;
  /// The accessible share of some days, both included.
  [[nodiscard]] double share(std::size_t series, Day from, Day to) const;

 private:
  /// Days that do not overlap, in order, with what was lost before each.
  struct Stretch {
    Day first, last;
    double lost_a_day = 0, lost_before = 0;
  };
  /// Accessible days lost up to a day, included.
  [[nodiscard]] double lost_until(std::size_t series, Day day) const;
  std::vector<std::vector<Stretch>> of_series_;
};

}  // namespace tocsin
