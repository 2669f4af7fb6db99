#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tocsin/data/formats/event_format.hpp>
#include <tocsin/data/values/date_columns.hpp>
#include <tocsin/data/values/number_column.hpp>

namespace tocsin::data {

/// Columns of a table that hold the dates of its records. A record has `start` (else `date`) as its first day, and
/// `end` (else the same) as its last.
struct DateFields {
  std::optional<std::size_t> date, start, end, reported;
};

/// Reads the dates of the records of one table, however they are written. Observe all blocks, decide, then read.
class RecordDates {
 public:
  /// @throws Error scenario: SourceSpec::dates is not understood
  RecordDates(const RawTable& header, const SourceSpec& spec, const DateFields& fields);
  void observe(const RawTable& block);
  /// @throws Error input, as DateColumns::decide
  void decide() { columns_.decide(); }
  /// Sets the days of a record, or says what is wrong: "no date", "date not readable", "dates reversed", "reported
  /// before it happened".
  std::optional<RowProblem> read(const RawTable& block, std::size_t row, EventRecord& record) const;
  [[nodiscard]] std::vector<std::string> notes() const { return columns_.notes(); }

 private:
  /// A column of the table, and which of DateColumns it is.
  struct Field {
    std::optional<std::size_t> column;
    std::size_t index = 0;
    std::string name;
  };
  [[nodiscard]] static std::string_view text(const RawTable& block, std::size_t row, const Field& field) {
    return field.column ? unless_unknown(block.cell(row, *field.column)) : std::string_view();
  }
  Field add(const RawTable& header, const std::optional<std::size_t>& column);

  DateColumns columns_;
  Field date_, start_, end_, reported_;
};

}  // namespace tocsin::data
