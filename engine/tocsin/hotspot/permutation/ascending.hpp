#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tocsin::permutation {

/// Sorts numbers that are not NaN. Cost: linear (radix), n log n among numbers that share 32 of the bits in
/// which they all differ.
void sort_ascending(std::span<double> numbers);

/// The order of the numbers that are not NaN, at most 2^32: [0] is the index of the smallest. Equal numbers stay in
/// order.
std::vector<std::uint32_t> ascending_order(std::span<const double> numbers);

}  // namespace tocsin::permutation
