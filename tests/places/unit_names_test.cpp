#include <gtest/gtest.h>

#include <tocsin/vector/unit_names.hpp>

namespace tocsin {
namespace {

Areas counties() {
  Areas areas;
  areas.codes = {"SS1009", "SS1007", "SS0201", "SS0202", "0304"};
  areas.names = {"Tambura", "Nagero", "Rumbek", "Rumbek", "Juba"};
  areas.shapes.resize(5);
  return areas;
}

TEST(UnitNames, CodesAndNamesAreMatchedAndOnlyThose) {
  const UnitNames names(counties());
  EXPECT_EQ(names.by_either("SS1009"), 0);
  EXPECT_EQ(names.by_either("Tambura county"), 0);
  EXPECT_EQ(names.by_either("TAMBURA"), 0);
  EXPECT_EQ(names.by_either("Tumbura"), -1) << "another spelling may be another place";
  EXPECT_EQ(names.by_either("ss1009"), -1);
  EXPECT_EQ(names.by_either("Rumbek"), -1) << "two counties have the name";
  EXPECT_EQ(names.suggestion("Rumbek"), "Rumbek (SS0201) or Rumbek (SS0202)");
}

TEST(UnitNames, SuggestsWhatWasProbablyMeant) {
  const UnitNames names(counties());
  EXPECT_EQ(names.suggestion("Tumbura"), "Tambura (SS1009)");
  EXPECT_EQ(names.nearest("ss-1009"), 0);
  EXPECT_EQ(names.nearest("304"), 4) << "a spreadsheet dropped the zero";
  EXPECT_EQ(names.nearest("304.0"), 4);
  EXPECT_EQ(names.nearest("SS1008"), -1) << "a digit apart is another place, not a slip";
  EXPECT_EQ(names.nearest("Kuajok"), -1);
  EXPECT_EQ(names.suggestion("Kuajok"), "");
}

TEST(UnitNames, AnAliasStandsForItsCode) {
  const UnitNames names(counties(), {{"Tumbura", "SS1009"}, {"SS99", "SS1007"}, {"Wau", "SS0000"}});
  EXPECT_EQ(names.by_either("Tumbura"), 0);
  EXPECT_EQ(names.by_either("TUMBURA County"), 0);
  EXPECT_EQ(names.by_name("Tumbura"), (std::vector<std::size_t>{0}));
  EXPECT_EQ(names.by_code("SS99"), 1);
  EXPECT_EQ(names.by_either("Wau"), -1) << "its code belongs to another level";
}

TEST(UnitNames, AnAliasIsMetToTheLetterThenFoldedThenBare) {
  const UnitNames names(counties(), {{"Wau county", "SS1009"}, {"Wau state", "SS1007"}, {"Yei town", "0304"}});
  EXPECT_EQ(names.by_either("Wau county"), 0);
  EXPECT_EQ(names.by_either("Wau state"), 1);
  EXPECT_EQ(names.by_either("WAU STATE"), 1) << "but for case";
  EXPECT_EQ(names.by_either("Wau"), -1) << "could be either";
  const UnitNames alone(counties(), {{"Wau county", "SS1009"}});
  EXPECT_EQ(alone.by_either("Wau"), 0) << "there is only one";
  const UnitNames blank(counties(), {{"", "SS1009"}, {"--", "SS1007"}});
  EXPECT_EQ(blank.by_either(""), -1);
  EXPECT_EQ(blank.by_either("?"), -1) << "punctuation is no name";
  EXPECT_EQ(blank.by_either("--"), 1) << "as written";
}

}  // namespace
}  // namespace tocsin
