#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <tocsin/hotspot/local_moran.hpp>
#include <tocsin/hotspot/local_statistic.hpp>

namespace tocsin {

/// What a place is called on a map of Gi or Gi*. What is undefined is never "not significant": it has its reason.
enum class HotspotClass : std::uint8_t {
  not_significant,
  hot_90,  ///< high values are gathered here: significant at 10 %, not at 5 %
  hot_95,
  hot_99,
  cold_90,  ///< low values are gathered here
  cold_95,
  cold_99,
  unobserved,
  no_neighbours,
  no_variance
};

/// What a place is called on a map of local Moran.
enum class ClusterClass : std::uint8_t {
  not_significant,
  high_high,
  low_low,
  high_low,  ///< a high place among low ones
  low_high,
  unobserved,
  no_neighbours,
  no_variance
};

/// Hot where z > 0, cold where z < 0, at the strictest level that the p-value is at or below.
/// @param z          n deviates
/// @param p          n two-sided p-values, or adjusted ones (q)
/// @param undefined  n reasons; a place without a reason whose z or p is NaN is no_variance
/// @throws Error shape_mismatch
std::vector<HotspotClass> hotspot_classes(std::span<const double> z, std::span<const double> p,
                                          std::span<const Undefined> undefined);

/// @param p      n p-values, or adjusted ones
/// @param level  significant at or below, between 0 and 1
/// Other parameters and errors as above; invalid_argument for the level.
std::vector<ClusterClass> cluster_classes(std::span<const Quadrant> quadrants, std::span<const double> p,
                                          std::span<const Undefined> undefined, double level = 0.05);

/// Words for people: "hot spot (99 %)", "not observed".
std::string_view name(HotspotClass value);
std::string_view name(ClusterClass value);
std::string_view name(Undefined value);  ///< "" for no

}  // namespace tocsin
