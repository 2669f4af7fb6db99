#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <tuple>

#include <tocsin/vector/duplicates.hpp>
#include <tocsin/vector/placement.hpp>

namespace tocsin {
namespace {

/// Texts folded once a distinct value.
struct FoldedColumn {
  std::vector<std::string> levels;
  const Categorical* column;

  explicit FoldedColumn(const Categorical& of) : column(&of) {
    for (const std::string& level : of.levels) levels.push_back(fold_name(level));
  }
  [[nodiscard]] const std::string* of(std::size_t event) const {
    const auto code = column->codes[event];
    if (code < 0) return nullptr;
    const std::string& text = levels[static_cast<std::size_t>(code)];
    return text.empty() ? nullptr : &text;
  }
};

struct FoldedEvents {
  const Events& events;
  FoldedColumn category, actor, code, admin1, admin2, admin3;

  explicit FoldedEvents(const Events& of)
      : events(of),
        category(of.category),
        actor(of.actor),
        code(of.area_code),
        admin1(of.admin1),
        admin2(of.admin2),
        admin3(of.admin3) {}

  /// The unit that a record is known to: its code, else its name at the level of its precision.
  [[nodiscard]] const std::string* unit(std::size_t event) const {
    if (const std::string* own = code.of(event)) return own;
    switch (events.precision[event].admin_level) {
      case 1:
        return admin1.of(event);
      case 2:
        return admin2.of(event);
      case 3:
        return admin3.of(event);
      default:
        return nullptr;
    }
  }
};

struct Place {
  double score = 0, distance_m = 0;
  bool same_unit = false;
};

bool has_point(const Events& events, std::size_t i) {
  const PlaceKind kind = events.precision[i].kind;
  return (kind == PlaceKind::point || kind == PlaceKind::disc) && std::isfinite(events.x[i]) &&
         std::isfinite(events.y[i]);
}

std::optional<Place> compare_place(const FoldedEvents& a, std::size_t i, const FoldedEvents& b, std::size_t j,
                                   const DuplicateOptions& options) {
  const Events &first = a.events, &second = b.events;
  if (first.precision[i].kind == PlaceKind::unplaced || second.precision[j].kind == PlaceKind::unplaced) return {};
  const double distance = std::hypot(first.x[i] - second.x[j], first.y[i] - second.y[j]);
  if (has_point(first, i) && has_point(second, j)) {
    const double reach = options.within_m + static_cast<double>(first.precision[i].radius_m) +
                         static_cast<double>(second.precision[j].radius_m);
    if (!(distance <= reach)) return {};
    return Place{reach > 0 ? 1 - distance / reach : 1, distance, false};
  }
  const std::string *one = a.unit(i), *other = b.unit(j);
  // A point and a unit are compared by the unit that the point's record names at that level.
  if (first.precision[i].kind != PlaceKind::admin && second.precision[j].kind == PlaceKind::admin) {
    const auto level = second.precision[j].admin_level;
    if (a.code.of(i) == nullptr) one = level == 1 ? a.admin1.of(i) : level == 2 ? a.admin2.of(i) : a.admin3.of(i);
  }
  if (second.precision[j].kind != PlaceKind::admin && first.precision[i].kind == PlaceKind::admin) {
    const auto level = first.precision[i].admin_level;
    if (b.code.of(j) == nullptr) other = level == 1 ? b.admin1.of(j) : level == 2 ? b.admin2.of(j) : b.admin3.of(j);
  }
  if (one == nullptr || other == nullptr || *one != *other) return {};
  return Place{1, distance, true};
}

int gap_days(const Events& a, std::size_t i, const Events& b, std::size_t j) {
  return std::max({0, days_between(a.last_day[i], b.first_day[j]), days_between(b.last_day[j], a.first_day[i])});
}

double compare_days(const Events& a, std::size_t i, const Events& b, std::size_t j, const DuplicateOptions& options) {
  const double one = days_between(a.first_day[i], a.last_day[i]) + 1,
               other = days_between(b.first_day[j], b.last_day[j]) + 1;
  return (1 - gap_days(a, i, b, j) / (options.days + 1.0)) * std::sqrt(std::min(one, other) / std::max(one, other));
}

std::optional<double> compare_actors(const std::string* one, const std::string* other) {
  if (one == nullptr || other == nullptr) return {};
  const bool agree = one->find(*other) != std::string::npos || other->find(*one) != std::string::npos;
  return agree ? 1 : 0;
}

std::optional<double> compare_persons(double one, double other) {
  if (!(one > 0) || !(other > 0)) return {};
  return std::min(one, other) / std::max(one, other);
}

std::optional<DuplicatePair> compare(const FoldedEvents& a, std::size_t i, const FoldedEvents& b, std::size_t j,
                                     const DuplicateOptions& options) {
  const auto place = compare_place(a, i, b, j, options);
  if (!place) return {};
  double sum = place->score + compare_days(a.events, i, b.events, j, options);
  int parts = 2;
  const auto count = [&](const std::optional<double>& part) {
    if (!part) return;
    sum += *part;
    ++parts;
  };
  count(compare_actors(a.actor.of(i), b.actor.of(j)));
  count(compare_persons(a.events.persons[i], b.events.persons[j]));
  const std::string *one = a.category.of(i), *other = b.category.of(j);
  if (one != nullptr && other != nullptr && *one == *other) count(1);
  DuplicatePair pair;
  pair.first_event = i;
  pair.second_event = j;
  pair.score = sum / parts;
  pair.distance_m = place->distance_m;
  pair.days_apart = gap_days(a.events, i, b.events, j);
  pair.same_unit = place->same_unit;
  if (pair.score < options.least_score) return {};
  return pair;
}

/// The events of a source by first day, and how long the longest lasts: what bounds a search by days.
struct ByDay {
  std::vector<std::size_t> order;
  int longest = 0;

  explicit ByDay(const Events& events) : order(events.size()) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      order[i] = i;
      longest = std::max(longest, days_between(events.first_day[i], events.last_day[i]));
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return events.first_day[a] < events.first_day[b]; });
  }
};

}  // namespace

std::vector<DuplicatePair> find_duplicates(std::span<const EventsOfSource> sources, const DuplicateOptions& options) {
  std::vector<FoldedEvents> folded;
  std::vector<ByDay> by_day;
  for (const EventsOfSource& source : sources) {
    folded.emplace_back(*source.events);
    by_day.emplace_back(*source.events);
  }
  std::vector<DuplicatePair> pairs;
  for (std::size_t a = 0; a < sources.size(); ++a)
    for (std::size_t b = a + 1; b < sources.size(); ++b) {
      const Events &first = *sources[a].events, &second = *sources[b].events;
      const ByDay& others = by_day[b];
      for (std::size_t i = 0; i < first.size(); ++i) {
        const Day from = first.first_day[i] - std::chrono::days{options.days + others.longest};
        const Day to = first.last_day[i] + std::chrono::days{options.days};
        auto next = std::lower_bound(others.order.begin(), others.order.end(), from,
                                     [&](std::size_t event, Day day) { return second.first_day[event] < day; });
        for (; next != others.order.end() && second.first_day[*next] <= to; ++next) {
          if (gap_days(first, i, second, *next) > options.days) continue;
          auto pair = compare(folded[a], i, folded[b], *next, options);
          if (!pair) continue;
          pair->first_source = a;
          pair->second_source = b;
          pairs.push_back(*pair);
        }
      }
    }
  std::sort(pairs.begin(), pairs.end(), [](const DuplicatePair& one, const DuplicatePair& other) {
    return std::tuple(-one.score, one.first_source, one.second_source, one.first_event, one.second_event) <
           std::tuple(-other.score, other.first_source, other.second_source, other.first_event, other.second_event);
  });
  return pairs;
}

std::vector<std::size_t> deciding_pairs(std::span<const DuplicatePair> pairs) {
  std::vector<std::size_t> deciding;
  std::set<std::pair<std::size_t, std::size_t>> gone;                   // source, event
  std::set<std::tuple<std::size_t, std::size_t, std::size_t>> matched;  // source, event, the other source
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const DuplicatePair& pair = pairs[i];
    if (gone.contains({pair.first_source, pair.first_event}) || gone.contains({pair.second_source, pair.second_event}))
      continue;
    const std::tuple one{pair.first_source, pair.first_event, pair.second_source};
    const std::tuple other{pair.second_source, pair.second_event, pair.first_source};
    if (matched.contains(one) || matched.contains(other)) continue;
    matched.insert(one);
    matched.insert(other);
    gone.insert({pair.second_source, pair.second_event});
    deciding.push_back(i);
  }
  return deciding;
}

}  // namespace tocsin
