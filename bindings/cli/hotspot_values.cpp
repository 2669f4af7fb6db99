#include "hotspot_values.hpp"

#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/empirical_bayes.hpp>
#include <tocsin/vector/area_raster.hpp>

namespace tocsin::cli {
namespace {

using S = HotspotStatistic;

std::string name_of_field(const std::string& field, const HotspotPlaces& places) {
  return places.grid ? "the value" : field;
}

/// Refuses the first observed number that does not hold.
template <typename Holds>
void require(const ValueChoice& choice, const std::string& field, const HotspotPlaces& places,
             const std::vector<double>& values, const Holds& holds, const char* rule) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i]) && !holds(values[i]))
      throw Error(ErrorCode::input, fmt::format("{}: {} of {} is {:.10g}; {}", choice.path,
                                                name_of_field(field, places), places.label(i), values[i], rule));
}

void require_finite(const ValueChoice& choice, const std::string& field, const HotspotPlaces& places,
                    const std::vector<double>& values) {
  require(
      choice, field, places, values, [](double value) { return !std::isinf(value); },
      "it must be finite, or empty where nothing is known");
}

void require_not_negative(const ValueChoice& choice, const std::string& field, const HotspotPlaces& places,
                          const std::vector<double>& values) {
  require(
      choice, field, places, values, [](double value) { return value >= 0 && !std::isinf(value); },
      "events and people are numbers from 0 on, or empty where nothing is known");
}

/// Numbers that were added up from shares differ from whole ones by rounding alone.
bool is_whole(double value) {
  constexpr double rounding = 1e-9;
  return std::abs(value - std::round(value)) <= rounding;
}

/// Events that no number of people stands beside.
void warn_of_people(HotspotPlaces& places) {
  double unknown = 0, nobody = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!(places.values[i] > 0)) continue;
    if (std::isnan(places.population[i])) unknown += places.values[i];
    if (places.population[i] == 0) nobody += places.values[i];
  }
  if (unknown > 0)
    places.warnings.push_back(
        fmt::format("{:g} events are in places whose population is not known; they count nowhere", unknown));
  if (nobody > 0)
    places.warnings.push_back(
        fmt::format("{:g} events are in places where nobody lives, by their population: any event is "
                    "more than chance there",
                    nobody));
}

/// What chance deals events by: persons, else the ground of each area, else every cell alike.
void take_exposures(const ValueChoice& choice, HotspotPlaces& places) {
  require_not_negative(choice, choice.fields.value, places, places.values);
  require_not_negative(choice, choice.fields.population, places, places.population);
  require(choice, choice.fields.value, places, places.values, is_whole,
          "excess deals whole events: count them (tocsin emerging with --placement point or exclude writes `events` by "
          "area, tocsin rasterize --method count by cell), or take --statistic gi-star");
  places.unit = "events";
  places.second = places.population;
  if (!places.second.empty()) return warn_of_people(places);
  if (!places.grid && !places.has_shapes())
    throw Error(ErrorCode::usage, fmt::format("{} has no shapes: --statistic excess needs --population", choice.path));
  for (const MultiPolygon& shape : places.areas.shapes) places.second.push_back(area_km2(shape));
  if (places.grid) places.second.assign(places.size(), 1.0);
}

/// Counts become rates where a population was named.
void take_rates(const ValueChoice& choice, const Neighbours& neighbours, HotspotPlaces& places) {
  require_not_negative(choice, choice.fields.value, places, places.values);
  require_not_negative(choice, choice.fields.population, places, places.population);
  places.unit = "events per person";
  if (choice.smooth == "eb") {
    places.values = smooth_rates(places.values, places.population).smoothed;
  } else if (choice.smooth == "eb-local") {
    places.values = smooth_rates_locally(places.values, places.population, neighbours).smoothed;
  } else if (choice.smooth == "standardised") {
    places.values = standardised_rates(places.values, places.population);
    places.unit = "standard deviations above the rate of all";
  } else {
    places.values = smooth_rates(places.values, places.population).crude;
  }
}

}  // namespace

void prepare_values(const ValueChoice& choice, HotspotStatistic statistic, const Neighbours& neighbours,
                    HotspotPlaces& places) {
  require_finite(choice, choice.fields.value, places, places.values);
  require_finite(choice, choice.fields.second, places, places.second);
  if (statistic == S::excess) return take_exposures(choice, places);
  if (statistic == S::join_count)
    require(
        choice, choice.fields.value, places, places.values, [](double value) { return value == 0 || value == 1; },
        "join counts are of places with an event (1) and without (0): give a field of those, or take --statistic "
        "gi-star");
  if (!choice.fields.population.empty()) take_rates(choice, neighbours, places);
}

HotspotTable hotspots_among(const ValueChoice& choice, const HotspotPlaces& places, const Neighbours& neighbours,
                            const HotspotOptions& options, Progress& progress) {
  try {
    return find_hotspots(places.values, neighbours, options, progress, places.second);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::input) throw;
    throw Error(ErrorCode::input,
                places.grid ? fmt::format("{}: {}", choice.path, error.what())
                            : fmt::format("{}, field {}: {}", choice.path, choice.fields.value, error.what()));
  }
}

}  // namespace tocsin::cli
