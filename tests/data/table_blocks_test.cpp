// What is read is what was written, whatever the size of the blocks and the number of threads.
#include <random>

#include <data/read_text.hpp>
#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/core/parallel.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/table/table_reader.hpp>

namespace tocsin::data {
namespace {

using Cells = std::vector<std::vector<std::string>>;

/// Numbers below n, the same with every library.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::size_t operator()(std::size_t n) { return engine_() % n; }

 private:
  std::mt19937 engine_;
};

Cells random_cells(Dice& dice, std::size_t rows, std::size_t columns) {
  const std::vector<std::string> pieces{"a",  "b ", "1",  "\"",   "\"\"", ",",        ";",
                                        "\t", "|",  "\n", "\r\n", "\r",   "\xC3\xA9", "\xF0\x9F\x98\x80",
                                        "'",  "=",  " "};
  Cells cells;
  for (std::size_t row = 0; row < rows; ++row) {
    auto& record = cells.emplace_back();
    for (std::size_t column = 0; column < columns; ++column) {
      std::string cell = column == 0 ? "id" + std::to_string(row) : "";
      // Cells are trimmed when read: letters at both ends keep what is between.
      if (column > 0 && dice(4) > 0) {
        cell = "x";
        for (std::size_t i = dice(9); i > 0; --i) cell += pieces[dice(pieces.size())];
        cell += "y";
      }
      record.push_back(cell);
    }
  }
  return cells;
}

std::string written(const Cells& cells, char separator, const std::string& line_end) {
  std::string text;
  for (const auto& record : cells) {
    for (std::size_t i = 0; i < record.size(); ++i) {
      if (i > 0) text += separator;
      if (record[i].find_first_of("\"\r\n,;\t|") == std::string::npos) {
        text += record[i];
        continue;
      }
      text += '"';
      for (const char letter : record[i]) text += letter == '"' ? std::string("\"\"") : std::string(1, letter);
      text += '"';
    }
    text += line_end;
  }
  return text;
}

/// Reads twice, and expects the same both times.
Cells read_back(const std::string& text, const SourceSpec& spec, BlockSize size) {
  const auto reader = read_delimited(bytes_of(text), spec, size);
  RawTable block = reader->header();
  std::array<Cells, 2> passes;
  for (Cells& cells : passes) {
    cells.push_back(block.columns);
    while (reader->next(block))
      for (std::size_t row = 0; row < block.rows(); ++row) {
        auto& record = cells.emplace_back();
        for (std::size_t column = 0; column < block.columns.size(); ++column)
          record.emplace_back(block.cell(row, column));
      }
    reader->rewind();
  }
  EXPECT_EQ(passes[0], passes[1]);
  return passes[0];
}

TEST(TableBlocks, WhatIsWrittenIsReadInBlocksOfAnySize) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    Dice dice(seed);
    Cells cells{{"id", "b", "c", "d"}};
    for (auto& record : random_cells(dice, 1 + dice(60), 4)) cells.push_back(std::move(record));
    SourceSpec spec;
    spec.separator = std::string(1, ",;\t|"[dice(4)]);
    const std::string text = written(cells, spec.separator[0], std::vector<std::string>{"\n", "\r\n", "\r"}[dice(3)]);
    for (const BlockSize size :
         {BlockSize{}, BlockSize{1, 1}, BlockSize{7, 1000}, BlockSize{64, 7}, BlockSize{1000, 1}})
      ASSERT_EQ(read_back(text, spec, size), cells) << "seed " << seed << ", blocks of " << size.bytes << "\n" << text;
  }
}

TEST(TableBlocks, GuessesDoNotDependOnTheSizeOfBlocks) {
  const std::string text =
      "Report\n\nid;place;\n;lat;lon\n1;5,6;27,4\nid;place;\n2;5,7;27,5;surplus\nTotal;;\n\n3;5,8\n";
  const auto whole = test::table_of(text);
  for (const std::size_t bytes : {1U, 5U, 1000U}) {
    const auto reader = read_delimited(bytes_of(text), {}, {bytes, 1});
    RawTable block = reader->header();
    EXPECT_EQ(block.columns, whole.table.columns);
    std::size_t row = 0;
    for (; reader->next(block); ++row) {
      ASSERT_EQ(block.rows(), 1U);
      EXPECT_EQ(block.record(0), whole.table.record(row));
      EXPECT_EQ(block.row_number(0), whole.table.row_number(row));
      EXPECT_EQ(block.is_ragged(0), whole.table.is_ragged(row));
    }
    EXPECT_EQ(row, whole.table.rows());
    EXPECT_EQ(reader->warnings(), whole.warnings);
  }
}

TEST(TableBlocks, EventsAreTheSameForAnyNumberOfThreads) {
  const test::TempFiles files;
  Dice dice(7);
  std::string text = "id,date,latitude,longitude,category,persons\n";
  for (int i = 0; i < 30000; ++i)
    text += std::to_string(dice(40000)) + ",2021-0" + std::to_string(1 + dice(9)) + "-15," + std::to_string(dice(99)) +
            ".5," + std::to_string(dice(180)) + ".25,c" + std::to_string(dice(50)) + "," + std::to_string(dice(9)) +
            "\n";
  SourceSpec spec;
  spec.name = "incidents";
  spec.path = files.write("a.csv", text);
  spec.most_unusable = 1;
  spec.where = "category <> 'c7'";
  const EventRequest request{"EPSG:3857", {"persons"}, {"category"}, {"persons > 4"}};
  std::vector<EventBatch> batches;
  for (const int threads : {1, 2, 5}) {
    const ThreadLimit limit(threads);
    batches.push_back(open_events(spec)->read(request));
  }
  for (const EventBatch& batch : batches) {
    EXPECT_EQ(batch.events.row, batches[0].events.row);
    EXPECT_EQ(batch.events.x, batches[0].events.x);
    EXPECT_EQ(batch.events.y, batches[0].events.y);
    EXPECT_EQ(batch.events.category.codes, batches[0].events.category.codes);
    EXPECT_EQ(batch.events.category.levels, batches[0].events.category.levels);
    EXPECT_EQ(batch.events.numbers.at("persons"), batches[0].events.numbers.at("persons"));
    EXPECT_EQ(batch.matches, batches[0].matches);
    EXPECT_EQ(batch.warnings, batches[0].warnings);
    ASSERT_EQ(batch.quarantined.size(), batches[0].quarantined.size());
    for (std::size_t i = 0; i < batch.quarantined.size(); ++i)
      EXPECT_EQ(batch.quarantined[i].row, batches[0].quarantined[i].row);
  }
  EXPECT_GT(batches[0].quarantined.size(), 1000U);  // ids repeat, latitudes go beyond 90
  EXPECT_GT(batches[0].outside_where, 100);
}

}  // namespace
}  // namespace tocsin::data
