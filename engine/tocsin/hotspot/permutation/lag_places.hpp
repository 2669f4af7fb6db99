#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <tocsin/core/progress.hpp>
#include <tocsin/neighbours/neighbours.hpp>

namespace tocsin::permutation {

/// Which sum of dealt values tells how a place's lag compares.
enum class Dealt : std::uint8_t {
  nothing,     ///< the lag is undefined
  neighbours,  ///< the values of its neighbours, which have one weight
  others,      ///< the same where those who are not its neighbours are fewer: their sum is low where the lag is high
  weighted     ///< the values of its neighbours, each times its weight
};

/// What was observed at a place. Sums are taken in ascending order, so that they do not depend on the places' numbers.
struct LagPlace {
  double sum = 0;
  double tie = 0;           ///< a dealt sum that differs by no more is equal
  std::uint32_t place = 0;  ///< the caller's number
  std::uint32_t count = 0;  ///< of the values in the sum
  Dealt dealt = Dealt::nothing;

  [[nodiscard]] double lowest() const { return sum - tie; }
  [[nodiscard]] double highest() const { return sum + tie; }
};

/// The observed places in the order of their values. A place's position here is its rank; those who tie stand by the
/// rest of what was observed, so that only places that are alike in everything have ranks in the order of the input.
struct LagPlaces {
  std::vector<double> values;
  std::vector<LagPlace> ranks;
  std::vector<std::size_t> weight_offsets;  ///< of a rank's weights; empty without Dealt::weighted
  std::vector<double> weights;              ///< descending in a row: the k-th value that is dealt has the k-th weight

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(values.size()); }
  [[nodiscard]] std::span<const double> weights_of(std::uint32_t rank) const {
    return std::span(weights).subspan(weight_offsets[rank], weight_offsets[rank + 1] - weight_offsets[rank]);
  }
  /// Alike in everything that was observed: the null distribution and the place in it are the same.
  [[nodiscard]] bool alike(std::uint32_t a, std::uint32_t b) const;
};

/// @param values  n values, finite or NaN
LagPlaces lag_places(std::span<const double> values, const Neighbours& neighbours, const Progress& progress);

/// What was found of a place by comparing dealt sums with the observed one.
struct TailCounts {
  double draws = 0;
  double greater = 0;  ///< draws with a sum >= the observed one
  double less = 0;     ///< with a sum <= it
  enum class Ended : std::uint8_t { all_drawn, stopped, exact } ended = Ended::all_drawn;
};

}  // namespace tocsin::permutation
