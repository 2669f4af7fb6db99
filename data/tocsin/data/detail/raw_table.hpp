#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tocsin/ports/source_spec.hpp>

namespace tocsin::data {

/// A table as read: text cells, not yet understood. An empty cell is "not given".
class RawTable {
 public:
  std::vector<std::string> columns;   ///< names as written, trimmed
  std::vector<std::string> warnings;  ///< about the file as a whole
  std::string crs_wkt;                ///< of `x` and `y`; empty when the table has no geometry
  std::vector<double> x, y;           ///< point geometry by row, NaN where a row has none; empty: no geometry

  [[nodiscard]] std::size_t rows() const { return row_numbers_.size(); }
  /// Trimmed.
  [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column) const;
  /// Row as a person counts it: the header is row 1; a record that spans lines counts once.
  [[nodiscard]] std::int64_t row_number(std::size_t row) const { return row_numbers_[row]; }
  /// True when the record had more fields than there are columns: its cells cannot be trusted.
  [[nodiscard]] bool is_ragged(std::size_t row) const { return ragged_[row] != 0; }
  /// The column of that name; case and white space around it do not matter.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  /// The record, fields joined by " | ", for the quarantine file.
  [[nodiscard]] std::string record(std::size_t row) const;

  /// Appends a row; missing cells are empty, further ones mark the row as ragged. A row of HXL hashtags right below the
  /// header is left out.
  void add_row(std::int64_t number, const std::vector<std::string>& cells);
  /// Appends a column that was worked out from the others, one value a row.
  void add_column(std::string name, std::vector<std::string> values);

 private:
  // One buffer for all cells: a table of 180,000 records by 49 columns as separate strings would take 300 MB.
  std::string text_;
  std::vector<std::size_t> ends_;  // end of each stored cell in text_, row-major
  std::size_t stored_columns_ = 0;
  std::vector<std::int64_t> row_numbers_;
  std::vector<std::uint8_t> ragged_;
  std::vector<std::vector<std::string>> added_;
  bool has_hashtags_ = false;
};

/// Reads a table: delimited text, a spreadsheet, or any vector layer (with its points, where it has them). A row of HXL
/// hashtags below the header is left out and not counted.
/// @throws Error input, scenario (unknown extension or layer)
RawTable read_table(const SourceSpec& spec);

}  // namespace tocsin::data
