#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tocsin/data/detail/text.hpp>

namespace tocsin::data {

/// A block of rows of a table as read: text cells, not yet understood. An empty cell is "not given". A TableReader
/// fills one block after the other into the same object, so what refers to it by its columns stays valid; cells do not.
class RawTable {
 public:
  /// Where a cell lies in text().
  struct Span {
    std::uint32_t begin = 0, length = 0;
  };

  /// What a block's text may hold: as far as spans reach.
  static constexpr std::size_t most_bytes = std::numeric_limits<std::uint32_t>::max();

  std::vector<std::string> columns;   ///< names as written, trimmed
  std::vector<std::string> hxl_tags;  ///< one a column ("#geo+lat"), from the row below the header; empty: no such row
  std::string crs_wkt;                ///< of `x` and `y`; empty when not known
  bool has_points = false;            ///< the rows have a point geometry of their own, in `x` and `y`
  bool counts_from_1904 = false;      ///< the workbook's day numbers do; its dates were brought right already
  std::vector<double> x, y;           ///< by row, NaN where a row has none; empty unless has_points

  [[nodiscard]] std::size_t rows() const { return row_numbers_.size(); }
  /// Trimmed. Valid until the block is filled again.
  [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column) const {
    if (column >= stored_columns()) return derived(row, column);
    const Span span = cells_[row * stored_columns() + column];
    return trim({text_.data() + span.begin, span.length});
  }
  /// Row as a person counts it: the first row of the file or sheet is 1; a record that spans lines counts once.
  [[nodiscard]] std::int64_t row_number(std::size_t row) const { return row_numbers_[row]; }
  /// True when the record had more fields than there are columns, or a quoted cell that ran on over lines: its cells
  /// cannot be trusted.
  [[nodiscard]] bool is_ragged(std::size_t row) const { return ragged_[row] != 0; }
  /// The column of that name; case and white space around it do not matter.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  /// The record, fields joined by " | ", for the quarantine file, as cut_record leaves it.
  [[nodiscard]] std::string record(std::size_t row) const;

  /// What a derived column makes of a cell; what it returns lives on (a literal) or is the text given.
  using Words = std::function<std::string_view(std::string_view)>;
  /// Appends a column whose cells follow from those of another, in every block; without `words` they are the same.
  void add_column(std::string name, std::size_t source, Words words = {});

  /// For readers: the block's text, into which spans point.
  [[nodiscard]] std::string& text() { return text_; }
  /// For readers: removes all rows and their text.
  void clear_rows();
  /// For readers: exchanges the rows and their text with another table, not the columns.
  void swap_rows(RawTable& other) noexcept;
  /// Bytes that the rows take.
  [[nodiscard]] std::size_t row_bytes() const;
  /// For readers: appends a row; missing cells are empty, further ones that are not blank mark the row as ragged.
  /// @param is_doubtful  marks it as well
  void add_row(std::int64_t number, std::span<const Span> cells, bool is_doubtful = false);
  /// For readers: appends the text of a cell. @throws Error input when spans do not reach so far
  Span add_cell(std::string_view cell);
  /// Columns that the file has, as against those added.
  [[nodiscard]] std::size_t stored_columns() const { return added_.empty() ? columns.size() : stored_; }

 private:
  [[nodiscard]] std::string_view derived(std::size_t row, std::size_t column) const;

  struct Added {
    std::size_t source = 0;
    Words words;
  };

  std::string text_;
  std::vector<Span> cells_;  // row-major, stored_columns() a row
  std::vector<std::int64_t> row_numbers_;
  std::vector<std::uint8_t> ragged_;
  std::vector<Added> added_;
  std::size_t stored_ = 0;  // once columns were added
};

}  // namespace tocsin::data
