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
  bool insert(std::string_view id);
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  void resize(std::size_t slots);
  [[nodiscard]] std::string_view text_at(std::uint64_t begin) const;

  std::string texts_;                 // each id behind its length
  std::vector<std::uint64_t> slots_;  // 0: free; else where the id begins plus 1, above 16 bits of its hash
  std::size_t count_ = 0;
};

}  // namespace tocsin::data
