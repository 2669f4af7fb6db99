#include <data/read_text.hpp>
#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/table/header.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::table_of;
using test::thrown_by;
using Names = std::vector<std::string>;

TEST(Header, TitlesAboveItAreLeftOut) {
  const auto whole = table_of(
      "Incident report 2021,,,\nOffice: "
      "Yambio,,,\n,,,\nid,date,lat,lon\n1,2021-01-05,5.6,27.4\n2,2021-01-06,5.7,27.5\n");
  EXPECT_EQ(whole.table.columns, (Names{"id", "date", "lat", "lon"}));
  ASSERT_EQ(whole.table.rows(), 2U);
  EXPECT_EQ(whole.table.row_number(0), 5);
  ASSERT_EQ(whole.warnings.size(), 1U);
  EXPECT_TRUE(contains(whole.warnings[0], "row 4")) << whole.warnings[0];
}

TEST(Header, FirstRowStaysTheHeaderWhereNothingSpeaksAgainst) {
  EXPECT_EQ(table_of("County,2019,2020\nYambio,5,6\nEzo,7,8\n").table.columns, (Names{"County", "2019", "2020"}));
  EXPECT_EQ(table_of("id,b,c\n1,2,3,4,5,6,7,8\n").table.columns, (Names{"id", "b", "c"}));
  EXPECT_EQ(table_of("name\nYambio\nEzo\n").table.columns, (Names{"name"}));
  // All text: a second row of words is a record.
  const auto words = table_of("name,,note\nYambio,x,y\nEzo,z,w\n");
  EXPECT_EQ(words.table.rows(), 2U);
}

TEST(Header, MergedCellsOverTwoRows) {
  const auto whole = table_of(
      "No,Location,,Date,Survivors,\n,Lat,Lon,,Women,Girls\n1,5.6,27.4,2021-01-05,2,1\n2,5.7,27.5,2021-01-06,1,0\n");
  EXPECT_EQ(whole.table.columns,
            (Names{"No", "Location Lat", "Location Lon", "Date", "Survivors Women", "Survivors Girls"}));
  ASSERT_EQ(whole.table.rows(), 2U);
  EXPECT_EQ(whole.table.row_number(0), 3);
  ASSERT_EQ(whole.warnings.size(), 1U);
  EXPECT_TRUE(contains(whole.warnings[0], "rows 1 and 2")) << whole.warnings[0];
  const auto titled =
      table_of("Report,,,,\n,,,,\nPlace,,,When,\nCounty,Lat,Lon,From,To\nEzo,5.6,27.4,2021-01-05,2021-01-06\n");
  EXPECT_EQ(titled.table.columns, (Names{"Place County", "Place Lat", "Place Lon", "When From", "When To"}));
  EXPECT_EQ(titled.table.rows(), 1U);
}

TEST(Header, RepeatedHeadersAreLeftOutAndTold) {
  const auto whole = table_of("id,date\n1,2021-01-05\nID, Date \n2,2021-01-06\nid,date\n");
  EXPECT_EQ(whole.table.rows(), 2U);
  ASSERT_EQ(whole.warnings.size(), 1U);
  EXPECT_TRUE(contains(whole.warnings[0], "rows 3, 5")) << whole.warnings[0];
}

TEST(Header, PlainTotalsAreLeftOutAndTold) {
  for (const std::string word : {"Total", "TOTAL", "Grand total", "Sous-total",
                                 "Total:", "\xD8\xA7\xD9\x84\xD9\x85\xD8\xAC\xD9\x85\xD9\x88\xD8\xB9"}) {
    const auto whole =
        table_of("county,date,persons,share\nYambio,2021-01-05,2,1\n" + word + ",,\"1,204\",87 %\n,,,\n");
    EXPECT_EQ(whole.table.rows(), 1U) << word;
    ASSERT_EQ(whole.warnings.size(), 1U);
    EXPECT_TRUE(contains(whole.warnings[0], "row 3 sums up others")) << whole.warnings[0];
  }
  EXPECT_EQ(table_of("id,county,persons\n1,Ezo,2\n,Total,2\n").table.rows(), 1U);
}

TEST(Header, RecordsThatOnlyMentionTotalsStay) {
  for (const std::string row : {"Total,2021-01-05,2", "Total,Yambio,2", "Totals reported,,2", "total,05.01.2021,2"})
    EXPECT_EQ(table_of("county,date,persons\nEzo,2021-01-04,1\n" + row + "\n").table.rows(), 2U) << row;
  // A village of that name has a place.
  EXPECT_EQ(table_of("name,lat,lon\nEzo,5.1,27.1\nTotal,5.6,27.4\n").table.rows(), 2U);
}

TEST(Header, HashtagsAreKeptBesideTheTable) {
  const auto whole = table_of("id,date,note\n,#date+start,\n1,2021-01-01,x\n");
  EXPECT_EQ(whole.table.hxl_tags, (Names{"", "#date+start", ""}));
  EXPECT_EQ(whole.table.rows(), 1U);
  EXPECT_TRUE(table_of("id,date\n1,2021-01-01\n").table.hxl_tags.empty());
}

TEST(Header, ColumnsWithoutNamesGetOneByTheirPlace) {
  const auto whole = table_of("id,,date, ,\n1,x,2021-01-05,y,\n");
  EXPECT_EQ(whole.table.columns, (Names{"id", "column_2", "date", "column_4"}));
  EXPECT_FALSE(whole.table.is_ragged(0));
  ASSERT_EQ(whole.warnings.size(), 1U);
  EXPECT_TRUE(contains(whole.warnings[0], "column_2, column_4")) << whole.warnings[0];
  EXPECT_EQ(table_of("\"Date of\nincident\",b\n1,2\n").table.columns[0], "Date of incident");
}

TEST(Header, TwoColumnsOfOneNameAreAnErrorThatSaysWhere) {
  const auto thrown = thrown_by([] { table_of("id,Date,x,date\n1,2,3,4\n"); });
  EXPECT_EQ(thrown.code, ErrorCode::input);
  EXPECT_TRUE(contains(thrown.message, "columns 2 and 4")) << thrown.message;
}

TEST(Header, RowThatTheSourceNamesRules) {
  SourceSpec spec;
  spec.header_row = 3;
  const auto whole = table_of("a,b\n1,2\nid,date\n3,4\n", spec);
  EXPECT_EQ(whole.table.columns, (Names{"id", "date"}));
  EXPECT_EQ(whole.table.rows(), 1U);
  EXPECT_TRUE(whole.warnings.empty());
  spec.header_row = 9;
  EXPECT_EQ(thrown_by([&] { table_of("a,b\n1,2\n", spec); }).code, ErrorCode::scenario);
  std::string deep;
  for (int i = 0; i < 99; ++i) deep += "x,y\n";
  spec.header_row = 100;
  EXPECT_EQ(table_of(deep + "id,date\n1,2\n", spec).table.columns, (Names{"id", "date"}));
}

}  // namespace
}  // namespace tocsin::data
