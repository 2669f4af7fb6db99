#include <algorithm>
#include <cmath>

#include <boost/geometry.hpp>
#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/event_history.hpp>
#include <tocsin/indicators/measures/measures.hpp>
#include <tocsin/neighbours/build_neighbours.hpp>
#include <tocsin/neighbours/road_neighbours.hpp>

namespace tocsin::measures {
namespace {

/// How much the events of a neighbour count.
enum class Weighing {
  binary,  ///< each 1: their sum
  row,     ///< 1 by the number of neighbours: their mean
  linear   ///< by road: 1 where the neighbour is, falling to 0 at the band's end
};

/// Events among the neighbours of an area a period earlier: their sum, or their mean with weights = "row". Within a
/// band events beyond all areas count too, where they lie no farther than that from the area. With `roads` the band is
/// measured along them; of an area in which no road is known nothing is known.
class SpilloverMeasure final : public Measure {
 public:
  SpilloverMeasure(Parameters& parameters, const MeasureSetting& setting) : of_(HistoryOf::read(parameters, setting)) {
    roads_ = parameters.text_or("roads", "");
    read_rule(parameters);
    const std::string weights = parameters.word_or(
        "weights",
        by_road() ? std::vector<std::string>{"binary", "row", "linear"} : std::vector<std::string>{"binary", "row"},
        "binary");
    weighing_ = weights == "row" ? Weighing::row : weights == "linear" ? Weighing::linear : Weighing::binary;
    window_ = parameters.optional_duration("window");
    if (weighing_ == Weighing::row && beyond_areas())
      parameters.problem("weights",
                         "\"row\" is a mean over areas; within a band events beyond them count too: use "
                         "\"binary\"");
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override {
    std::vector<SourceNeed> needs{of_.need()};
    if (by_road()) needs.push_back({roads_, PortKind::features, {}, {}, {}});
    return needs;
  }
  [[nodiscard]] std::string unit() const override { return of_.unit(); }
  /// Two spans back, of at most a year each where the period is the span.
  [[nodiscard]] Duration lookback() const override { return window_ ? days(2 * window_->days) : days(2 * 366); }
  [[nodiscard]] Length reach() const override { return beyond_areas() ? rule_.distance : metres(0); }
  [[nodiscard]] bool reported() const override { return true; }

  [[nodiscard]] std::optional<TableJoinRequest> table_join(const MeasureContext& context) const override {
    return of_.table_join(context);
  }
  void account(const MeasureContext& context, const Period& first, const Period& last,
               SourceLedger& ledger) const override {
    of_.account(context, first.last - std::chrono::days{static_cast<int>(lookback().days)}, last.last, ledger);
  }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period& period) const override {
    return context.painted(
        *context.of_period<std::vector<double>>(*this, "values", period, [&] { return values(context, period); }));
  }

 private:
  /// Who is whose neighbour, with the weights of their events, and of which areas that is known.
  struct Links {
    Neighbours neighbours;
    std::vector<std::uint8_t> known;
  };

  [[nodiscard]] bool by_road() const { return !roads_.empty(); }
  /// Events on points outside all areas count too.
  [[nodiscard]] bool beyond_areas() const {
    return rule_.kind == NeighbourRule::Kind::band && !by_road() && !of_.table;
  }

  void read_rule(Parameters& parameters) {
    if (by_road() && !parameters.has("neighbours"))
      return parameters.problem("neighbours", "is missing: how far by road? \"band: 100 km\"");
    try {
      rule_ = parse_neighbour_rule(parameters.text_or("neighbours", "queen"));
      if (!rule_.from_places()) parameters.problem("neighbours", "reads a file, which a scenario does not do");
      if (by_road() && rule_.kind != NeighbourRule::Kind::band)
        parameters.problem("neighbours", "beside `roads` is how far by road: \"band: 100 km\"");
    } catch (const Error& error) {
      parameters.problem("neighbours", fmt::format("is wrong: {}", error.what()));
    }
  }

  [[nodiscard]] std::shared_ptr<const Links> links(const MeasureContext& context, const Period& span) const {
    if (!by_road())
      return context.from_areas.get<Links>("links " + to_string(rule_), [&] {
        return Links{build_neighbours(context.areas, rule_), std::vector<std::uint8_t>(context.areas.size(), 1)};
      });
    // Roads may be there from a day on, or until one: those that were open in the span count.
    const Features& features = context.features.at({roads_, ""});
    std::vector<LineString> lines;
    std::string open;
    bool any = false;
    for (const Feature& feature : features) {
      const LineString* line = std::get_if<LineString>(&feature.geometry);
      const bool there =
          line != nullptr && !(feature.from && *feature.from > span.last) && !(feature.to && *feature.to < span.first);
      if (there) lines.push_back(*line);
      any = any || line != nullptr;
      open += there ? '1' : '0';
    }
    if (!any)
      throw Error(ErrorCode::input,
                  fmt::format("source '{}' has no lines: `roads` of a spillover needs roads as lines", roads_));
    const std::string key =
        fmt::format("roads\n{}\n{}\n{}\n{}", roads_, to_string(rule_), static_cast<int>(weighing_), open);
    return context.from_areas.get<Links>(key, [&] { return links_by_road(context.areas, lines); });
  }

  [[nodiscard]] Links links_by_road(const Areas& areas, const std::vector<LineString>& lines) const {
    const RoadNeighbours found = road_neighbours(areas, RoadNetwork(lines), rule_.distance.metres);
    Links links;
    for (const auto& middle : found.middle) links.known.push_back(middle ? 1 : 0);
    const Neighbours& lengths = found.lengths_m;
    std::vector<double> weights(lengths.all_weights().begin(), lengths.all_weights().end());
    for (double& weight : weights) weight = weighing_ == Weighing::linear ? 1 - weight / rule_.distance.metres : 1.0;
    links.neighbours = Neighbours({lengths.offsets().begin(), lengths.offsets().end()},
                                  {lengths.all_indices().begin(), lengths.all_indices().end()}, std::move(weights));
    return links;
  }

  /// By area.
  [[nodiscard]] std::vector<double> values(const MeasureContext& context, const Period& period) const {
    const TimeWindow latest = window_of(period, window_, std::nullopt);
    const Period now{latest.first, latest.last, period.label};
    const Period before = span_before(now);
    const std::vector<double> counts = count_span(context, of_, before, now).events;
    const std::shared_ptr<const Links> found = links(context, before);
    const Neighbours& neighbours = found->neighbours;
    const bool covered = std::any_of(counts.begin(), counts.end(), [](double count) { return !std::isnan(count); });
    std::vector<double> lag(context.areas.size(), not_observed);
    for (std::size_t area = 0; area < lag.size(); ++area) {
      if (found->known[area] == 0) continue;
      double sum = 0, observed = 0, all = 0;  // weights
      for (std::size_t k = 0; k < neighbours.count(area); ++k) {
        const std::uint32_t neighbour = neighbours.indices(area)[k];
        if (neighbour == area) continue;
        const double weight = neighbours.weight(area, k);
        all += weight;
        if (std::isnan(counts[neighbour])) continue;
        sum += weight * counts[neighbour];
        observed += weight;
      }
      if (all == 0)
        lag[area] = covered ? 0 : not_observed;  // nobody is near, which is known of a time that the source covers
      // Of places that nobody could reach nothing is known: at least half must have been observed, and they stand for
      // the others, or a neighbour that closes would read as a fall.
      else if (observed >= least_observed * all && observed > 0)
        lag[area] = sum / observed * (weighing_ == Weighing::row ? 1 : all);
    }
    if (beyond_areas()) add_beyond(context, before, now, lag);
    return lag;
  }

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

  static constexpr double least_observed = 0.5;  ///< of the neighbours' weight
  HistoryOf of_;
  std::string roads_;  ///< source of lines; empty: neighbours are not by road
  NeighbourRule rule_;
  Weighing weighing_ = Weighing::binary;
  std::optional<Duration> window_;
};

}  // namespace

std::unique_ptr<Measure> make_spillover(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<SpilloverMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
