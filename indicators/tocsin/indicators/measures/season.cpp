#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <vector>

#include <tocsin/indicators/measure_context.hpp>
#include <tocsin/indicators/measures/measures.hpp>
#include <tocsin/pattern/cycles.hpp>

namespace tocsin::measures {
namespace {

constexpr int least_years = 3;
constexpr double agreed = 0.1;  // p_years at which years agree on their months

/// How much the events of the years before keep to this time of the year: 1 - 1 / ratio, 0 in months with no more than
/// their share, 0.5 in those with twice as many. 0 where the years do not agree on any season; not observed before
/// there are three of them. One value for all areas: few events are no season of each. Only events in the areas tell of
/// it, known to a month or better: what is known to a year has no month. Days that the source does not cover are no
/// quiet ones, nor are those on which half of the areas or more could not be reached.
class SeasonMeasure final : public Measure {
 public:
  SeasonMeasure(Parameters& parameters, const MeasureSetting& setting) : setting_(setting) {
    parameters.text_or("season", "");
    for (const char* key : {"lead", "lag", "shape", "date"})
      if (parameters.has(key)) parameters.problem(key, "has no effect with season = \"observed\"; remove it");
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override {
    return {{setting_.source, PortKind::events, setting_.where, {}, {}}};
  }
  [[nodiscard]] std::string unit() const override { return "nearness 0-1"; }
  [[nodiscard]] Duration lookback() const override { return days(20 * 365.25); }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period& period) const override {
    return context.painted(std::vector<double>(context.areas.size(), value(context, period)));
  }

 private:
  [[nodiscard]] double value(const MeasureContext& context, const Period& period) const {
    const EventLayer& layer = context.events.at(setting_.source);
    const Events& events = layer.batch.events;
    const auto* selected = layer.mask(setting_.where);
    Day last = period.first - std::chrono::days{1};
    if (layer.observed_to) last = std::min(last, *layer.observed_to);
    std::vector<Day> past;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const int span = days_between(events.first_day[i], events.last_day[i]);
      if (layer.known(i) && (selected == nullptr || (*selected)[i] != 0) && events.last_day[i] <= last &&
          span < longest_days && in_an_area(layer, i))
        past.push_back(events.first_day[i] + std::chrono::days{span / 2});
    }
    if (past.empty()) return not_observed;
    const Day first = layer.observed_from.value_or(*std::min_element(past.begin(), past.end()));
    const std::vector<Day> closed = closed_days(context, first, last);
    if (days_between(first, last) + 1 - static_cast<int>(closed.size()) < least_years * 365) return not_observed;
    std::erase_if(past, [&](Day day) { return day < first || std::ranges::binary_search(closed, day); });
    if (past.empty()) return not_observed;
    const Cycle cycle = calendar_cycle(past, first, last, CycleKind::month_of_year, {}, closed);
    if (!(cycle.p_years <= agreed)) return 0;
    double sum = 0;
    for (Day day = period.first; day <= period.last; day += std::chrono::days{1}) {
      const std::chrono::year_month_day date{day};
      const double ratio = cycle.parts[static_cast<unsigned>(date.month()) - 1].ratio;
      if (ratio > 1) sum += 1 - 1 / ratio;
    }
    return sum / period.days();
  }

  static bool in_an_area(const EventLayer& layer, std::size_t event) {
    if (layer.placed.place[event] < 0) return false;
    const auto place = static_cast<std::size_t>(layer.placed.place[event]);
    return layer.placed.how[event] == PlacedAs::point ? layer.area_of_point[place] >= 0
                                                      : !layer.areas_of_spread[place].empty();
  }

  /// Days on which half of the areas or more could not be reached, in order.
  [[nodiscard]] std::vector<Day> closed_days(const MeasureContext& context, Day first, Day last) const {
    const auto found = context.unreachable.find(setting_.pillar);
    if (found == context.unreachable.end() || last < first) return {};
    std::map<Day, std::set<std::size_t>> closed;
    for (const UnreachableDays& gap : found->second)
      for (Day day = std::max(gap.first, first); day <= std::min(gap.last, last); day += std::chrono::days{1})
        closed[day].insert(gap.area);
    std::vector<Day> days;
    for (const auto& [day, areas] : closed)
      if (2 * areas.size() >= context.areas.size()) days.push_back(day);
    return days;
  }

  static constexpr int longest_days = 31;  ///< of an event's span
  MeasureSetting setting_;
};

}  // namespace

std::unique_ptr<Measure> make_season(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<SeasonMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
