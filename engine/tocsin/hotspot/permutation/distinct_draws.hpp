#pragma once

#include <bit>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <tocsin/core/random.hpp>

namespace tocsin::permutation {

/// Numbers below n in random order without repeats, a few at a time: the first j of a round are a random subset, for
/// every j. Few of many are drawn with rejection, by a table of what the round already has; otherwise by the first
/// steps of a shuffle, which the next round undoes so that it does not depend on the last.
class DistinctDraws {
 public:
  /// @param n     at least 1
  /// @param most  drawn in a round; at most n
  DistinctDraws(std::uint32_t n, std::uint32_t most) : n_(n), shuffles_(std::uint64_t{most} * 4 > n) {
    if (shuffles_) {
      order_.resize(n);
      std::iota(order_.begin(), order_.end(), 0U);
      swapped_.reserve(most);
    } else {
      taken_.resize(std::bit_ceil(std::uint64_t{most} * 4));
      shift_ = 32 - std::countr_zero(taken_.size());
    }
  }

  void start_round() {
    for (; !swapped_.empty(); swapped_.pop_back()) std::swap(order_[swapped_.size() - 1], order_[swapped_.back()]);
    if (++round_ == 0) {
      taken_.assign(taken_.size(), 0);
      round_ = 1;
    }
  }

  std::uint32_t next(RandomStream& random) { return shuffles_ ? shuffle(random) : reject(random); }

 private:
  std::uint32_t shuffle(RandomStream& random) {
    const auto step = static_cast<std::uint32_t>(swapped_.size());
    const std::uint32_t other = step + random.below(n_ - step);
    std::swap(order_[step], order_[other]);
    swapped_.push_back(other);
    return order_[step];
  }

  std::uint32_t reject(RandomStream& random) {
    std::uint32_t drawn = random.below(n_);
    while (!take(drawn)) drawn = random.below(n_);
    return drawn;
  }

  /// False if this round already has it. An entry is the round and the number; other rounds' entries are free.
  bool take(std::uint32_t drawn) {
    const std::uint64_t entry = (std::uint64_t{round_} << 32) | drawn;
    std::size_t slot = (drawn * 0x9E3779B1U) >> shift_;
    while (static_cast<std::uint32_t>(taken_[slot] >> 32) == round_) {
      if (taken_[slot] == entry) return false;
      slot = (slot + 1) & (taken_.size() - 1);
    }
    taken_[slot] = entry;
    return true;
  }

  std::uint32_t n_;
  bool shuffles_;
  std::uint32_t round_ = 0;
  std::vector<std::uint32_t> order_, swapped_;
  std::vector<std::uint64_t> taken_;
  int shift_ = 0;
};

}  // namespace tocsin::permutation
