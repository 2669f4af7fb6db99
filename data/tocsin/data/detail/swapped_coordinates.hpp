#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <tocsin/data/crs.hpp>

namespace tocsin::data {

/// Which points lie far from where the others do, and among them once latitude and longitude are exchanged. "Where the
/// others do" is `expected`, in degrees, or without it the box of the middle 90 % of the points in either direction,
/// where there are 20 or more. A point that is within its own breadth (at least one degree) of that box is never
/// suspected.
/// @param x,y  degrees; NaN is no point
/// @return one mask, 1 where the two seem to be exchanged
std::vector<std::uint8_t> look_swapped(std::span<const double> x, std::span<const double> y,
                                       const std::optional<LonLatBox>& expected);

}  // namespace tocsin::data
