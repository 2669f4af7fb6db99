#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/measure_context.hpp>
#include <tocsin/indicators/measures/measures.hpp>

namespace tocsin::measures {
namespace {

/// Boundaries drawn by different hands never agree wholly.
constexpr double all_of_an_area = 0.99, half_of_an_area = 0.5;

/// The values of a raster source as they are, or a numeric attribute of an area source painted on its areas.
class ValueMeasure final : public Measure {
 public:
  ValueMeasure(Parameters& parameters, const MeasureSetting& setting) : setting_(setting) {
    raster_ = holds_raster(setting.spec);
    if (raster_) return;
    field_ = parameters.text("field");
    if (setting.spec.code_field.empty())
      parameters.problem("field", "needs `code` in the source's table: the attribute with the areas' p-codes");
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override {
    return {{setting_.source, raster_ ? PortKind::raster : PortKind::areas, setting_.where, {}, {}}};
  }
  [[nodiscard]] std::string unit() const override { return raster_ ? "" : field_; }
  [[nodiscard]] bool constant() const override { return true; }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period&) const override {
    if (raster_) return context.rasters.at(setting_.source);
    const Areas& source = context.area_sources.at(setting_.source);
    const auto column = source.numbers.find(field_);
    if (column == source.numbers.end())
      throw Error(ErrorCode::scenario,
                  fmt::format("source '{}' has no numeric attribute '{}'", setting_.source, field_));
    const bool shared = setting_.spec.carry == Carry::share;
    std::vector<double> sums(context.areas.size(), 0.0), covered(context.areas.size(), 0.0);
    for (std::size_t i = 0; i < source.size(); ++i)
      for (const AreaPart& part : context.parts_of(setting_.source, i)) {
        if (std::isnan(column->second[i])) continue;
        sums[part.area] += column->second[i] * (shared ? part.of_unit : part.of_area);
        covered[part.area] += part.of_area;
      }
    for (std::size_t area = 0; area < sums.size(); ++area) {
      if (covered[area] < (shared ? all_of_an_area : half_of_an_area))
        sums[area] = not_observed;
      else if (!shared && covered[area] != 1)
        sums[area] /= covered[area];
    }
    return context.painted(sums);
  }

 private:
  MeasureSetting setting_;
  bool raster_ = false;
  std::string field_;
};

}  // namespace

std::unique_ptr<Measure> make_value(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<ValueMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
