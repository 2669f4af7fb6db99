#include <algorithm>

#include <fmt/format.h>

#include <tocsin/indicators/measures/band_density.hpp>
#include <tocsin/indicators/measures/measures.hpp>

namespace tocsin::measures {
namespace {

class DensityMeasure final : public Measure {
 public:
  DensityMeasure(Parameters& parameters, const MeasureSetting& setting) : setting_(setting) {
    const std::string kernel = parameters.word_or(
        "kernel", {"uniform", "triangular", "epanechnikov", "quartic", "triweight", "gaussian", "biweight"}, "quartic");
    options_.kernel = parse_kernel(kernel).value_or(Kernel::quartic);
    options_.bandwidth = parameters.length("bandwidth");
    half_life_ = parameters.optional_duration("half_life");
    window_ = parameters.optional_duration("window");
    field_ = parameters.text_or("weight", "");
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override {
    SourceNeed need{setting_.source, PortKind::events, setting_.where, {}, {}};
    if (!field_.empty() && field_ != "persons" && field_ != "weight") need.number_fields.push_back(field_);
    return {need};
  }
  [[nodiscard]] std::string unit() const override { return field_.empty() ? "events/km2" : field_ + "/km2"; }
  [[nodiscard]] Duration lookback() const override {
    return window_ ? *window_ : half_life_ ? days(10 * half_life_->days) : days(0);
  }
  [[nodiscard]] Length reach() const override {
    return metres(kernel_reach(options_.kernel, options_.bandwidth.metres));
  }
  [[nodiscard]] bool reported() const override { return true; }
  [[nodiscard]] bool counts_events() const override { return true; }
  [[nodiscard]] std::vector<double> events_counted(const MeasureContext& context, const Period& period,
                                                   std::optional<Duration> window) const override {
    if (!window) window = window_ ? window_ : half_life_;
    return context.events.at(setting_.source).weights(setting_.where, window_of(period, window, std::nullopt));
  }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period& period) const override {
    const auto weights =
        context.events.at(setting_.source).weights(setting_.where, window_of(period, window_, half_life_), field_);
    const Raster<double> rows = density_of_rows(context, setting_.source, weights, options_);
    Raster<float> result(context.grid);
    std::transform(rows.values().begin(), rows.values().end(), result.values().begin(),
                   [](double value) { return static_cast<float>(value); });
    return result;
  }

 private:
  MeasureSetting setting_;
  DensityOptions options_;
  std::optional<Duration> half_life_, window_;
  std::string field_;
};

}  // namespace

std::unique_ptr<Measure> make_density(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<DensityMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
