#include <algorithm>
#include <cmath>
#include <vector>

#include <tocsin/ports/event_summary.hpp>

namespace tocsin {
namespace {

/// The smallest value that at least the share of all do not exceed. Reorders the values.
double quantile(std::vector<int>& values, double share) {
  const auto rank = static_cast<std::ptrdiff_t>(std::ceil(share * static_cast<double>(values.size()))) - 1;
  const auto place = values.begin() + std::max<std::ptrdiff_t>(0, rank);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

void count_precision(const Events& events, PrecisionCounts& counts) {
  for (const PlacePrecision& precision : events.precision) switch (precision.kind) {
      case PlaceKind::point:
        ++counts.point;
        break;
      case PlaceKind::disc:
        ++counts.disc;
        break;
      case PlaceKind::admin:
        ++counts.admin[std::min<std::size_t>(precision.admin_level, 3)];
        break;
      case PlaceKind::unplaced:
        ++counts.unplaced;
        break;
    }
}

void summarise_days(const Events& events, EventSummary& summary) {
  std::vector<int> delays;
  for (std::size_t i = 0; i < events.size(); ++i) {
    summary.first = std::min(summary.first.value_or(Day::max()), events.first_day[i]);
    summary.last = std::max(summary.last.value_or(Day::min()), events.last_day[i]);
    if (events.has_reported[i] == 0) continue;
    delays.push_back(days_between(events.last_day[i], events.reported[i]));
    summary.last_reported = std::max(summary.last_reported.value_or(Day::min()), events.reported[i]);
  }
  if (delays.empty()) return;
  summary.delay = ReportDelay{static_cast<std::int64_t>(delays.size()), quantile(delays, 0.5), quantile(delays, 0.9)};
}

struct Place {
  double x, y;
  bool exact;
};

void summarise_places(const Events& events, double beyond_m, EventSummary& summary) {
  std::vector<Place> places;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const double x = events.x[i], y = events.y[i];
    if (!std::isfinite(x) || !std::isfinite(y) || std::abs(x) >= beyond_m || std::abs(y) >= beyond_m) continue;
    places.push_back({x, y, events.precision[i].kind == PlaceKind::point});
    const Box box = summary.box.value_or(Box{x, y, x, y});
    summary.box = Box{std::min(box.min_x, x), std::min(box.min_y, y), std::max(box.max_x, x), std::max(box.max_y, y)};
  }
  summary.with_coordinates = static_cast<std::int64_t>(places.size());
  const auto before = [](const Place& a, const Place& b) { return a.x != b.x ? a.x < b.x : a.y < b.y; };
  std::sort(places.begin(), places.end(), before);
  for (auto from = places.begin(); from != places.end();) {
    const auto to = std::find_if(from, places.end(), [&](const Place& other) { return before(*from, other); });
    const auto exact = std::count_if(from, to, [](const Place& place) { return place.exact; });
    // Of points that hold as many, the one with more exact events: the order of the rows must not matter.
    if (to - from > summary.on_largest_point ||
        (to - from == summary.on_largest_point && exact > summary.exact_on_largest_point)) {
      summary.on_largest_point = to - from;
      summary.exact_on_largest_point = exact;
    }
    from = to;
  }
}

}  // namespace

EventSummary summarise(const EventBatch& batch, double beyond_m) {
  EventSummary summary;
  summary.rows_read = batch.rows_read;
  summary.usable = static_cast<std::int64_t>(batch.events.size());
  summary.outside_where = batch.outside_where;
  summary.quarantined = static_cast<std::int64_t>(batch.quarantined.size());
  for (const QuarantinedRow& row : batch.quarantined) ++summary.quarantined_by_reason[row.reason];
  count_precision(batch.events, summary.precision);
  summarise_days(batch.events, summary);
  summarise_places(batch.events, beyond_m, summary);
  return summary;
}

}  // namespace tocsin
