#include <algorithm>
#include <cmath>
#include <map>
#include <variant>

#include <boost/geometry.hpp>

#include <tocsin/indicators/hotspot_names.hpp>

namespace tocsin {
namespace {

constexpr std::size_t most_named = 2;  // areas in a hotspot's name
constexpr double least_part = 0.1;     // of a hotspot's places, for an area to be one of its own

}  // namespace

HotspotNames::HotspotNames(const HotspotSpec& spec, const HotspotPlaces& places, const MeasureContext& context)
    : spec_(spec), places_(places), context_(context), locator_(context.areas) {
  if (!places.cells() && !spec.named_places.empty()) centroids_ = centroids(context.areas);
}

Point HotspotNames::centre_of(std::size_t place) const {
  if (!places_.cells()) return centroids_[place];
  const Grid& grid = places_.grid();
  const auto width = static_cast<std::size_t>(grid.width);
  return {grid.x_of_column(static_cast<std::int64_t>(place % width)),
          grid.y_of_row(static_cast<std::int64_t>(place / width))};
}

std::vector<std::size_t> HotspotNames::areas(const Region& region) const {
  std::map<std::size_t, std::size_t> parts;
  for (const std::size_t place : region.places) {
    auto area = static_cast<std::int64_t>(place);
    if (places_.cells()) {
      const Point centre = centre_of(place);
      // A block at the border may have its centre outside.
      area = locator_.nearest(centre.x(), centre.y(), places_.grid().cell_m);
    }
    if (area >= 0) ++parts[static_cast<std::size_t>(area)];
  }
  std::vector<std::pair<std::size_t, std::size_t>> order(parts.begin(), parts.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::size_t> result;
  for (const auto& [area, places] : order)
    if (result.empty() || static_cast<double>(places) >= least_part * static_cast<double>(region.places.size()))
      result.push_back(area);
  return result;
}

std::string HotspotNames::of_areas(std::span<const std::size_t> areas) const {
  std::string name;
  for (const std::size_t area : areas.first(std::min(most_named, areas.size())))
    name += (name.empty() ? "" : ", ") + context_.areas.names[area];
  return name;
}

Point HotspotNames::mean_centre(const Region& region, const std::vector<double>& events) const {
  double x = 0, y = 0, sum = 0;
  for (const std::size_t place : region.places) {
    const double weight = events.empty() ? 1 : events[place];
    if (!(weight > 0)) continue;
    const Point centre = centre_of(place);
    x += weight * centre.x();
    y += weight * centre.y();
    sum += weight;
  }
  return sum > 0 ? Point(x / sum, y / sum) : mean_centre(region, {});
}

std::optional<HotspotNames::NamedPlace> HotspotNames::nearest(const Region& region, const std::vector<double>& events,
                                                              const Period& period) const {
  if (spec_.named_places.empty()) return {};
  const Point centre = mean_centre(region, events);
  std::optional<NamedPlace> result;
  for (const Feature& feature : context_.features.at({spec_.named_places, {}})) {
    const bool stood = !(feature.from && *feature.from > period.last) && !(feature.to && *feature.to < period.first);
    if (!stood || feature.name.empty()) continue;
    const double distance_km =
        std::visit([&](const auto& shape) { return boost::geometry::distance(centre, shape); }, feature.geometry) /
        1000;
    if (!result || distance_km < result->distance_km) result = {feature.name, distance_km};
  }
  return result;
}

}  // namespace tocsin
