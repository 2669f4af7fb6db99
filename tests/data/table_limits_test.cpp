// Files made to fill memory, or damaged ones that would: each ends in a message that names row, limit and key.
#include <filesystem>

#include <cpl_vsi.h>
#include <data/read_text.hpp>
#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/event_source.hpp>
#include <tocsin/data/gdal.hpp>
#include <tocsin/data/table/table_reader.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::thrown_by;

/// Bytes that are made as they are read: a file of any size.
class EndlessText final : public ByteStream {
 public:
  EndlessText(std::string head, char letter, std::size_t bytes)
      : head_(std::move(head)), letter_(letter), bytes_(bytes) {}
  std::size_t read(char* to, std::size_t bytes) override {
    std::size_t count = 0;
    for (; count < bytes && at_ < bytes_; ++count, ++at_) to[count] = at_ < head_.size() ? head_[at_] : letter_;
    return count;
  }
  void rewind() override { at_ = 0; }

 private:
  std::string head_;
  char letter_;
  std::size_t bytes_, at_ = 0;
};

test::Thrown read_all(std::unique_ptr<ByteStream> bytes, const SourceSpec& spec) {
  return thrown_by([&] {
    const auto reader = read_delimited(std::move(bytes), spec);
    RawTable block = reader->header();
    while (reader->next(block)) {
    }
  });
}

SourceSpec named() {
  SourceSpec spec;
  spec.name = "incidents";
  spec.path = "incidents.csv";
  return spec;
}

TEST(TableLimits, CellWithoutEnd) {
  for (const std::string head : {"id,note\n1,x\n2,", "id,note\n1,x\n2,\""}) {
    const auto thrown = read_all(std::make_unique<EndlessText>(head, 'x', 100'000'000), named());
    EXPECT_EQ(thrown.code, ErrorCode::input);
    EXPECT_TRUE(contains(thrown.message, "row 3") && contains(thrown.message, "cell_mb")) << thrown.message;
  }
}

TEST(TableLimits, RecordWithoutEnd) {
  SourceSpec spec = named();
  spec.limits.columns = 1'000'000'000;
  spec.limits.field_bytes = 1000;
  const auto thrown = read_all(std::make_unique<EndlessText>("id,note\n1,x\n2,y", ',', 1'000'000), spec);
  EXPECT_TRUE(contains(thrown.message, "a record is longer")) << thrown.message;
}

TEST(TableLimits, MillionColumns) {
  for (const std::string head : {"", "id,note\n1,x\n"}) {
    const auto thrown = read_all(std::make_unique<EndlessText>(head, ',', 1'000'000), named());
    EXPECT_EQ(thrown.code, ErrorCode::input);
    EXPECT_TRUE(contains(thrown.message, "16384") && contains(thrown.message, "`columns`")) << thrown.message;
  }
}

TEST(TableLimits, TooManyRecords) {
  SourceSpec spec = named();
  spec.limits.rows = 2;
  EXPECT_FALSE(read_all(bytes_of("id\n1\n2\n"), spec).happened);
  const auto thrown = read_all(bytes_of("id\n1\n2\n3\n"), spec);
  EXPECT_TRUE(contains(thrown.message, "row 4") && contains(thrown.message, "`rows`")) << thrown.message;
}

TEST(TableLimits, BlankRowsTakeNoMemory) {
  const auto thrown = read_all(std::make_unique<EndlessText>("id,b\n1,2\n", '\n', 30'000'000), named());
  EXPECT_FALSE(thrown.happened) << thrown.message;
}

class PackedLimits : public testing::Test {
 protected:
  /// A gzip file that unpacks to so many letters.
  std::string bomb(std::size_t bytes) {
    register_gdal();
    const std::string path = files_.path("bomb.csv.gz");
    VSILFILE* file = VSIFOpenL(("/vsigzip/" + path).c_str(), "wb");
    const std::string piece = "id,note\n" + std::string(1'000'000, '\n');
    for (std::size_t written = 0; written < bytes; written += piece.size())
      VSIFWriteL(piece.data(), 1, piece.size(), file);
    VSIFCloseL(file);
    return path;
  }
  test::TempFiles files_;
};

TEST_F(PackedLimits, ArchiveThatUnpacksToFarMore) {
  SourceSpec spec = named();
  spec.path = bomb(20'000'000);
  spec.limits.ratio_from_bytes = 1'000'000;
  const auto ratio = thrown_by([&] { open_table_reader(spec); });
  EXPECT_EQ(ratio.code, ErrorCode::input);
  EXPECT_TRUE(contains(ratio.message, "archive_ratio")) << ratio.message;
  spec.limits.archive_ratio = 1e6;
  EXPECT_FALSE(thrown_by([&] { open_table_reader(spec); }).happened);
  spec.limits.text_bytes = 5'000'000;
  const auto size = thrown_by([&] { open_table_reader(spec); });
  EXPECT_TRUE(contains(size.message, "text_mb")) << size.message;
}

TEST(TableLimits, BlocksEndByCellsAsWell) {
  std::string text = "a";
  for (int column = 1; column < 16'000; ++column) text += ",c" + std::to_string(column);
  for (int row = 0; row < 5000; ++row) text += "\nx";
  const auto reader = read_delimited(bytes_of(text), named());
  RawTable block = reader->header();
  std::size_t rows = 0;
  while (reader->next(block)) {
    EXPECT_LE(block.rows() * block.columns.size(), 2'000'000U);
    rows += block.rows();
  }
  EXPECT_EQ(rows, 5000U);
}

TEST(TableLimits, LayersHaveThemToo) {
  test::TempFiles files;
  SourceSpec spec = named();
  spec.path = files.write("a.geojson", R"({"type":"FeatureCollection","features":[)"
                                       R"({"type":"Feature","properties":{"a":"12345678","b":"2"},"geometry":null},)"
                                       R"({"type":"Feature","properties":{"a":"1","b":"2"},"geometry":null}]})");
  const auto thrown = [&] {
    return thrown_by([&] {
      const auto reader = open_table_reader(spec);
      RawTable block = reader->header();
      while (reader->next(block)) {
      }
    });
  };
  EXPECT_FALSE(thrown().happened);
  spec.limits.columns = 1;
  EXPECT_TRUE(contains(thrown().message, "`columns`")) << thrown().message;
  spec.limits = {};
  spec.limits.rows = 1;
  EXPECT_TRUE(contains(thrown().message, "`rows`")) << thrown().message;
  spec.limits = {};
  spec.limits.field_bytes = 4;
  EXPECT_TRUE(contains(thrown().message, "`cell_mb`")) << thrown().message;
}

TEST(TableLimits, ReadErrorIsNotTheEndOfTheFile) {
  test::TempFiles files;
  SourceSpec spec = named();
  spec.path = files.path("a.csv");
  // Opens, and fails when it is read.
  std::filesystem::create_symlink("/proc/self/mem", spec.path);
  const auto thrown = thrown_by([&] { open_bytes(spec)->read(std::string(100, ' ').data(), 100); });
  EXPECT_EQ(thrown.code, ErrorCode::input);
  EXPECT_TRUE(contains(thrown.message, "cannot be read to its end")) << thrown.message;
}

}  // namespace
}  // namespace tocsin::data
