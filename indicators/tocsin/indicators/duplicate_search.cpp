#include <algorithm>
#include <map>
#include <span>

#include <boost/geometry/algorithms/intersects.hpp>
#include <boost/geometry/geometries/box.hpp>
#include <boost/geometry/strategies/strategies.hpp>
#include <fmt/format.h>

#include <tocsin/indicators/duplicate_search.hpp>
#include <tocsin/indicators/event_use.hpp>
#include <tocsin/ports/erase_events.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin {
namespace {

/// Unasked, only pairs that agree in nearly all are worth a warning, and a second or two of looking for them.
constexpr double plainly_alike = 0.9;
constexpr std::int64_t most_unasked_comparisons = 100'000'000;
/// What is compared takes a hundred bytes a record.
constexpr std::size_t most_unasked_records = 2'000'000;
constexpr double metres_per_km = 1000;

/// A source with what its events may decide.
struct ComparedSource {
  std::string name;
  EventLayer* layer = nullptr;
  std::vector<std::uint8_t> usable;  ///< by event: it counts
  std::vector<std::uint8_t> beside;  ///< by event: a point near the area of interest, not in it
};

using Reach = boost::geometry::model::box<Point>;

std::vector<ComparedSource> sources_in(const EventLoading& loading, MeasureContext& context,
                                       const std::vector<std::string>& names) {
  const Box wide = context.whole_wide.bounds();
  const Reach reach{{wide.min_x, wide.min_y}, {wide.max_x, wide.max_y}};
  const AreaLocator interest(loading.interest);
  std::vector<ComparedSource> sources;
  for (const std::string& name : names) {
    const auto found = context.events.find(name);
    if (found == context.events.end()) continue;
    EventLayer& layer = found->second;
    const EventUse use(loading.scenario, loading.periods, name);
    std::vector<std::uint8_t> reached, inside;
    for (const auto& place : layer.placed.spreads)
      reached.push_back(boost::geometry::intersects(place.shape, reach) ? 1 : 0);
    for (const auto& point : layer.placed.points) inside.push_back(interest.locate(point.x, point.y) >= 0 ? 1 : 0);
    ComparedSource source{name, &layer, {}, {}};
    for (std::size_t i = 0; i < layer.batch.events.size(); ++i) {
      const bool counts = use.outside(layer, i).empty(), point = layer.placed.how[i] == PlacedAs::point;
      const auto place = static_cast<std::size_t>(layer.placed.place[i]);
      source.usable.push_back(counts && (point || reached[place] != 0) ? 1 : 0);
      source.beside.push_back(counts && point && inside[place] == 0 ? 1 : 0);
    }
    sources.push_back(std::move(source));
  }
  return sources;
}

std::vector<EventsOfSource> views_of(const std::vector<ComparedSource>& sources) {
  std::vector<EventsOfSource> views;
  for (const ComparedSource& source : sources)
    views.push_back({source.name, &source.layer->batch.events, source.usable});
  return views;
}

void warn_of_likely_ones(const EventLoading& loading, MeasureContext& context) {
  std::vector<std::string> names;
  std::size_t records = 0;
  for (const auto& [name, layer] : context.events) {
    names.push_back(name);
    records += layer.batch.events.size();
  }
  if (records > most_unasked_records) {
    loading.ledger.warn(
        "the sources hold too many records to look unasked for those that tell the same events; if some do, a section "
        "[duplicates] lists them and can keep one of each");
    return;
  }
  const auto sources = sources_in(loading, context, names);
  DuplicateOptions options;
  options.least_score = plainly_alike;
  options.most_comparisons = most_unasked_comparisons;
  for (const DuplicateCount& count : count_duplicates(views_of(sources), options)) {
    const std::string& one = sources[count.first_source].name;
    const std::string& other = sources[count.second_source].name;
    loading.ledger.warn(
        count.pairs ? fmt::format("sources '{}' and '{}' hold {} pairs of records alike in place, day and what else "
                                  "both tell; if they tell the same events, a section [duplicates] lists them and can "
                                  "keep one of each",
                                  one, other, *count.pairs)
                    : fmt::format("sources '{}' and '{}' hold too many records near each other in place and day to "
                                  "look for records alike unasked; if they tell the same events, a section "
                                  "[duplicates] with narrow tolerances lists them and can keep one of each",
                                  one, other));
  }
}

}  // namespace

std::vector<std::string> leave_out_duplicates(const EventLoading& loading, MeasureContext& context) {
  if (!loading.scenario.duplicates) {
    if (context.events.size() > 1) warn_of_likely_ones(loading, context);
    return {};
  }
  const DuplicateSpec& spec = *loading.scenario.duplicates;
  const auto sources = sources_in(loading, context, spec.sources);
  const auto pairs = find_duplicates(views_of(sources), spec.options);
  auto& listed = loading.ledger.report().duplicates.emplace();
  std::vector<DuplicatePair> may_decide;
  std::vector<std::size_t> listed_as;
  for (const DuplicatePair& pair : pairs) {
    const ComparedSource &first = sources[pair.first_source], &second = sources[pair.second_source];
    if (first.beside[pair.first_event] == 0 || second.beside[pair.second_event] != 0) {
      may_decide.push_back(pair);
      listed_as.push_back(listed.size());
    }
    listed.push_back({first.name, second.name, first.layer->batch.events.row[pair.first_event],
                      second.layer->batch.events.row[pair.second_event], pair.score, pair.distance_m / metres_per_km,
                      pair.days_apart, pair.same_unit, false});
  }
  if (!spec.keep_one) return {};
  std::map<std::size_t, std::vector<std::uint8_t>> gone;  // by source
  for (const std::size_t i : deciding_pairs(may_decide)) {
    const ComparedSource& second = sources[may_decide[i].second_source];
    listed[listed_as[i]].second_gone = true;
    gone.try_emplace(may_decide[i].second_source, second.usable.size(), std::uint8_t{0})
        .first->second[may_decide[i].second_event] = 1;
    loading.ledger.record(second.name, "told by another source");
  }
  std::vector<std::string> changed;
  for (const auto& [source, mask] : gone) {
    erase_events(sources[source].layer->batch, mask);
    changed.push_back(sources[source].name);
  }
  return changed;
}

}  // namespace tocsin
