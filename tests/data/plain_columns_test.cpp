#include <string>
#include <vector>

#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/table_source.hpp>
#include <tocsin/data/values/plain_columns.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::TempFiles;

Table table_of(const std::string& column, const std::vector<std::string>& cells) {
  Table table;
  table.columns = {column};
  for (const std::string& cell : cells) {
    table.rows.push_back({cell});
    table.row_numbers.push_back(static_cast<std::int64_t>(table.rows.size()) + 1);
  }
  return table;
}

std::vector<std::string> plain(const std::string& column, const std::vector<std::string>& cells,
                               std::vector<std::string>* warnings = nullptr, const SourceSpec& spec = {}) {
  Table table = table_of(column, cells);
  make_columns_plain(table, spec);
  if (warnings != nullptr) *warnings = table.warnings;
  std::vector<std::string> result;
  for (const auto& row : table.rows) result.push_back(row[0]);
  return result;
}

using Texts = std::vector<std::string>;

TEST(PlainColumns, NumbersAndDatesBecomePlain) {
  EXPECT_EQ(plain("persons", {" 50,170 ", "12", "", "n/a", "15960.0"}), (Texts{"50170", "12", "", "", "15960"}));
  EXPECT_EQ(plain("mm", {"1,5", "2.250,75"}), (Texts{"1.5", "2250.75"}));
  EXPECT_EQ(plain("date", {"25/12/2020", "03/01/2021", "44439"}), (Texts{"2020-12-25", "2021-01-03", "2021-08-31"}));
  EXPECT_EQ(plain("from", {"August 2021", "2021-09-01"}), (Texts{"2021-08", "2021-09-01"}));
}

TEST(PlainColumns, OtherColumnsStayAsTheyAre) {
  for (const Texts& cells :
       {Texts{"SS1009", "SS1007"}, Texts{"0012", "0013"}, Texts{"2021-08-31", "2021-09-01"}, Texts{"1.5", "2"},
        Texts{"44439", "44440"}, Texts{"25/12/2020", "soon"}, Texts{"Tambura", ""}})
    EXPECT_EQ(plain("code", cells), cells);
}

TEST(PlainColumns, WhatCannotBeDecidedStaysAndIsTold) {
  std::vector<std::string> warnings;
  EXPECT_EQ(plain("mm", {"50,170", "3,250"}, &warnings), (Texts{"50,170", "3,250"}));
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_TRUE(contains(warnings[0], "decimal = ")) << warnings[0];
  EXPECT_EQ(plain("date", {"03/04/2021"}, &warnings), (Texts{"03/04/2021"}));
  EXPECT_TRUE(contains(warnings.at(0), "dates = ")) << warnings[0];
}

TEST(PlainColumns, OneCellOfWordsLeavesTheOthersNumbers) {
  EXPECT_EQ(plain("mm", {"1,5", "2,25", "aucune donnée"}), (Texts{"1.5", "2.25", "aucune donnée"}));
  EXPECT_EQ(plain("mm", {"1,5", "2,25", "3 jours"}), (Texts{"1.5", "2.25", "3 jours"}));
  EXPECT_EQ(plain("date", {"25/12/2020", "inconnue"}), (Texts{"2020-12-25", "inconnue"}));
  EXPECT_EQ(plain("code", {"1,5", "A1", "A2"}), (Texts{"1,5", "A1", "A2"}));
}

TEST(PlainColumns, TheDeclaredMarkHolds) {
  SourceSpec spec;
  spec.decimal = ",";
  EXPECT_EQ(plain("mm", {"50,170", "3,250", "-"}, nullptr, spec), (Texts{"50.17", "3.25", ""}));
  EXPECT_EQ(plain("mm", {"1.234", "2.500"}, nullptr, spec), (Texts{"1234", "2500"}));
  spec.decimal = ".";
  EXPECT_EQ(plain("mm", {"50,170", "3,250", "pas compté"}, nullptr, spec), (Texts{"50170", "3250", "pas compté"}));
}

TEST(PlainColumns, CodesKeepTheirDigits) {
  for (const Texts& cells : {Texts{"0012", "n/a"}, Texts{"12345678901234567", "n/a"}, Texts{"0012", "1 200"}})
    EXPECT_EQ(plain("code", cells), cells);
}

TEST(PlainColumns, AMappedColumnWinsOverItsNamesake) {
  TempFiles files;
  SourceSpec spec;
  spec.name = "arrivals";
  spec.path = files.write("arrivals.csv", "date,persons,people\n2020-12-25,1,250\n");
  spec.columns["persons"] = "people";
  EXPECT_EQ(open_table(spec)->read().columns, (Texts{"date", "persons (not mapped)", "persons"}));
}

TEST(PlainColumns, TablesAreReadSo) {
  TempFiles files;
  SourceSpec spec;
  spec.name = "arrivals";
  spec.path = files.write("arrivals.csv", "date;pcode;people\n25/12/2020;SS1009;1 250\n02/01/2021;SS1007;80\n");
  spec.columns["persons"] = "people";
  const Table table = open_table(spec)->read();
  EXPECT_EQ(table.columns, (Texts{"date", "pcode", "persons"}));
  EXPECT_EQ(table.rows.at(0), (Texts{"2020-12-25", "SS1009", "1250"}));
  EXPECT_EQ(table.warnings.size(), 1U);
}

}  // namespace
}  // namespace tocsin::data
