#include <gtest/gtest.h>

#include <tocsin/data/recognise/area_attributes.hpp>

namespace tocsin::data {
namespace {

AttributeLook text(const char* name, bool unique) {
  return {name, false, true, unique};
}
AttributeLook number(const char* name, bool unique = true) {
  return {name, true, true, unique};
}

TEST(AreaAttributes, TheLevelsOwnCodeAndName) {
  const std::vector<AttributeLook> attributes{text("adm2_name", true), text("adm2_pcode", true),
                                              text("adm1_name", false), text("adm1_pcode", false)};
  const AreaAttributes found = recognise_area_attributes(attributes, "adm2");
  EXPECT_EQ(found.code, "adm2_pcode");
  EXPECT_EQ(found.name, "adm2_name");
  EXPECT_EQ(found.level, 2);
}

TEST(AreaAttributes, OnePolygonMakesAllUnique) {
  const std::vector<AttributeLook> attributes{text("ADM0_EN", true), text("ADM0_PCODE", true), text("ADM1_EN", true),
                                              text("ADM1_PCODE", true)};
  const AreaAttributes found = recognise_area_attributes(attributes, "one state");
  EXPECT_EQ(found.code, "ADM1_PCODE");
  EXPECT_EQ(found.name, "ADM1_EN");
  EXPECT_EQ(found.level, 1);
}

TEST(AreaAttributes, ACodeThatRepeatsOrIsMissingIsNone) {
  const std::vector<AttributeLook> attributes{
      text("pcode", false), {"code", false, false, true}, text("nom", true), number("shape_area")};
  const AreaAttributes found = recognise_area_attributes(attributes, "Counties");
  EXPECT_EQ(found.code, "nom");
  EXPECT_EQ(found.name, "nom");
  EXPECT_EQ(found.level, 2);
}

TEST(AreaAttributes, NothingFits) {
  const std::vector<AttributeLook> attributes{number("shape_area"), text("remark", false)};
  const AreaAttributes found = recognise_area_attributes(attributes, "x");
  EXPECT_EQ(found.code, "");
  EXPECT_EQ(found.level, -1);
}

TEST(AreaAttributes, PeopleAreANumber) {
  const std::vector<AttributeLook> attributes{text("pcode", true), text("population", true), number("pop_2020")};
  EXPECT_EQ(recognise_area_attributes(attributes, "x").population, "pop_2020");
}

TEST(AdminLevel, ByDigitOrByWhatUnitsAreCalled) {
  EXPECT_EQ(admin_level_of("ssd_admbnda_adm2_imwg"), 2);
  EXPECT_EQ(admin_level_of("ADMIN1"), 1);
  EXPECT_EQ(admin_level_of("region_countries"), 1);  // the first word of the list decides
  EXPECT_EQ(admin_level_of("Comtés et sous-préfectures"), 2);
  EXPECT_EQ(admin_level_of("sub_counties"), 3);
  EXPECT_EQ(admin_level_of("counties"), 2);
  EXPECT_EQ(admin_level_of("western_equatoria"), -1);
  EXPECT_EQ(admin_level_of("statement"), -1);  // no state
  EXPECT_EQ(admin_level_of("adm7"), -1);
}

}  // namespace
}  // namespace tocsin::data
