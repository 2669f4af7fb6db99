#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/delay/access_clock.hpp>

namespace tocsin {
namespace {

constexpr std::chrono::days one{1};

void check(const AccessGap& gap, std::size_t series) {
  if (gap.series >= series || gap.last < gap.first || !(gap.share >= 0 && gap.share <= 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("access of series {} from {} to {}, share {}: there are {} series, days go forward, and "
                            "shares are 0 to 1",
                            gap.series, to_string(gap.first), to_string(gap.last), gap.share, series));
}

}  // namespace

AccessClock::AccessClock(std::size_t series) : of_series_(series) {}

AccessClock::AccessClock(std::size_t series, std::span<const AccessGap> gaps) : of_series_(series) {
  std::vector<std::vector<AccessGap>> own(series);
  for (const AccessGap& gap : gaps) {
    check(gap, series);
    own[gap.series].push_back(gap);
  }
  for (std::size_t s = 0; s < series; ++s) {
    // Between two days on which some gap begins or has ended nothing changes.
    std::set<Day> turns;
    for (AccessGap& gap : own[s]) {
      gap.last = std::min(gap.last, Day::max() - one);  // a gap without an end
      turns.insert({gap.first, gap.last + one});
    }
    double lost = 0;
    for (auto turn = turns.begin(); turn != turns.end() && std::next(turn) != turns.end(); ++turn) {
      Stretch stretch{*turn, *std::next(turn) - one, 0, lost};
      for (const AccessGap& gap : own[s])
        if (gap.first <= stretch.first && stretch.last <= gap.last)
          stretch.lost_a_day = std::max(stretch.lost_a_day, 1 - gap.share);
      if (stretch.lost_a_day == 0) continue;
      lost += stretch.lost_a_day * (days_between(stretch.first, stretch.last) + 1);
      of_series_[s].push_back(stretch);
    }
  }
}

double AccessClock::lost_until(std::size_t series, Day day) const {
  const std::vector<Stretch>& stretches = of_series_[series];
  auto after = std::upper_bound(stretches.begin(), stretches.end(), day,
                                [](Day at, const Stretch& stretch) { return at < stretch.first; });
  if (after == stretches.begin()) return 0;
  const Stretch& last = *std::prev(after);
  return last.lost_before + last.lost_a_day * (days_between(last.first, std::min(day, last.last)) + 1);
}

double AccessClock::days(std::size_t series, Day from, Day to) const {
  if (to < from) return 0;
  return days_between(from, to) + 1 - (lost_until(series, to) - lost_until(series, from - one));
}

double AccessClock::share(std::size_t series, Day from, Day to) const {
  return days(series, from, to) / (days_between(from, to) + 1);
}

}  // namespace tocsin
