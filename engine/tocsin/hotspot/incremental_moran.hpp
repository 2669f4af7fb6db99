#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <tocsin/hotspot/global_statistics.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin {

/// Moran's I within one band of distance.
struct BandMoran {
  double distance_m = 0;
  double mean_neighbours = 0;  ///< of the observed places
  std::size_t islands = 0;     ///< observed places without an observed neighbour
  GlobalStatistic moran;
};

/// Clustering over growing distance; a peak of z under randomisation suggests at which distance what makes places alike
/// is strongest, so a band for Gi*. It is a suggestion: values of one process may have several peaks, or none.
struct IncrementalMoran {
  std::vector<BandMoran> bands;
  std::optional<std::size_t> first_peak;    ///< the first band whose z is above those on both sides
  std::optional<std::size_t> highest_peak;  ///< the highest of these; the ends of the list are no peaks
};

/// @param values         n values; NaN = not observed
/// @param distances_m    metres, ascending, finite and > 0
/// @param neighbours_at  the n places' neighbours within a distance in metres, with weights as wanted (row-standardised
///                       is usual); called once for each distance, in order
/// A band without a link, or too few values, has NaN and is no peak, nor is what stands beside it.
/// @throws Error invalid_argument (distances), and as moran_i
/// Cost: that of neighbours_at and moran_i for each distance.
IncrementalMoran incremental_moran(std::span<const double> values, std::span<const double> distances_m,
                                   const std::function<Neighbours(double)>& neighbours_at);

}  // namespace tocsin
