#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <tocsin/indicators/hotspot_names.hpp>
#include <tocsin/indicators/hotspot_regions.hpp>
#include <tocsin/regions/area_regions.hpp>
#include <tocsin/regions/cell_regions.hpp>
#include <tocsin/regions/smooth_outline.hpp>

namespace tocsin {
namespace {

constexpr double standing_share = 0.5;  // of a region's places, for it to have stood in a placement

std::vector<Region> join(const HotspotEvidence& evidence, const HotspotPlaces& places, const Areas& areas,
                         Standing standing) {
  std::vector<std::uint8_t> mask;
  for (const Standing each : evidence.standing()) mask.push_back(each == standing ? 1 : 0);
  return places.cells() ? cell_regions(places.grid(), mask) : area_regions(areas, places.neighbours(), mask);
}

/// How many of all places of a region have no number.
std::size_t unknown_of(const std::vector<double>& values, const Region& region) {
  return static_cast<std::size_t>(std::count_if(region.places.begin(), region.places.end(), [&](std::size_t place) {
    return place >= values.size() || std::isnan(values[place]);
  }));
}

/// Sum over the places where it is known; NaN where it is known of none.
double sum_of(const std::vector<double>& values, const Region& region) {
  double sum = not_observed;
  for (const std::size_t place : region.places)
    if (place < values.size() && !std::isnan(values[place]))
      sum = std::isnan(sum) ? values[place] : sum + values[place];
  return sum;
}

double share_of_placements(const HotspotEvidence& evidence, const Region& region) {
  std::size_t stood = 0;
  for (std::size_t placement = 0; placement < evidence.placements(); ++placement) {
    const auto alike = std::count_if(region.places.begin(), region.places.end(),
                                     [&](std::size_t place) { return evidence.stood(placement, place); });
    if (static_cast<double>(alike) >= standing_share * static_cast<double>(region.places.size())) ++stood;
  }
  return static_cast<double>(stood) / static_cast<double>(evidence.placements());
}

HotspotBand band(const char* name, const char* description, const std::vector<double>& values, const Grid& grid) {
  HotspotBand result{name, description, Raster<float>(grid)};
  std::transform(values.begin(), values.end(), result.values.values().begin(),
                 [](double value) { return static_cast<float>(value); });
  return result;
}

}  // namespace

Hotspot HotspotRegions::hotspot_of(const Kind& kind, const Region& region, const RegionRecord& record,
                                   const HotspotEvidence& evidence, const HotspotPlaces& places,
                                   const HotspotNames& names, const Period& period) const {
  Hotspot hotspot;
  hotspot.id = fmt::format("{}-{}", kind.name, record.id);
  hotspot.areas = names.areas(region);
  hotspot.name = names.of_areas(hotspot.areas);
  hotspot.kind = kind.name;
  hotspot.fate = to_string(record.fate);
  hotspot.since = periods_[static_cast<std::size_t>(record.since)];
  hotspot.shape = places.cells() ? smooth_outline(region.outline, places.grid()) : region.outline;
  hotspot.places = static_cast<std::int64_t>(region.places.size());
  hotspot.area_km2 = region.area_km2;
  // A cell without a number is one where nobody lives; an area without one makes the total unknown.
  if (places.cells() || unknown_of(places.population(), region) == 0)
    hotspot.population = sum_of(places.population(), region);
  hotspot.events = sum_of(evidence.events(), region);
  const double sign = kind.standing == Standing::high ? 1 : -1;
  std::size_t surest = region.places.front();
  hotspot.peak = evidence.values()[surest];
  for (const std::size_t place : region.places) {
    if (sign * evidence.values()[place] > sign * hotspot.peak) hotspot.peak = evidence.values()[place];
    const auto rank = [&](std::size_t at) { return std::pair(evidence.p()[at], -sign * evidence.z()[at]); };
    if (rank(place) < rank(surest)) surest = place;
  }
  if (const auto place = names.nearest(region, evidence.events(), period)) {
    hotspot.place = place->name;
    hotspot.place_km = place->distance_km;
  }
  hotspot.z = evidence.z()[surest];
  hotspot.p = evidence.p()[surest];
  hotspot.q = evidence.q()[surest];
  hotspot.stood = share_of_placements(evidence, region);
  return hotspot;
}

void HotspotRegions::add_kind(Kind& kind, const Period& period, const HotspotEvidence& evidence,
                              const HotspotPlaces& places, const MeasureContext& context, HotspotPeriod& result) {
  if (!kind.history) kind.history.emplace(places.size());
  std::vector<Region> regions = join(evidence, places, context.areas, kind.standing);
  if (!evidence.events().empty() && kind.standing == Standing::high)
    std::erase_if(regions,
                  [&](const Region& region) { return !(sum_of(evidence.events(), region) >= spec_.least_events); });
  std::vector<std::uint8_t> observed;
  for (const double value : evidence.values()) observed.push_back(std::isnan(value) ? 0 : 1);
  const auto number = static_cast<std::int64_t>(periods_.size()) - 1;
  const HotspotNames words(spec_, places, context);
  std::map<std::uint64_t, std::string> names;
  for (const RegionRecord& record : kind.history->add(number, regions, observed)) {
    if (record.region) {
      Hotspot hotspot = hotspot_of(kind, regions[*record.region], record, evidence, places, words, period);
      names[record.id] = hotspot.name;
      result.hotspots.push_back(std::move(hotspot));
    } else if (record.fate == RegionFate::ended) {
      Hotspot ended;
      ended.id = fmt::format("{}-{}", kind.name, record.id);
      ended.name = kind.names[record.id];
      ended.kind = kind.name;
      ended.fate = to_string(record.fate);
      ended.since = periods_[static_cast<std::size_t>(record.since)];
      result.ended.push_back(std::move(ended));
    } else {
      names[record.id] = kind.names[record.id];  // out of sight: it may come back
    }
  }
  kind.names = std::move(names);
}

HotspotPeriod HotspotRegions::add(const Period& period, const HotspotEvidence& evidence, const HotspotPlaces& places,
                                  const MeasureContext& context) {
  periods_.push_back(period.label);
  HotspotPeriod result;
  for (Kind* kind : {&hot_, &cold_}) add_kind(*kind, period, evidence, places, context, result);
  std::stable_sort(result.hotspots.begin(), result.hotspots.end(), [](const Hotspot& a, const Hotspot& b) {
    return std::pair(a.p, -std::abs(a.z)) < std::pair(b.p, -std::abs(b.z));
  });
  if (!spec_.rasters) return result;
  const Grid& grid = places.grid();
  result.bands.push_back(band("value", "what the statistic looks at", evidence.values(), grid));
  result.bands.push_back(band("z", "standard normal deviate of the statistic", evidence.z(), grid));
  result.bands.push_back(band("p", "two-sided pseudo p, mean over the placements", evidence.p(), grid));
  result.bands.push_back(band("q", "p corrected for the number of places", evidence.q(), grid));
  std::vector<double> stood(places.size(), not_observed);
  for (std::size_t i = 0; i < stood.size(); ++i) {
    if (evidence.standing()[i] != Standing::high && evidence.standing()[i] != Standing::low) continue;
    double times = 0;
    for (std::size_t placement = 0; placement < evidence.placements(); ++placement)
      times += evidence.stood(placement, i) ? 1 : 0;
    stood[i] = times / static_cast<double>(evidence.placements());
  }
  result.bands.push_back(
      band("stood", "of significant places: share of the placements in which they were", stood, grid));
  return result;
}

}  // namespace tocsin
