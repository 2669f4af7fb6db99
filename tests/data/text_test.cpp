#include <cmath>

#include <gtest/gtest.h>

#include <tocsin/data/detail/text.hpp>

namespace tocsin::data {
namespace {

const std::vector<std::string> columns{"id", "lattitude", "longitude", "precision", "lat"};

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

TEST(Text, FindsTheNearestName) {
  EXPECT_EQ(nearest_name("latitude", std::vector<std::string>{"id", "lattitude"}), "lattitude");
  EXPECT_EQ(nearest_name("Precison", columns), "precision");
  EXPECT_EQ(nearest_name("longitude", std::vector<std::string>{"id", "lon"}), "lon");
  EXPECT_EQ(nearest_name("reported", columns), "");
  EXPECT_EQ(did_you_mean("prcision", columns), "; did you mean 'precision'?");
}

}  // namespace
}  // namespace tocsin::data
