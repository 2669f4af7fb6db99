#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::data {

/// The identifiers seen so far, compared exactly; made for tens of millions: each costs its own bytes, one or two for
/// its length, and about 12.
class IdSet {
 public:
  /// Makes room for so many at once, instead of growing.
  void reserve(std::size_t count);
  /// True when the id was not there before.
  bool insert(std::string_view id) { return insert(id, hash(id)); }
  /// The same where the hash was worked out before, such as by many threads.
  bool insert(std::string_view id, std::uint64_t hash);
  static std::uint64_t hash(std::string_view id);
  /// Fetches from memory what insert() will look at first; well before it, for a large set is not in the cache.
  void prefetch(std::uint64_t hash) const;
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  void resize(std::size_t slots);
  [[nodiscard]] std::string_view text_at(std::uint64_t begin) const;

  std::string texts_;                 // each id behind its length
  std::vector<std::uint64_t> slots_;  // 0: free; else where the id begins plus 1, above 16 bits of its hash
  std::size_t count_ = 0;
};

}  // namespace tocsin::data
