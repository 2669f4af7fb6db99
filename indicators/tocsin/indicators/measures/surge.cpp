#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/event_history.hpp>
#include <tocsin/indicators/measures/measures.hpp>
#include <tocsin/temporal/alarm/alarm.hpp>

namespace tocsin::measures {
namespace {

/// How unlikely an area's events are under its own past: -log10 of the chance of at least so many, 0 where there are no
/// more than usual, 2 for one in a hundred. All spans are counted by the same clock (count_span); days on which nobody
/// could reach the area are no quiet days of its past.
///
/// Where Farrington's methods have too few events of late to judge by, few events are no surge: 0, and observed. A
/// place that has gone quiet must not turn unseen.
///
/// CUSUM and GLR judge the spans of `sum_over` together, against the baseline before them: small rises that last. Their
/// statistic is given in the same currency: 0 at 0 and 2 at its limit, which is set so that chance alone reaches it
/// about once in a hundred spans where the usual rate is known. Between and beyond that is near to a logarithm as well,
/// for the tail of such sums is exponential. A usual rate from few spans is too often too low, and its limit passed: a
/// baseline of fewer than `least_past_of_sums` spans is refused.
class SurgeMeasure final : public Measure {
 public:
  SurgeMeasure(Parameters& parameters, const MeasureSetting& setting) : of_(HistoryOf::read(parameters, setting)) {
    window_ = parameters.optional_duration("window");
    const std::optional<Duration> baseline = parameters.optional_duration("baseline");
    const std::string method = parameters.word_or(
        "method",
        {"predictive", "ears-c1", "ears-c2", "farrington", "farrington-flexible", "cusum", "nb-cusum", "glr", "glr-nb"},
        "predictive");
    options_.method = parse_alarm_method(method).value_or(AlarmMethod::predictive);
    baseline_ = baseline.value_or(days(sums() ? 3 * 365.25 : 365.25));
    read_least_past(parameters);
    constexpr double three_years = 3 * 365.0;
    if (farrington() && baseline_.days < three_years)
      parameters.problem("baseline", "of Farrington's methods must be three years or more: \"5 years\"");
    read_sum_over(parameters);
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override { return {of_.need()}; }
  [[nodiscard]] std::string unit() const override {
    return sums() ? "statistic, 2 at its limit" : "-log10 of the chance of so many";
  }
  [[nodiscard]] Duration lookback() const override {
    return days(baseline_.days + sum_over_.days + 2 * (window_ ? window_->days : 366));
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
    for (const Judged& now : *judged(context, period))
      values.push_back(now.point.reason == AlarmReason::too_few_events ? 0.0
                       : !is_judged(now.point.reason)                  ? not_observed
                       : sums() ? at_limit * now.point.statistic / now.point.limit
                                : -std::log10(std::max(now.point.p, least_p)));
    return context.painted(values);
  }

  [[nodiscard]] std::vector<std::string> words(const MeasureContext& context, const Period& period) const override {
    std::vector<std::string> result;
    for (const Judged& now : *judged(context, period)) result.push_back(words_of(now));
    return result;
  }

 private:
  /// The period of an area; and together with those before it that are summed.
  struct Judged {
    AlarmPoint point;
    double observed = 0, expected = 0;
    Day since;
  };

  [[nodiscard]] bool farrington() const {
    return options_.method == AlarmMethod::farrington || options_.method == AlarmMethod::farrington_flexible;
  }
  [[nodiscard]] bool sums() const { return options_.method >= AlarmMethod::cusum; }

  void read_least_past(Parameters& parameters) {
    if (sums()) options_.least_past = least_past_of_sums;
    const double least = parameters.number_or("least_past", static_cast<double>(options_.least_past));
    if (!(least >= 1 && least == std::floor(least)))
      return parameters.problem("least_past", "must be a whole number of periods, 1 or more");
    if (sums() && least < static_cast<double>(least_past_of_sums))
      return parameters.problem(
          "least_past",
          fmt::format("must be {} spans or more with CUSUM and GLR: from fewer the usual rate is too often "
                      "too low, and chance passes the limit",
                      least_past_of_sums));
    options_.least_past = static_cast<std::size_t>(least);
  }

  void read_sum_over(Parameters& parameters) {
    const std::optional<Duration> given = parameters.optional_duration("sum_over");
    if (sums())
      sum_over_ = given.value_or(days(baseline_.days / 2));
    else if (given)
      parameters.problem("sum_over", "is of \"cusum\", \"nb-cusum\", \"glr\" and \"glr-nb\"");
  }

  [[nodiscard]] std::string words_of(const Judged& now) const {
    if (now.point.reason == AlarmReason::too_few_events)
      return fmt::format("{:.3g} {}, and fewer than {:.0f} in {} spans: too few to be a surge", now.point.observed,
                         of_.unit(), options_.least_events, options_.least_events_in);
    if (!is_judged(now.point.reason)) return {};
    if (sums())
      return fmt::format(
          "{:.3g} {} since {} where the time before lets expect {:.2g}; the sum of the rise is {:.0f} % "
          "of its limit",
          now.observed, of_.unit(), to_string(now.since), now.expected, 100 * now.point.statistic / now.point.limit);
    return fmt::format("{:.3g} {} where its past lets expect {:.2g}, a chance of {}", now.point.observed, of_.unit(),
                       now.point.expected, chance(now.point.p));
  }

  static std::string chance(double p) {
    return p > 0.5 ? "more than one in two" : fmt::format("one in {:.2g}", std::min(1 / p, 1 / least_p));
  }

  [[nodiscard]] std::shared_ptr<const std::vector<Judged>> judged(const MeasureContext& context,
                                                                  const Period& period) const {
    return context.of_period<std::vector<Judged>>(*this, "judged", period, [&] { return judge(context, period); });
  }

  /// The spans that the latest is set beside, oldest first.
  [[nodiscard]] std::vector<Period> spans_until(const Period& period) const {
    const TimeWindow latest = window_of(period, window_, std::nullopt);
    std::vector<Period> spans{{latest.first, latest.last, period.label}};
    // The latest span is one of those that are summed.
    const double past_days = baseline_.days + std::max(0.0, sum_over_.days - spans.back().days());
    while (days_between(spans.back().first, latest.first) < static_cast<int>(past_days) - spans.back().days() / 2)
      spans.push_back(span_before(spans.back()));
    // Three years and half a window: of "3 years" as well.
    AlarmOptions options = options_;
    options.season = spans_a_year(spans);
    while (farrington() && spans.size() <= least_history(options.method, options))
      spans.push_back(span_before(spans.back()));
    std::reverse(spans.begin(), spans.end());
    return spans;
  }

  /// By their mean length: months are twelve a year, also where the latest is a February.
  static std::size_t spans_a_year(const std::vector<Period>& spans) {
    double all_days = 0;
    for (const Period& span : spans) all_days += span.days();
    const double mean_days = all_days / static_cast<double>(spans.size());
    return static_cast<std::size_t>(std::max(1.0, std::round(365.25 / mean_days)));
  }

  /// The period of each area.
  [[nodiscard]] std::vector<Judged> judge(const MeasureContext& context, const Period& period) const {
    const std::vector<Period> spans = spans_until(period);
    std::vector<SpanCount> counts;
    for (const Period& span : spans) counts.push_back(count_span(context, of_, span, spans.back()));
    AlarmOptions options = options_;
    options.season = spans_a_year(spans);
    std::size_t last = 1;
    while (sums() && last < spans.size()) {
      const Period& earlier = spans[spans.size() - 1 - last];
      if (days_between(earlier.first, spans.back().last) > sum_over_.days + 0.5 * earlier.days()) break;
      ++last;
    }
    if (sums() && spans.size() - last < options.least_past)
      throw Error(ErrorCode::scenario,
                  fmt::format("surge of '{}' with method = \"{}\": before {} its baseline of {:.0f} days has {} spans; "
                              "the method asks for {} or more: give a longer `baseline`, or a shorter `window`",
                              of_.source, name(options.method), spans[spans.size() - last].label, baseline_.days,
                              spans.size() - last, options.least_past));
    std::vector<Judged> result;
    for (std::size_t area = 0; area < context.areas.size(); ++area) {
      std::vector<double> events, exposure;
      for (const SpanCount& count : counts) {
        events.push_back(count.events[area]);
        exposure.push_back(count.days[area]);
      }
      const std::vector<AlarmPoint> points = alarm(events, exposure, last, options);
      Judged& now = result.emplace_back();
      now.point = points.back();
      now.since = spans[spans.size() - last].first;
      for (const AlarmPoint& point : points)
        if (is_judged(point.reason)) now.observed += point.observed, now.expected += point.expected;
    }
    return result;
  }

  static constexpr double least_p = 1e-12;               ///< beyond it no model of counts is to be believed
  static constexpr std::size_t least_past_of_sums = 24;  ///< spans
  static constexpr double at_limit = 2;  ///< -log10 of AlarmOptions::alpha, by which CUSUM's limit is set
  HistoryOf of_;
  std::optional<Duration> window_;
  Duration baseline_, sum_over_ = days(0);  ///< none but for CUSUM and GLR
  AlarmOptions options_;
};

}  // namespace

std::unique_ptr<Measure> make_surge(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<SurgeMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
