#include <charconv>
#include <cmath>
#include <string_view>

#include <cpl_vsi.h>
#include <fmt/format.h>
#include <ogrsf_frmts.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/area_layer.hpp>
#include <tocsin/data/detail/spreadsheet_text.hpp>
#include <tocsin/data/detail/write_file.hpp>
#include <tocsin/data/gdal.hpp>
#include <tocsin/data/tables.hpp>

namespace tocsin::data {
namespace {

/// RFC 4180.
std::string quoted(std::string text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"') result += '"';
    result += letter;
  }
  return result + '"';
}

std::string csv_cell(const TableCell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return quoted(without_formula(*text));
  if (const auto* whole = std::get_if<int>(&cell)) return fmt::format("{}", *whole);
  if (const auto* number = std::get_if<double>(&cell)) return three_decimals(*number);
  return {};
}

/// A file in GDAL's memory, gone at the end of the scope.
class MemoryFile {
 public:
  explicit MemoryFile(std::string path) : path_(std::move(path)) {}
  ~MemoryFile() { VSIUnlink(path_.c_str()); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string_view bytes() const {
    vsi_l_offset length = 0;
    const GByte* data = VSIGetMemFileBuffer(path_.c_str(), &length, FALSE);
    return data == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(data), length);
  }

 private:
  std::string path_;
};

}  // namespace

std::string csv_text(const std::string& text) {
  return quoted(without_formula(text));
}

std::string three_decimals(double value) {
  const std::string text = fmt::format("{:.3f}", value);
  return text == "-0.000" ? "0.000" : text;
}

std::vector<AreaColumn> area_columns(const AssessmentHeader& header) {
  std::vector<AreaColumn> columns{{"code", ColumnType::text},       {"name", ColumnType::text},
                                  {"period", ColumnType::text},     {"score", ColumnType::number},
                                  {"coverage", ColumnType::number}, {"rank", ColumnType::whole},
                                  {"change", ColumnType::number}};
  for (const std::string& pillar : header.pillars) columns.push_back({"pillar_" + pillar, ColumnType::number});
  columns.push_back({"top_indicators", ColumnType::text});
  return columns;
}

std::vector<TableCell> area_row(const AssessmentHeader& header, const AreaPeriod& period, std::size_t area) {
  const AreaScore& score = period.areas[area];
  std::vector<TableCell> row{
      header.areas.codes[area], header.areas.names[area],    period.period,
      number_cell(score.score), number_cell(score.coverage), score.rank > 0 ? TableCell(score.rank) : TableCell(),
      number_cell(score.change)};
  for (std::size_t pillar = 0; pillar < header.pillars.size(); ++pillar)
    row.push_back(number_cell(pillar < score.pillars.size() ? score.pillars[pillar] : not_observed));
  row.push_back(score.top_indicators.empty() ? TableCell() : TableCell(score.top_indicators));
  return row;
}

TableCell number_cell(double value) {
  if (!std::isfinite(value)) return {};
  // Through the text, so that a tie is rounded as it is in the CSV.
  const std::string text = three_decimals(value);
  double rounded = 0;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

std::string table_csv(std::span<const AreaColumn> columns, std::span<const std::vector<TableCell>> rows) {
  std::string text;
  for (const AreaColumn& column : columns) {
    if (!text.empty()) text += ',';
    text += csv_text(column.name);
  }
  text += '\n';
  for (const std::vector<TableCell>& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += ',';
      text += csv_cell(row[i]);
    }
    text += '\n';
  }
  return text;
}

std::string areas_csv(const AssessmentHeader& header, std::span<const AreaPeriod> periods) {
  std::vector<std::vector<TableCell>> rows;
  for (const AreaPeriod& period : periods)
    for (std::size_t area = 0; area < period.areas.size(); ++area) rows.push_back(area_row(header, period, area));
  return table_csv(area_columns(header), rows);
}

std::string quarantine_csv(std::span<const QuarantinedRow> rows) {
  std::string text = "source,row,reason,detail,record\n";
  for (const QuarantinedRow& row : rows)
    text += fmt::format("{},{},{},{},{}\n", csv_cell(row.source), row.row, csv_cell(row.reason), csv_cell(row.detail),
                        csv_cell(row.record));
  return text;
}

std::string joins_csv(std::span<const SourceJoin> joins) {
  std::string text = "source,key,kind,suggestion,rows\n";
  for (const SourceJoin& join : joins)
    for (const JoinedKey& key : join.keys)
      text += fmt::format("{},{},{},{},{}\n", csv_text(join.source), csv_text(key.key), to_string(key.kind),
                          csv_text(key.suggestion), key.rows);
  return text;
}

std::string duplicates_csv(std::span<const DuplicateRecords> duplicates) {
  std::string text = "first_source,first_row,second_source,second_row,score,distance_km,days_apart,agree_on,left_out\n";
  for (const DuplicateRecords& pair : duplicates)
    text += fmt::format("{},{},{},{},{},{},{},{},{}\n", csv_text(pair.first_source), pair.first_row,
                        csv_text(pair.second_source), pair.second_row, three_decimals(pair.score),
                        std::isfinite(pair.distance_km) ? three_decimals(pair.distance_km) : "", pair.days_apart,
                        pair.same_unit ? "unit" : "place", pair.second_gone ? "second" : "");
  return text;
}

void write_areas_xlsx(const std::string& path, const AssessmentHeader& header, std::span<const AreaPeriod> periods) {
  std::vector<std::vector<TableCell>> rows;
  for (const AreaPeriod& period : periods)
    for (std::size_t area = 0; area < period.areas.size(); ++area) rows.push_back(area_row(header, period, area));
  write_xlsx(path, "areas", area_columns(header), rows);
}

void write_xlsx(const std::string& path, const std::string& sheet_name, const std::vector<AreaColumn>& columns,
                std::span<const std::vector<TableCell>> rows) {
  register_gdal();
  const ErrorTrap trap;
  // The driver does not look at every write, so it works in memory and the file is ours to write. The trap's address
  // makes a name that no other thread uses at the time.
  const MemoryFile file(fmt::format("/vsimem/tocsin-{}.xlsx", fmt::ptr(&trap)));
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("XLSX");
  if (driver == nullptr) throw Error(ErrorCode::internal, "this GDAL has no XLSX driver; build it with expat");
  DatasetHandle book(driver->Create(file.path().c_str(), 0, 0, 0, GDT_Unknown, nullptr));
  OGRLayer* sheet = book ? book->CreateLayer(sheet_name.c_str(), nullptr, wkbNone, nullptr) : nullptr;
  bool good = sheet != nullptr && create_area_fields(*sheet, columns);
  for (std::size_t i = 0; good && i < rows.size(); ++i) {
    std::vector<TableCell> row = rows[i];
    for (TableCell& cell : row)
      if (auto* text = std::get_if<std::string>(&cell)) cell = without_formula(*text);
    const FeatureHandle feature(OGRFeature::CreateFeature(sheet->GetLayerDefn()));
    set_area_fields(*feature, row);
    good = sheet->CreateFeature(feature.get()) == OGRERR_NONE;
  }
  book.reset();
  if (!good || trap.failed() || file.bytes().empty()) throw Error(ErrorCode::io, cannot_write(path, trap.text()));
  write_file(path, file.bytes());
}

}  // namespace tocsin::data
