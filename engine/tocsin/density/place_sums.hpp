#pragma once

#include <span>
#include <vector>

#include <tocsin/density/density.hpp>

namespace tocsin {

/// The distinct places of events, in rising order of x, then y, each with the sum of its events' weights; places of
/// weight 0 are left out. The order of the events does not show.
/// @throws Error invalid_argument: a coordinate or weight that is not finite, a negative weight
std::vector<WeightedPoint> merge_places(std::span<const WeightedPoint> events);

/// Kernel sums at the events' own places: what the pilot of an adaptive density and the selectors of a bandwidth rest
/// on. Place by place in the order given; in parallel, the same bits for any thread count.
///
/// @param places  distinct, as merge_places() leaves them
/// @return        for each place the sum over all *other* places of weight x K(distance), per m2
/// Cost    finite support: pairs within reach. gaussian: pairs within 9 standard deviations where places are few, and
///         a fast Gauss transform between squares of one deviation that hold many (Greengard and Strain (1991), SIAM J.
///         Sci. Stat. Comput. 12, 79-94), so that a bandwidth as wide as the data costs no more than a narrow one.
/// Error   gaussian: 3e-14 x peak x all weights together, in absolute terms.
std::vector<double> sums_of_others(std::span<const WeightedPoint> places, Kernel kernel, double bandwidth_m);

/// Natural logarithms of the same for gaussian, to a relative 1e-10 of the sum: finite for the loneliest place too,
/// whose neighbours' kernels have long underflowed. Minus infinity only where there is no other place.
std::vector<double> log_sums_of_others(std::span<const WeightedPoint> places, double deviation_m);

}  // namespace tocsin
