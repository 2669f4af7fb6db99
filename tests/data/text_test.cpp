#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/data/detail/text.hpp>

namespace tocsin::data {
namespace {

TEST(Text, TrimsSpacesAndNoBreakSpaces) {
  EXPECT_EQ(trim(" \t\xC2\xA0 a b \xC2\xA0\r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
}

TEST(Text, ReadsWholeNumbersOnly) {
  EXPECT_EQ(parse_number(" +5.5 "), 5.5);
  EXPECT_EQ(parse_number("-1e3"), -1000.0);
  EXPECT_TRUE(std::isinf(*parse_number("inf")));
  for (const char* text : {"", "5,5", "5 km", "+-5", "0x10", "1.2.3"}) EXPECT_FALSE(parse_number(text)) << text;
}

}  // namespace
}  // namespace tocsin::data
