#include <cmath>

#include <tocsin/indicators/measures/measures.hpp>
#include <tocsin/indicators/measures/nearby.hpp>

namespace tocsin::measures {
namespace {

enum class Decay { none, linear, exponential, logistic };

/// Closeness to the nearest feature or event. With `decay` a number between 0 (far) and 1 (there); with "none" the
/// distance itself in km, not beyond `max`.
class ProximityMeasure final : public Measure {
 public:
  ProximityMeasure(Parameters& parameters, const MeasureSetting& setting) {
    max_ = parameters.length("max");
    const std::string decay = parameters.word_or("decay", {"none", "linear", "exponential", "logistic"}, "linear");
    decay_ = decay == "none"          ? Decay::none
             : decay == "exponential" ? Decay::exponential
             : decay == "logistic"    ? Decay::logistic
                                      : Decay::linear;
    half_ = parameters.length_or("half", metres(max_.metres / (decay_ == Decay::exponential ? 5 : 2)));
    nearby_.source = setting.source;
    nearby_.filter = setting.where;
    nearby_.kind = holds_events(setting.spec) ? PortKind::events : PortKind::features;
    nearby_.window = parameters.optional_duration("window");
    nearby_.precision = parameters.length_or("precision", half_);
    dated_ = nearby_.kind == PortKind::events || !setting.spec.from_field.empty() || !setting.spec.to_field.empty();
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override {
    return {{nearby_.source, nearby_.kind, nearby_.filter, {}, {}}};
  }
  [[nodiscard]] std::string unit() const override { return decay_ == Decay::none ? "km" : "closeness 0-1"; }
  [[nodiscard]] Duration lookback() const override { return nearby_.window.value_or(days(0)); }
  [[nodiscard]] Length reach() const override { return max_; }
  [[nodiscard]] bool constant() const override { return !dated_; }
  [[nodiscard]] bool reported() const override { return nearby_.kind == PortKind::events; }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period& period) const override {
    Raster<float> raster = distance_to_nearby(context, nearby_, period);
    for (float& value : raster.values()) value = static_cast<float>(closeness(static_cast<double>(value)));
    return raster;
  }

 private:
  /// Nothing beyond `max`, for every shape: what lies outside the margin of the grid is never seen either.
  [[nodiscard]] double closeness(double distance_m) const {
    const double max_m = max_.metres;
    if (decay_ == Decay::none) return std::min(distance_m, max_m) / 1000;
    if (!(distance_m < max_m)) return 0;
    if (decay_ == Decay::linear) return 1 - distance_m / max_m;
    if (decay_ == Decay::exponential) return std::exp2(-distance_m / half_.metres);
    // Logistic: one half at `half`, falling from 0.98 to 0.02 over the width of one `half` on either side.
    return 1 / (1 + std::exp(4 * (distance_m - half_.metres) / half_.metres));
  }

  NearbySource nearby_;
  Length max_, half_;
  Decay decay_ = Decay::linear;
  bool dated_ = false;
};

/// 1 where a feature or event lies within the radius, else 0.
class PresenceMeasure final : public Measure {
 public:
  PresenceMeasure(Parameters& parameters, const MeasureSetting& setting) {
    radius_ = parameters.length("radius");
    nearby_.source = setting.source;
    nearby_.filter = setting.where;
    nearby_.kind = holds_events(setting.spec) ? PortKind::events : PortKind::features;
    nearby_.window = parameters.optional_duration("window");
    nearby_.precision = radius_;
    dated_ = nearby_.kind == PortKind::events || !setting.spec.from_field.empty() || !setting.spec.to_field.empty();
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override {
    return {{nearby_.source, nearby_.kind, nearby_.filter, {}, {}}};
  }
  [[nodiscard]] std::string unit() const override { return "0/1"; }
  [[nodiscard]] Duration lookback() const override { return nearby_.window.value_or(days(0)); }
  [[nodiscard]] Length reach() const override { return radius_; }
  [[nodiscard]] bool constant() const override { return !dated_; }
  [[nodiscard]] bool reported() const override { return nearby_.kind == PortKind::events; }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period& period) const override {
    Raster<float> raster = distance_to_nearby(context, nearby_, period);
    for (float& value : raster.values()) value = static_cast<double>(value) <= radius_.metres ? 1.0F : 0.0F;
    return raster;
  }

 private:
  NearbySource nearby_;
  Length radius_;
  bool dated_ = false;
};

}  // namespace

std::unique_ptr<Measure> make_proximity(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<ProximityMeasure>(parameters, setting);
}

std::unique_ptr<Measure> make_presence(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<PresenceMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
