#pragma once

#include <span>

#include <tocsin/density/kernel.hpp>
#include <tocsin/neighbours/neighbours.hpp>
#include <tocsin/vector/geometry.hpp>

namespace tocsin {

// Neighbours of n places by the distance between points that stand for them, in metres: of areas, their centroids().
// A point with a NaN coordinate is nowhere: it is nobody's neighbour and has none. No place is its own neighbour; see
// with_self(). All work in parallel and give the same result for any number of threads. An infinite coordinate throws
// Error invalid_argument; links that do not fit into a quarter of the machine's memory throw Error memory.

/// The k nearest places of each. Of places at exactly the same distance those of lower number come first, so at the
/// k-th distance the numbering decides. Coincident points are neighbours at distance 0, like any others. Not symmetric.
/// @param k  at least 1, and less than the number of places that are somewhere
/// @throws Error invalid_argument
/// Cost: O(n (k + log n))
Neighbours nearest_neighbours(std::span<const Point> points, std::size_t k);

/// All places within a distance, that distance included; binary and symmetric. Coincident points are neighbours of each
/// other: what happens in a town's other camp is no less near than what happens in the next village.
/// @param distance_m  finite, > 0; see smallest_band_without_islands
/// Cost: O(n log n + links)
Neighbours band_neighbours(std::span<const Point> points, double distance_m);

/// The largest distance between a place and its nearest one: the smallest band that leaves no islands. NaN with fewer
/// than two places that are somewhere.
double smallest_band_without_islands(std::span<const Point> points);

struct InverseDistanceOptions {
  double power = 1;             ///< finite, > 0
  double least_distance_m = 1;  ///< > 0; nearer places count as this far apart, so that coincident ones stay finite
  void validate() const;        ///< @throws Error invalid_argument
};

/// The same links, each with the weight 1 / max(distance, least distance)^power, distances in metres. A self link keeps
/// the weight that the rule gives to distance 0.
/// @throws Error shape_mismatch; invalid_argument: also where a place that is nowhere has links
Neighbours inverse_distance_weights(const Neighbours& neighbours, std::span<const Point> points,
                                    const InverseDistanceOptions& options = {});

struct KernelWeightsOptions {
  Kernel kernel = Kernel::triangular;
  double bandwidth_m = 0;     ///< the same for all; or 0: from `nearest`
  std::size_t nearest = 0;    ///< adaptive: each place's bandwidth is the distance of its nearest-th place; at least 2
  double gaussian_reach = 3;  ///< bandwidths beyond which gaussian weights are left out
  void validate() const;      ///< @throws Error invalid_argument: also unless one of the two is given
};

/// Places within reach of a kernel, weighted by it. With z = distance / bandwidth: uniform 1, triangular 1 - z,
/// epanechnikov 1 - z2, quartic (1 - z2)^2, triweight (1 - z2)^3, gaussian exp(-z2 / 2): 1 at distance 0, without the
/// constants that make kernels integrate to 1, so with_self(weights, 1) completes them. Where a weight is 0 (on the rim
/// of a kernel that falls to 0, so also the nearest-th place itself) there is no link. A place whose bandwidth is 0,
/// for as many as `nearest` coincide with it, has those alone as neighbours, at weight 1. Fixed bandwidths give
/// symmetric weights, adaptive ones do not.
/// @throws Error invalid_argument
/// Cost: as band_neighbours
Neighbours kernel_weights(std::span<const Point> points, const KernelWeightsOptions& options);

/// Both directions of every link; where both exist, the larger weight.
Neighbours symmetric_union(const Neighbours& neighbours);

}  // namespace tocsin
