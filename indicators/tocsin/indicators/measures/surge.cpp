#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/indicators/event_history.hpp>
#include <tocsin/indicators/measures/measures.hpp>
#include <tocsin/temporal/alarm/alarm.hpp>

namespace tocsin::measures {
namespace {

/// How unlikely an area's events are under its own past: -log10 of the chance of at least so many, 0 where there are no
/// more than usual, 2 for one in a hundred. All spans are counted by the same clock (count_span); days on which nobody
/// could reach the area are no quiet days of its past.
class SurgeMeasure final : public Measure {
 public:
  SurgeMeasure(Parameters& parameters, const MeasureSetting& setting) : of_(HistoryOf::read(parameters, setting)) {
    window_ = parameters.optional_duration("window");
    baseline_ = parameters.optional_duration("baseline").value_or(days(365.25));
    const std::string method = parameters.word_or(
        "method", {"predictive", "ears-c1", "ears-c2", "farrington", "farrington-flexible"}, "predictive");
    options_.method = parse_alarm_method(method).value_or(AlarmMethod::predictive);
    const double least = parameters.number_or("least_past", static_cast<double>(options_.least_past));
    if (least >= 1 && least == std::floor(least))
      options_.least_past = static_cast<std::size_t>(least);
    else
      parameters.problem("least_past", "must be a whole number of periods, 1 or more");
    const bool farrington =
        options_.method == AlarmMethod::farrington || options_.method == AlarmMethod::farrington_flexible;
    constexpr double three_years = 3 * 365.0;
    if (farrington && baseline_.days < three_years)
      parameters.problem("baseline", "of Farrington's methods must be three years or more: \"5 years\"");
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override { return {of_.need()}; }
  [[nodiscard]] std::string unit() const override { return "-log10 of the chance of so many"; }
  [[nodiscard]] Duration lookback() const override {
    return days(baseline_.days + 2 * (window_ ? window_->days : 366));
  }
  [[nodiscard]] bool reported() const override { return true; }

  [[nodiscard]] std::optional<TableJoinRequest> table_join(const MeasureContext& context) const override {
    return of_.table_join(context);
  }
  void account(const MeasureContext& context, const Period& first, const Period& last,
               SourceLedger& ledger) const override {
    of_.account(context, first.last - std::chrono::days{static_cast<int>(lookback().days)}, last.last, ledger);
  }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period& period) const override {
    std::vector<double> values;
    for (const AlarmPoint& now : judge(context, period))
      values.push_back(std::isnan(now.p) ? not_observed : -std::log10(std::max(now.p, least_p)));
    return context.painted(values);
  }

  [[nodiscard]] std::vector<std::string> words(const MeasureContext& context, const Period& period) const override {
    std::vector<std::string> result;
    for (const AlarmPoint& now : judge(context, period))
      result.push_back(std::isnan(now.p) ? std::string()
                                         : fmt::format("{:.3g} {} where its past lets expect {:.2g}, a chance of {}",
                                                       now.observed, of_.unit(), now.expected, chance(now.p)));
    return result;
  }

 private:
  static std::string chance(double p) {
    return p > 0.5 ? "more than one in two" : fmt::format("one in {:.2g}", std::min(1 / p, 1 / least_p));
  }

  /// The period of each area.
  [[nodiscard]] std::vector<AlarmPoint> judge(const MeasureContext& context, const Period& period) const {
    const TimeWindow latest = window_of(period, window_, std::nullopt);
    std::vector<Period> spans{{latest.first, latest.last, period.label}};
    while (days_between(spans.back().first, latest.first) < static_cast<int>(baseline_.days) - spans.back().days() / 2)
      spans.push_back(span_before(spans.back()));
    std::reverse(spans.begin(), spans.end());
    std::vector<SpanCount> counts;
    for (const Period& span : spans) counts.push_back(count_span(context, of_, span, spans.back()));
    AlarmOptions options = options_;
    options.season = static_cast<std::size_t>(std::max(1.0, std::round(365.25 / spans.back().days())));
    std::vector<AlarmPoint> points;
    for (std::size_t area = 0; area < context.areas.size(); ++area) {
      std::vector<double> events, exposure;
      for (const SpanCount& count : counts) {
        events.push_back(count.events[area]);
        exposure.push_back(count.days[area]);
      }
      points.push_back(alarm(events, exposure, 1, options).front());
    }
    return points;
  }

  static constexpr double least_p = 1e-12;  ///< beyond it no model of counts is to be believed
  HistoryOf of_;
  std::optional<Duration> window_;
  Duration baseline_;
  AlarmOptions options_;
};

}  // namespace

std::unique_ptr<Measure> make_surge(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<SurgeMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
