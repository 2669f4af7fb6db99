#include <gtest/gtest.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/measures/table_rows.hpp>

namespace tocsin::measures {
namespace {

TEST(TableRow, NumbersArePlainOrRefused) {
  const Table table{
      {"mm"}, {{" 1.5 "}, {"1,5"}, {"aucune"}, {"50,170"}, {"-1,234,567"}, {"12,34,567"}}, {2, 3, 4, 5, 6, 7}};
  EXPECT_EQ(TableRow(table, 0).number(0), 1.5);
  EXPECT_FALSE(TableRow(table, 1).number(0));  // never 15
  EXPECT_FALSE(TableRow(table, 2).number(0));
  EXPECT_THROW(static_cast<void>(TableRow(table, 3).number(0)), Error);
  EXPECT_THROW(static_cast<void>(TableRow(table, 4).number(0)), Error);
  EXPECT_FALSE(TableRow(table, 5).number(0));
  try {
    static_cast<void>(TableRow(table, 3).number(0));
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("column 'mm', row 5"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("decimal"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace tocsin::measures
