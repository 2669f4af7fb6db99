#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <tocsin/hotspot/permutation/lag_places.hpp>
#include <tocsin/hotspot/permutation/lag_sums.hpp>

namespace tocsin::permutation {

constexpr double tie_size = 1e-11;  ///< lags that differ by less of their size are ties

struct LaneSums {
  Lanes sums, sizes;  ///< of the values, of their absolute values
};

/// Sorts each lane, and adds in that order. Infinite values, which are last, are left out.
/// The same bits with any instruction set.
using SortAndSum = LaneSums (*)(std::span<Lanes> values);
SortAndSum sort_and_sum(InstructionSet set);

/// Sums a few values of each of several places, of weight 1, in ascending order. Places are held back until they fill
/// the lanes of a vector: sorted side by side, without branches, which would be guessed wrong half of the time.
class ShortRows {
 public:
  static constexpr std::size_t longest = 32;

  /// @param cancelling_size  mean absolute value where values have both signs, so that sums cancel; else 0
  explicit ShortRows(double cancelling_size);
  /// @param row    which of the values, all finite; at most `longest`
  /// @param place  gets its sum, tie and count at the latest at finish()
  void add(std::span<const double> values, std::span<const std::uint32_t> row, LagPlace& place);
  void finish();

 private:
  double cancelling_size_;
  SortAndSum sort_and_sum_;
  std::array<Lanes, longest> values_;  ///< [k] of the lanes' rows, infinite behind a row's end
  std::array<LagPlace*, lanes> places_{};
  std::size_t held_ = 0, count_ = 0;  ///< rows, and values of the longest
};

}  // namespace tocsin::permutation
