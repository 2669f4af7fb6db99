#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tocsin::detail {

/// A queue for numbers that never fall below the last one taken out, as in a search for least costs: what is put in
/// waits by the highest bit in which it differs from that one. Keys are non-negative doubles, whose bits are in their
/// own order.
///
/// Cost    O(1) to put in, O(64) amortised to take out.
/// Source  Ahuja, Mehlhorn, Orlin and Tarjan (1990), Journal of the ACM 37, 213-223.
class RadixHeap {
 public:
  struct Entry {
    double key = 0;
    std::uint32_t value = 0;
  };

  void clear() {
    for (auto& bucket : buckets_) bucket.clear();
    last_ = 0;
    size_ = 0;
  }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  /// @param key  at least the key that was taken out last
  void push(double key, std::uint32_t value) {
    buckets_[bucket_of(key)].push_back({key, value});
    ++size_;
  }

  /// Takes out an entry with the smallest key. Not from an empty queue.
  Entry pop() {
    if (buckets_[0].empty()) refill();
    const Entry entry = buckets_[0].back();
    buckets_[0].pop_back();
    --size_;
    return entry;
  }

 private:
  [[nodiscard]] std::size_t bucket_of(double key) const {
    return static_cast<std::size_t>(std::bit_width(std::bit_cast<std::uint64_t>(key) ^ last_));
  }

  void refill() {
    const auto bucket = std::find_if(buckets_.begin(), buckets_.end(), [](const auto& b) { return !b.empty(); });
    const auto smaller = [](const Entry& a, const Entry& b) { return a.key < b.key; };
    last_ = std::bit_cast<std::uint64_t>(std::min_element(bucket->begin(), bucket->end(), smaller)->key);
    for (const Entry& entry : *bucket) buckets_[bucket_of(entry.key)].push_back(entry);
    bucket->clear();
  }

  std::array<std::vector<Entry>, 65> buckets_;
  std::uint64_t last_ = 0;
  std::size_t size_ = 0;
};

}  // namespace tocsin::detail
