#include <cmath>

#include <boost/geometry.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/event_history.hpp>
#include <tocsin/indicators/measures/measures.hpp>
#include <tocsin/neighbours/build_neighbours.hpp>

namespace tocsin::measures {
namespace {

/// Events among the neighbours of an area a period earlier: their sum, or their mean with weights = "row". Within a
/// band events beyond all areas count too, where they lie no farther than that from the area.
class SpilloverMeasure final : public Measure {
 public:
  SpilloverMeasure(Parameters& parameters, const MeasureSetting& setting) : of_(HistoryOf::read(parameters, setting)) {
    try {
      rule_ = parse_neighbour_rule(parameters.text_or("neighbours", "queen"));
      if (!rule_.from_places()) parameters.problem("neighbours", "reads a file, which a scenario does not do");
    } catch (const Error& error) {
      parameters.problem("neighbours", fmt::format("is wrong: {}", error.what()));
    }
    row_ = parameters.word_or("weights", {"binary", "row"}, "binary") == "row";
    window_ = parameters.optional_duration("window");
    if (row_ && rule_.kind == NeighbourRule::Kind::band)
      parameters.problem("weights",
                         "\"row\" is a mean over areas; within a band events beyond them count too: use "
                         "\"binary\"");
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override { return {of_.need()}; }
  [[nodiscard]] std::string unit() const override { return of_.unit(); }
  /// Two spans back, of at most a year each where the period is the span.
  [[nodiscard]] Duration lookback() const override { return window_ ? days(2 * window_->days) : days(2 * 366); }
  [[nodiscard]] Length reach() const override {
    return rule_.kind == NeighbourRule::Kind::band ? rule_.distance : metres(0);
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
    const Period before = span_before(now);
    const std::vector<double> counts = count_span(context, of_, before, now).events;
    const Neighbours neighbours = build_neighbours(context.areas, rule_);
    std::vector<double> lag(context.areas.size(), not_observed);
    for (std::size_t area = 0; area < lag.size(); ++area) {
      double sum = 0, observed = 0, all = 0;
      for (const std::uint32_t neighbour : neighbours.indices(area)) {
        if (neighbour == area) continue;
        ++all;
        if (std::isnan(counts[neighbour])) continue;
        sum += counts[neighbour];
        ++observed;
      }
      // Of places that nobody could reach nothing is known: at least half of the neighbours must have been observed.
      if (2 * observed >= all) lag[area] = row_ && observed > 0 ? sum / observed : sum;
    }
    if (rule_.kind == NeighbourRule::Kind::band && !of_.table) add_beyond(context, before, now, lag);
    return context.painted(lag);
  }

 private:
  /// Events on points outside all areas.
  void add_beyond(const MeasureContext& context, const Period& before, const Period& now,
                  std::vector<double>& lag) const {
    const EventLayer& layer = context.events.at(of_.source);
    const std::vector<double> weights = span_weights(context, of_, before, now);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (weights[i] == 0 || layer.placed.place[i] < 0 || layer.placed.how[i] != PlacedAs::point) continue;
      const auto place = static_cast<std::size_t>(layer.placed.place[i]);
      if (layer.area_of_point[place] >= 0) continue;
      const Point at(layer.placed.points[place].x, layer.placed.points[place].y);
      for (std::size_t area = 0; area < lag.size(); ++area)
        if (boost::geometry::distance(at, context.areas.shapes[area]) <= rule_.distance.metres) lag[area] += weights[i];
    }
  }

  HistoryOf of_;
  NeighbourRule rule_;
  bool row_ = false;
  std::optional<Duration> window_;
};

}  // namespace

std::unique_ptr<Measure> make_spillover(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<SpilloverMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
