#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tocsin/data/formats/event_format.hpp>
#include <tocsin/data/values/number_column.hpp>

namespace tocsin::data {

/// Reads one column of numbers of the records of a table, however they are written. Observe all blocks, decide, then
/// read.
class RecordNumber {
 public:
  /// @param column  empty: the table has none, and no record gives the number
  /// @param whole   as NumberColumn
  /// @throws Error scenario: SourceSpec::decimal is not understood
  RecordNumber(const RawTable& header, const SourceSpec& spec, std::optional<std::size_t> column, bool whole);
  void observe(const RawTable& block);
  /// @throws Error input, as NumberColumn::decide
  void decide();
  /// Leaves `value` as it is where the cell is empty or says that the number is not known. Problems: "number not
  /// readable", "not finite".
  std::optional<RowProblem> read(const RawTable& block, std::size_t row, double& value) const;
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  std::string source_, name_;
  std::optional<std::size_t> column_;
  NumberColumn numbers_;
  std::int64_t unknown_ = 0;
};

}  // namespace tocsin::data
