#include <algorithm>

#include <tocsin/data/detail/raw_table.hpp>
#include <tocsin/data/detail/text.hpp>

namespace tocsin::data {
namespace {

/// HXL: the row below the header holds tags such as "#geo+lat"; columns without a tag are empty.
bool is_hashtag_row(const std::vector<std::string>& cells) {
  std::size_t filled = 0, tags = 0;
  for (const std::string& cell : cells) {
    const std::string_view text = trim(cell);
    if (text.empty()) continue;
    ++filled;
    const char second = text.size() > 1 ? lower(text.substr(1, 1))[0] : ' ';
    if (text[0] == '#' && second >= 'a' && second <= 'z') ++tags;
  }
  return tags * 2 > filled;
}

}  // namespace

std::string_view RawTable::cell(std::size_t row, std::size_t column) const {
  if (column >= stored_columns_) return trim(added_[column - stored_columns_][row]);
  const std::size_t index = row * stored_columns_ + column;
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return trim(std::string_view(text_).substr(begin, ends_[index] - begin));
}

std::optional<std::size_t> RawTable::find(std::string_view name) const {
  const std::string wanted = lower(trim(name));
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (lower(columns[i]) == wanted) return i;
  return {};
}

std::string RawTable::record(std::size_t row) const {
  std::string result;
  for (std::size_t column = 0; column < stored_columns_; ++column) {
    if (column > 0) result += " | ";
    result += cell(row, column);
  }
  return result;
}

void RawTable::add_row(std::int64_t number, const std::vector<std::string>& cells) {
  if (row_numbers_.empty()) {
    stored_columns_ = columns.size();
    if (!has_hashtags_ && is_hashtag_row(cells)) {
      has_hashtags_ = true;
      return;
    }
  }
  for (std::size_t column = 0; column < stored_columns_; ++column) {
    if (column < cells.size()) text_ += cells[column];
    ends_.push_back(text_.size());
  }
  const auto surplus = cells.begin() + static_cast<std::ptrdiff_t>(std::min(stored_columns_, cells.size()));
  // Spreadsheets leave empty fields behind the last column.
  ragged_.push_back(std::any_of(surplus, cells.end(), [](const std::string& cell) { return !trim(cell).empty(); }) ? 1
                                                                                                                   : 0);
  row_numbers_.push_back(number);
}

void RawTable::add_column(std::string name, std::vector<std::string> values) {
  if (row_numbers_.empty() && added_.empty()) stored_columns_ = columns.size();
  columns.push_back(std::move(name));
  added_.push_back(std::move(values));
}

}  // namespace tocsin::data
