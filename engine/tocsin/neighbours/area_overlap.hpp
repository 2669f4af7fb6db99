#pragma once

#include <cstdint>
#include <vector>

#include <tocsin/vector/areas.hpp>

namespace tocsin {

/// Two areas that claim the same land.
struct AreaOverlap {
  std::uint32_t first = 0, second = 0;  ///< first < second
  double area_m2 = 0;                   ///< that both cover
  double share = 0;                     ///< of the smaller of the two
};

/// Pairs of areas whose interiors overlap, ascending: what happens there counts in both, and statistics that take the
/// areas for separate places are wrong. Areas that touch do not overlap, nor does an island overlap the area around its
/// lake.
/// @param least_share  of the smaller area that the overlap must exceed, in [0, 1): slivers of borders that were
///                     digitised twice are below a thousandth of an area
/// The overlap is exact up to rounding (trapezoids between all heights at which an edge ends or two boundaries cross;
/// even-odd rule). The same for any number of threads.
/// @throws Error invalid_argument: least_share, a coordinate that is not finite
std::vector<AreaOverlap> overlapping_areas(const Areas& areas, double least_share = 1e-3);

}  // namespace tocsin
