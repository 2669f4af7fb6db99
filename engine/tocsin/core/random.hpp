#pragma once

#include <array>
#include <cstdint>

namespace tocsin {

/// What a stream of random numbers is for: two things that are drawn never share one, and who draws it (thread, tile,
/// order) does not matter.
struct RandomKey {
  std::uint64_t seed = 1;
  std::uint32_t purpose = 0;  ///< which statistic or step; see RandomPurpose
  std::uint64_t item = 0;     ///< the area, the neighbour count, ...
  std::uint32_t draw = 0;     ///< the replicate, where each has a stream of its own
};

/// The `purpose` of every step of this library that draws; a new step takes a new number.
enum class RandomPurpose : std::uint32_t {
  reference_sample = 1,   ///< hotspot/permutation: one stream for each block of draws
  conditional_draws = 2,  ///< hotspot/permutation: one for each draw
  global_draws = 3,       ///< permutation of all values: one for each replicate
  scan_replicate = 4,     ///< scan: one for each replicate
  placement = 5,          ///< one location drawn for each event and resampling
  point_pattern = 6,      ///< K functions: one for each simulated pattern
  reporting_delay = 30,   ///< nowcast: one for each series and draw of the delays
  order_of_times = 31,    ///< near repeat: one for each permutation of the times
  calendar_cycle = 32,    ///< cycles: one for each simulated calendar
  lead_time = 33,         ///< precursors: one for each turn of an indicator
};

/// Random numbers by a counter: Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, SC'11), so that a stream is a
/// function of its key alone and costs nothing to start. The same numbers on every machine. 2^34 numbers a stream.
/// Cost: about 2 ns a number, 5 of the first.
class RandomStream {
 public:
  explicit RandomStream(const RandomKey& key);

  /// 32 random bits.
  std::uint32_t next() {
    if (used_ == held_) refill();
    return numbers_[used_++];
  }
  /// Uniform over [0, n), without bias (Lemire 2019, ACM TOMACS 29:3).
  /// @param n  at least 1
  std::uint32_t below(std::uint32_t n) {
    std::uint64_t product = std::uint64_t{next()} * n;
    if (static_cast<std::uint32_t>(product) < n) {
      const std::uint32_t rejected = -n % n;
      while (static_cast<std::uint32_t>(product) < rejected) product = std::uint64_t{next()} * n;
    }
    return static_cast<std::uint32_t>(product >> 32);
  }
  /// Uniform over [0, 1), a multiple of 2^-53.
  double uniform() {
    const std::uint64_t high = next() >> 5, low = next() >> 6;
    return static_cast<double>((high << 26) | low) * 0x1p-53;
  }

 private:
  /// A short stream computes what it takes; a long one several blocks side by side, since each waits for itself.
  void refill();
  static constexpr std::size_t block_size = 4, blocks_ahead = 4;
  std::array<std::uint32_t, block_size * blocks_ahead> numbers_{};
  std::array<std::uint32_t, 4> counter_{};
  std::array<std::uint32_t, 2> key_{};
  std::size_t used_ = 0, held_ = 0;
};

}  // namespace tocsin
