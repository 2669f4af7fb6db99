#include <algorithm>
#include <set>

#include <tocsin/indicators/monitored_units.hpp>

namespace tocsin {
namespace {

/// Boundaries drawn by different hands never agree wholly.
constexpr double all_of_an_area = 0.99;

}  // namespace

void MonitoredUnits::add(const UnitOfEdition& unit, std::span<const AreaPart> parts, Day day) {
  Rows& rows = units_.try_emplace(unit, Rows{day, day, false, parts}).first->second;
  rows.first = std::min(rows.first, day);
  rows.last = std::max(rows.last, day);
  rows.in_window = rows.in_window || (first_ <= day && day <= last_);
}

bool MonitoredUnits::covered(std::span<const OfArea> units) const {
  std::set<Day> starts{first_};  // of stretches of the window in which the same units are monitored
  for (const OfArea& each : units)
    for (const Day day : {each.rows->first - lead_, each.rows->last + grace_ + std::chrono::days{1}})
      if (first_ < day && day <= last_) starts.insert(day);
  return std::all_of(starts.begin(), starts.end(), [&](Day day) {
    double share = 0;
    for (const OfArea& each : units)
      if (each.rows->first - lead_ <= day && day <= each.rows->last + grace_) share += each.of_area;
    return share >= all_of_an_area;
  });
}

void MonitoredUnits::find_doubtful(std::span<const OfArea> units, std::set<UnitOfEdition>& doubtful) {
  double share = 0;
  for (const OfArea& each : units)
    if (each.rows->in_window) share += each.of_area;
  if (share <= 2 - all_of_an_area) return;
  for (const OfArea& one : units)
    for (const OfArea& other : units)
      if (one.rows->in_window && other.rows->in_window && one.unit.edition != other.unit.edition &&
          one.rows->first <= other.rows->last && other.rows->first <= one.rows->last)
        doubtful.insert(one.unit);
}

std::vector<bool> MonitoredUnits::observed(std::size_t areas) const {
  std::vector<std::vector<OfArea>> units(areas);
  for (const auto& [unit, rows] : units_)
    for (const AreaPart& part : rows.parts) units[part.area].push_back({unit, &rows, part.of_area});
  std::set<UnitOfEdition> doubtful;
  for (const auto& of_area : units) find_doubtful(of_area, doubtful);
  std::vector<bool> result(areas);
  for (std::size_t area = 0; area < areas; ++area)
    result[area] =
        covered(units[area]) && std::none_of(units[area].begin(), units[area].end(), [&](const OfArea& each) {
          return each.rows->in_window && doubtful.contains(each.unit);
        });
  return result;
}

}  // namespace tocsin
