// A table that is held reads as its file does, as often as one likes, whether it is small enough or not.
#include <algorithm>

#include <data/read_text.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/table/held_reader.hpp>

namespace tocsin::data {
namespace {

/// Delimited text that counts how often it was begun.
class Counting final : public TableReader {
 public:
  Counting(std::unique_ptr<TableReader> reader, int& rewinds) : reader_(std::move(reader)), rewinds_(rewinds) {}
  [[nodiscard]] const RawTable& header() const override { return reader_->header(); }
  bool next(RawTable& block) override { return reader_->next(block); }
  void rewind() override {
    ++rewinds_;
    reader_->rewind();
  }
  [[nodiscard]] std::vector<std::string> warnings() const override { return reader_->warnings(); }

 private:
  std::unique_ptr<TableReader> reader_;
  int& rewinds_;
};

class HeldReader : public ::testing::Test {
 protected:
  std::unique_ptr<TableReader> open(std::size_t most_bytes) {
    std::string text = "id,note\n";
    for (int i = 0; i < rows; ++i) text += std::to_string(i) + ",\"a, \"\"b\"\" " + std::to_string(i) + "\"\n";
    text += "Total,9\n";
    return hold_rows(
        std::make_unique<Counting>(read_delimited(bytes_of(std::move(text)), spec_, {.bytes = 64}), rewinds_),
        most_bytes);
  }

  /// What cells say from here to the end, or for so many blocks.
  static std::string read(TableReader& reader, RawTable& block, int blocks = 1000) {
    std::string all;
    while (blocks-- > 0 && reader.next(block))
      for (std::size_t row = 0; row < block.rows(); ++row)
        all += std::to_string(block.row_number(row)) + ": " + block.record(row) + "\n";
    return all;
  }

  static constexpr int rows = 50;
  SourceSpec spec_;
  int rewinds_ = 0;
};

TEST_F(HeldReader, ReadsASmallTableFromItsFileOnce) {
  const auto reader = open(1 << 20);
  RawTable block = reader->header();
  const std::string first = read(*reader, block);
  EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), rows);
  EXPECT_EQ(block.rows(), 0U);
  EXPECT_FALSE(reader->next(block));
  for (int time = 0; time < 3; ++time) {
    reader->rewind();
    EXPECT_EQ(read(*reader, block), first);
    EXPECT_EQ(block.rows(), 0U);
  }
  EXPECT_EQ(rewinds_, 0);
  ASSERT_EQ(reader->warnings().size(), 1U);  // the total, told once
}

TEST_F(HeldReader, ReadsALargeTableFromItsFileEachTime) {
  const auto reader = open(1000);
  RawTable block = reader->header();
  const std::string first = read(*reader, block);
  EXPECT_EQ(std::count(first.begin(), first.end(), '\n'), rows);
  for (int time = 1; time < 4; ++time) {
    reader->rewind();
    EXPECT_EQ(read(*reader, block), first);
    EXPECT_EQ(rewinds_, time);
  }
  EXPECT_EQ(reader->warnings().size(), 1U);
}

TEST_F(HeldReader, MayBeginAnewBeforeTheEnd) {
  const auto reader = open(1 << 20);
  RawTable block = reader->header();
  const std::string begin = read(*reader, block, 2);
  reader->rewind();
  EXPECT_EQ(read(*reader, block, 2), begin);
  reader->rewind();
  const std::string first = read(*reader, block);
  reader->rewind();
  EXPECT_EQ(read(*reader, block, 2), begin);  // now of what is held
  reader->rewind();
  EXPECT_EQ(read(*reader, block), first);
  reader->rewind();
  EXPECT_EQ(read(*reader, block), first);
}

}  // namespace
}  // namespace tocsin::data
