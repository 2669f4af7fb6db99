#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/incremental_moran.hpp>

namespace tocsin {
namespace {

void check_distances(std::span<const double> distances_m) {
  double before = 0;
  for (const double distance : distances_m) {
    if (!(distance > before) || std::isinf(distance))
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("a distance is {} m after {} m; distances are finite, > 0 and ascend", distance, before));
    before = distance;
  }
}

BandMoran band_at(std::span<const double> values, double distance_m, const Neighbours& neighbours) {
  BandMoran band{.distance_m = distance_m, .moran = moran_i(values, neighbours)};
  std::size_t observed = 0, links = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    std::size_t own = 0;
    for (const std::uint32_t j : neighbours.indices(i)) own += j != i && !std::isnan(values[j]) ? 1 : 0;
    ++observed;
    links += own;
    band.islands += own == 0 ? 1 : 0;
  }
  if (observed > 0) band.mean_neighbours = static_cast<double>(links) / static_cast<double>(observed);
  return band;
}

}  // namespace

IncrementalMoran incremental_moran(std::span<const double> values, std::span<const double> distances_m,
                                   const std::function<Neighbours(double)>& neighbours_at) {
  check_distances(distances_m);
  IncrementalMoran out;
  for (const double distance : distances_m) out.bands.push_back(band_at(values, distance, neighbours_at(distance)));
  const auto z = [&](std::size_t band) { return out.bands[band].moran.randomisation.z; };
  for (std::size_t k = 1; k + 1 < out.bands.size(); ++k) {
    if (!(z(k) > z(k - 1) && z(k) > z(k + 1))) continue;
    if (!out.first_peak) out.first_peak = k;
    if (!out.highest_peak || z(k) > z(*out.highest_peak)) out.highest_peak = k;
  }
  return out;
}

}  // namespace tocsin
