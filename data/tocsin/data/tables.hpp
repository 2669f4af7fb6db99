#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include <tocsin/ports/result_sink.hpp>

namespace tocsin::data {

/// The scores of one period, in the order of the header's areas.
struct AreaPeriod {
  std::string period;  ///< its label
  std::vector<AreaScore> areas;
};

enum class ColumnType { text, whole, number };

struct AreaColumn {
  std::string name;
  ColumnType type = ColumnType::text;
};

/// Nothing = not observed.
using TableCell = std::variant<std::monostate, std::string, int, double>;

/// `code,name,period,score,coverage,rank,change`, one `pillar_<id>` a pillar, `top_indicators`.
std::vector<AreaColumn> area_columns(const AssessmentHeader& header);

/// Rounded to 3 decimals; nothing where it is not finite.
TableCell number_cell(double value);

/// A table as a CSV file: UTF-8, LF, RFC 4180; text that a spreadsheet would run as a formula made safe.
std::string table_csv(std::span<const AreaColumn> columns, std::span<const std::vector<TableCell>> rows);

/// The cells of an area in a period. Numbers are rounded to 3 decimals here, so that all tables say the same.
std::vector<TableCell> area_row(const AssessmentHeader& header, const AreaPeriod& period, std::size_t area);

/// "12.300"; never with a comma, and never "-0.000".
std::string three_decimals(double value);

/// areas.csv: UTF-8, LF, RFC 4180; a cell that was not observed is empty. Text that a spreadsheet would run as a
/// formula gets an apostrophe.
std::string areas_csv(const AssessmentHeader& header, std::span<const AreaPeriod> periods);

/// A text as a cell of a CSV file (RFC 4180): quoted where it must be, with apostrophes where a spreadsheet would take
/// it for a formula. Every CSV that is written here goes through it.
std::string csv_text(const std::string& text);

/// quarantine.csv: `source,row,reason,detail,record`, quoted and made safe in the same way.
std::string quarantine_csv(std::span<const QuarantinedRow> rows);

/// joins.csv: `source,key,kind,suggestion,rows` of every code and name by which sources were joined to areas.
std::string joins_csv(std::span<const SourceJoin> joins);

/// duplicates.csv: `first_source,first_row,second_source,second_row,score,distance_km,days_apart,agree_on,left_out` of
/// records of two sources that may tell of one event. Rows only, nothing that a record says.
std::string duplicates_csv(std::span<const DuplicateRecords> duplicates);

/// areas.xlsx with one sheet, `areas`; codes are text there, numbers are numbers.
/// @throws Error io
void write_areas_xlsx(const std::string& path, const AssessmentHeader& header, std::span<const AreaPeriod> periods);

/// A workbook with one sheet. @throws Error io
void write_xlsx(const std::string& path, const std::string& sheet_name, const std::vector<AreaColumn>& columns,
                std::span<const std::vector<TableCell>> rows);

}  // namespace tocsin::data
