#include <cmath>

#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/table/byte_stream.hpp>
#include <tocsin/data/weights_file.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::thrown_by;

const std::vector<std::string> codes{"CF11", "CF12", "CF21", "CF22"};
// 0 - 1 - 2   3 (an island)
const Neighbours chain({0, 1, 3, 4, 4}, {1, 0, 2, 1});

class WeightsFile : public testing::Test {
 protected:
  Neighbours gal(const std::string& text) const { return read_gal(files_.write("w.gal", text), codes); }
  Neighbours gwt(const std::string& text) const { return read_gwt(files_.write("w.gwt", text), codes); }
  /// Expects an input error that names file and line and holds a part of text, in one line.
  template <typename Call>
  void expect_refused(const Call& call, int line, const std::string& part) const {
    const auto thrown = thrown_by(call);
    ASSERT_TRUE(thrown.happened) << part;
    EXPECT_EQ(thrown.code, ErrorCode::input);
    EXPECT_TRUE(contains(thrown.message, ":" + std::to_string(line) + ": ")) << thrown.message;
    EXPECT_TRUE(contains(thrown.message, part)) << thrown.message;
    EXPECT_FALSE(contains(thrown.message, "\n"));
  }
  test::TempFiles files_;
};

TEST_F(WeightsFile, GalIsReadWithEitherHeader) {
  const std::string records = "CF11 1\nCF12\nCF12 2\nCF21 CF11\nCF21 1\nCF12\nCF22 0\n\n";
  for (const char* header : {"4\n", "0 4 prefectures code\n",
                             "\xEF\xBB\xBF"
                             "0 4 two words code\n",
                             "0 4 x\n"})
    EXPECT_EQ(gal(header + records), chain) << header;
  // Carriage returns, blanks at the ends, an island without its empty line, records in another order.
  EXPECT_EQ(gal("4\r\nCF22 0\r\n  CF21\t1 \r\nCF12\r\n\r\nCF12 2\r\nCF11  CF21\r\nCF11 1\r\nCF12"), chain);
  EXPECT_EQ(gal("4\rCF22 0\r\rCF21 1\rCF12\rCF12 2\rCF11 CF21\rCF11 1\rCF12\r"), chain);
}

TEST_F(WeightsFile, GwtKeepsTheThirdColumn) {
  const Neighbours weighted = gwt("0 4 prefectures code\nCF12 CF21 0.25\nCF11 CF12 1.5e3\nCF12 CF11 0\n");
  EXPECT_EQ(weighted, Neighbours({0, 1, 3, 3, 3}, {1, 0, 2}, {1500, 0, 0.25}));
  EXPECT_EQ(gwt("4\nCF11 CF12 1\nCF12 CF11 1.0\nCF12 CF21 1\nCF21 CF12 1\n"), chain);  // all 1: binary
  EXPECT_EQ(gwt("4\n").links(), 0U);
}

TEST_F(WeightsFile, WhatIsWrittenIsReadBackEqual) {
  const Neighbours weighted({0, 2, 3, 4, 5}, {0, 1, 2, 1, 3}, {1.0 / 3, 1e-300, 12345.678901234567, 0, 2});
  const std::vector<std::string> odd{"7", "007", "Mbomou_\xC3\xA9t\xC3\xA9", "0"};
  for (const auto& names : {codes, odd}) {
    write_gal(files_.path("a.gal"), chain, names);
    EXPECT_EQ(read_gal(files_.path("a.gal"), names), chain);
    write_gwt(files_.path("a.gwt"), weighted, names);
    EXPECT_EQ(read_gwt(files_.path("a.gwt"), names), weighted);
    write_gwt(files_.path("b.gwt"), chain, names);
    EXPECT_EQ(read_gwt(files_.path("b.gwt"), names), chain);
  }
  write_gal(files_.path("s.gal"), with_self(chain), codes);
  EXPECT_EQ(read_gal(files_.path("s.gal"), codes), with_self(chain));
  write_gal(files_.path("c.gal"), chain, codes, {.layer = "my areas", .code_field = "ADM1 PCODE"});
  EXPECT_EQ(read_text_file("t", files_.path("c.gal")),
            "0 4 my_areas ADM1_PCODE\nCF11 1\nCF12\nCF12 2\nCF11 CF21\nCF21 1\nCF12\nCF22 0\n\n");
}

TEST_F(WeightsFile, HeadersThatLieAreRefused) {
  expect_refused([&] { gal(""); }, 1, "empty");
  expect_refused([&] { gal("CF11 1\nCF12\n"); }, 1, "number of places");
  expect_refused([&] { gal("\n5\n"); }, 2, "5 places, but there are 4 areas");
  expect_refused([&] { gwt("0 1000000000000000000 x code\n"); }, 1, "1000000000000000000 places");
  expect_refused([&] { gwt("99999999999999999999999\n"); }, 1, "number of places");
  expect_refused([&] { gwt("-4\n"); }, 1, "number of places");
}

TEST_F(WeightsFile, GalRecordsThatCannotBeTrustedAreRefused) {
  expect_refused([&] { gal("4\nCF13 1\nCF11\n"); }, 2, "did you mean 'CF11'");
  expect_refused([&] { gal("4\nCF11 1\nXX\n"); }, 3, "no area has the code 'XX'");
  expect_refused([&] { gal("4\nCF11 0\n\nCF11 0\n\n"); }, 4, "second record");
  expect_refused([&] { gal("4\nCF11 1\nCF12\nCF12 0\n"); }, 4, "without a record for 'CF21'");
  expect_refused([&] { gal("4\nCF11 1000000000000000000\nCF12\n"); }, 2, "has 1000000000000000000 neighbours");
  expect_refused([&] { gal("4\nCF11 1\nCF12 CF21\n"); }, 2, "names 2");
  expect_refused([&] { gal("4\nCF11 1\n"); }, 2, "names 0");
  expect_refused([&] { gal("4\nCF11 -1\nCF12\n"); }, 2, "'-1' is not a number of neighbours");
  expect_refused([&] { gal("4\nCF11 one\nCF12\n"); }, 2, "'one'");
  expect_refused([&] { gal("4\nCF11\nCF12\n"); }, 2, "there are 1 words");
  expect_refused([&] { gal("4\nCF11 2\nCF12 CF12\nCF12 0\nCF21 0\nCF22 0\n"); }, 3, "named twice");
  expect_refused([&] { gal("4\n" + std::string(100'000, 'x') + " 1\nCF12\n"); }, 2, "xxx...");
}

TEST_F(WeightsFile, GwtLinesThatCannotBeTrustedAreRefused) {
  for (const char* weight : {"nan", "inf", "-1", "one", "1,5", "0x1"})
    expect_refused([&] { gwt(std::string("4\nCF11 CF12 ") + weight + "\n"); }, 2, "is not a weight");
  expect_refused([&] { gwt("4\nCF11 CF12\n"); }, 2, "there are 2 words");
  expect_refused([&] { gwt("4\nCF11 CF12 1 1\n"); }, 2, "there are 4 words");
  expect_refused([&] { gwt("4\nCF11 CF12 1\n\nCF12 CF31 1\n"); }, 4, "no area has the code 'CF31'");
  expect_refused([&] { gwt("4\nCF11 CF12 1\nCF12 CF11 1\nCF11 CF12 2\n"); }, 4, "before in line 2");
}

TEST_F(WeightsFile, CodesThatTheFormatsCannotHoldAreRefused) {
  const auto writing = [&](const std::vector<std::string>& names) {
    return thrown_by([&] { write_gwt(files_.path("x.gwt"), chain, names); });
  };
  for (const char* code : {"", "Haut Mbomou", "a\tb", "a\nb"}) {
    EXPECT_EQ(writing({"1", "2", "3", code}).code, ErrorCode::invalid_argument) << code;
    EXPECT_TRUE(contains(writing({"1", "2", "3", code}).message, "another code field"));
  }
  EXPECT_TRUE(contains(writing({"1", "2", "2", "3"}).message, "two areas have the code '2'"));
  EXPECT_EQ(writing({"1"}).code, ErrorCode::shape_mismatch);
  EXPECT_THROW(read_gal(files_.write("w.gal", "4\n"), std::vector<std::string>{"1", "1", "2", "3"}), Error);
  const auto weighted =
      thrown_by([&] { write_gal(files_.path("x.gal"), styled(chain, WeightStyle::row_standardised), codes); });
  EXPECT_EQ(weighted.code, ErrorCode::invalid_argument);
  EXPECT_TRUE(contains(weighted.message, ".gwt"));
}

}  // namespace
}  // namespace tocsin::data
