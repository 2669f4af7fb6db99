#include <algorithm>
#include <utility>

#include <tocsin/indicators/placement_resampling.hpp>

namespace tocsin {
namespace {

/// A number of 24 bits for a source's name (FNV-1a), so that another source in the scenario changes no draw.
std::uint32_t key_of(const std::string& name) {
  std::uint32_t hash = 2166136261U;
  for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619U;
  return (hash >> 24) ^ (hash & 0xFFFFFFU);
}

}  // namespace

PlacementResampling::PlacementResampling(const MeasureContext& context, int draws, std::uint64_t seed)
    : draws_(draws), locator_(context.areas) {
  for (const auto& [name, layer] : context.events)
    by_source_.emplace(name, PlacementDraws(layer.placed, layer.batch.events.row,
                                            {.draws = draws, .seed = seed, .source = key_of(name)}));
}

void PlacementResampling::add_rows(const MeasureContext& context, const Grid& rows) {
  for (auto& [name, drawn] : by_source_) drawn.add_rows(context.events.at(name).placed, context.wide_grid, rows);
}

bool PlacementResampling::any() const {
  return std::any_of(by_source_.begin(), by_source_.end(), [](const auto& entry) { return entry.second.any(); });
}

void PlacementResampling::show(int draw, MeasureContext& context) {
  context.from_events.forget();
  for (const auto& [name, drawn] : by_source_) {
    EventLayer& layer = context.events.at(name);
    const auto kept = reported_.find(name);
    if (kept == reported_.end())
      reported_[name] = {std::move(layer.placed), std::move(layer.area_of_point), std::move(layer.areas_of_spread)};
    const Places& reported = reported_[name];
    layer.placed = drawn.drawn(reported.placed, draw);
    layer.area_of_point = reported.area_of_point;
    layer.areas_of_spread.clear();
    for (std::size_t i = layer.area_of_point.size(); i < layer.placed.points.size(); ++i)
      layer.area_of_point.push_back(locator_.locate(layer.placed.points[i].x, layer.placed.points[i].y));
  }
}

void PlacementResampling::restore(MeasureContext& context) {
  context.from_events.forget();
  for (auto& [name, reported] : reported_) {
    EventLayer& layer = context.events.at(name);
    layer.placed = std::move(reported.placed);
    layer.area_of_point = std::move(reported.area_of_point);
    layer.areas_of_spread = std::move(reported.areas_of_spread);
  }
  reported_.clear();
}

}  // namespace tocsin
