#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/random.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/vector/placement_draws.hpp>

namespace tocsin {

PlacementDraws::PlacementDraws(const PlacedEvents& placed, std::span<const std::int64_t> keys, const Options& options)
    : options_(options), walks_(placed.spreads.size()) {
  if (keys.size() != placed.how.size())
    throw Error(ErrorCode::shape_mismatch, fmt::format("{} keys for {} events", keys.size(), placed.how.size()));
  if (options.draws < 1)
    throw Error(ErrorCode::invalid_argument, fmt::format("{} draws of places; at least 1 is needed", options.draws));
  const auto draws = static_cast<std::size_t>(options.draws);
  for (std::size_t event = 0; event < keys.size(); ++event) {
    if (placed.how[event] != PlacedAs::spread) continue;
    Walk& walk = walks_[static_cast<std::size_t>(placed.place[event])];
    const std::uint64_t item = (std::uint64_t{options.source} << 32) | static_cast<std::uint32_t>(keys[event]);
    for (std::size_t draw = 0; draw < draws; ++draw) {
      RandomStream stream(
          {options.seed, static_cast<std::uint32_t>(RandomPurpose::placement), item, static_cast<std::uint32_t>(draw)});
      walk.targets.push_back({stream.uniform(), events_.size() * draws + draw});
    }
    events_.push_back(static_cast<std::uint32_t>(event));
  }
  for (Walk& walk : walks_)
    std::sort(walk.targets.begin(), walk.targets.end(), [](const Target& a, const Target& b) {
      return a.share != b.share ? a.share < b.share : a.slot < b.slot;
    });
  locations_.assign(events_.size() * draws, {not_observed, not_observed});
}

void PlacementDraws::add_rows(const PlacedEvents& placed, const Grid& laid, const Grid& rows) {
  const auto first = static_cast<std::size_t>((rows.first_row - laid.first_row) * laid.width);
  const std::size_t end = first + rows.size();
  for (std::size_t place = 0; place < walks_.size(); ++place) {
    Walk& walk = walks_[place];
    for (const CellShare& part : placed.spreads[place].cells) {
      if (part.cell < first || part.cell >= end) continue;
      walk.passed += part.share;
      const auto width = static_cast<std::size_t>(laid.width);
      for (; walk.next < walk.targets.size() && walk.targets[walk.next].share < walk.passed; ++walk.next)
        locations_[walk.targets[walk.next].slot] = {laid.x_of_column(static_cast<std::int64_t>(part.cell % width)),
                                                    laid.y_of_row(static_cast<std::int64_t>(part.cell / width))};
    }
  }
}

PlacedEvents PlacementDraws::drawn(const PlacedEvents& placed, int draw) const {
  PlacedEvents exact;
  exact.points = placed.points;
  exact.how = placed.how;
  exact.place = placed.place;
  const auto draws = static_cast<std::size_t>(options_.draws);
  for (std::size_t i = 0; i < events_.size(); ++i) {
    const PlacedEvents::PointPlace& location = locations_[i * draws + static_cast<std::size_t>(draw)];
    const std::size_t event = events_[i];
    const bool inside = !std::isnan(location.x);
    exact.how[event] = inside ? PlacedAs::point : PlacedAs::outside;
    exact.place[event] = inside ? static_cast<std::int32_t>(exact.points.size()) : -1;
    if (inside) exact.points.push_back(location);
  }
  return exact;
}

}  // namespace tocsin
