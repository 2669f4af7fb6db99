#include "cube_time.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>

namespace tocsin::cli {
namespace {

Day day_of(const std::string& option, const std::string& text) {
  if (const auto day = parse_day(text)) return *day;
  throw Error(ErrorCode::usage, fmt::format("{}: '{}' is not a date; write it as 2021-08-31", option, text));
}

/// The first and the last day of the events.
std::pair<Day, Day> days_of(const Events& events) {
  return {std::ranges::min(events.first_day), std::ranges::max(events.last_day)};
}

}  // namespace

std::vector<Period> periods_of(const EventOptions& options, const std::string& every_word, const TimeWindow& window,
                               std::vector<std::string>& warnings) {
  const Every every = parse_every(every_word).value();
  // Where the time is not given, whole periods: one that begins with the first event would have too few days.
  const Day first = options.from.empty() ? period_of(window.first, every).first : window.first;
  const Day last = options.to.empty() ? period_of(window.last, every).last : window.last;
  std::vector<Period> periods = periods_between(first, last, every);
  const auto warn_if_cut = [&](const Period& period, const char* option) {
    const int whole = period_of(period.first, every).days();
    if (period.days() < whole)
      warnings.push_back(fmt::format("period {} has {} of its {} days, and so fewer events: let {} be the end of one",
                                     period.label, period.days(), whole, option));
  };
  warn_if_cut(periods.front(), "--from");
  if (periods.size() > 1) warn_if_cut(periods.back(), "--to");
  return periods;
}

void add_uncovered_days(const CubeOptions& options, const SpaceTimeCube& cube, std::vector<UnobservedDays>& gaps) {
  constexpr std::chrono::days one{1};
  const auto everywhere = [&](Day first, Day last) {
    if (first <= last)
      for (std::size_t place = 0; place < cube.places; ++place) gaps.push_back({place, first, last});
  };
  if (!options.observed_from.empty())
    everywhere(cube.periods.front().first, day_of("--observed-from", options.observed_from) - one);
  if (!options.observed_to.empty())
    everywhere(day_of("--observed-to", options.observed_to) + one, cube.periods.back().last);
}

void warn_of_ends(const CubeOptions& options, const EventLayer& layer, const std::vector<Period>& periods,
                  std::vector<std::string>& warnings) {
  const Period &first = periods.front(), &last = periods.back();
  const auto warn_if_partly_observed = [&](const Period& period, int unobserved, const char* option) {
    if (unobserved > 0 && unobserved < options.gap_share * period.days())
      warnings.push_back(fmt::format("period {} was observed on {} of its {} days ({}), and so has fewer events",
                                     period.label, period.days() - unobserved, period.days(), option));
  };
  if (!options.observed_from.empty())
    warn_if_partly_observed(first, days_between(first.first, day_of("--observed-from", options.observed_from)),
                            "--observed-from");
  if (!options.observed_to.empty())
    warn_if_partly_observed(last, days_between(day_of("--observed-to", options.observed_to), last.last),
                            "--observed-to");
  if (layer.as_of < last.last)
    warnings.push_back(
        fmt::format("period {} ends on {}, after --as-of {}, and so has fewer events: let --to be the end "
                    "of one before that",
                    last.label, to_string(last.last), to_string(layer.as_of)));
  // So many events are to be expected of the days without any that chance leaves fewer than 1 % of such silences.
  constexpr double surprising = 5;
  const auto [begin, end] = days_of(layer.batch.events);
  const double a_day = static_cast<double>(layer.batch.events.size()) / (days_between(begin, end) + 1);
  const int before = days_between(first.first, begin), after = days_between(end, last.last);
  if (options.observed_from.empty() && a_day * before >= surprising)
    warnings.push_back(
        fmt::format("the first event is of {}, {} days after the first period begins: say by --observed-from from "
                    "which day on the source covers it, or leave out the period by --from",
                    to_string(begin), before));
  if (options.observed_to.empty() && layer.as_of >= last.last && a_day * after >= surprising)
    warnings.push_back(
        fmt::format("the last event is of {}, {} days before the last period ends: say by --observed-to until which "
                    "day the source covers it, or leave out the period by --to",
                    to_string(end), after));
}

}  // namespace tocsin::cli
