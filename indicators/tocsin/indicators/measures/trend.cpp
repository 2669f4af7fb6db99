#include <algorithm>
#include <cmath>

#include <tocsin/indicators/event_history.hpp>
#include <tocsin/indicators/measures/measures.hpp>
#include <tocsin/temporal/compare/rate_ratio.hpp>

namespace tocsin::measures {
namespace {

/// How an area's events compare with those of the span before, or of the same days a year before: a rate ratio that is
/// drawn towards 1, so that a step from 0 to 1 is 1.5 and not infinite. Both spans are counted by the same clock and
/// over the days on which somebody could have known. Where persons are tested they are divided by their design effect,
/// the sum of squares of incidents by the sum, as `tocsin compare` does.
class TrendMeasure final : public Measure {
 public:
  TrendMeasure(Parameters& parameters, const MeasureSetting& setting) : of_(HistoryOf::read(parameters, setting)) {
    year_ago_ = parameters.word_or("compare", {"previous", "year-ago"}, "previous") == "year-ago";
    window_ = parameters.optional_duration("window");
    shrink_ = parameters.number_or("shrink", 2);
    if (!(shrink_ > 0)) parameters.problem("shrink", "must be more than 0: events that are added to both spans");
    tested_ = parameters.word_or("test", {"none", "midp"}, "none") == "midp";
    alpha_ = parameters.number_or("alpha", 0.05);
    if (!(alpha_ > 0 && alpha_ < 1)) parameters.problem("alpha", "must lie between 0 and 1");
    if (!tested_ && parameters.has("alpha")) parameters.problem("alpha", "has an effect with test = \"midp\" alone");
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override { return {of_.need()}; }
  [[nodiscard]] std::string unit() const override { return "rate ratio"; }
  /// Where the period is the span, of at most a year.
  [[nodiscard]] Duration lookback() const override {
    const double span = window_ ? window_->days : 366;
    return days(year_ago_ ? 366 + span : 2 * span);
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
    const TimeWindow latest = window_of(period, window_, std::nullopt);
    const Period now{latest.first, latest.last, period.label};
    const Period before = year_ago_ ? year_before(now) : span_before(now);
    const SpanCount late = count_span(context, of_, now, now), early = count_span(context, of_, before, now);
    const std::vector<double> effect = design_effects(context, before, now);
    std::vector<double> ratios(context.areas.size(), not_observed);
    for (std::size_t area = 0; area < ratios.size(); ++area)
      if (!std::isnan(late.events[area]) && !std::isnan(early.events[area]))
        ratios[area] =
            ratio({early.events[area], early.days[area]}, {late.events[area], late.days[area]}, effect[area]);
    return context.painted(ratios);
  }

 private:
  struct Count {
    double events = 0, days = 0;
  };

  /// Persons come by incidents: what the variance of an area's sums is by their mean, over both spans. 1 for incidents,
  /// and for the rows of a table, which tell of no single one.
  [[nodiscard]] std::vector<double> design_effects(const MeasureContext& context, const Period& before,
                                                   const Period& now) const {
    std::vector<double> effects(context.areas.size(), 1.0);
    if (!tested_ || of_.field.empty() || of_.table) return effects;
    const EventLayer& layer = context.events.at(of_.source);
    std::vector<double> sums(effects.size()), squares(effects.size());
    for (const Period& span : {before, now}) {
      std::vector<double> weights = span_weights(context, of_, span, now);
      add_to(sums, layer.sums_by_area(weights, sums.size()));
      // Of an incident that was spread over areas each has a share; the size of the whole is what makes a cluster.
      for (double& weight : weights) weight *= weight;
      add_to(squares, layer.sums_by_area(weights, squares.size()));
    }
    for (std::size_t area = 0; area < effects.size(); ++area)
      if (sums[area] > 0) effects[area] = std::max(1.0, squares[area] / sums[area]);
    return effects;
  }

  static void add_to(std::vector<double>& sums, const std::vector<double>& more) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += more[i];
  }

  /// 1 where chance explains the change, if that is asked for.
  /// @param effect  so many persons say as much as one incident
  [[nodiscard]] double ratio(const Count& early, const Count& late, double effect) const {
    const double expected = early.events * late.days / early.days;
    if (tested_ && !beyond_chance(early, late, effect)) return 1;
    return (late.events + shrink_) / (expected + shrink_);
  }

  /// Events that were spread over several areas are parts here and there: a change is tested by the whole numbers that
  /// show less of it.
  [[nodiscard]] bool beyond_chance(const Count& early, const Count& late, double effect) const {
    const bool rise = late.events * early.days > early.events * late.days;
    const double first = rise ? std::ceil(early.events - least) : std::floor(early.events + least);
    const double last = rise ? std::floor(late.events + least) : std::ceil(late.events - least);
    return rate_ratio({first / effect, early.days}, {last / effect, late.days}).mid_p < alpha_;
  }

  static constexpr double least = 1e-9;  ///< of an event: rounding of sums of shares
  HistoryOf of_;
  std::optional<Duration> window_;
  bool year_ago_ = false, tested_ = false;
  double shrink_ = 2, alpha_ = 0.05;
};

}  // namespace

std::unique_ptr<Measure> make_trend(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<TrendMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
