#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/temporal/alert_lifecycle.hpp>

namespace tocsin {
namespace {

constexpr std::array<AlertLevel, 3> levels{AlertLevel::watch, AlertLevel::warning, AlertLevel::alert};

/// The highest level, up to `most`, whose bound a value reaches.
AlertLevel level_of(double value, const std::array<double, 3>& bounds, AlertLevel most = AlertLevel::alert) {
  AlertLevel found = AlertLevel::none;
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (levels[i] <= most && value >= bounds[i]) found = levels[i];  // never for a level that is not used
  return found;
}

/// One rule as it goes through the periods.
class Life {
 public:
  explicit Life(const AlertRule& rule) : rule_(rule) {}

  AlertStep step(std::size_t period, double value, bool suppressed, const AlertJudgement& judgement) {
    if (judgement.cleared) return clear(period, value);
    const AlertLevel before = level_;
    const std::size_t since = since_;
    const AlertStep own = step(period, value, suppressed);
    if (level_of(value, rule_.raise) >= judgement.at_least && level_ >= judgement.at_least) return own;
    // The value alone says less, or nothing: the judgement holds.
    level_ = std::max(level_, judgement.at_least);
    since_ = before == AlertLevel::none ? period : since;
    rows_ = below_ = cooling_ = 0;
    const AlertState state = before == AlertLevel::none ? AlertState::raised
                             : before < level_          ? AlertState::escalated
                             : before > level_          ? AlertState::lowered
                                                        : AlertState::held;
    return {state, level_, since_, true};
  }

 private:
  /// By the value alone.
  AlertStep step(std::size_t period, double value, bool suppressed) {
    const bool cooling = cooling_ > 0;
    if (cooling) --cooling_;
    if (std::isnan(value)) {
      const bool stands = level_ != AlertLevel::none;
      return {stands ? AlertState::blind : AlertState::unseen, level_, since_};
    }
    rise(level_of(value, rule_.raise));
    if (reached_ > level_ && rows_ >= rule_.periods_to_raise) return raise(period, suppressed, cooling);
    if (level_ == AlertLevel::none) return {};
    return hold(value);
  }

  /// By a judgement.
  AlertStep clear(std::size_t period, double value) {
    const AlertLevel before = level_, would = level_of(value, rule_.raise);
    level_ = AlertLevel::none;
    rows_ = below_ = cooling_ = 0;
    if (before != AlertLevel::none) return {AlertState::cleared, before, since_, true};
    if (would != AlertLevel::none) return {AlertState::suppressed, would, period, true};
    return {std::isnan(value) ? AlertState::unseen : AlertState::quiet, AlertLevel::none, 0, false};
  }

  /// Counts the observed periods in a row that reach more than what stands, and the least that all of them reach.
  void rise(AlertLevel target) {
    if (target <= level_) {
      rows_ = 0;
      reached_ = AlertLevel::none;
      return;
    }
    reached_ = rows_ == 0 ? target : std::min(reached_, target);
    ++rows_;
  }

  AlertStep raise(std::size_t period, bool suppressed, bool cooling) {
    const bool first = level_ == AlertLevel::none;
    if (suppressed || (first && cooling && reached_ < AlertLevel::alert))
      return {first ? AlertState::suppressed : AlertState::held, first ? reached_ : level_, first ? period : since_};
    level_ = reached_;
    if (first) since_ = period;
    rows_ = below_ = 0;
    return {first ? AlertState::raised : AlertState::escalated, level_, since_};
  }

  AlertStep hold(double value) {
    const AlertLevel still = level_of(value, rule_.clear, level_);
    if (still == level_) {
      below_ = 0;
      return {AlertState::held, level_, since_};
    }
    remains_ = below_ == 0 ? still : std::max(remains_, still);
    if (++below_ < rule_.periods_to_clear) return {AlertState::held, level_, since_};
    below_ = 0;
    const AlertLevel before = level_;
    level_ = remains_;
    if (level_ != AlertLevel::none) return {AlertState::lowered, level_, since_};
    cooling_ = rule_.cool_down;
    return {AlertState::cleared, before, since_};
  }

  const AlertRule& rule_;
  AlertLevel level_ = AlertLevel::none;    ///< that stands
  AlertLevel reached_ = AlertLevel::none;  ///< by all of the last `rows_` observed periods
  AlertLevel remains_ = AlertLevel::none;  ///< the most that the last `below_` observed periods would leave standing
  std::size_t since_ = 0;
  int rows_ = 0, below_ = 0, cooling_ = 0;
};

}  // namespace

std::string_view name(AlertLevel level) {
  switch (level) {
    case AlertLevel::none:
      return "none";
    case AlertLevel::watch:
      return "watch";
    case AlertLevel::warning:
      return "warning";
    case AlertLevel::alert:
      return "alert";
  }
  return {};
}

std::string_view name(AlertState state) {
  switch (state) {
    case AlertState::quiet:
      return "quiet";
    case AlertState::raised:
      return "raised";
    case AlertState::escalated:
      return "escalated";
    case AlertState::held:
      return "held";
    case AlertState::lowered:
      return "lowered";
    case AlertState::cleared:
      return "cleared";
    case AlertState::blind:
      return "blind";
    case AlertState::unseen:
      return "unseen";
    case AlertState::suppressed:
      return "suppressed";
  }
  return {};
}

void AlertRule::validate() const {
  double last = -std::numeric_limits<double>::infinity();
  bool any = false;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (std::isnan(raise[i])) continue;
    any = true;
    if (!(raise[i] >= last))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("{} is raised at {}, below the level before it", name(levels[i]), raise[i]));
    if (!(clear[i] <= raise[i]))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("{} clears below {}: at most what raises it, {}", name(levels[i]), clear[i], raise[i]));
    last = raise[i];
  }
  if (!any) throw Error(ErrorCode::invalid_argument, "an alert rule needs a value that raises a level");
  if (periods_to_raise < 1 || periods_to_clear < 1 || cool_down < 0)
    throw Error(ErrorCode::invalid_argument,
                fmt::format("periods to raise ({}) and to clear ({}) are 1 or more, to cool down ({}) 0 or more",
                            periods_to_raise, periods_to_clear, cool_down));
}

std::vector<AlertStep> follow_alert(std::span<const double> values, std::span<const std::uint8_t> suppressed,
                                    const AlertRule& rule, std::span<const AlertJudgement> judgements) {
  rule.validate();
  if (!judgements.empty() && judgements.size() != values.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} values and {} judgements of periods", values.size(), judgements.size()));
  if (!suppressed.empty() && suppressed.size() != values.size())
    throw Error(ErrorCode::shape_mismatch,
                fmt::format("{} values and {} marks of what is suppressed", values.size(), suppressed.size()));
  Life life(rule);
  std::vector<AlertStep> steps;
  for (std::size_t t = 0; t < values.size(); ++t)
    steps.push_back(life.step(t, values[t], !suppressed.empty() && suppressed[t] != 0,
                              judgements.empty() ? AlertJudgement{} : judgements[t]));
  return steps;
}

}  // namespace tocsin
