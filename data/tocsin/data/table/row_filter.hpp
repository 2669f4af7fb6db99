#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <tocsin/data/table/header.hpp>
#include <tocsin/data/table/raw_table.hpp>

namespace tocsin::data {

/// Tells records from what else stands below a header: blank rows, the header once more, plain rows of totals.
class RowFilter {
 public:
  /// @param what  named in messages
  RowFilter(const Header& header, const TableLimits& limits, std::string what);

  /// True for a record. Rows up to the header's last are none.
  /// @param cells  in `text`
  /// @throws Error input: more records than the limit
  bool keeps(std::int64_t number, std::string_view text, std::span<const RawTable::Span> cells);
  /// What was left out, with the rows.
  [[nodiscard]] std::vector<std::string> warnings() const;
  void rewind();

 private:
  /// Rows left out for one reason.
  struct LeftOut {
    std::int64_t count = 0;
    std::vector<std::int64_t> first;
    void add(std::int64_t row);
    [[nodiscard]] std::string rows() const;
  };
  [[nodiscard]] bool repeats_header(std::string_view text, std::span<const RawTable::Span> cells) const;
  [[nodiscard]] bool is_total(std::string_view text, std::span<const RawTable::Span> cells, std::size_t first) const;

  std::vector<std::vector<std::string>> header_rows_;  // lower case, trimmed
  std::vector<std::uint8_t> is_coordinate_;            // by column
  std::int64_t last_header_row_;
  std::int64_t most_rows_;
  std::string what_;
  std::int64_t records_ = 0;
  LeftOut repeated_, totals_;
};

}  // namespace tocsin::data
