#include <clocale>

#include <data/made_up_run.hpp>
#include <data/temp_files.hpp>
#include <gdal_priv.h>
#include <gtest/gtest.h>
#include <ogrsf_frmts.h>

#include <tocsin/data/gdal.hpp>
#include <tocsin/data/tables.hpp>

namespace tocsin::data {
namespace {

AssessmentHeader header_of_two() {
  AssessmentHeader header;
  header.as_of = make_day(2022, 1, 15);
  header.pillars = {"conflict", "protection"};
  header.areas.shapes.resize(2);
  header.areas.codes = {"007", "B"};
  header.areas.names = {"Source Yubu, \"old\"", "=SUM(A1)"};
  return header;
}

std::vector<AreaPeriod> one_period() {
  AreaScore first;
  first.score = 12.34567;
  first.coverage = 0.5;
  first.rank = 1;
  first.change = -0.00001;
  first.pillars = {100, not_observed};
  first.top_indicators = "crsv-density 23.4; clash-density 11.0";
  return {{"2021-12", {first, AreaScore{}}}};
}

TEST(Tables, AreasCsvToTheLetter) {
  EXPECT_EQ(areas_csv(header_of_two(), one_period()),
            "code,name,period,score,coverage,rank,change,pillar_conflict,pillar_protection,top_indicators\n"
            "007,\"Source Yubu, \"\"old\"\"\",2021-12,12.346,0.500,1,0.000,100.000,,crsv-density 23.4; clash-density "
            "11.0\n"
            "B,'=SUM(A1),2021-12,,,,,,,\n");
}

TEST(Tables, NumbersTakeNoCommaFromTheLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8"}) std::setlocale(LC_ALL, name);
  EXPECT_EQ(three_decimals(1234.5), "1234.500");
  std::setlocale(LC_ALL, before.c_str());
}

TEST(Tables, QuarantineCsvToTheLetter) {
  const std::vector<QuarantinedRow> rows{{"incidents", 7, "no date", "give a date", "@x | a\nb"},
                                         {"roads", 8, "-", "+1", "\ttab"}};
  EXPECT_EQ(quarantine_csv(rows),
            "source,row,reason,detail,record\n"
            "incidents,7,no date,give a date,\"'@x | a\nb\"\n"
            "roads,8,'-,+1,'\ttab\n");
  EXPECT_EQ(quarantine_csv({}), "source,row,reason,detail,record\n");
}

TEST(Tables, XlsxHoldsCodesAsText) {
  const test::TempFiles files;
  write_areas_xlsx(files.path("areas.xlsx"), header_of_two(), one_period());
  register_gdal();
  const DatasetHandle book(GDALDataset::Open(files.path("areas.xlsx").c_str(), GDAL_OF_VECTOR));
  ASSERT_TRUE(book);
  OGRLayer& sheet = *book->GetLayer(0);
  EXPECT_STREQ(sheet.GetName(), "areas");
  const FeatureHandle first(sheet.GetNextFeature()), second(sheet.GetNextFeature());
  ASSERT_TRUE(first && second);
  EXPECT_STREQ(first->GetFieldAsString("code"), "007");
  EXPECT_DOUBLE_EQ(first->GetFieldAsDouble("score"), 12.346);
  EXPECT_STREQ(second->GetFieldAsString("name"), "'=SUM(A1)");
  EXPECT_FALSE(second->IsFieldSetAndNotNull(second->GetFieldIndex("score")));
}

TEST(Tables, XlsxThatCannotBeWrittenIsAnIoError) {
  const test::TempFiles files;
  const auto error =
      test::thrown_by([&] { write_areas_xlsx(files.path("no/areas.xlsx"), header_of_two(), one_period()); });
  EXPECT_EQ(error.code, ErrorCode::io);
  EXPECT_TRUE(test::contains(error.message, "areas.xlsx"));
}

}  // namespace
}  // namespace tocsin::data
