#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include <tocsin/vector/placement.hpp>
#include <tocsin/vector/unit_finder.hpp>

namespace tocsin {
namespace {

using PlaceKey = std::array<double, 3>;  ///< x, y and a radius or level

struct PlaceKeyHash {
  std::size_t operator()(const PlaceKey& key) const {
    std::uint64_t hash = 0;
    for (const double part : key) {
      hash ^= std::bit_cast<std::uint64_t>(part + 0.0);  // + 0.0: minus zero and zero are one key
      hash = (hash ^ (hash >> 32)) * 0x9E3779B97F4A7C15u;
    }
    return static_cast<std::size_t>(hash ^ (hash >> 29));
  }
};

/// A place to spread over: a unit, or a disc when `level` is 0.
struct SpreadRequest {
  std::size_t level = 0, edition = 0, unit = 0;
  double x = 0, y = 0, radius_m = 0;
};

/// Events that could not be placed as they are written, by reason.
struct Disagreements {
  std::size_t other_unit = 0;      ///< named unit and coordinates disagree
  std::size_t unknown_name = 0;    ///< unit not found; the one under the coordinates was used
  std::size_t unit_not_found = 0;  ///< neither a unit nor coordinates in one
  std::size_t no_level = 0;        ///< no units of that level or a coarser one
  std::size_t no_coordinates = 0;  ///< a point or disc without coordinates
};

/// The regular polygon with the disc's centre and its area.
MultiPolygon disc(double x, double y, double radius_m) {
  constexpr int corners = 128;
  constexpr double step = 2 * std::numbers::pi / corners;
  const double reach = radius_m * std::sqrt(step / std::sin(step));
  Polygon polygon;
  for (int i = 0; i <= corners; ++i) {
    const double angle = -step * (i % corners);  // clockwise; the last point repeats the first
    polygon.outer().emplace_back(x + reach * std::cos(angle), y + reach * std::sin(angle));
  }
  return {polygon};
}

/// The units of a level as they were between two days, and what events ask of them.
struct DatedUnits {
  UnitFinder finder;
  std::optional<Day> from, to;
  /// The units that each distinct name in the events may mean.
  std::vector<std::vector<std::size_t>> named;
  std::vector<std::int32_t> requests;  ///< by unit: index into the requests, or -1

  [[nodiscard]] bool valid_on(Day day) const { return (!from || *from <= day) && (!to || day <= *to); }
};

/// A unit of an edition; -1: none.
struct UnitAt {
  std::size_t edition = 0;
  std::int64_t unit = -1;
  bool by_code = false;
};

/// What an event wrote, and how it was met: level, code or name, its index in that column.
using Written = std::tuple<std::size_t, bool, std::int32_t, JoinKind>;

class Placer {
 public:
  Placer(const Events& events, const Grid& grid, const PlacementOptions& options);
  PlacedEvents place() &&;

 private:
  void place_event(std::size_t event);
  void place_at_point(std::size_t event);
  void place_in_disc(std::size_t event);
  void place_in_unit(std::size_t event);
  void exclude(std::size_t event, std::size_t Disagreements::*reason);
  [[nodiscard]] std::vector<std::size_t> editions_for(std::size_t event, std::size_t level) const;
  [[nodiscard]] UnitAt unit_by_code_or_name(std::size_t event, std::size_t level,
                                            std::span<const std::size_t> editions) const;
  std::int64_t unit_at(std::size_t event, std::size_t level, std::size_t edition);
  void record(std::size_t event, std::size_t level, const UnitAt& found);
  void tell_joins();
  void request(std::size_t event, std::int32_t& slot, const SpreadRequest& wanted);
  void outline();
  void warn();
  [[nodiscard]] bool has_coordinates(std::size_t event) const {
    return std::isfinite(events_.x[event]) && std::isfinite(events_.y[event]);
  }

  const Events& events_;
  const Grid& grid_;
  const PlacementOptions& options_;
  PlacedEvents placed_;
  Disagreements disagreements_;
  std::array<std::vector<DatedUnits>, 4> units_;  ///< by level and edition
  std::unordered_map<PlaceKey, std::int32_t, PlaceKeyHash> known_points_, known_discs_;
  std::unordered_map<PlaceKey, std::int64_t, PlaceKeyHash> located_;
  std::vector<SpreadRequest> requests_;
  std::map<Written, std::int64_t> joined_;  ///< number of events
};

const Categorical& names_of_level(const Events& events, std::size_t level) {
  return level == 1 ? events.admin1 : level == 2 ? events.admin2 : events.admin3;
}

/// Code of a text column for an event; -1 also where the source has no such column.
std::int32_t code_of(const Categorical& column, std::size_t event) {
  return event < column.codes.size() ? column.codes[event] : -1;
}

Placer::Placer(const Events& events, const Grid& grid, const PlacementOptions& options)
    : events_(events), grid_(grid), options_(options) {
  placed_.how.assign(events.size(), PlacedAs::excluded);
  placed_.place.assign(events.size(), -1);
  for (std::size_t level = 1; level < options.admin.size(); ++level) {
    if (options.admin[level] == nullptr || options.method != PlacementMethod::spread) continue;
    std::vector<PlacementOptions::Edition> editions = options.editions[level];
    if (editions.empty()) editions.push_back({options.admin[level], {}, {}});
    for (const PlacementOptions::Edition& edition : editions) {
      DatedUnits& units = units_[level].emplace_back(
          DatedUnits{UnitFinder(*edition.areas, options.aliases), edition.from, edition.to, {}, {}});
      units.requests.assign(edition.areas->size(), -1);
      for (const std::string& name : names_of_level(events, level).levels)
        units.named.push_back(units.finder.by_name(name));
    }
  }
}

void Placer::exclude(std::size_t event, std::size_t Disagreements::*reason) {
  placed_.how[event] = PlacedAs::excluded;
  ++(disagreements_.*reason);
}

void Placer::place_at_point(std::size_t event) {
  if (!has_coordinates(event)) return exclude(event, &Disagreements::no_coordinates);
  const double x = events_.x[event], y = events_.y[event];
  if (!grid_.cell_of_point(x, y)) {
    placed_.how[event] = PlacedAs::outside;
    return;
  }
  const auto [known, is_new] = known_points_.try_emplace({x, y, 0}, static_cast<std::int32_t>(placed_.points.size()));
  if (is_new) placed_.points.push_back({x, y});
  placed_.how[event] = PlacedAs::point;
  placed_.place[event] = known->second;
}

void Placer::request(std::size_t event, std::int32_t& slot, const SpreadRequest& wanted) {
  if (slot < 0) {
    slot = static_cast<std::int32_t>(requests_.size());
    requests_.push_back(wanted);
  }
  placed_.how[event] = PlacedAs::spread;
  placed_.place[event] = slot;
}

void Placer::place_in_disc(std::size_t event) {
  const double radius = static_cast<double>(events_.precision[event].radius_m);
  if (!(radius > 0) || !std::isfinite(radius) || !has_coordinates(event)) return place_at_point(event);
  const double x = events_.x[event], y = events_.y[event];
  const auto known = known_discs_.try_emplace({x, y, radius}, -1).first;
  request(event, known->second, {0, 0, 0, x, y, radius});
}

/// The edition that was valid on the event's first day goes first.
std::vector<std::size_t> Placer::editions_for(std::size_t event, std::size_t level) const {
  std::vector<std::size_t> order(units_[level].size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const Day day = events_.first_day[event];
  std::stable_partition(order.begin(), order.end(),
                        [&](std::size_t edition) { return units_[level][edition].valid_on(day); });
  return order;
}

UnitAt Placer::unit_by_code_or_name(std::size_t event, std::size_t level, std::span<const std::size_t> editions) const {
  if (code_of(events_.area_code, event) >= 0) {
    const std::string code = events_.area_code.text(event);
    for (const std::size_t edition : editions)
      if (const std::int64_t unit = units_[level][edition].finder.by_code(code); unit >= 0)
        return {edition, unit, true};
  }
  const std::int32_t name = code_of(names_of_level(events_, level), event);
  if (name < 0) return {};
  for (const std::size_t edition : editions) {
    const DatedUnits& dated = units_[level][edition];
    const std::vector<std::size_t>& units = dated.named[static_cast<std::size_t>(name)];
    if (units.size() == 1) return {edition, static_cast<std::int64_t>(units.front()), false};
    // Several units of that name: only the coordinates can tell which.
    if (has_coordinates(event))
      for (const std::size_t unit : units)
        if (dated.finder.holds(unit, events_.x[event], events_.y[event]))
          return {edition, static_cast<std::int64_t>(unit), false};
    if (!units.empty()) return {};  // what is ambiguous then is not what an older edition calls so
  }
  return {};
}

std::int64_t Placer::unit_at(std::size_t event, std::size_t level, std::size_t edition) {
  if (!has_coordinates(event)) return -1;
  const PlaceKey key{events_.x[event], events_.y[event], static_cast<double>(level + units_.size() * edition)};
  const auto [known, is_new] = located_.try_emplace(key, -1);
  if (is_new) known->second = units_[level][edition].finder.by_point(key[0], key[1]);
  return known->second;
}

void Placer::record(std::size_t event, std::size_t level, const UnitAt& found) {
  const std::int32_t code = code_of(events_.area_code, event), name = code_of(names_of_level(events_, level), event);
  if (code < 0 && name < 0) return;
  const bool by_code = found.unit >= 0 ? found.by_code : name < 0;
  const JoinKind kind = found.unit < 0       ? JoinKind::unmatched
                        : found.edition == 0 ? JoinKind::matched
                                             : JoinKind::carried;
  ++joined_[{level, by_code, by_code ? code : name, kind}];
}

void Placer::place_in_unit(std::size_t event) {
  std::size_t level = std::min<std::size_t>(events_.precision[event].admin_level, 3);
  while (level > 0 && units_[level].empty()) --level;
  if (level == 0) return exclude(event, &Disagreements::no_level);
  const std::vector<std::size_t> editions = editions_for(event, level);
  UnitAt found = unit_by_code_or_name(event, level, editions);
  record(event, level, found);
  const std::size_t edition = found.unit >= 0 ? found.edition : editions.front();
  const std::int64_t under = unit_at(event, level, edition);
  if (found.unit >= 0) {
    if (under >= 0 && under != found.unit &&
        !units_[level][edition].finder.holds(static_cast<std::size_t>(found.unit), events_.x[event], events_.y[event]))
      ++disagreements_.other_unit;
  } else {
    if (under < 0) return exclude(event, &Disagreements::unit_not_found);
    if (code_of(names_of_level(events_, level), event) >= 0) ++disagreements_.unknown_name;
    found = {edition, under, false};
  }
  const auto index = static_cast<std::size_t>(found.unit);
  request(event, units_[level][edition].requests[index], {level, edition, index, 0, 0, 0});
}

/// What is near is looked for once a key.
void Placer::tell_joins() {
  for (const auto& [written, events] : joined_) {
    const auto& [level, by_code, index, kind] = written;
    const Categorical& column = by_code ? events_.area_code : names_of_level(events_, level);
    const std::string& key = column.levels[static_cast<std::size_t>(index)];
    JoinedKey joined{key, kind, {}, events};
    if (kind == JoinKind::carried) joined.suggestion = "spread over the unit as it was then";
    if (kind == JoinKind::unmatched) {
      const auto shared = std::find_if(units_[level].begin(), units_[level].end(),
                                       [&](const DatedUnits& units) { return units.finder.by_name(key).size() > 1; });
      const bool is_shared = shared != units_[level].end();
      const UnitNames& names = (is_shared ? *shared : units_[level].front()).finder.names();
      if (!is_shared && names.nearest(key) >= 0) joined.kind = JoinKind::near;
      joined.suggestion = names.suggestion(key);
    }
    placed_.joined.push_back(std::move(joined));
  }
  std::stable_sort(placed_.joined.begin(), placed_.joined.end(), [](const JoinedKey& a, const JoinedKey& b) {
    return std::tie(a.kind, a.key) < std::tie(b.kind, b.key);
  });
}

void Placer::place_event(std::size_t event) {
  const PlaceKind kind = events_.precision[event].kind;
  if (kind == PlaceKind::unplaced) return;
  if (kind == PlaceKind::point || options_.method == PlacementMethod::point) return place_at_point(event);
  if (options_.method == PlacementMethod::exclude) return;
  if (kind == PlaceKind::disc) return place_in_disc(event);
  place_in_unit(event);
}

/// The outlines of the requested places.
void Placer::outline() {
  for (const SpreadRequest& wanted : requests_) {
    PlacedEvents::SpreadPlace place;
    if (wanted.level == 0) {
      place.shape = disc(wanted.x, wanted.y, wanted.radius_m);
    } else {
      const Areas& units = units_[wanted.level][wanted.edition].finder.areas();
      place.shape = units.shapes[wanted.unit];
      if (wanted.edition == 0) place.unit_code = units.codes[wanted.unit];
    }
    placed_.spreads.push_back(std::move(place));
  }
}

void Placer::warn() {
  const auto add = [&](std::size_t count, std::string_view one, std::string_view many, std::string_view what) {
    if (count > 0) placed_.warnings.push_back(fmt::format("{} {} {}", count, count == 1 ? one : many, what));
  };
  add(disagreements_.other_unit, "event names", "events name",
      "another unit than their coordinates lie in; the name was used");
  add(disagreements_.unknown_name, "event names", "events name",
      "a unit that was not found, or found more than once; the unit that holds the coordinates was used");
  add(disagreements_.unit_not_found, "event is", "events are",
      "known to an administrative unit that was found neither by code or name nor by coordinates; on no map and in no "
      "area");
  add(disagreements_.no_level, "event is", "events are",
      "known to an administrative unit, but no units of that level or a coarser one were given; on no map and in no "
      "area");
  add(disagreements_.no_coordinates, "event has", "events have", "no coordinates; on no map and in no area");
}

PlacedEvents Placer::place() && {
  for (std::size_t event = 0; event < events_.size(); ++event) place_event(event);
  outline();
  warn();
  tell_joins();
  return std::move(placed_);
}

}  // namespace

PlacedEvents find_places(const Events& events, const Grid& grid, const PlacementOptions& options) {
  return Placer(events, grid, options).place();
}

PlacedEvents place_events(const Events& events, const Grid& grid, const PlacementOptions& options) {
  PlacedEvents placed = find_places(events, grid, options);
  placed.survey(grid, options.population);
  placed.settle(grid);
  placed.lay(grid, options.population);
  return placed;
}

}  // namespace tocsin
