#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/table/row_filter.hpp>

namespace tocsin::data {
namespace {

using Span = RawTable::Span;

/// First cells of rows that sum up others, lower case; without a colon at their end.
constexpr std::array<std::string_view, 16> total_words{"total",         "totals",     "grand total", "subtotal",
                                                       "sub-total",     "sub total",  "sum",         "overall total",
                                                       "sous-total",    "sous total", "totaux",      "total général",
                                                       "total general", "somme",      "المجموع",     "الإجمالي"};

std::string_view cell_of(std::string_view text, Span span) {
  return trim(text.substr(span.begin, span.length));
}

/// A sum in whichever style it is written: "1,204", "12.5", "50 170", "87 %", "-".
bool is_sum(std::string_view cell) {
  return std::all_of(cell.begin(), cell.end(), [](char letter) {
    constexpr std::string_view others = " .,'%+-\xC2\xA0\xE2\x80\xAF";  // the last ones are no-break spaces
    return (letter >= '0' && letter <= '9') || others.find(letter) != std::string_view::npos;
  });
}

bool is_date_like(std::string_view cell) {
  return std::count(cell.begin(), cell.end(), '-') >= 2 || std::count(cell.begin(), cell.end(), '.') >= 2;
}

}  // namespace

void RowFilter::LeftOut::add(std::int64_t row) {
  constexpr std::size_t shown = 10;
  ++count;
  if (first.size() < shown) first.push_back(row);
}

std::string RowFilter::LeftOut::rows() const {
  const auto more = count - static_cast<std::int64_t>(first.size());
  return fmt::format("{} {}{}", count == 1 ? "row" : "rows", fmt::join(first, ", "),
                     more > 0 ? fmt::format(" and {} more", more) : "");
}

RowFilter::RowFilter(const Header& header, const TableLimits& limits, std::string what)
    : last_header_row_(header.last_row), most_rows_(limits.rows), what_(std::move(what)) {
  for (const std::vector<std::string>& cells : header.rows) {
    auto& names = header_rows_.emplace_back();
    for (const std::string& cell : cells) names.push_back(lower(trim(cell)));
    while (!names.empty() && names.back().empty()) names.pop_back();
  }
  for (const std::string& column : header.columns) {
    const std::string name = lower(column);
    is_coordinate_.push_back(name.find("lat") != std::string::npos || name.find("lon") != std::string::npos ||
                             name == "x" || name == "y");
  }
}

bool RowFilter::keeps(std::int64_t number, std::string_view text, std::span<const Span> cells) {
  if (number <= last_header_row_) return false;
  std::size_t first = 0;
  while (first < cells.size() && cell_of(text, cells[first]).empty()) ++first;
  if (first == cells.size()) return false;
  if (repeats_header(text, cells)) {
    repeated_.add(number);
    return false;
  }
  if (is_total(text, cells, first)) {
    totals_.add(number);
    return false;
  }
  if (++records_ > most_rows_)
    throw Error(ErrorCode::input,
                fmt::format("{}, row {}: more than {} records; if it has so many, raise `rows` of the "
                            "source's limits",
                            what_, number, most_rows_));
  return true;
}

bool RowFilter::repeats_header(std::string_view text, std::span<const Span> cells) const {
  for (const auto& names : header_rows_) {
    // A header of one name may well be a value, too.
    if (names.size() < 2 || cells.size() < names.size()) continue;
    const auto same = [&](std::size_t i) {
      const std::string_view cell = i < cells.size() ? cell_of(text, cells[i]) : std::string_view();
      const std::string_view name = i < names.size() ? std::string_view(names[i]) : std::string_view();
      return cell.size() == name.size() && lower(cell) == name;
    };
    bool all = true;
    for (std::size_t i = 0; i < cells.size() && all; ++i) all = same(i);
    if (all) return true;
  }
  return false;
}

bool RowFilter::is_total(std::string_view text, std::span<const Span> cells, std::size_t first) const {
  std::string_view word = cell_of(text, cells[first]);
  constexpr std::size_t longest = 24;
  if (word.size() > longest || word.size() < 3) return false;
  constexpr std::string_view beginnings = "tTgGsSoO\xD8";
  if (beginnings.find(word[0]) == std::string_view::npos) return false;
  if (word.ends_with(':')) word = trim(word.substr(0, word.size() - 1));
  if (std::find(total_words.begin(), total_words.end(), lower(word)) == total_words.end()) return false;
  // Whatever says who, when or where makes it a record.
  for (std::size_t i = first + 1; i < cells.size(); ++i) {
    const std::string_view cell = cell_of(text, cells[i]);
    if (cell.empty()) continue;
    if (!is_sum(cell) || is_date_like(cell) || (i < is_coordinate_.size() && is_coordinate_[i] != 0)) return false;
  }
  return true;
}

std::vector<std::string> RowFilter::warnings() const {
  std::vector<std::string> all;
  if (repeated_.count > 0)
    all.push_back(fmt::format("{}: the header stands again in {}; left out", what_, repeated_.rows()));
  if (totals_.count > 0)
    all.push_back(fmt::format("{}: {} {} up others and {} left out", what_, totals_.rows(),
                              totals_.count == 1 ? "sums" : "sum", totals_.count == 1 ? "was" : "were"));
  return all;
}

void RowFilter::rewind() {
  records_ = 0;
  repeated_ = totals_ = {};
}

}  // namespace tocsin::data
