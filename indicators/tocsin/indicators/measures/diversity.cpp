#include <cmath>

#include <tocsin/indicators/measures/band_density.hpp>
#include <tocsin/indicators/measures/measures.hpp>

namespace tocsin::measures {
namespace {

/// How many actors were active within a radius: their number, or the effective number exp(entropy) by their shares of
/// events. 0 where none was; events without an actor are left out.
class DiversityMeasure final : public Measure {
 public:
  DiversityMeasure(Parameters& parameters, const MeasureSetting& setting) : setting_(setting) {
    radius_ = parameters.length("radius");
    window_ = parameters.optional_duration("window");
    field_ = parameters.text_or("field", "actor");
    effective_ = parameters.word_or("index", {"number", "shannon"}, "shannon") == "shannon";
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override {
    SourceNeed need{setting_.source, PortKind::events, setting_.where, {}, {}};
    if (field_ != "actor" && field_ != "category") need.text_fields.push_back(field_);
    return {need};
  }
  [[nodiscard]] std::string unit() const override { return effective_ ? "effective actors" : "actors"; }
  [[nodiscard]] Duration lookback() const override { return window_.value_or(days(0)); }
  [[nodiscard]] Length reach() const override { return radius_; }
  [[nodiscard]] bool reported() const override { return true; }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period& period) const override {
    const EventLayer& layer = context.events.at(setting_.source);
    const Events& events = layer.batch.events;
    const Categorical& actors = field_ == "actor"      ? events.actor
                                : field_ == "category" ? events.category
                                                       : events.texts.at(field_);
    const auto weights = layer.weights(setting_.where, window_of(period, window_, std::nullopt));
    // Entropy of shares s = d / D without keeping every actor's raster: ln D - sum(d ln d) / D.
    Raster<double> total(context.grid), d_ln_d(context.grid), number(context.grid);
    std::vector<double> of_actor(events.size());
    for (std::size_t actor = 0; actor < actors.levels.size(); ++actor) {
      bool any = false;
      for (std::size_t i = 0; i < events.size(); ++i) {
        of_actor[i] = actors.codes[i] == static_cast<std::int32_t>(actor) ? weights[i] : 0.0;
        any = any || of_actor[i] > 0;
      }
      if (!any) continue;
      const auto near =
          density_of_rows(context, setting_.source, of_actor, {.kernel = Kernel::uniform, .bandwidth = radius_});
      for (std::size_t i = 0; i < near.values().size(); ++i) {
        const double here = near.values()[i];
        if (!(here > 0)) continue;
        total.values()[i] += here;
        d_ln_d.values()[i] += here * std::log(here);
        number.values()[i] += 1;
      }
    }
    Raster<float> result(context.grid);
    for (std::size_t i = 0; i < result.values().size(); ++i) {
      const double sum = total.values()[i];
      if (!effective_)
        result.values()[i] = static_cast<float>(number.values()[i]);
      else if (sum > 0)
        result.values()[i] = static_cast<float>(std::exp(std::log(sum) - d_ln_d.values()[i] / sum));
    }
    return result;
  }

 private:
  MeasureSetting setting_;
  Length radius_;
  std::optional<Duration> window_;
  std::string field_;
  bool effective_ = true;
};

}  // namespace

std::unique_ptr<Measure> make_diversity(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<DiversityMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
