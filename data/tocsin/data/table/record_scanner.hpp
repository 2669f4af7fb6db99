#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <tocsin/data/table/raw_table.hpp>
#include <tocsin/ports/source_spec.hpp>

namespace tocsin::data {

/// Splits delimited text into records and these into cells (RFC 4180, and what people write beyond it): quotes double
/// inside quotes, line ends of any kind inside quotes belong to the cell, records end with LF, CRLF or CR; a quote
/// within an unquoted cell is a letter, and what stands behind a closing quote belongs to the cell.
class RecordScanner {
 public:
  /// @param what  named in messages
  RecordScanner(char separator, const TableLimits& limits, std::string what);

  /// Splits the record that begins at `at`, and moves `at` behind it. Quotes that are doubled are undone within `text`.
  /// @param is_last  nothing follows the text
  /// @param cells    replaced: where the record's cells are in `text`, without their quotes
  /// @return false when the record does not end within the text (never when is_last): call again from the same `at`
  ///         with more of it
  /// @throws Error input: a quote that is never closed; a cell, a record or a number of columns beyond the limits
  bool scan(std::string& text, std::size_t& at, bool is_last, std::vector<RawTable::Span>& cells);

  /// True when a cell of the last record spans lines and has text behind its closing quote: that quote probably opens a
  /// cell of a later line, and one that should close is missing.
  [[nodiscard]] bool is_doubtful() const { return is_doubtful_; }
  /// Number of records so far, blank ones included: that of the last record scanned.
  [[nodiscard]] std::int64_t row() const { return row_; }
  void rewind() { row_ = 0; }

 private:
  struct Field;
  bool scan_quoted(const std::string& text, bool is_last, Field& field);
  void check_length(std::size_t begin, std::size_t end) const {
    if (static_cast<std::int64_t>(end - begin) > limits_.field_bytes) refuse_length();
  }
  [[noreturn]] void refuse_length() const;
  [[noreturn]] void refuse(const std::string& why) const;

  std::array<bool, 256> ends_field_{};
  char separator_;
  TableLimits limits_;
  std::string what_;
  std::int64_t row_ = 0;
  bool is_doubtful_ = false;
  std::vector<std::size_t> doubled_;  // cells of the record that still hold their quotes
};

}  // namespace tocsin::data
