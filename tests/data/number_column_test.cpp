#include <cmath>
#include <string>
#include <vector>

#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/values/number_column.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::thrown_by;

constexpr double none = -12345;

std::vector<double> read(const std::vector<std::string>& texts, bool whole = false,
                         DecimalMark mark = DecimalMark::automatic, std::vector<std::string>* notes = nullptr) {
  NumberColumn column("source 'x'", "n", whole, mark);
  for (std::size_t i = 0; i < texts.size(); ++i) column.observe(texts[i], static_cast<std::int64_t>(i) + 2);
  column.decide();
  if (notes != nullptr) *notes = column.notes();
  std::vector<double> values;
  for (const std::string& text : texts) values.push_back(column.read(text).value_or(none));
  return values;
}

using Numbers = std::vector<double>;

TEST(NumberColumn, ReadsPlainNumbers) {
  EXPECT_EQ(read({"12", "-3.5", "+4", "1e3", " 15960.0 ", "0.125"}), (Numbers{12, -3.5, 4, 1000, 15960, 0.125}));
  // Of plain numbers a lone point is a decimal point, as every program writes it.
  EXPECT_EQ(read({"1.234"}), (Numbers{1.234}));
}

TEST(NumberColumn, GroupsThousands) {
  std::vector<std::string> notes;
  EXPECT_EQ(read({" 50,170 ", "12"}, true, DecimalMark::automatic, &notes), (Numbers{50170, 12}));
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_TRUE(contains(notes[0], "group thousands, as in row 2")) << notes[0];
  EXPECT_EQ(read({"1,234,567", "50,170"}), (Numbers{1234567, 50170}));
  EXPECT_EQ(read({"1,234.5", "50,170"}), (Numbers{1234.5, 50170}));
  EXPECT_EQ(read({"50 170",
                  "50\xC2\xA0"
                  "170",
                  "50\xE2\x80\xAF"
                  "170",
                  "1'234'567.5"}),
            (Numbers{50170, 50170, 50170, 1234567.5}));
}

TEST(NumberColumn, ReadsDecimalCommas) {
  std::vector<std::string> notes;
  EXPECT_EQ(read({"1,5", "2.345,25", "1.234", "7"}, false, DecimalMark::automatic, &notes),
            (Numbers{1.5, 2345.25, 1234, 7}));
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_TRUE(contains(notes[0], "decimal comma, as in row 2")) << notes[0];
}

TEST(NumberColumn, RefusesWhatNothingDecides) {
  const std::string doubt = thrown_by([] { read({"12", "50,170", "3,250"}); }).message;
  EXPECT_TRUE(contains(doubt, "row 3") && contains(doubt, "decimal = \".\"")) << doubt;
  EXPECT_EQ(read({"50,170"}, false, DecimalMark::comma), (Numbers{50.17}));
  EXPECT_EQ(read({"50,170"}, false, DecimalMark::point), (Numbers{50170}));
  const std::string both = thrown_by([] { read({"1,5", "2.5", "50,170"}); }).message;
  EXPECT_TRUE(contains(both, "row 3") && contains(both, "row 2")) << both;
  EXPECT_EQ(read({"1,5", "2.5"}), (Numbers{1.5, 2.5}));
}

TEST(NumberColumn, RefusesWhatIsNoNumber) {
  EXPECT_EQ(read({"12 persons", "1 2", "50 17", "5.6.7", "1,23,456", "=A1+1", "#REF!", "12-", "1.234.56,7"}),
            (Numbers{none, none, none, none, none, none, none, none, none}));
  // Under a decimal comma the same text is read as declared or not at all.
  EXPECT_EQ(read({"1,2,3"}, false, DecimalMark::comma), (Numbers{none}));
}

TEST(NumberColumn, KnowsTheWordsForNotKnown) {
  for (const char* word : {"-", "n/a", "NA", " Unknown ", "inconnu", "?", "#N/A"})
    EXPECT_TRUE(says_unknown(word)) << word;
  for (const char* word : {"", "0", "nap", "-1"}) EXPECT_FALSE(says_unknown(word)) << word;
}

}  // namespace
}  // namespace tocsin::data
