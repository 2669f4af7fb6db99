#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <vector>

namespace tocsin {

/// Where blocks wait that do not fit in memory: records of one size, numbered from 0.
class BlockStore {
 public:
  virtual ~BlockStore() = default;
  /// @throws Error io
  virtual void write(std::size_t block, std::span<const std::byte> record) = 0;
  /// Reads a record that was written. @throws Error io
  virtual void read(std::size_t block, std::span<std::byte> record) = 0;
};

/// A block store in memory, for tests.
class MemoryBlockStore final : public BlockStore {
 public:
  void write(std::size_t block, std::span<const std::byte> record) override;
  void read(std::size_t block, std::span<std::byte> record) override;

 private:
  std::vector<std::vector<std::byte>> records_;
};

namespace detail {

/// A square of cells with a rim of its neighbours' cells, (size + 2 rim) on a side, row-major.
struct CostBlock {
  std::span<double> cost;     ///< minus infinity in the rim, so that nothing is ever carried there
  std::span<double> seen;     ///< of the rim, in row-major order: what the neighbours' costs were when last looked at
  std::span<float> friction;  ///< NaN = impassable or outside the grid
  std::unique_ptr<std::byte[]> record;  ///< holds the three
};

/// The blocks of a raster, of which only so many are in memory; the others wait in a store. Without a store all are in
/// memory. A block that was never asked for is impassable.
class CostBlocks {
 public:
  /// @param most_resident  blocks in memory at a time, at least 1
  CostBlocks(std::size_t count, std::int64_t size, std::int64_t rim, double unreached, std::size_t most_resident,
             std::unique_ptr<BlockStore> store);

  /// Brings a block into memory. It stays there until `most_resident` others were asked for.
  CostBlock& get(std::size_t block);
  /// A block that is in memory; may be called from several threads.
  CostBlock& resident(std::size_t block) { return *blocks_[block]; }

  /// Bytes that a block takes.
  static std::size_t bytes_of_block(std::int64_t size, std::int64_t rim);

 private:
  [[nodiscard]] std::unique_ptr<CostBlock> make() const;
  void make_room();

  std::int64_t size_, rim_;
  double unreached_;
  std::size_t most_resident_;
  std::unique_ptr<BlockStore> store_;
  std::vector<std::unique_ptr<CostBlock>> blocks_;
  std::vector<std::uint8_t> stored_;
  std::list<std::size_t> used_;  ///< blocks in memory, the one asked for last in front
  std::vector<std::list<std::size_t>::iterator> place_;
};

}  // namespace detail
}  // namespace tocsin
