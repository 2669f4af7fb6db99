#pragma once

#include <string>

#include <tocsin/distance/cost_blocks.hpp>

namespace tocsin::data {

/// Keeps the blocks of a travel cost that do not fit in memory in a file, which has no name from the start: whatever
/// becomes of the run, nothing is left of it. All records have one size; the file has holes where none was written.
class FileBlockStore final : public BlockStore {
 public:
  /// @param path  a name that is free on a disk with room for all records
  /// @throws Error io when something stands there or the folder cannot be written to
  explicit FileBlockStore(std::string path);
  ~FileBlockStore() override;
  FileBlockStore(const FileBlockStore&) = delete;
  FileBlockStore& operator=(const FileBlockStore&) = delete;

  /// @throws Error io when the disk is full
  void write(std::size_t block, std::span<const std::byte> record) override;
  void read(std::size_t block, std::span<std::byte> record) override;

 private:
  std::string path_;
  int file_ = -1;
};

}  // namespace tocsin::data
