#include "own_choices.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/raster_source.hpp>
#include <tocsin/data/vector_source.hpp>
#include <tocsin/density/bandwidth.hpp>
#include <tocsin/vector/area_raster.hpp>

#include "unsure_events.hpp"

namespace tocsin::cli {
namespace {

/// A span that this share of the events lies after may end before them: one mistyped year must not stretch it.
constexpr std::size_t one_later_in = 200;
/// Choosing a bandwidth compares all pairs of places: of more points every n-th is taken.
constexpr std::size_t most_points = 4000;
/// Fewer exact places say little about a bandwidth.
constexpr std::size_t least_points = 50;

SourceSpec area_spec(const OwnData& own) {
  SourceSpec spec = own.area ? own.area->spec : own.units->spec;
  spec.name = "the area of interest";
  return spec;
}

void choose_crs(const data::LonLatBox& box, OwnChoices& choices) {
  const double middle = (box.west + box.east) / 2, half = (box.east - box.west) / 2;
  const int zone = std::clamp(static_cast<int>(std::floor((middle + 180) / 6)) + 1, 1, 60);
  const double meridian = zone * 6 - 183;
  const bool north = box.south + box.north >= 0;
  const double farthest = std::abs(middle - meridian) + half;
  if (farthest <= 3.5 && box.south > -80 && box.north < 84) {
    choices.crs = fmt::format("EPSG:{}", (north ? 32600 : 32700) + zone);
    choices.crs_why = fmt::format("UTM zone {}{}: the area lies in it, distances are true to about 1 in 1000", zone,
                                  north ? "N" : "S");
    choices.crs_wkt = data::crs_wkt(choices.crs);
    return;
  }
  choices.crs = "auto";
  choices.crs_why =
      fmt::format("equal-area about the area, which is {:.0f} degrees wide: no UTM zone holds it", 2 * half);
  choices.crs_wkt = data::crs_wkt("auto", box);
}

Day first_of_month(Day day) {
  return period_of(day, Every::month).first;
}

/// The first day of so many months earlier.
Day months_before(Day first, int months) {
  for (int i = 0; i < months; ++i) first = first_of_month(first - std::chrono::days(1));
  return first;
}

bool counts_in(const Box& box, const Events& events, std::size_t i) {
  return !std::isfinite(events.x[i]) || box.contains(events.x[i], events.y[i]);
}

void choose_days(const OwnData& own, OwnChoices& choices) {
  std::vector<Day> days, reported_days;
  std::size_t all = 0;
  for (const OwnSource& source : own.sources) {
    all += source.events.size();
    for (std::size_t i = 0; i < source.events.size(); ++i)
      if (counts_in(choices.box, source.events, i)) days.push_back(source.events.last_day[i]);
    for (std::size_t i = 0; i < source.events.size(); ++i)
      if (source.events.has_reported[i] != 0) reported_days.push_back(source.events.reported[i]);
  }
  if (all == 0)
    throw Error(
        ErrorCode::usage,
        "none of the files holds events (records with a day and a place), so there is nothing to score; "
        "`tocsin check FILE` says what a file was taken for, [sources.NAME.columns] of a scenario maps columns");
  if (days.empty())
    throw Error(ErrorCode::input,
                fmt::format("none of the {} events lies in the area's box; check that latitude and longitude are not "
                            "exchanged and that the area is the right one",
                            all));
  std::sort(days.begin(), days.end());
  const DaySpan span = span_but_strays(days).value();
  const Day last = std::min(span.last, days[days.size() - 1 - days.size() / one_later_in]);
  choices.to = period_of(last, Every::month).last;
  const Day earliest = first_of_month(span.first);
  choices.from = std::max(earliest, months_before(first_of_month(last), most_own_months - 1));
  const auto reported = span_but_strays(std::move(reported_days));
  choices.as_of = std::max(choices.to, reported ? reported->last : choices.to);
  choices.days_why =
      choices.from > earliest
          ? fmt::format("the last {} months of events from {} to {}; earlier ones still count for what looks back",
                        most_own_months, to_string(span.first), to_string(last))
          : fmt::format("whole months of the events, {} to {}", to_string(span.first), to_string(last));
}

std::vector<WeightedPoint> exact_points(const Events& events, const Box& box) {
  std::vector<WeightedPoint> points;
  for (std::size_t i = 0; i < events.size(); ++i)
    if (events.precision[i].kind == PlaceKind::point && box.contains(events.x[i], events.y[i]))
      points.push_back({events.x[i], events.y[i], 1});
  const std::size_t step = (points.size() + most_points - 1) / most_points;
  if (step <= 1) return points;
  std::vector<WeightedPoint> some;
  for (std::size_t i = 0; i < points.size(); i += step) some.push_back(points[i]);
  return some;
}

/// The finest cell that keeps the grid small enough.
Length least_cell(const Box& box) {
  return round_length({std::sqrt(box.width() * box.height() / most_own_cells)}, Rounding::up);
}

void choose_bandwidth_of(const OwnSource& source, const Box& box, OwnChoices& choices) {
  const auto points = exact_points(source.events, box);
  const double most = std::min(box.width(), box.height()) / 4;
  if (points.size() < least_points) return;
  try {
    const BandwidthChoice choice = choose_bandwidth(points);
    const Length rounded = round_length(choice.bandwidth, Rounding::nearest), least{3 * least_cell(box).metres};
    if (rounded.metres < least.metres)
      choices.bandwidths[source.name] = {
          round_length(least, Rounding::up),
          fmt::format("three cells; the points alone would ask for {}: take a smaller area to see that much",
                      length_text(rounded))};
    else if (rounded.metres <= most)
      choices.bandwidths[source.name] = {
          rounded, fmt::format("as `tocsin density --bandwidth auto` chooses from {} exact points ({}), rounded",
                               points.size(), choice.reason)};
    else
      choices.bandwidths[source.name] = {
          round_length({most}, Rounding::down),
          fmt::format("a quarter of the area's shorter side; the points alone would ask for {}", length_text(rounded))};
  } catch (const Error& error) {
    if (error.code() != ErrorCode::input) throw;  // all on one line, or too few places: nothing to learn
  }
}

void choose_cell(const Areas& units, OwnChoices& choices) {
  const Box& box = choices.box;
  const Length least = least_cell(box);
  Length wanted = kilometres(2.5);  // a tenth of 25 km, the bandwidth of most of the catalogue
  for (const auto& [source, chosen] : choices.bandwidths)
    wanted = {std::min(wanted.metres, chosen.bandwidth.metres / 10)};
  std::vector<double> sizes;
  for (const MultiPolygon& shape : units.shapes) sizes.push_back(std::sqrt(area_km2(shape)) * 1000);
  std::nth_element(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2), sizes.end());
  wanted = round_length({std::min(wanted.metres, sizes[sizes.size() / 2] / 10)}, Rounding::down);
  choices.cell = wanted.metres >= least.metres ? wanted : least;
  const double cells = box.width() * box.height() / (choices.cell.metres * choices.cell.metres);
  choices.cell_why =
      fmt::format("{}; a grid of about {:.0f} cells",
                  wanted.metres >= least.metres ? "a tenth of the smallest bandwidth, or of an area's width"
                                                : "finer would make more than a quarter of a million cells",
                  cells);
}

/// A raster that has no value in the area would stop the run.
bool reaches(const OwnSource& raster, const OwnChoices& choices) {
  const double side = std::max(choices.box.width(), choices.box.height());
  const Grid coarse = Grid::covering(choices.box, metres(side / 100), choices.crs_wkt);
  SourceSpec spec = raster.spec;
  spec.resample = Resample::mean;
  const auto values = data::open_raster(spec)->read(coarse);
  const auto cells = values.raster.values();
  return std::any_of(cells.begin(), cells.end(), [](float value) { return !std::isnan(value); });
}

void leave_out_distant_rasters(OwnData& own, const OwnChoices& choices) {
  for (std::size_t i = own.sources.size(); i-- > 0;) {
    if (own.sources[i].look.kind != data::FileKind::raster || reaches(own.sources[i], choices)) continue;
    own.unused.push_back({own.sources[i].look, "it has no value in the area"});
    own.sources.erase(own.sources.begin() + static_cast<std::ptrdiff_t>(i));
    if (own.population == i) own.population.reset();
    if (own.population && *own.population > i) --*own.population;
  }
}

}  // namespace

std::optional<DaySpan> span_but_strays(std::vector<Day> days) {
  constexpr int longest_gap_days = 3 * 366;
  if (days.empty()) return {};
  std::sort(days.begin(), days.end());
  const std::size_t middle = days.size() / 2;
  std::size_t first = middle, last = middle;
  while (first > 0 && days_between(days[first - 1], days[first]) <= longest_gap_days) --first;
  while (last + 1 < days.size() && days_between(days[last], days[last + 1]) <= longest_gap_days) ++last;
  return DaySpan{days[first], days[last]};
}

Length round_length(Length length, Rounding rounding) {
  constexpr std::array steps{1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0};
  const double scale = std::pow(10, std::floor(std::log10(length.metres)));
  const double mantissa = length.metres / scale;
  const auto above = std::lower_bound(steps.begin(), steps.end(), mantissa * (1 - 1e-12));
  const double up = above == steps.end() ? 10 : *above;
  const double down = above == steps.begin() || up <= mantissa * (1 + 1e-12) ? up : *(above - 1);
  const bool take_up = rounding == Rounding::up || (rounding == Rounding::nearest && up / mantissa < mantissa / down);
  return {(take_up ? up : down) * scale};
}

std::string length_text(Length length) {
  return length.metres < 1000 ? fmt::format("{:.10g} m", length.metres)
                              : fmt::format("{:.10g} km", length.metres / 1000);
}

OwnChoices choose_for(OwnData& own) {
  OwnChoices choices;
  choose_crs(data::lonlat_bounds(area_spec(own)), choices);
  SourceSpec units_spec = own.units->spec;
  units_spec.name = "the reporting units";
  const Areas units = data::open_areas(units_spec)->read(choices.crs_wkt).areas;
  choices.areas = units.size();
  choices.box = own.area ? data::open_areas(area_spec(own))->read(choices.crs_wkt).areas.bounds() : units.bounds();
  leave_out_distant_rasters(own, choices);
  for (OwnSource& source : own.sources) {
    if (source.look.kind != data::FileKind::events) continue;
    UnsureEvents read = read_unsure_events(source.spec, {choices.crs_wkt, {}, {}, {}});
    source.summary = summarise(read.batch, data::beyond_reach_m);
    source.spec = std::move(read.spec);
    source.assumed = std::move(read.assumed);
    source.warnings = std::move(read.batch.warnings);
    source.events = std::move(read.batch.events);
  }
  choose_days(own, choices);
  for (const OwnSource& source : own.sources)
    if (source.look.kind == data::FileKind::events) choose_bandwidth_of(source, choices.box, choices);
  choose_cell(units, choices);
  return choices;
}

}  // namespace tocsin::cli
