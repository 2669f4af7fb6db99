#include <algorithm>

#include <tocsin/indicators/event_history.hpp>

namespace tocsin {
namespace {

namespace chrono = std::chrono;

constexpr double least_observed_share = 0.5;  // of a span's days

Day shifted(Day day, chrono::months by) {
  const chrono::year_month_day date{day};
  const chrono::year_month month = date.year() / date.month() + by;
  const chrono::year_month_day last{month / chrono::last};
  return Day{month / std::min(date.day(), last.day())};
}

bool begins_a_month(Day day) {
  return chrono::year_month_day{day}.day() == chrono::day{1};
}

/// Days of the span that are named, each once, by area.
std::vector<double> unreachable_days(const MeasureContext& context, const std::string& pillar, const Period& span) {
  std::vector<double> result(context.areas.size(), 0.0);
  const auto found = context.unreachable.find(pillar);
  if (found == context.unreachable.end()) return result;
  std::vector<std::vector<bool>> closed(result.size());
  for (const UnreachableDays& gap : found->second) {
    const Day first = std::max(gap.first, span.first), last = std::min(gap.last, span.last);
    if (last < first) continue;
    closed[gap.area].resize(static_cast<std::size_t>(span.days()));
    for (Day day = first; day <= last; day += chrono::days{1})
      closed[gap.area][static_cast<std::size_t>(days_between(span.first, day))] = true;
  }
  for (std::size_t area = 0; area < result.size(); ++area)
    result[area] = static_cast<double>(std::count(closed[area].begin(), closed[area].end(), true));
  return result;
}

}  // namespace

std::vector<double> span_weights(const MeasureContext& context, const HistoryOf& of, const Period& span,
                                 const Period& latest) {
  const EventLayer& layer = context.events.at(of.source);
  const Events& events = layer.batch.events;
  std::vector<double> weights = layer.weights(of.where, {span.first, span.last, {}}, of.field);
  const Day known_by = span.last + chrono::days{std::max(0, days_between(latest.last, context.as_of))};
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (events.has_reported[i] != 0 && events.reported[i] > known_by) weights[i] = 0;
  return weights;
}

SpanCount count_span(const MeasureContext& context, const HistoryOf& of, const Period& span, const Period& latest) {
  const EventLayer& layer = context.events.at(of.source);
  const std::vector<double> weights = span_weights(context, of, span, latest);
  SpanCount count{layer.sums_by_area(weights, context.areas.size()), {}};
  const std::vector<double> closed = unreachable_days(context, of.pillar, span);
  for (std::size_t area = 0; area < closed.size(); ++area) {
    const double open = layer.observes(span) ? span.days() - closed[area] : 0;
    if (open < least_observed_share * span.days()) count.events[area] = not_observed;
    count.days.push_back(open);
  }
  return count;
}

Period span_before(const Period& span) {
  Period before = span;
  before.last = span.first - chrono::days{1};
  if (begins_a_month(span.first) && begins_a_month(span.last + chrono::days{1})) {
    const chrono::year_month_day first{span.first}, last{span.last};
    const chrono::months whole = (last.year() / last.month()) - (first.year() / first.month()) + chrono::months{1};
    before.first = shifted(span.first, -whole);
  } else {
    before.first = span.first - chrono::days{span.days()};
  }
  return before;
}

Period year_before(const Period& span) {
  Period before = span;
  before.first = shifted(span.first, -chrono::months{12});
  // The last day of a month answers the last day of that month.
  before.last = shifted(span.last + chrono::days{1}, -chrono::months{12}) - chrono::days{1};
  return before;
}

}  // namespace tocsin
