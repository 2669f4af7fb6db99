#include <algorithm>
#include <cassert>
#include <limits>

#include <tocsin/distance/cost_blocks.hpp>

namespace tocsin {

void MemoryBlockStore::write(std::size_t block, std::span<const std::byte> record) {
  if (block >= records_.size()) records_.resize(block + 1);
  records_[block].assign(record.begin(), record.end());
}

void MemoryBlockStore::read(std::size_t block, std::span<std::byte> record) {
  assert(block < records_.size() && records_[block].size() == record.size());
  std::copy(records_[block].begin(), records_[block].end(), record.begin());
}

namespace detail {
namespace {

std::size_t cells_with_rim(std::int64_t size, std::int64_t rim) {
  return static_cast<std::size_t>((size + 2 * rim) * (size + 2 * rim));
}

std::size_t cells_of_rim(std::int64_t size, std::int64_t rim) {
  return cells_with_rim(size, rim) - static_cast<std::size_t>(size * size);
}

}  // namespace

CostBlocks::CostBlocks(std::size_t count, std::int64_t size, std::int64_t rim, double unreached,
                       std::size_t most_resident, std::unique_ptr<BlockStore> store)
    : size_(size),
      rim_(rim),
      unreached_(unreached),
      most_resident_(std::max<std::size_t>(1, most_resident)),
      store_(std::move(store)),
      blocks_(count),
      stored_(count),
      place_(count) {}

std::size_t CostBlocks::bytes_of_block(std::int64_t size, std::int64_t rim) {
  return cells_with_rim(size, rim) * (sizeof(double) + sizeof(float)) + cells_of_rim(size, rim) * sizeof(double);
}

std::unique_ptr<CostBlock> CostBlocks::make() const {
  auto block = std::make_unique<CostBlock>();
  block->record = std::make_unique_for_overwrite<std::byte[]>(bytes_of_block(size_, rim_));
  const std::size_t cells = cells_with_rim(size_, rim_), rim_cells = cells_of_rim(size_, rim_);
  auto* numbers = reinterpret_cast<double*>(block->record.get());
  block->cost = {numbers, cells};
  block->seen = {numbers + cells, rim_cells};
  block->friction = {reinterpret_cast<float*>(numbers + cells + rim_cells), cells};
  return block;
}

CostBlock& CostBlocks::get(std::size_t block) {
  if (blocks_[block]) {
    used_.splice(used_.begin(), used_, place_[block]);
    return *blocks_[block];
  }
  make_room();
  auto made = make();
  if (stored_[block] != 0) {
    store_->read(block, {made->record.get(), bytes_of_block(size_, rim_)});
  } else {
    std::fill(made->cost.begin(), made->cost.end(), -std::numeric_limits<double>::infinity());
    const std::int64_t side = size_ + 2 * rim_;
    for (std::int64_t row = rim_; row < rim_ + size_; ++row)
      std::fill_n(made->cost.begin() + row * side + rim_, size_, unreached_);
    std::fill(made->seen.begin(), made->seen.end(), unreached_);
    std::fill(made->friction.begin(), made->friction.end(), std::numeric_limits<float>::quiet_NaN());
  }
  used_.push_front(block);
  place_[block] = used_.begin();
  blocks_[block] = std::move(made);
  return *blocks_[block];
}

void CostBlocks::make_room() {
  if (!store_ || used_.size() < most_resident_) return;
  const std::size_t oldest = used_.back();
  store_->write(oldest, {blocks_[oldest]->record.get(), bytes_of_block(size_, rim_)});
  stored_[oldest] = 1;
  blocks_[oldest].reset();
  used_.pop_back();
}

}  // namespace detail
}  // namespace tocsin
