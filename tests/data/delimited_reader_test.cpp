#include <algorithm>

#include <data/read_text.hpp>
#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/table/byte_stream.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::thrown_by;

RawTable parse(const std::string& text) {
  return test::table_of(text).table;
}

TEST(Delimited, QuotesHoldSeparatorsQuotesAndLineEndsOfAnyKind) {
  const RawTable table = parse("id,text\r\n1,\"a, \"\"b\"\"\r\nc\rd\ne\"\r\n2,plain\r\n");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.cell(0, 1), "a, \"b\"\r\nc\rd\ne");
  EXPECT_EQ(table.cell(1, 1), "plain");
  EXPECT_EQ(table.row_number(1), 3);  // a record counts once, however many lines it takes
}

TEST(Delimited, CarriageReturnsInsideQuotesDoNotDecideTheLineEnd) {
  const RawTable table = parse("id,text\n1,\"first\r\nsecond\"\n2,x\n");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.cell(1, 0), "2");
}

TEST(Delimited, FindsTheSeparatorAndSkipsTheByteOrderMark) {
  for (const char separator : {',', ';', '\t', '|'}) {
    std::string text = "\xEF\xBB\xBFid~\"a,b;c\"~c\n1~2~3";
    std::replace(text.begin(), text.end(), '~', separator);
    const RawTable table = parse(text);
    ASSERT_EQ(table.columns.size(), 3U) << separator;
    EXPECT_EQ(table.columns[0], "id");
    EXPECT_EQ(table.cell(0, 2), "3");
  }
}

TEST(Delimited, BlankRecordsCountAsRowsOnly) {
  const RawTable table = parse("id,b\n\n1,2\n,\n3,4\n\n");
  ASSERT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.row_number(0), 3);
  EXPECT_EQ(table.row_number(1), 5);
}

TEST(Delimited, MissingCellsAreEmptyAndSurplusOnesAreSeen) {
  const RawTable table = parse("a,b,c\n1\n1,2,3,4\n1,2,3,,\n");
  ASSERT_EQ(table.rows(), 3U);
  EXPECT_EQ(table.cell(0, 2), "");
  EXPECT_FALSE(table.is_ragged(0));
  EXPECT_TRUE(table.is_ragged(1));
  EXPECT_FALSE(table.is_ragged(2));
  EXPECT_EQ(table.record(1), "1 | 2 | 3");
}

TEST(Delimited, HashtagRowIsLeftOut) {
  const RawTable table = parse("id,date,note\n,#date,\n1,2021-01-01,#1\n");
  ASSERT_EQ(table.rows(), 1U);
  EXPECT_EQ(table.row_number(0), 3);
  EXPECT_EQ(parse("id,note\n1,#5\n").rows(), 1U);        // a number sign alone is no tag
  EXPECT_EQ(parse("id,note\n1,x\n#a,#b\n").rows(), 2U);  // tags stand right below the header only
}

TEST(Delimited, OtherEncodings) {
  const RawTable table = parse(
      "nom\nPr\xE9"
      "fecture\n");
  EXPECT_EQ(table.cell(0, 0),
            "Pr\xC3\xA9"
            "fecture");
  EXPECT_TRUE(contains(thrown_by([] { parse(std::string("i\0d", 3)); }).message, "zero bytes"));
}

TEST(Delimited, WhatCannotBeTrustedIsRefused) {
  const auto quote = thrown_by([] { parse("id,t\n1,x\n2,\"never closed\n3,y\n"); });
  EXPECT_EQ(quote.code, ErrorCode::input);
  EXPECT_TRUE(contains(quote.message, "row 3")) << quote.message;
  for (const char* text : {"", "\n\n", " , \n", "a,A\n1,2\n"})
    EXPECT_EQ(thrown_by([&] { parse(text); }).code, ErrorCode::input);
}

TEST(Delimited, RecordThatSwallowedTheNextIsNotTrusted) {
  // The quote behind "Tambura" is missing: the cell runs on to the quote that opens one of the next record.
  const RawTable table = parse("id,place,note\n1,\"Tambura,x\n2,\"Yambio\",y\n3,\"a\nb\",z\n4,\"c\"d,z\n");
  ASSERT_EQ(table.rows(), 3U);
  EXPECT_TRUE(table.is_ragged(0));
  EXPECT_FALSE(table.is_ragged(1));
  EXPECT_FALSE(table.is_ragged(2));
}

TEST(Delimited, QuarantinedRecordsAreCut) {
  const RawTable table = parse("id,note\n1,\xC3\xA9" + std::string(100'000, 'x') + "\n2,short\n");
  EXPECT_LT(table.record(0).size(), 5000U);
  EXPECT_TRUE(contains(table.record(0), "(cut")) << table.record(0);
  EXPECT_EQ(table.record(1), "2 | short");
}

}  // namespace
}  // namespace tocsin::data
