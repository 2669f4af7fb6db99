#pragma once

#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace tocsin {

/// Items that are joined step by step into sets (union by size, path halving: Tarjan and van Leeuwen 1984). The cost of
/// a step is constant but for the inverse Ackermann function.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t n) : parents_(n), sizes_(n, 1) {
    std::iota(parents_.begin(), parents_.end(), std::size_t{0});
  }

  void join(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    if (a == b) return;
    if (sizes_[a] < sizes_[b]) std::swap(a, b);
    parents_[b] = a;
    sizes_[a] += sizes_[b];
  }

  /// For each item the number of its set; sets are numbered from 0 by their first item, in whatever order they were
  /// joined.
  [[nodiscard]] std::vector<std::size_t> numbers() {
    constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    std::vector<std::size_t> number_of_root(parents_.size(), none), numbers(parents_.size());
    std::size_t next = 0;
    for (std::size_t i = 0; i < parents_.size(); ++i) {
      std::size_t& number = number_of_root[root(i)];
      if (number == none) number = next++;
      numbers[i] = number;
    }
    return numbers;
  }

 private:
  std::size_t root(std::size_t item) {
    while (parents_[item] != item) item = parents_[item] = parents_[parents_[item]];
    return item;
  }
  std::vector<std::size_t> parents_, sizes_;
};

}  // namespace tocsin
