#include <array>
#include <string>

#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/values/date_columns.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::thrown_by;

/// "2021-08-31", "2021-08-01..2021-08-31", "parts 3 4 2021", "serial 44439", or "" for no date.
std::string read(std::string_view text) {
  const auto date = read_written_date(text);
  if (!date) return "";
  if (date->kind == WrittenDate::Kind::serial) return "serial " + std::to_string(date->serial);
  if (date->kind == WrittenDate::Kind::parts)
    return "parts " + std::to_string(date->first) + " " + std::to_string(date->second) + " " +
           std::to_string(date->year);
  if (date->span.first == date->span.last) return to_string(date->span.first);
  return to_string(date->span.first) + ".." + to_string(date->span.last);
}

TEST(WrittenDate, IsReadAsPeopleWriteIt) {
  const std::array<std::pair<const char*, const char*>, 56> cases{{
      {"2021-08-31", "2021-08-31"},
      {"2021-08-31 00:00:00.000", "2021-08-31"},
      {"2021-08-31T14:05:00Z", "2021-08-31"},
      {"  2021/08/31 ", "2021-08-31"},
      {"2021.8.1", "2021-08-01"},
      {"20210831", "2021-08-31"},
      {"06 December 2022", "2022-12-06"},
      {"28-Jul-21", "2021-07-28"},
      {"28 Jul 1998", "1998-07-28"},
      {"December 6, 2022", "2022-12-06"},
      {"Tuesday, 6 December 2022", "2022-12-06"},
      {"August 31st, 2021", "2021-08-31"},
      {"le 31 ao\xC3\xBBt 2021", "2021-08-31"},
      {"1er f\xC3\xA9vr. 2021", "2021-02-01"},
      {"15 d\xC3\xA9"
       "cembre 2020",
       "2020-12-15"},
      {"31 de agosto de 2021", "2021-08-31"},
      {"3 juin 2021", "2021-06-03"},
      {"3 juil. 2021", "2021-07-03"},
      {"2021 Aug 31", "2021-08-31"},
      {"31/08/2021 14:30", "parts 31 8 2021"},
      {"3/4/21", "parts 3 4 2021"},
      {"3.4.1999", "parts 3 4 1999"},
      {"03-04-2021", "parts 3 4 2021"},
      {"2021-08", "2021-08-01..2021-08-31"},
      {"02/2024", "2024-02-01..2024-02-29"},
      {"Aug-21", "2021-08-01..2021-08-31"},
      {"ao\xC3\xBBt 2021", "2021-08-01..2021-08-31"},
      {"2021", "2021-01-01..2021-12-31"},
      {"2021-Q3", "2021-07-01..2021-09-30"},
      {"2021-W31", "2021-08-02..2021-08-08"},
      {"44439", "serial 44439"},
      {"44439.604", "serial 44439"},
      {"", ""},
      {"2021-02-30", ""},
      {"31/04/2021", ""},
      {"13/13/2021", ""},
      {"1899-12-31", ""},
      {"2101-01-01", ""},
      {"yesterday", ""},
      {"31 August", ""},
      {"Aug 21", ""},
      {"12345", ""},
      {"=TODAY()", ""},
      {"2021-08-31x", ""},
      {"2021-08-31 2:30 pm", "2021-08-31"},
      {"2021-08-31T14:05:00.5+02:00", "2021-08-31"},
      {"2021-08-31 14:05 EAT", "2021-08-31"},
      {"2021-08-31Z", "2021-08-31"},
      {"2021-08-02 to 2021-08-09", "2021-08-02..2021-08-09"},
      {"2021-08-02/2021-08-09", "2021-08-02..2021-08-09"},
      {"2021-08-09 to 2021-08-02", ""},
      {"2021-08-31 or later", ""},
      {"2021-08-31 14:30 to 16:00 or later", ""},
      {"31/08/2021 14:30 to 02/09/2021", ""},
      {"2021-08-31 14:30 2021-09-02", ""},
      {"1/2/3/2021", ""},
  }};
  for (const auto& [text, expected] : cases) EXPECT_EQ(read(text), expected) << text;
}

TEST(WrittenDate, SerialsCountAsSpreadsheetsDo) {
  EXPECT_EQ(to_string(day_of_serial(44439, false)), "2021-08-31");
  EXPECT_EQ(to_string(day_of_serial(61, false)), "1900-03-01");
  EXPECT_EQ(to_string(day_of_serial(42977, true)), "2021-08-31");  // 44439 - 1462
}

/// Reads one column of texts; each in its result as to_string of its first day, "" where it is no date.
std::vector<std::string> read_column(const std::vector<std::string>& texts, DateStyle style = {},
                                     std::vector<std::string>* notes = nullptr) {
  DateColumns columns("source 'x'", style);
  const std::size_t column = columns.add_column("Date");
  for (std::size_t i = 0; i < texts.size(); ++i) columns.observe(column, texts[i], static_cast<std::int64_t>(i) + 2);
  columns.decide();
  if (notes != nullptr) *notes = columns.notes();
  std::vector<std::string> days;
  for (const std::string& text : texts) {
    const auto span = columns.read(column, text);
    days.push_back(span ? to_string(span->first) : "");
  }
  return days;
}

TEST(DateColumns, OneTellingDateDecidesForAll) {
  std::vector<std::string> notes;
  EXPECT_EQ(read_column({"03/04/2021", "25/12/2020", "05/05/2021"}, {}, &notes),
            (std::vector<std::string>{"2021-04-03", "2020-12-25", "2021-05-05"}));
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_TRUE(contains(notes[0], "day first, as row 3 shows")) << notes[0];
  EXPECT_EQ(read_column({"03/04/2021", "12/25/2020"}), (std::vector<std::string>{"2021-03-04", "2020-12-25"}));
}

TEST(DateColumns, RefusesWhatNothingDecides) {
  const std::string message = thrown_by([] { read_column({"2021-01-01", "03/04/2021", "05/06/2021"}); }).message;
  EXPECT_TRUE(contains(message, "column 'Date' has 2 dates")) << message;
  EXPECT_TRUE(contains(message, "row 3") && contains(message, "dates = \"day-first\"")) << message;
  EXPECT_EQ(read_column({"03/04/2021"}, {DateStyle::Order::day_first, false}),
            (std::vector<std::string>{"2021-04-03"}));
  // The same day either way says nothing and needs nothing.
  EXPECT_EQ(read_column({"05/05/2021"}), (std::vector<std::string>{"2021-05-05"}));
}

TEST(DateColumns, RefusesBothOrdersBesideDoubtfulDates) {
  const std::vector<std::string> texts{"25/12/2020", "12/25/2020", "03/04/2021"};
  const std::string message = thrown_by([&] { read_column(texts); }).message;
  EXPECT_TRUE(contains(message, "row 2") && contains(message, "row 3") && contains(message, "row 4")) << message;
  // Said once, what does not fit is no date.
  EXPECT_EQ(read_column(texts, {DateStyle::Order::day_first, false}),
            (std::vector<std::string>{"2020-12-25", "", "2021-04-03"}));
  EXPECT_EQ(read_column({"25/12/2020", "12/25/2020"}), (std::vector<std::string>{"2020-12-25", "2020-12-25"}));
}

TEST(DateColumns, AColumnWithoutEvidenceGoesByTheOthers) {
  DateColumns columns("source 'x'", {});
  const std::size_t happened = columns.add_column("Date"), reported = columns.add_column("Reported");
  columns.observe(happened, "03/04/2021", 2);
  columns.observe(reported, "25/04/2021", 2);
  columns.decide();
  EXPECT_EQ(to_string(columns.read(happened, "03/04/2021")->first), "2021-04-03");
  EXPECT_EQ(columns.notes().size(), 2U);
}

TEST(DateColumns, SerialsFollowTheEpoch) {
  std::vector<std::string> notes;
  EXPECT_EQ(read_column({"44439", "2021-09-01"}, {}, &notes), (std::vector<std::string>{"2021-08-31", "2021-09-01"}));
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_TRUE(contains(notes[0], "1 dates in column 'Date' are serial numbers")) << notes[0];
  EXPECT_EQ(read_column({"42977"}, *parse_date_style("excel-1904")), (std::vector<std::string>{"2021-08-31"}));
  EXPECT_TRUE(parse_date_style("day-first excel-1904")->epoch_1904);
  EXPECT_FALSE(parse_date_style("day-last"));
}

}  // namespace
}  // namespace tocsin::data
