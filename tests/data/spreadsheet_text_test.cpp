#include <gtest/gtest.h>

#include <tocsin/data/detail/spreadsheet_text.hpp>

namespace tocsin::data {
namespace {

TEST(SpreadsheetText, FormulasGetAnApostrophe) {
  for (const char* text : {"=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", " =1",
                           "\xC2\xA0=1", "\xEF\xBB\xBF=1",
                           "\xEF\xBC\x9D"
                           "1",
                           "\xEF\xBC\x8B"
                           "1",
                           "\xEF\xBC\x8D"
                           "1",
                           "\xEF\xBC\xA0"
                           "A",
                           "\tx", "\rx", "-", "- note"})
    EXPECT_EQ(without_formula(text), std::string("'") + text);
}

TEST(SpreadsheetText, PlainTextAndNumbersStay) {
  for (const char* text : {"", "Tambura", "a=b", "a - b", "-1.5", "+2", "-.5", "12", "x@y", "'=1", "007", "2021-08-31",
                           "crsv-density 23.4; clash-density 11.0", "rose; -3.5 % since May; +2 events"})
    EXPECT_EQ(without_formula(text), text);
}

TEST(SpreadsheetText, FormulasBehindWhatOtherSpreadsheetsSplitAt) {
  EXPECT_EQ(without_formula("a;=1+1"), "a;'=1+1");
  EXPECT_EQ(without_formula("a; @b"), "a;' @b");
  EXPECT_EQ(without_formula("a\n=1"), "a\n'=1");
  EXPECT_EQ(without_formula("a\t-1+cmd|x"), "a\t'-1+cmd|x");
  EXPECT_EQ(without_formula("\n=1"), "'\n'=1");
}

}  // namespace
}  // namespace tocsin::data
