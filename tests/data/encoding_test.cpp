#include <data/read_text.hpp>
#include <data/temp_files.hpp>
#include <gtest/gtest.h>

#include <tocsin/data/table/encoding.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::table_of;
using test::thrown_by;

/// "nom\nPréfecture €\n" and letters beyond the first plane, as UTF-8.
const std::string utf8 =
    "nom\nPr\xC3\xA9"
    "fecture \xE2\x82\xAC \xF0\x9F\x98\x80\n";

/// The same in UTF-16, the low byte first.
std::string utf16le() {
  const std::u16string units = u"nom\nPr\u00E9fecture \u20AC \U0001F600\n";
  std::string bytes;
  for (const char16_t unit : units) {
    bytes += static_cast<char>(unit & 0xFF);
    bytes += static_cast<char>(unit >> 8);
  }
  return bytes;
}

std::string swapped(std::string bytes) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) std::swap(bytes[i], bytes[i + 1]);
  return bytes;
}

SourceSpec declared(const std::string& encoding) {
  SourceSpec spec;
  spec.encoding = encoding;
  return spec;
}

std::string name_in(const std::string& text, const SourceSpec& spec = {}) {
  return std::string(table_of(text, spec).table.cell(0, 0));
}

const std::string name(utf8.substr(4, utf8.size() - 5));

TEST(Encoding, UnicodeWithMarkIsReadWithoutAWord) {
  for (const std::string& text :
       {utf8, "\xEF\xBB\xBF" + utf8, "\xFF\xFE" + utf16le(), "\xFE\xFF" + swapped(utf16le())}) {
    EXPECT_EQ(name_in(text), name);
    EXPECT_EQ(table_of(text).table.columns[0], "nom");
    EXPECT_TRUE(table_of(text).warnings.empty());
  }
}

TEST(Encoding, Utf16WithoutMarkIsTakenWithAWarning) {
  for (const std::string& text : {utf16le(), swapped(utf16le())}) {
    EXPECT_EQ(name_in(text), name);
    ASSERT_EQ(table_of(text).warnings.size(), 1U);
    EXPECT_TRUE(contains(table_of(text).warnings[0], "UTF-16")) << table_of(text).warnings[0];
  }
}

TEST(Encoding, WhatIsNotUnicodeIsTakenForWindows1252WithAWarning) {
  const auto whole = table_of(
      "nom\nx\nPr\xE9"
      "fecture\x80\n");
  EXPECT_EQ(whole.table.cell(1, 0),
            "Pr\xC3\xA9"
            "fecture\xE2\x82\xAC");
  ASSERT_EQ(whole.warnings.size(), 1U);
  EXPECT_TRUE(contains(whole.warnings[0], "Windows-1252") && contains(whole.warnings[0], "line 3"))
      << whole.warnings[0];
}

TEST(Encoding, IsFoundHoweverLateTheFirstSuchLetterStands) {
  std::string text = "nom\n";
  for (int i = 0; i < 200000; ++i) text += "abcdefg\n";
  EXPECT_EQ(table_of(text + "\xE9\n").table.cell(200000, 0), "\xC3\xA9");
  EXPECT_EQ(table_of(text + "\xC3\xA9\n").table.cell(200000, 0), "\xC3\xA9");
  EXPECT_TRUE(table_of(text + "\xC3\xA9\n").warnings.empty());
}

TEST(Encoding, DeclaredOnesAreReadWithoutAWord) {
  EXPECT_EQ(name_in("nom\nPr\xE9\x80\n", declared("windows-1252")), "Pr\xC3\xA9\xE2\x82\xAC");
  EXPECT_EQ(name_in("nom\nPr\xE9\xA4\n", declared("Latin-1")), "Pr\xC3\xA9\xC2\xA4");
  EXPECT_EQ(name_in("nom\nPr\xE9\xA4\n", declared("ISO-8859-15")), "Pr\xC3\xA9\xE2\x82\xAC");
  EXPECT_EQ(name_in("nom\nPr\x82\n", declared("IBM850")), "Pr\xC3\xA9");
  EXPECT_EQ(name_in("nom\n\xC7\n", declared("Windows-1256")), "\xD8\xA7");
  EXPECT_EQ(name_in(utf16le(), declared("UTF-16")), name);
  EXPECT_EQ(name_in(swapped(utf16le()), declared("UTF-16BE")), name);
  EXPECT_EQ(name_in("\xFE\xFF" + swapped(utf16le()), declared("UTF-16")), name);
  EXPECT_TRUE(table_of("nom\nPr\xE9\n", declared("latin-1")).warnings.empty());
}

TEST(Encoding, FalseDeclarationsAreErrors) {
  const auto wrong = thrown_by([] { table_of("nom\nx\nPr\xE9\n", declared("UTF-8")); });
  EXPECT_EQ(wrong.code, ErrorCode::input);
  EXPECT_TRUE(contains(wrong.message, "line 3")) << wrong.message;
  const auto marked = thrown_by([] { table_of("\xEF\xBB\xBFnom\nPr\xE9\n"); });
  EXPECT_TRUE(contains(marked.message, "line 2")) << marked.message;
  const auto unknown = thrown_by([] { table_of(utf8, declared("utf-9")); });
  EXPECT_EQ(unknown.code, ErrorCode::scenario);
  EXPECT_TRUE(contains(unknown.message, "did you mean 'UTF-8'")) << unknown.message;
  const auto undefined = thrown_by([] { table_of("nom\n\x81\n"); });  // Windows-1252 has no such letter
  EXPECT_EQ(undefined.code, ErrorCode::input);
}

TEST(Encoding, WhatIsNoTextIsRefusedInOneLineThatSaysWhatItIs) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {std::string("id\n1\0\n", 6), "zero bytes"},
      {"PK\x03\x04rest", ".xlsx"},
      {"\xD0\xCF\x11\xE0rest", "old workbook"},
      {"\x1F\x8Brest", ".csv.gz"},
      {"%PDF-1.7", "PDF"},
      {"SQLite format 3", ".gpkg"},
      {"\xFF\xFE" + utf16le() + std::string(2, '\0'), "zero characters"}};
  for (const auto& [text, part] : cases) {
    const auto thrown = thrown_by([&] { table_of(text); });
    EXPECT_EQ(thrown.code, ErrorCode::input) << part;
    EXPECT_TRUE(contains(thrown.message, part)) << thrown.message;
    EXPECT_FALSE(contains(thrown.message, "\n"));
  }
}

TEST(Encoding, ValidUtf8StopsAtTheFirstWrongByte) {
  EXPECT_EQ(valid_utf8(utf8), utf8.size());
  for (const char* wrong :
       {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE9t", "\x80", "\xF0\x8F\xBF\xBF", "\xE0\x9F\xBF"})
    for (const std::size_t before : {0U, 3U, 8U, 13U}) EXPECT_EQ(valid_utf8(std::string(before, 'x') + wrong), before);
  EXPECT_EQ(valid_utf8("a\xE2\x82"), 1U);
}

}  // namespace
}  // namespace tocsin::data
