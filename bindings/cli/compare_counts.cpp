#include "compare_counts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/units.hpp>
#include <tocsin/grid/raster.hpp>

#include "panel_options.hpp"

namespace tocsin::cli {
namespace {

/// So many degrees of freedom show whether events come in clusters; with fewer, the estimate is noise.
constexpr double least_history = 6;
/// So many events are to be expected of days without any that chance leaves fewer than 1 % of such silences.
constexpr double surprising_silence = 5;

const char* word_of(Every every) {
  constexpr std::array words{"week", "dekad", "month", "quarter", "year"};
  return words[static_cast<std::size_t>(every)];
}

/// The events alone, for the days that the data span, and persons an incident.
ReadEvents read_all(const CompareOptions& options) {
  EventOptions events = options.cube.events;
  events.weight = options.persons;
  events.known_by.clear();
  ReadEvents read = read_events(events, "");
  require_usable(read.batch, events.spec.path);
  if (read.batch.events.size() == 0)
    throw Error(ErrorCode::input, fmt::format("{}: {} records read, but none is left; look at --where, and at the "
                                              "records",
                                              events.spec.path, read.batch.rows_read));
  return read;
}

/// Silence counts as silence only where the source was there: a period of which it covers a part would read as quiet.
void require_history(const CompareOptions& options, const ComparedPeriods& periods, const Events& events) {
  const Day begin = std::ranges::min(events.first_day), end = std::ranges::max(events.last_day);
  const std::string& path = options.cube.events.spec.path;
  const Period &earlier = periods.earlier, &later = periods.later;
  const double a_day = static_cast<double>(events.size()) / (days_between(begin, end) + 1);
  // A whole part without events is one that the source lacks, if it is longer than that or chance leaves none such.
  const auto not_covered = [&](const Period& part, int silent) {
    return silent > part.days() || (silent == part.days() && a_day * silent >= surprising_silence);
  };
  if (options.cube.observed_from.empty() && earlier.last < begin)
    throw Error(ErrorCode::input,
                fmt::format("{}: begins on {}, and has no history of {}; it would need records from {} on. Where the "
                            "source did cover that time, say so by --observed-from {}",
                            path, to_string(begin), earlier.label, to_string(earlier.first), to_string(earlier.first)));
  if (options.cube.observed_to.empty() && later.first > end)
    throw Error(ErrorCode::input,
                fmt::format("{}: ends on {}, before {} begins. Where the source did cover that time, say so by "
                            "--observed-to {}",
                            path, to_string(end), later.label, to_string(later.last)));
  if (options.cube.observed_from.empty() &&
      not_covered(period_of(earlier.first, periods.part), days_between(earlier.first, begin)))
    throw Error(
        ErrorCode::input,
        fmt::format("{}: begins on {}, and has {} in part at most, which would read as quiet; say by --observed-from "
                    "from which day on the source covers it, or compare periods that it covers",
                    path, to_string(begin), earlier.label));
  if (options.cube.observed_to.empty() &&
      not_covered(period_of(later.last, periods.part), days_between(end, later.last)))
    throw Error(
        ErrorCode::input,
        fmt::format("{}: ends on {}, and has {} in part at most, which would read as quiet; say by --observed-to "
                    "until which day the source covers it, or compare periods that it covers",
                    path, to_string(end), later.label));
}

/// Days after a period's end until which reports count.
std::optional<int> maturity_of(const CompareOptions& options, const ComparedPeriods& periods, const ReadEvents& read,
                               std::vector<std::string>& warnings) {
  const Events& events = read.batch.events;
  Day known = Day::min();
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events.has_reported[i] != 0) known = std::max(known, events.reported[i]);
  const bool dated = known > Day::min(), as_of = !options.cube.events.as_of.empty();
  if (as_of) known = read.as_of;
  if (as_of && known < periods.later.last)
    throw Error(ErrorCode::usage, fmt::format("--as-of {} is before {} ends, on {}: compare it when it is over",
                                              to_string(known), periods.later.label, to_string(periods.later.last)));
  if (options.maturity == "none") return {};
  if (!dated) {
    if (options.maturity != "equal")
      throw Error(ErrorCode::usage, fmt::format("--maturity {}: no record says when it was reported; give --reported, "
                                                "or remove it",
                                                options.maturity));
    warnings.emplace_back(
        "no record says when it was reported: reports of the later period may still be to come, and its counts too "
        "low");
    return {};
  }
  const int until = days_between(periods.later.last, known);
  if (options.maturity != "equal") {
    const int days = static_cast<int>(parse_duration(options.maturity).days);
    if (days > until)
      throw Error(ErrorCode::usage,
                  fmt::format("--maturity {}: reports are known until {}, {} days after {} ends; give at most that",
                              options.maturity, to_string(known), std::max(0, until), periods.later.label));
    return days;
  }
  if (until < 0)
    warnings.push_back(
        fmt::format("the last report is of {}, and {} ends on {}: if the source ends there, say so by "
                    "--observed-to",
                    to_string(known), periods.later.label, to_string(periods.later.last)));
  return std::max(0, until);
}

/// Events of a period that became known after a day.
double known_after(const Events& events, const Period& period, Day day, Day as_of) {
  double late = 0;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (period.contains(events.last_day[i]) && events.reported[i] > day && events.reported[i] <= as_of)
      late += events.weight[i];
  return late;
}

/// A panel's parts summed over both periods.
ComparedSeries fold(const Panel& panel, const ComparedPeriods& periods, const std::string& by) {
  ComparedSeries series;
  series.by = by;
  series.codes = panel.codes;
  series.names = panel.names;
  const auto sum = [&](std::size_t i, const Period& period, std::vector<double>& counts, std::vector<double>& days) {
    double count = 0, observed = 0;
    for (std::size_t t = 0; t < panel.periods.size(); ++t) {
      if (!period.contains(panel.periods[t].first) || std::isnan(panel.series(i)[t])) continue;
      count += panel.series(i)[t];
      observed += panel.observed_days(i, t);
    }
    counts.push_back(observed > 0 ? count : not_observed);
    days.push_back(observed);
  };
  for (std::size_t i = 0; i < panel.size(); ++i) {
    sum(i, periods.earlier, series.earlier, series.earlier_days);
    sum(i, periods.later, series.later, series.later_days);
  }
  return series;
}

/// All areas that were observed in both periods; an area's days are a share of all days.
ComparedSeries sum_of(const ComparedSeries& areas, std::vector<std::size_t>& unobserved) {
  ComparedSeries all{"all", {"all"}, {"all"}, {0}, {0}, {0}, {0}, false};
  unobserved.clear();
  double observed = 0;
  for (std::size_t i = 0; i < areas.size(); ++i) {
    if (std::isnan(areas.earlier[i]) || std::isnan(areas.later[i])) {
      unobserved.push_back(i);
      continue;
    }
    ++observed;
    all.earlier[0] += areas.earlier[i];
    all.later[0] += areas.later[i];
    all.earlier_days[0] += areas.earlier_days[i];
    all.later_days[0] += areas.later_days[i];
  }
  if (observed == 0) all.earlier[0] = all.later[0] = not_observed;
  all.earlier_days[0] /= std::max(1.0, observed);
  all.later_days[0] /= std::max(1.0, observed);
  return all;
}

/// Whether areas have fewer events than there are; shares of events add up to a rounding.
bool any_missing(double everywhere, double in_areas) {
  return everywhere - in_areas > 1e-6 * std::max(1.0, everywhere);
}

/// How much the parts of past periods vary, without those of the two that are compared: their change is no noise.
Dispersion history_of(const Panel& panel, const ComparedPeriods& periods) {
  std::vector<double> counts, days;
  std::vector<std::size_t> group;
  std::string last;
  for (std::size_t t = 0; t < panel.periods.size(); ++t) {
    const Period& part = panel.periods[t];
    if (periods.earlier.contains(part.first) || periods.later.contains(part.first)) continue;
    const std::string label = period_of(part.first, periods.group).label;
    group.push_back(group.empty() ? 0 : group.back() + (label != last ? 1 : 0));
    last = label;
    counts.push_back(panel.series(0)[t]);
    days.push_back(panel.observed_days(0, t));
  }
  return dispersion_within(counts, days, group);
}

double dispersion_option(const std::string& text) {
  if (text == "none") return 1;
  try {
    std::size_t read = 0;
    const double value = std::stod(text, &read);
    if (read == text.size() && value >= 1 && std::isfinite(value)) return value;
  } catch (const std::exception&) {
  }
  throw Error(ErrorCode::usage, fmt::format("--dispersion {}: history, none, or a number from 1 on", text));
}

std::vector<double> persons_of(const CompareOptions& options, const ComparedPeriods& periods, const Events& events) {
  const std::vector<double>& all = options.persons == "persons" ? events.persons : events.numbers.at(options.persons);
  std::vector<double> sizes;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (periods.earlier.contains(events.last_day[i]) || periods.later.contains(events.last_day[i]))
      sizes.push_back(all[i]);
  return sizes;
}

/// What all readings of the file share.
PanelOptions panel_options_of(const CompareOptions& options, const ComparedPeriods& periods, Day begin) {
  PanelOptions panel;
  panel.cube = options.cube;
  panel.cube.areas = {};
  panel.cube.not_observed = {};
  panel.cube.every = word_of(periods.part);
  const Day history = options.cube.events.from.empty() ? begin : parse_day(options.cube.events.from).value_or(begin);
  const Day from = std::min(period_of(history, periods.part).first, periods.earlier.first);
  panel.cube.events.from = to_string(from);
  panel.cube.events.to = to_string(periods.later.last);
  return panel;
}

void append_new(std::vector<std::string>& warnings, const std::vector<std::string>& more) {
  for (const std::string& warning : more)
    if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(warning);
}

/// Counts of one unit: `base` says which.
ComparedUnit count_unit(const CompareOptions& options, const ComparedPeriods& periods, const PanelOptions& base,
                        double memory_bytes, Progress& progress, ComparedCounts& result) {
  ComparedUnit unit;
  unit.persons = !base.persons.empty();
  const ReadPanel whole = read_panel(base, memory_bytes, progress);
  result.rows_read = whole.rows_read;
  append_new(result.warnings, whole.warnings);
  unit.all = fold(whole.panel, periods, "all");
  if (!unit.persons) result.history = history_of(whole.panel, periods);
  if (!options.cube.areas.path.empty()) {
    PanelOptions by_area = base;
    by_area.cube.areas = options.cube.areas;
    by_area.cube.not_observed = options.cube.not_observed;
    ReadPanel read = read_panel(by_area, memory_bytes, progress);
    append_new(result.warnings, read.warnings);
    unit.split.push_back(fold(read.panel, periods, "areas"));
    const ComparedSeries everywhere = std::move(unit.all);
    unit.all = sum_of(unit.split.back(), result.unobserved);
    unit.all.placed_only =
        any_missing(everywhere.earlier[0], unit.all.earlier[0]) || any_missing(everywhere.later[0], unit.all.later[0]);
    result.areas = std::move(read.areas);
    result.crs_wkt = read.crs_wkt;
  }
  for (const std::string& field : options.by) {
    PanelOptions by_field = base;
    by_field.by = field;
    unit.split.push_back(fold(read_panel(by_field, memory_bytes, progress).panel, periods, field));
  }
  return unit;
}

}  // namespace

ComparedCounts count_compared(const CompareOptions& options, const ComparedPeriods& periods, double memory_bytes,
                              Progress& progress) {
  ComparedCounts result;
  const ReadEvents read = read_all(options);
  const Events& events = read.batch.events;
  result.maturity = maturity_of(options, periods, read, result.warnings);
  require_history(options, periods, events);
  PanelOptions base = panel_options_of(options, periods, std::ranges::min(events.first_day));
  if (result.maturity) {
    const std::chrono::days after{*result.maturity};
    for (const Period& period : {periods.earlier, periods.later})
      base.cube.events.known_by.push_back({period.first, period.last, period.last + after});
    result.late_earlier = known_after(events, periods.earlier, periods.earlier.last + after, read.as_of);
    result.late_later = known_after(events, periods.later, periods.later.last + after, read.as_of);
  }
  result.units.push_back(count_unit(options, periods, base, memory_bytes, progress, result));
  ComparedUnit& incidents = result.units.front();
  if (options.dispersion != "history")
    incidents.dispersion = dispersion_option(options.dispersion);
  else if (result.history.degrees_of_freedom >= least_history)
    incidents.dispersion = result.history.value;
  if (options.persons.empty()) return result;
  base.persons = options.persons;
  result.units.push_back(count_unit(options, periods, base, memory_bytes, progress, result));
  const std::vector<double> sizes = persons_of(options, periods, events);
  const auto unsaid = std::ranges::count_if(sizes, [](double size) { return std::isnan(size); });
  if (unsaid > 0)
    result.warnings.push_back(fmt::format("{} of {} incidents do not say how many persons ({}): they add none", unsaid,
                                          sizes.size(), options.persons));
  const double effect = design_effect(sizes, result.units.front().dispersion);
  result.units.back().dispersion = std::isnan(effect) ? 1 : std::max(1.0, effect);
  return result;
}

}  // namespace tocsin::cli
