#include <algorithm>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/quarantined_record.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/table/raw_table.hpp>

namespace tocsin::data {

std::string_view RawTable::derived(std::size_t row, std::size_t column) const {
  const Added& added = added_[column - stored_columns()];
  const std::string_view text = cell(row, added.source);
  return added.words ? added.words(text) : text;
}

std::optional<std::size_t> RawTable::find(std::string_view name) const {
  const std::string wanted = lower(trim(name));
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (lower(columns[i]) == wanted) return i;
  return {};
}

std::string RawTable::record(std::size_t row) const {
  std::string result;
  for (std::size_t column = 0; column < stored_columns(); ++column) {
    if (column > 0) result += " | ";
    result += cell(row, column).substr(0, most_record_bytes + 4);  // a letter more, to be cut
    if (result.size() > most_record_bytes) break;
  }
  return cut_record(std::move(result));
}

void RawTable::add_column(std::string name, std::size_t source, Words words) {
  if (added_.empty()) stored_ = columns.size();
  columns.push_back(std::move(name));
  added_.push_back({source, std::move(words)});
}

void RawTable::clear_rows() {
  text_.clear();
  cells_.clear();
  row_numbers_.clear();
  ragged_.clear();
  x.clear();
  y.clear();
}

void RawTable::swap_rows(RawTable& other) noexcept {
  text_.swap(other.text_);
  cells_.swap(other.cells_);
  row_numbers_.swap(other.row_numbers_);
  ragged_.swap(other.ragged_);
  x.swap(other.x);
  y.swap(other.y);
}

std::size_t RawTable::row_bytes() const {
  return text_.capacity() + cells_.capacity() * sizeof(Span) + row_numbers_.capacity() * sizeof(std::int64_t) +
         ragged_.capacity() + (x.capacity() + y.capacity()) * sizeof(double);
}

RawTable::Span RawTable::add_cell(std::string_view cell) {
  if (text_.size() + cell.size() > most_bytes)
    throw Error(ErrorCode::input, "a row of a table holds more than 4 GB; lower `cell_mb` of the source's limits");
  const Span span{static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(cell.size())};
  text_ += cell;
  return span;
}

void RawTable::add_row(std::int64_t number, std::span<const Span> cells, bool is_doubtful) {
  const std::size_t stored = stored_columns(), given = std::min(stored, cells.size());
  cells_.insert(cells_.end(), cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(given));
  cells_.resize(cells_.size() + stored - given);
  // Spreadsheets leave empty fields behind the last column.
  const auto is_blank = [&](Span span) {
    return trim(std::string_view(text_).substr(span.begin, span.length)).empty();
  };
  const auto surplus = cells.subspan(given);
  ragged_.push_back(!is_doubtful && std::all_of(surplus.begin(), surplus.end(), is_blank) ? 0 : 1);
  row_numbers_.push_back(number);
}

}  // namespace tocsin::data
