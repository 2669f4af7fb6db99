#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tocsin/indicators/source_ledger.hpp>
#include <tocsin/ports/sources.hpp>

namespace tocsin::measures {

/// One row of a table while it is read by name.
class TableRow {
 public:
  TableRow(const Table& table, std::size_t row) : table_(table), row_(row) {}
  /// The cell without spaces around it.
  [[nodiscard]] std::string text(std::size_t column) const;
  /// A plain number, as a TableSource leaves those that it could decide: 1234.5. Empty when it is not one.
  /// @throws Error input: "50,170", which nobody could decide
  [[nodiscard]] std::optional<double> number(std::size_t column) const;
  [[nodiscard]] std::optional<Day> day(std::size_t column) const;
  [[nodiscard]] std::size_t index() const { return row_; }  ///< in Table::rows
  [[nodiscard]] std::int64_t row_number() const { return table_.row_numbers[row_]; }
  /// The whole row, for the quarantine file.
  [[nodiscard]] std::string record() const;

 private:
  const Table& table_;
  std::size_t row_;
};

/// Index of a column by name, case and spaces around it ignored.
/// @throws Error input: missing; names the nearest column
std::size_t column_of(const Table& table, const std::string& source, const std::string& name);
/// As above; empty when missing.
std::optional<std::size_t> optional_column_of(const Table& table, const std::string& name);
/// The first of the names that the table has.
/// @throws Error input naming all of them
std::size_t column_of_any(const Table& table, const std::string& source, const std::vector<std::string>& names);

/// What a measure makes of a row: nothing (used), or why it lies outside, or why it cannot be used.
struct RowVerdict {
  std::string outside;      ///< "area", "time", "not yet reported"
  std::string quarantined;  ///< reason
  std::string detail;
};

/// Enters every row of a table into the ledger; a table that was entered before is left as it is.
void account_rows(const Table& table, const std::string& source, SourceLedger& ledger,
                  const std::function<RowVerdict(const TableRow&)>& judge);

}  // namespace tocsin::measures
