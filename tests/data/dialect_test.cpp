#include <data/read_text.hpp>
#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/table/dialect.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::table_of;
using test::thrown_by;

TEST(Dialect, RecordsDecideNotTheHeaderAlone) {
  // The header has more commas than semicolons, the records have none.
  const auto names = table_of("town, district, state;date\nYambio;2021-01-05\nEzo;2021-02-01\n");
  EXPECT_EQ(names.table.columns, (std::vector<std::string>{"town, district, state", "date"}));
  // Decimal commas in every record, none in the header.
  const auto decimal = table_of("id;lat;lon\n1;5,6;27,4\n2;5,7;27,5\n");
  EXPECT_EQ(decimal.table.columns.size(), 3U);
  EXPECT_EQ(decimal.table.cell(1, 2), "27,5");
  // Free text with the other separators.
  const auto text = table_of("id,note\n1,a; b | c\n2,d; e | f\n3,g\n");
  EXPECT_EQ(text.table.columns.size(), 2U);
  // A title above, without any separator.
  EXPECT_EQ(table_of("Report of 2021\nid\tdate\n1\t2021-01-05\n").table.columns.size(), 2U);
  for (const auto& whole : {names, decimal, text}) EXPECT_TRUE(whole.warnings.empty());
}

TEST(Dialect, HeaderAloneStillTells) {
  EXPECT_EQ(table_of("id;date;place").table.columns.size(), 3U);
  EXPECT_EQ(table_of("name\n1\n2\n").table.columns.size(), 1U);
}

TEST(Dialect, TieIsTold) {
  const auto whole = table_of("a,b;c\n1,2;3\n4,5;6\n");
  EXPECT_EQ(whole.table.columns, (std::vector<std::string>{"a", "b;c"}));
  ASSERT_EQ(whole.warnings.size(), 1U);
  EXPECT_TRUE(contains(whole.warnings[0], "separated by semicolon as well as by comma")) << whole.warnings[0];
}

TEST(Dialect, LineThatNamesTheSeparatorIsNoRow) {
  for (const std::string line : {"sep=;\r\n", "SEP=;\n", "\"sep=;\"\r\n", "\xEF\xBB\xBFsep=;\n"}) {
    const auto whole = table_of(line + "a,b;c\n1,2;3\n");
    EXPECT_EQ(whole.table.columns, (std::vector<std::string>{"a,b", "c"})) << line;
    EXPECT_EQ(whole.table.row_number(0), 2);
    EXPECT_TRUE(whole.warnings.empty());
  }
  EXPECT_EQ(table_of("sep=\n1\n").table.columns, (std::vector<std::string>{"sep="}));
}

TEST(Dialect, DeclaredSeparatorRules) {
  SourceSpec spec;
  spec.separator = "bar";
  EXPECT_EQ(table_of("a,b|c\n1,2|3\n", spec).table.columns, (std::vector<std::string>{"a,b", "c"}));
  spec.separator = "^";
  EXPECT_EQ(table_of("a,b^c\n1,2^3\n", spec).table.columns.size(), 2U);
  for (const char* wrong : {"\"", "x", "7", "\n", ";;"}) {
    spec.separator = wrong;
    EXPECT_EQ(thrown_by([&] { table_of("a\n", spec); }).code, ErrorCode::scenario) << wrong;
  }
}

TEST(Dialect, LineEndsOfAllMachines) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const auto whole = table_of("id,t" + end + "1,\"a" + end + "b\"" + end + end + "2,c");
    ASSERT_EQ(whole.table.rows(), 2U);
    EXPECT_EQ(whole.table.cell(0, 1), "a" + end + "b");
    EXPECT_EQ(whole.table.row_number(1), 4);
  }
}

}  // namespace
}  // namespace tocsin::data
