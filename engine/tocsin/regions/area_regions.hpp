#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/neighbours/neighbours.hpp>
#include <tocsin/regions/region.hpp>
#include <tocsin/vector/areas.hpp>

namespace tocsin {

/// Joins flagged areas that are neighbours into regions. A link one way is enough; weights do not matter.
///
/// The outline is the union of the shapes. Boundaries that do not quite meet leave the slits that they have. A union is
/// believed only where area(a or b) + area(a and b) = area(a) + area(b) within a part in 100,000; shapes for which it
/// is not (a ring turns the wrong way, say) stand beside the others, and Region::shapes_not_united counts them.
///
/// @param neighbours   one row an area
/// @param mask         one flag an area; 0 = not in a region
/// @param least_areas  smaller regions are left out; at least 1
/// @return             in order of the first area of each; planar areas in the CRS of the shapes
/// @throws Error shape_mismatch, invalid_argument
/// Cost            O(areas + links), and a union and an intersection for each area of a region, in pairs of pairs
std::vector<Region> area_regions(const Areas& areas, const Neighbours& neighbours, std::span<const std::uint8_t> mask,
                                 std::size_t least_areas = 1);

}  // namespace tocsin
