#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/emerging/emerging_category.hpp>

namespace tocsin {
namespace {

/// A place's history as one side sees it: hot is "own" for hot spots, cold for cold spots.
struct History {
  int observed = 0;
  int own = 0, opposite = 0;  ///< periods
  int last_run = 0;           ///< own periods at the end, without a break
  bool own_at_last = false, opposite_at_last = false;
  bool whole_run = true;  ///< no own period comes before the last run
};

History history_of(std::span<const BinClass> bins, BinClass own, CategoryRules::GapInRun gap_in_run) {
  const BinClass opposite = own == BinClass::hot ? BinClass::cold : BinClass::hot;
  History history;
  bool in_run = true;
  for (std::size_t k = bins.size(); k-- > 0;) {
    const BinClass bin = bins[k];
    if (bin == BinClass::gap) {
      // A gap after the last observed period breaks nothing: there is no run yet.
      if (gap_in_run == CategoryRules::GapInRun::breaks_it && history.observed > 0) in_run = false;
      continue;
    }
    if (history.observed++ == 0) {
      history.own_at_last = bin == own;
      history.opposite_at_last = bin == opposite;
    }
    if (bin == opposite) ++history.opposite;
    in_run = in_run && bin == own;
    if (bin != own) continue;
    ++history.own;
    if (in_run)
      ++history.last_run;
    else
      history.whole_run = false;
  }
  return history;
}

/// Numbers of the categories, without their side.
enum Kind : std::int8_t {
  none,
  fresh,
  consecutive,
  intensifying,
  persistent,
  diminishing,
  sporadic,
  oscillating,
  historical
};

struct KindDecision {
  Kind kind = none;
  std::string_view rule;
};

/// @param trend  1: away from 0, more intense; -1: back to 0; 0: none
KindDecision decide(const History& history, int trend, const CategoryRules& rules) {
  if (history.own == 0) return {};
  // The share of whole periods is met exactly where it can be: 9 of 10 are 90 %.
  const bool mostly = static_cast<double>(history.own) >= rules.share * history.observed - 1e-9;
  if (mostly && !history.own_at_last) {
    if (trend == 0 && rules.ended == CategoryRules::Ended::may_be_persistent)
      return {persistent, "in most periods, though not in the last, without a trend"};
    return {historical, "in most periods, but not in the last"};
  }
  if (mostly && trend > 0) return {intensifying, "in most periods and the last, and more and more so"};
  if (mostly && trend < 0) return {diminishing, "in most periods and the last, but less and less so"};
  if (mostly) return {persistent, "in most periods and the last, without a trend"};
  if (!history.own_at_last) {
    if (rules.sporadic == CategoryRules::Sporadic::at_any_time && history.opposite == 0)
      return {sporadic, "in some periods, and never the opposite"};
    return {};
  }
  const bool swings = history.opposite > 0;
  if (!swings || rules.once_opposite == CategoryRules::OnceOpposite::may_be_new) {
    if (history.own == 1) return {fresh, "in the last period, never before"};
    if (history.whole_run && history.last_run >= 2)
      return {consecutive, "in an unbroken run of periods up to the last, never before it"};
  }
  if (swings) return {oscillating, "in the last period, and the opposite before"};
  return {sporadic, "in the last period, and on and off before"};
}

EmergingCategory on_side(Kind kind, BinClass side) {
  return static_cast<EmergingCategory>(side == BinClass::hot ? +kind : -kind);
}

}  // namespace

void CategoryRules::validate() const {
  if (!(share > 0.5 && share <= 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("share {} of the periods: above 0.5 and at most 1; 0.9 is as published", share));
  if (!(trend_alpha > 0 && trend_alpha < 1))
    throw Error(ErrorCode::invalid_argument, fmt::format("trend alpha {}: above 0 and below 1", trend_alpha));
  if (least_periods < 4)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("least periods {}: at least 4; with fewer no trend can be beyond chance", least_periods));
}

CategoryDecision categorise(std::span<const BinClass> bins, double trend_z, double trend_p,
                            const CategoryRules& rules) {
  const History hot = history_of(bins, BinClass::hot, rules.gap_in_run);
  if (hot.observed < rules.least_periods) return {EmergingCategory::unobserved, "too few periods were observed"};
  if (bins.back() == BinClass::gap && rules.gap_at_last == CategoryRules::GapAtLast::unobserved)
    return {EmergingCategory::unobserved, "the last period was not observed"};
  const int trend = !(trend_p <= rules.trend_alpha) ? 0 : trend_z > 0 ? 1 : -1;
  const KindDecision as_hot = hot.opposite_at_last ? KindDecision{} : decide(hot, trend, rules);
  if (as_hot.kind != none) return {on_side(as_hot.kind, BinClass::hot), as_hot.rule};
  const History cold = history_of(bins, BinClass::cold, rules.gap_in_run);
  const KindDecision as_cold = cold.opposite_at_last ? KindDecision{} : decide(cold, -trend, rules);
  if (as_cold.kind != none) return {on_side(as_cold.kind, BinClass::cold), as_cold.rule};
  return {EmergingCategory::none, "no rule holds"};
}

std::string to_string(EmergingCategory category) {
  if (category == EmergingCategory::none) return "none";
  if (category == EmergingCategory::unobserved) return "not observed";
  static constexpr std::array<std::string_view, 9> names{
      "", "new", "consecutive", "intensifying", "persistent", "diminishing", "sporadic", "oscillating", "historical"};
  const int number = static_cast<int>(category);
  return fmt::format("{} {} spot", names[static_cast<std::size_t>(std::abs(number))], number > 0 ? "hot" : "cold");
}

}  // namespace tocsin
