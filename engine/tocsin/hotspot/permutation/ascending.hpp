#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tocsin::permutation {

/// Sorts numbers that are not NaN. Cost: linear (radix).
void sort_ascending(std::span<double> numbers);

/// The order of numbers that are not NaN, at most 2^32 of them: [0] is the index of the smallest. Equal numbers stay in
/// order; -0 stands before 0.
std::vector<std::uint32_t> ascending_order(std::span<const double> numbers);

}  // namespace tocsin::permutation
