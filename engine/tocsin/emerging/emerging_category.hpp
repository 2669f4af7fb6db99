#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tocsin {

/// What a place's history of hot and cold periods amounts to: the 17 categories of Esri's Emerging Hot Spot Analysis,
/// as its page "How Emerging Hot Spot Analysis works" describes them, here in our own words, and one more: not
/// observed.
///
/// With hot for what it says of hot spots, and the same mirrored for cold ones:
/// - new           hot in the last period, never before
/// - consecutive   hot in the last two periods or more without a break, never before that run, in less than 90 % of all
/// - intensifying  hot in 90 % of all periods or more and in the last; its z rises beyond chance (cold: falls)
/// - persistent    hot in 90 % or more; its z has no trend
/// - diminishing   hot in 90 % or more and in the last; its z falls beyond chance (cold: rises)
/// - sporadic      hot in the last period and, on and off, before; in less than 90 % of all; never cold
/// - oscillating   hot in the last period, in less than 90 % of all, and cold at least once before
/// - historical    not hot in the last period, but in 90 % or more of all
/// - none          nothing of these
enum class EmergingCategory : std::int8_t {
  none = 0,
  new_hot = 1,
  consecutive_hot = 2,
  intensifying_hot = 3,
  persistent_hot = 4,
  diminishing_hot = 5,
  sporadic_hot = 6,
  oscillating_hot = 7,
  historical_hot = 8,
  new_cold = -1,
  consecutive_cold = -2,
  intensifying_cold = -3,
  persistent_cold = -4,
  diminishing_cold = -5,
  sporadic_cold = -6,
  oscillating_cold = -7,
  historical_cold = -8,
  unobserved = 127  ///< too few periods were observed to tell; never "none"
};

/// "new hot spot", "historical cold spot", "none", "not observed".
std::string to_string(EmergingCategory category);

/// A bin of the cube beside chance.
enum class BinClass : std::int8_t {
  cold = -1,
  neither = 0,
  hot = 1,
  gap = 2  ///< not observed, or without a statistic
};

/// What the published description leaves open, or changed between its editions.
struct CategoryRules {
  /// "90 per cent of the time-step intervals": of the periods that were observed at that place. Above 0.5, at most 1.
  double share = 0.9;
  /// The trend of z is beyond chance at this two-sided p or below.
  double trend_alpha = 0.05;
  /// A place with fewer observed periods is "not observed". At least 4. The published tool wants cubes of 10.
  int least_periods = 10;

  /// Sporadic: today's description asks for a hot last period; the first one did not.
  enum class Sporadic { hot_at_last, at_any_time };
  Sporadic sporadic = Sporadic::hot_at_last;

  /// Hot in the last period and cold before: the words fit both oscillating, and new or consecutive.
  enum class OnceOpposite { is_oscillating, may_be_new };
  OnceOpposite once_opposite = OnceOpposite::is_oscillating;

  /// Hot in 90 % but not in the last period, and without a trend: the words fit both historical and persistent.
  enum class Ended { is_historical, may_be_persistent };
  Ended ended = Ended::is_historical;

  /// Hot before and after a gap: one run, or two.
  enum class GapInRun { bridged, breaks_it };
  GapInRun gap_in_run = GapInRun::bridged;

  /// Nobody could look in the last period: the last that was observed stands for it (say how long ago that was), or the
  /// place is not observed.
  enum class GapAtLast { last_observed, unobserved };
  GapAtLast gap_at_last = GapAtLast::last_observed;

  void validate() const;  ///< @throws Error invalid_argument
};

/// A category, and the rule that decided on it in words.
struct CategoryDecision {
  EmergingCategory category = EmergingCategory::none;
  std::string_view rule;
};

/// The category of one place. Where the last observed period is hot (or cold), only hot (or cold) categories are tried;
/// otherwise hot ones first. Where a place was hot in 90 % of the periods, that alone decides between the five that
/// speak of it; else oscillating comes first, then new, consecutive and sporadic.
///
/// @param bins     by period; gaps are left out, and the rules see the others alone
/// @param trend_z  Mann-Kendall's z of the place's Gi* z over its observed periods; NaN = no trend
/// @param trend_p  its two-sided p
CategoryDecision categorise(std::span<const BinClass> bins, double trend_z, double trend_p,
                            const CategoryRules& rules = {});

}  // namespace tocsin
