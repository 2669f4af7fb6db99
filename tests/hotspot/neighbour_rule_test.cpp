#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/neighbours/neighbour_rule.hpp>

namespace tocsin {
namespace {

std::string refusal(const char* text) {
  try {
    parse_neighbour_rule(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(NeighbourRule, ReadsWhatItWrites) {
  for (const char* text :
       {"queen", "rook", "knn: 8", "band: 10000 m", "delaunay", "gabriel", "gal: my weights.gal", "gwt: a:b.gwt"})
    EXPECT_EQ(to_string(parse_neighbour_rule(text)), text);
  EXPECT_EQ(parse_neighbour_rule("band:10 km").distance.metres, 10'000);
  EXPECT_EQ(parse_neighbour_rule("  knn :4 ").k, 4);
}

TEST(NeighbourRule, SaysWhatCanBeWritten) {
  EXPECT_NE(refusal("quen").find("did you mean 'queen'?"), std::string::npos);
  EXPECT_NE(refusal("everybody in sight").find("\"band: 10 km\""), std::string::npos);
  EXPECT_NE(refusal("band").find("write \"band: 10 km\""), std::string::npos);
  EXPECT_NE(refusal("band: 0 km").find("larger than 0"), std::string::npos);
  EXPECT_NE(refusal("band: 10").find("10"), std::string::npos);  // no unit
  EXPECT_NE(refusal("knn: 0").find("from 1 on"), std::string::npos);
  EXPECT_NE(refusal("knn: 8.5").find("whole number"), std::string::npos);
  EXPECT_NE(refusal("queen: 2").find("write queen alone"), std::string::npos);
}

}  // namespace
}  // namespace tocsin
