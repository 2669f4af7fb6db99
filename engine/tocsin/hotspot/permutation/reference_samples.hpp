#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/hotspot/permutation/lag_places.hpp>

namespace tocsin::permutation {

/// Places that all have a sum of so many values, and the sample of such sums that serves them.
struct ReferenceSample {
  std::uint32_t count = 0;
  std::int64_t draws = 0;            ///< from all values; those that take a place's own value are not for that place
  std::vector<std::uint32_t> ranks;  ///< ascending; of Dealt::neighbours and Dealt::others
};

/// Subsets of `count` of n; `most` + 1 if there are more than `most`.
/// @param most  at most 2^32
std::uint64_t subsets(std::uint64_t n, std::uint64_t count, std::uint64_t most);

/// Draws subsets of all values and compares. A draw is a round without replacement of which every sample takes the
/// first `count`: the work is that of the largest count alone.
/// @param samples  ascending counts
/// @param tails    of every rank; those of the samples' ranks are filled
/// @throws Error cancelled
void compare_with_samples(const LagPlaces& places, std::span<const ReferenceSample> samples, std::uint64_t seed,
                          Progress& progress, std::span<TailCounts> tails);

/// The same with every subset once; `draws` is their number.
void compare_with_all_subsets(const LagPlaces& places, const ReferenceSample& sample, Progress& progress,
                              std::span<TailCounts> tails);

}  // namespace tocsin::permutation
