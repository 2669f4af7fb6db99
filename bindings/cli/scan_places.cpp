#include "scan_places.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/vector/area_raster.hpp>

#include "named_place.hpp"

namespace tocsin::cli {
namespace {

const std::vector<double>& attribute(const data::Places& places, const std::string& option, const std::string& field) {
  const auto found = places.areas.numbers.find(field);
  if (found != places.areas.numbers.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, values] : places.areas.numbers) names.push_back(name);
  throw Error(ErrorCode::scenario, fmt::format("{}: the places have no numeric attribute '{}'{}", option, field,
                                               did_you_mean(field, names)));
}

/// Who was at risk, as the model takes it.
std::vector<double> at_risk_of(const ScanInput& input, ScanModel model, const data::Places& places,
                               std::span<const double> cases) {
  const auto refuse = [](const char* what) { throw Error(ErrorCode::usage, what); };
  const int given = !input.population.empty() + !input.controls.empty() + !input.expected.empty();
  if (model == ScanModel::permutation) {
    if (given > 0) refuse("--model permutation takes cases alone; leave out --population, --controls and --expected");
    return {};
  }
  if (given > 1) refuse("give one of --population, --controls and --expected");
  if (model == ScanModel::poisson) {
    if (!input.controls.empty()) refuse("--controls belongs to --model bernoulli");
    if (given == 0) refuse("--model poisson needs --population FIELD or --expected FIELD");
    return input.population.empty() ? attribute(places, "--expected", input.expected)
                                    : attribute(places, "--population", input.population);
  }
  if (!input.expected.empty()) refuse("--expected belongs to --model poisson");
  if (given == 0) refuse("--model bernoulli needs --controls FIELD, or --population FIELD (cases are part of it)");
  if (input.controls.empty()) return attribute(places, "--population", input.population);
  std::vector<double> persons = attribute(places, "--controls", input.controls);
  for (std::size_t i = 0; i < persons.size(); ++i) persons[i] += cases[i];
  return persons;
}

/// What the engine would refuse, by file, field and place.
void require_numbers(const ScanInput& input, ScanModel model, const ScanTable& table) {
  const bool by_events = input.cases.empty(), by_controls = !input.controls.empty();
  const std::string& field = by_controls                ? input.controls
                             : input.population.empty() ? input.expected
                                                        : input.population;
  const std::size_t intervals = table.data.intervals;
  for (std::size_t place = 0; place < table.places.areas.codes.size(); ++place) {
    const auto refuse = [&](const std::string& of, double value, const std::string& what) {
      throw Error(
          ErrorCode::input,
          fmt::format("{}: {} of {} is {:.10g}; {}", input.places.path, of,
                      place_label(table.places.areas.codes[place], table.places.areas.names[place]), value, what));
    };
    double cases = 0;
    for (std::size_t t = 0; t < intervals; ++t) cases += table.data.cases[place * intervals + t];
    const double persons = table.data.at_risk.empty() ? 0 : table.data.at_risk[place];
    if (std::isnan(cases) || std::isnan(persons)) continue;  // not observed
    if (!by_events && (cases < 0 || std::isinf(cases)))
      refuse(input.cases, cases, "cases are finite and 0 or more, or empty where nothing is known");
    if (!by_events && model != ScanModel::poisson && cases != std::floor(cases))
      refuse(input.cases, cases, "--model bernoulli needs whole numbers of cases");
    if (model == ScanModel::permutation) continue;
    const double given = by_controls ? persons - cases : persons;
    if (given < 0 || std::isinf(given))
      refuse(field, given, "it must be finite and 0 or more, or empty where nothing is known");
    if (model == ScanModel::poisson && given == 0 && cases > 0)
      refuse(field, given, fmt::format("but there are {:g} cases where nobody is at risk: correct one of them", cases));
    if (model != ScanModel::bernoulli) continue;
    if (given != std::floor(given)) refuse(field, given, "--model bernoulli needs whole numbers");
    if (cases > persons)
      refuse(field, given,
             fmt::format("but there are {:g} cases, which are part of it; there cannot be more cases", cases));
  }
}

/// The place of each event: by its code, else by the area that holds its coordinates.
class PlaceOfEvent {
 public:
  explicit PlaceOfEvent(const data::Places& places) : locator_(places.areas) {
    for (std::size_t i = 0; i < places.areas.size(); ++i) {
      by_name_.emplace(places.areas.codes[i], i);
      by_point_.emplace(std::pair(places.x[i], places.y[i]), i);
    }
  }
  /// -1: none, or known only to something larger than a place.
  [[nodiscard]] std::int64_t of(const Events& events, std::size_t event) const {
    const auto coded = by_name_.find(events.area_code.text(event));
    if (coded != by_name_.end()) return static_cast<std::int64_t>(coded->second);
    const PlaceKind kind = events.precision[event].kind;
    if (kind != PlaceKind::point && kind != PlaceKind::disc) return -1;
    const std::int64_t area = locator_.locate(events.x[event], events.y[event]);
    if (area >= 0) return area;
    const auto at = by_point_.find(std::pair(events.x[event], events.y[event]));
    return at == by_point_.end() ? -1 : static_cast<std::int64_t>(at->second);
  }

 private:
  AreaLocator locator_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::map<std::pair<double, double>, std::size_t> by_point_;
};

/// Whole intervals back from the last day; what is left over at the begin is not used.
void lay_intervals(const ScanInput& input, const TimeWindow& window, ScanTable& table) {
  table.first_day = window.first;
  table.last_day = window.last;
  const int days = days_between(window.first, window.last) + 1;
  if (input.interval.empty()) {
    table.data.interval_days = days;
    return;
  }
  const double length = parse_duration(input.interval).days;
  if (length != std::floor(length) || length < 1)
    throw Error(ErrorCode::usage, fmt::format("--interval: '{}' is not a number of whole days", input.interval));
  const int intervals = static_cast<int>(days / length);
  if (intervals < 2)
    throw Error(ErrorCode::input, fmt::format("{} days from {} to {} hold fewer than two intervals of {}; take shorter "
                                              "ones",
                                              days, to_string(window.first), to_string(window.last), input.interval));
  table.data.intervals = static_cast<std::size_t>(intervals);
  table.data.interval_days = length;
  table.first_day = window.last - std::chrono::days{intervals * static_cast<int>(length) - 1};
  if (table.first_day > window.first)
    table.warnings.push_back(fmt::format("intervals begin on {}: {} days before that are not whole intervals",
                                         to_string(table.first_day), days_between(window.first, table.first_day)));
}

void count_events(const ScanInput& input, ScanTable& table) {
  const ReadEvents read = read_events(input.events, table.crs_wkt);
  const Events& events = read.batch.events;
  lay_intervals(input, read.window, table);
  table.warnings.insert(table.warnings.end(), read.batch.warnings.begin(), read.batch.warnings.end());
  if (!read.batch.quarantined.empty())
    table.warnings.push_back(fmt::format("{} of {} records could not be used; the first is row {}: {}",
                                         read.batch.quarantined.size(), read.batch.rows_read,
                                         read.batch.quarantined.front().row, read.batch.quarantined.front().reason));
  const PlaceOfEvent place_of(table.places);
  const std::size_t intervals = table.data.intervals;
  table.data.cases.assign(table.places.areas.size() * intervals, 0);
  std::size_t elsewhere = 0, imprecise = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events.reported[i] > read.as_of || events.last_day[i] < table.first_day || events.first_day[i] > table.last_day)
      continue;
    const auto interval_of = [&](Day day) {
      return std::floor(days_between(table.first_day, day) / table.data.interval_days);
    };
    const double interval = interval_of(events.first_day[i]);
    const std::int64_t place = place_of.of(events, i);
    if (place < 0) {
      ++elsewhere;
    } else if (events.first_day[i] < table.first_day || events.last_day[i] > table.last_day ||
               interval != interval_of(events.last_day[i])) {
      ++imprecise;
    } else {
      ++table.data.cases[static_cast<std::size_t>(place) * intervals + static_cast<std::size_t>(interval)];
      ++table.events_counted;
    }
  }
  table.events_left_out = elsewhere + imprecise;
  if (table.events_counted == 0)
    throw Error(
        ErrorCode::input,
        fmt::format("{}: {} records read, but no event counts: {} lie in no place or are known only to a larger "
                    "one, {} not to one interval, the others at other times; look at --events-where, --from, "
                    "--to, --as-of and --code",
                    input.events.spec.path, read.batch.rows_read, elsewhere, imprecise));
  if (elsewhere > 0)
    table.warnings.push_back(
        fmt::format("{} events lie in no place, or are known only to a larger one: left out", elsewhere));
  if (imprecise > 0)
    table.warnings.push_back(fmt::format("{} events are not known to one interval: left out", imprecise));
}

MultiPolygon ellipse_around(const ScanCluster& cluster, double x, double y) {
  constexpr int corners = 128;
  constexpr double least_m = 50;
  const double across = std::max(cluster.radius_m, least_m), along = across * cluster.shape;
  const double turn = cluster.angle_degrees * std::numbers::pi / 180;
  Polygon polygon;
  for (int i = 0; i <= corners; ++i) {
    const double t = -2 * std::numbers::pi * (i % corners) / corners;  // clockwise
    const double u = along * std::cos(t), v = across * std::sin(t);
    polygon.outer().emplace_back(x + u * std::cos(turn) - v * std::sin(turn),
                                 y + u * std::sin(turn) + v * std::cos(turn));
  }
  return {polygon};
}

}  // namespace

Day ScanTable::begin_of(std::size_t interval) const {
  return first_day + std::chrono::days{static_cast<int>(static_cast<double>(interval) * data.interval_days)};
}

Day ScanTable::end_of(std::size_t interval) const {
  return begin_of(interval + 1) - std::chrono::days{1};
}

ScanTable read_scan_table(const ScanInput& input, ScanModel model) {
  const bool by_events = !input.events.spec.path.empty();
  if (by_events == !input.cases.empty())
    throw Error(ErrorCode::usage, "say where the cases are: --cases FIELD of the places, or --events FILE");
  if (!by_events && !input.interval.empty())
    throw Error(ErrorCode::usage, "a scan in time needs dates: give --events FILE in place of --cases");
  ScanTable table;
  SourceSpec spec = input.places;
  spec.name = spec.path;
  table.crs_wkt = input.crs == "auto" ? data::crs_wkt("auto", data::lonlat_bounds(spec)) : data::crs_wkt(input.crs);
  table.places = data::read_places(spec, table.crs_wkt);
  table.warnings = table.places.warnings;
  table.data.x_m = table.places.x;
  table.data.y_m = table.places.y;
  if (by_events) {
    count_events(input, table);
  } else {
    table.data.cases = attribute(table.places, "--cases", input.cases);
  }
  if (model == ScanModel::bernoulli && table.data.intervals > 1)
    throw Error(ErrorCode::usage, "--model bernoulli is for places without dates; take poisson or permutation");
  table.data.at_risk = at_risk_of(input, model, table.places, table.data.cases);
  require_numbers(input, model, table);
  return table;
}

MultiPolygon shape_of(const ScanCluster& cluster, const data::Places& places) {
  if (places.are_points) return ellipse_around(cluster, places.x[cluster.centre], places.y[cluster.centre]);
  return data::union_of(places.areas, cluster.places);
}

}  // namespace tocsin::cli
