#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/hotspot/permutation.hpp>
#include <tocsin/hotspot/permutation/lag_places.hpp>

namespace tocsin::permutation {

/// Deals to each place until both tails have options.exceedances draws, or all permutations are done. Places share the
/// positions that are drawn, out of n - 1, and each reads them in the sorted values without its own.
/// @param ranks  any with a sum
/// @param tails  of every rank; those of `ranks` are filled
/// @throws Error cancelled
void deal(const LagPlaces& places, std::span<const std::uint32_t> ranks, const PermutationOptions& options,
          Progress& progress, std::span<TailCounts> tails);

/// Draws that a place is expected to need, the smaller p being uniform over (0, 1/2).
double expected_draws(const PermutationOptions& options);

}  // namespace tocsin::permutation
