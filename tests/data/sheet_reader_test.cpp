// Workbooks as people make them, written part by part: GDAL's own writer makes no formulas, errors or titles.
#include <cpl_vsi.h>
#include <data/temp_files.hpp>
#include <gdal_priv.h>
#include <gtest/gtest.h>

#include <tocsin/data/event_source.hpp>
#include <tocsin/data/gdal.hpp>
#include <tocsin/data/table/sheet_reader.hpp>
#include <tocsin/data/table_source.hpp>

namespace tocsin::data {
namespace {

using test::contains;
using test::thrown_by;
using Names = std::vector<std::string>;

/// A cell that holds a text.
std::string text(const std::string& place, const std::string& words) {
  return "<c r=\"" + place + "\" t=\"inlineStr\"><is><t>" + words + "</t></is></c>";
}

/// A cell that holds a number, in one of the styles: 0 plain, 1 date, 2 date and time.
std::string number(const std::string& place, const std::string& digits, int style = 0) {
  return "<c r=\"" + place + "\" s=\"" + std::to_string(style) + "\"><v>" + digits + "</v></c>";
}

std::string row(int at, const std::string& cells) {
  return "<row r=\"" + std::to_string(at) + "\">" + cells + "</row>";
}

struct Sheet {
  std::string name, rows;
};

class Workbooks : public testing::Test {
 protected:
  void SetUp() override {
    register_gdal();
    if (GetGDALDriverManager()->GetDriverByName("XLSX") == nullptr) GTEST_SKIP() << "this GDAL reads no workbooks";
  }

  SourceSpec book(const std::vector<Sheet>& sheets, const std::string& properties = {},
                  const std::string& shared = {}) {
    const std::string path = files_.path("book" + std::to_string(++books_) + ".xlsx");
    const std::string main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                      office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                      package = "http://schemas.openxmlformats.org/package/2006",
                      type = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    std::string types, listed, related;
    for (std::size_t i = 0; i < sheets.size(); ++i) {
      const std::string n = std::to_string(i + 1);
      types += "<Override PartName=\"/xl/worksheets/sheet" + n + ".xml\" ContentType=\"" + type + "worksheet+xml\"/>";
      listed += "<sheet name=\"" + sheets[i].name + "\" sheetId=\"" + n + "\" r:id=\"rId" + n + "\"/>";
      related += "<Relationship Id=\"rId" + n + "\" Type=\"" + office + "/worksheet\" Target=\"worksheets/sheet" + n +
                 ".xml\"/>";
    }
    const std::string archive = "/vsizip/" + path;
    VSILFILE* zip = VSIFOpenL(archive.c_str(), "wb");  // kept open: the parts go into one archive
    write(archive + "/[Content_Types].xml",
          "<Types xmlns=\"" + package + "/content-types\"><Override PartName=\"/xl/workbook.xml\" ContentType=\"" +
              type + "sheet.main+xml\"/>" + types + "</Types>");
    write(archive + "/_rels/.rels", "<Relationships xmlns=\"" + package +
                                        "/relationships\"><Relationship Id=\"rId1\" Type=\"" + office +
                                        "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
    write(archive + "/xl/workbook.xml", "<workbook xmlns=\"" + main + "\" xmlns:r=\"" + office + "\">" + properties +
                                            "<sheets>" + listed + "</sheets></workbook>");
    write(archive + "/xl/_rels/workbook.xml.rels",
          "<Relationships xmlns=\"" + package + "/relationships\">" + related + "<Relationship Id=\"rIdA\" Type=\"" +
              office + "/styles\" Target=\"styles.xml\"/><Relationship Id=\"rIdB\" Type=\"" + office +
              "/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>");
    write(archive + "/xl/styles.xml", "<styleSheet xmlns=\"" + main +
                                          "\"><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>"
                                          "<xf numFmtId=\"22\"/></cellXfs></styleSheet>");
    write(archive + "/xl/sharedStrings.xml", "<sst xmlns=\"" + main + "\">" + shared + "</sst>");
    for (std::size_t i = 0; i < sheets.size(); ++i)
      write(archive + "/xl/worksheets/sheet" + std::to_string(i + 1) + ".xml",
            "<worksheet xmlns=\"" + main + "\"><sheetData>" + sheets[i].rows + "</sheetData></worksheet>");
    VSIFCloseL(zip);
    SourceSpec spec;
    spec.name = "incidents";
    spec.path = path;
    return spec;
  }

  static void write(const std::string& path, const std::string& part) {
    VSILFILE* file = VSIFOpenL(path.c_str(), "wb");
    ASSERT_NE(file, nullptr) << path;
    const std::string all = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + part;
    VSIFWriteL(all.data(), 1, all.size(), file);
    VSIFCloseL(file);
  }

  static RawTable first_block(const SourceSpec& spec) {
    const auto reader = read_sheet(spec);
    RawTable block = reader->header();
    reader->next(block);
    return block;
  }

  const std::string header_ =
      text("A3", "id") + text("B3", "date") + text("C3", "lat") + text("D3", "seen") + text("E3", "note");
  test::TempFiles files_;
  int books_ = 0;
};

TEST_F(Workbooks, TitlesDatesFormulasAndErrorsAsTexts) {
  const SourceSpec spec =
      book({{"Data", row(1, text("A1", "Incidents 2021")) + row(3, header_) +
                         row(4, number("A4", "50170") + number("B4", "44410", 1) + number("C4", "27.449999999999999") +
                                    number("D4", "44410.5", 2) + "<c r=\"E4\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>") +
                         row(5, "<c r=\"A5\"><f>A4+1</f><v>50171</v></c>" + number("B5", "44410") +
                                    "<c r=\"E5\" t=\"str\"><f>\"a\"</f><v>ab</v></c>") +
                         row(6, text("A6", "TOTAL") + number("E6", "12")) + row(7, header_)}});
  const auto reader = read_sheet(spec);
  RawTable block = reader->header();
  EXPECT_EQ(block.columns, (Names{"id", "date", "lat", "seen", "note"}));
  ASSERT_TRUE(reader->next(block));
  ASSERT_EQ(block.rows(), 2U);
  EXPECT_EQ(block.record(0), "50170 | 2021-08-02 | 27.449999999999999 | 2021-08-02 12:00:00 | #DIV/0!");
  EXPECT_EQ(block.record(1), "50171 | 44410 |  |  | ab");
  EXPECT_EQ(block.row_number(1), 5);
  EXPECT_FALSE(block.counts_from_1904);
  EXPECT_FALSE(reader->next(block));
  const auto warnings = reader->warnings();
  ASSERT_EQ(warnings.size(), 3U);  // titles, the header again, totals
  EXPECT_TRUE(contains(warnings[2], "row 6")) << warnings[2];
}

TEST_F(Workbooks, DatesThatCountFrom1904) {
  const std::string rows = row(3, header_) + row(4, text("A4", "a") + number("B4", "44410", 1));
  const RawTable block = first_block(book({{"Data", rows}}, "<workbookPr date1904=\"1\"/>"));
  EXPECT_EQ(block.cell(0, 1), "2025-08-03");  // 1462 days later
  EXPECT_TRUE(block.counts_from_1904);
  const SourceSpec mixed = book({{"Data", rows}}, "<workbookPr date1904=\"true\"/>", "<si><t>2021/08/02</t></si>");
  EXPECT_EQ(thrown_by([&] { read_sheet(mixed); }).code, ErrorCode::input);
}

TEST_F(Workbooks, SheetIsTheOnlyOneThatHoldsSomethingOrTheOneNamed) {
  const std::string one = row(1, text("A1", "id") + text("B1", "b")) + row(2, text("A2", "1"));
  const std::string other = row(1, text("A1", "code") + text("B1", "b")) + row(2, text("A2", "1"));
  const auto alone = read_sheet(book({{"Cover", ""}, {"Data", one}, {"Notes", ""}}));
  EXPECT_EQ(alone->header().columns[0], "id");
  EXPECT_TRUE(alone->warnings().empty());
  SourceSpec spec = book({{"Data", one}, {"Lists", other}});
  const auto first = read_sheet(spec);
  EXPECT_EQ(first->header().columns[0], "id");
  ASSERT_EQ(first->warnings().size(), 1U);
  EXPECT_TRUE(contains(first->warnings()[0], "Data, Lists")) << first->warnings()[0];
  spec.layer = "Lists";
  EXPECT_EQ(read_sheet(spec)->header().columns[0], "code");
  spec.layer = "List";
  EXPECT_TRUE(contains(thrown_by([&] { read_sheet(spec); }).message, "Data, Lists"));
  EXPECT_EQ(thrown_by([&] { read_sheet(book({{"Empty", ""}})); }).code, ErrorCode::input);
}

TEST_F(Workbooks, WhatUnpacksToTooMuchIsRefusedUnread) {
  SourceSpec spec = book({{"Data", row(1, text("A1", std::string(5'000'000, 'x')))}});
  spec.limits.ratio_from_bytes = 1'000'000;
  EXPECT_TRUE(contains(thrown_by([&] { read_sheet(spec); }).message, "archive_ratio"));
  spec.limits.workbook_bytes = 1'000'000;
  EXPECT_TRUE(contains(thrown_by([&] { read_sheet(spec); }).message, "workbook_mb"));
  spec.limits = {};
  spec.limits.field_bytes = 1'000'000;
  EXPECT_TRUE(contains(thrown_by([&] { read_sheet(spec); }).message, "cell_mb"));
}

TEST_F(Workbooks, OneSharedTextInManyCellsIsRefusedUnread) {
  const auto shared = [](const std::string& place) { return "<c r=\"" + place + "\" t=\"s\"><v>0</v></c>"; };
  const std::string rows = row(1, text("A1", "id") + text("B1", "note")) + row(2, text("A2", "1") + shared("B2")) +
                           row(3, text("A3", "1") + shared("B3"));
  const auto item = [](const std::string& words) { return "<si><t>" + words + "</t></si>"; };
  SourceSpec spec = book({{"Data", rows}}, {}, item(std::string(40'000, 'x')));
  EXPECT_TRUE(contains(thrown_by([&] { open_events(spec); }).message, "32767"));
  spec = book({{"Data", rows}}, {}, item("<!-- </t> --><![CDATA[" + std::string(40'000, '<') + "]]>"));
  EXPECT_TRUE(contains(thrown_by([&] { open_events(spec); }).message, "32767"));
  spec = book({{"Data", rows}}, {}, item(std::string(30'000, 'x')));
  EXPECT_EQ(first_block(spec).cell(0, 1).size(), 30'000U);
  spec.limits.workbook_bytes = 50'000;
  EXPECT_TRUE(contains(thrown_by([&] { open_events(spec); }).message, "workbook_mb"));
}

TEST_F(Workbooks, CellsFarOutAreRefusedUnread) {
  const SourceSpec spec =
      book({{"Data", row(1, text("A1", "id") + text("XFD1", "far")) + row(90'000, text("A90000", "x"))}});
  const auto thrown = thrown_by([&] { open_events(spec); });
  EXPECT_EQ(thrown.code, ErrorCode::input);
  EXPECT_TRUE(contains(thrown.message, "column 16384")) << thrown.message;
}

TEST_F(Workbooks, DamagedPartsAreNotLeftOut) {
  const std::string rows = row(1, text("A1", "id") + text("B1", "b")) + row(2, text("A2", "1"));
  EXPECT_EQ(thrown_by([&] { open_events(book({{"Data", rows}}, {}, "<si><t>a</si>")); }).code, ErrorCode::input);
  const SourceSpec last = book({{"Data", rows}, {"Other", "<row><c></row>"}});
  EXPECT_EQ(thrown_by([&] { read_sheet(last); }).code, ErrorCode::input);
}

TEST_F(Workbooks, SerialNumbersInPlainCellsCountFrom1904Too) {
  const std::string rows = row(1, text("A1", "date") + text("B1", "latitude") + text("C1", "longitude")) +
                           row(2, number("A2", "42978") + number("B2", "5.6") + number("C2", "27.4"));
  const SourceSpec spec = book({{"Data", rows}}, "<workbookPr date1904=\"1\"/>");
  const EventBatch batch = open_events(spec)->read({"EPSG:4326", {}, {}, {}});
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(to_string(batch.events.first_day[0]), "2021-09-01");
  EXPECT_EQ(open_table(spec)->read().rows.at(0).at(0), "2021-09-01");
}

}  // namespace
}  // namespace tocsin::data
