#include <tocsin/indicators/measure_context.hpp>
#include <tocsin/indicators/measures/measures.hpp>

namespace tocsin::measures {
namespace {

/// Counts by area, and rates: counts per population and year.
class CountMeasure final : public Measure {
 public:
  enum class Of { count, rate };

  CountMeasure(Parameters& parameters, const MeasureSetting& setting, Of of) : setting_(setting), of_(of) {
    window_ = parameters.optional_duration("window");
    half_life_ = of == Of::count ? parameters.optional_duration("half_life") : std::nullopt;
    by_ = parameters.word_or("by", {"incident", "survivor"}, "incident");
    field_ = parameters.text_or("field", by_ == "survivor" ? "persons" : "");
    if (field_ == "survivors") field_ = "persons";
    if (of == Of::rate) {
      per_ = parameters.number_or("per", 100000);
      if (!(per_ > 0)) parameters.problem("per", "must be greater than 0");
    }
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override {
    SourceNeed need{setting_.source, PortKind::events, setting_.where, {}, {}};
    if (!field_.empty() && field_ != "persons" && field_ != "weight") need.number_fields.push_back(field_);
    return {need};
  }
  [[nodiscard]] std::string unit() const override {
    const std::string what = field_.empty() ? "events" : field_;
    return of_ == Of::count ? what : what + " per population and year";
  }
  [[nodiscard]] Duration lookback() const override {
    return window_ ? *window_ : half_life_ ? days(10 * half_life_->days) : days(0);
  }
  [[nodiscard]] bool reported() const override { return true; }
  [[nodiscard]] bool needs_population() const override { return of_ == Of::rate; }
  [[nodiscard]] bool counts_events() const override { return true; }
  [[nodiscard]] std::vector<double> events_counted(const MeasureContext& context, const Period& period,
                                                   std::optional<Duration> window) const override {
    if (!window) window = window_ ? window_ : half_life_;
    return context.events.at(setting_.source).weights(setting_.where, window_of(period, window, std::nullopt));
  }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period& period) const override {
    const EventLayer& layer = context.events.at(setting_.source);
    const TimeWindow window = window_of(period, window_, half_life_);
    auto sums = layer.sums_by_area(layer.weights(setting_.where, window, field_), context.areas.size());
    if (of_ == Of::rate) {
      const double years = (days_between(window.first, window.last) + 1) / 365.25;
      for (std::size_t i = 0; i < sums.size(); ++i) {
        // A population that is unknown or zero makes the rate unknown, whatever the count.
        const double persons = context.area_population.empty() ? not_observed : context.area_population[i];
        sums[i] = persons > 0 ? sums[i] * per_ / (persons * years) : not_observed;
      }
    }
    return context.painted(sums);
  }

 private:
  MeasureSetting setting_;
  Of of_;
  std::optional<Duration> window_, half_life_;
  std::string by_, field_;
  double per_ = 100000;
};

}  // namespace

std::unique_ptr<Measure> make_count(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<CountMeasure>(parameters, setting, CountMeasure::Of::count);
}

std::unique_ptr<Measure> make_rate(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<CountMeasure>(parameters, setting, CountMeasure::Of::rate);
}

}  // namespace tocsin::measures
