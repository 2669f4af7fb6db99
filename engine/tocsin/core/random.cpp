#include <algorithm>

#include <Random123/philox.h>

#include <tocsin/core/random.hpp>

namespace tocsin {

// The key holds the seed; the counter holds what is drawn and, in its first word, the place in the stream. An item past
// 2^32 folds its upper half into the purpose's upper bits, which are free.
RandomStream::RandomStream(const RandomKey& key)
    : counter_{0, key.draw, static_cast<std::uint32_t>(key.item),
               key.purpose ^ (static_cast<std::uint32_t>(key.item >> 32) << 8)},
      key_{static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)} {}

void RandomStream::refill() {
  r123::Philox4x32::ctr_type counter;
  r123::Philox4x32::key_type key;
  std::copy(counter_.begin(), counter_.end(), counter.begin());
  std::copy(key_.begin(), key_.end(), key.begin());
  const std::size_t blocks = counter_[0] == 0 ? 1 : blocks_ahead;
  for (std::size_t b = 0; b < blocks; ++b, ++counter[0]) {
    const r123::Philox4x32::ctr_type block = r123::Philox4x32{}(counter, key);
    std::copy(block.begin(), block.end(), numbers_.begin() + b * block_size);
  }
  counter_[0] = counter[0];
  used_ = 0;
  held_ = blocks * block_size;
}

}  // namespace tocsin
