#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include <tocsin/indicators/event_history.hpp>
#include <tocsin/indicators/measures/measures.hpp>
#include <tocsin/temporal/nowcast.hpp>

namespace tocsin::measures {
namespace {

/// What of an area's events is still to be reported. Delays are learnt from the source's own reported dates and run on
/// the days on which somebody could reach the area.
class NowcastMeasure final : public Measure {
 public:
  enum class Of { expected, missing };

  NowcastMeasure(Parameters& parameters, const MeasureSetting& setting) : setting_(setting) {
    of_ = parameters.word_or("value", {"expected", "missing"}, "expected") == "missing" ? Of::missing : Of::expected;
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override {
    return {{setting_.source, PortKind::events, setting_.where, {}, {}}};
  }
  [[nodiscard]] std::string unit() const override {
    return of_ == Of::expected ? "events in the end" : "share still to be reported";
  }
  /// The time before, from which the usual number is taken: a year of it, and of an area that was closed its last open
  /// year.
  [[nodiscard]] Duration lookback() const override { return days((most_years + 1) * 366); }
  /// What is missing is known of a place that cannot be reached: all of it.
  [[nodiscard]] bool reported() const override { return of_ == Of::expected; }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period& period) const override {
    return context.painted(
        *context.of_period<std::vector<double>>(*this, "values", period, [&] { return values(context, period); }));
  }

 private:
  /// What no period changes.
  struct Learnt {
    ReportedEvents events;
    AccessClock access;
    LearntDelays delays;
    Day begins;  ///< the first day of which the source could have known: days before are no quiet ones
  };

  [[nodiscard]] std::shared_ptr<const Learnt> learnt(const MeasureContext& context) const {
    const std::string key = fmt::format("delays\n{}\n{}\n{}", setting_.source, setting_.where, setting_.pillar);
    return context.from_events.get<Learnt>(key, [&] {
      const EventLayer& layer = context.events.at(setting_.source);
      const std::vector<double> weights = layer.weights(setting_.where, {Day::min(), Day::max(), {}});
      Learnt result{
          reported_by_area(layer.batch.events, weights, layer.placed, layer.area_of_point, layer.areas_of_spread),
          AccessClock(context.areas.size()),
          {},
          layer.observed_from.value_or(Day::max())};
      if (!layer.observed_from)
        for (const Day day : layer.batch.events.first_day) result.begins = std::min(result.begins, day);
      std::vector<AccessGap> gaps;
      if (const auto found = context.unreachable.find(setting_.pillar); found != context.unreachable.end())
        for (const UnreachableDays& gap : found->second) gaps.push_back({gap.area, gap.first, gap.last, 0});
      result.access = AccessClock(context.areas.size(), gaps);
      result.delays = learn_delays(result.events, result.access, context.as_of);
      return result;
    });
  }

  /// By area.
  [[nodiscard]] std::vector<double> values(const MeasureContext& context, const Period& period) const {
    const EventLayer& layer = context.events.at(setting_.source);
    std::vector<double> result(context.areas.size(), not_observed);
    const std::shared_ptr<const Learnt> known = learnt(context);
    if (period.last < known->begins || !layer.observes(period)) {
      // Of a time that the source does not cover all is missing; as no indicator of risk, which it says nothing of.
      if (of_ == Of::missing && setting_.role == Role::reporting) std::fill(result.begin(), result.end(), 1.0);
      return result;
    }
    const std::vector<Period> periods = before_and(*known, period);
    Progress quiet;
    const Nowcast found = nowcast(known->events, known->access, periods, context.as_of, known->delays, {}, quiet);
    for (std::size_t area = 0; area < result.size(); ++area) {
      const std::size_t at = found.at(area, periods.size() - 1);
      result[area] = of_ == Of::expected ? found.expected[at] : 1 - found.p_complete[at];
    }
    return result;
  }

  /// The period, and before it as many of its length as make a year, or more: until each area has had a year of days
  /// on which it was open. None that the source does not cover.
  [[nodiscard]] static std::vector<Period> before_and(const Learnt& known, const Period& period) {
    std::vector<Period> periods{period};
    const int wanted = 365 - period.days() / 2;
    const Day earliest = std::max(known.begins, period.first - std::chrono::days{most_years * 366});
    const AccessClock& access = known.access;
    const auto open_enough = [&] {
      for (std::size_t area = 0; area < access.series(); ++area)
        if (access.days(area, periods.back().first, period.first - std::chrono::days{1}) < wanted) return false;
      return true;
    };
    while (!open_enough()) {
      Period before = span_before(periods.back());
      if (before.first < earliest) break;
      periods.push_back(std::move(before));
    }
    std::reverse(periods.begin(), periods.end());
    return periods;
  }

  static constexpr int most_years = 10;  ///< an area that was closed for longer is no longer known
  MeasureSetting setting_;
  Of of_ = Of::expected;
};

}  // namespace

std::unique_ptr<Measure> make_nowcast(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<NowcastMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
