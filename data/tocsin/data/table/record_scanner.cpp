#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/table/record_scanner.hpp>

namespace tocsin::data {
namespace {

/// A record may be as long as so many of the longest cells.
constexpr std::int64_t longest_record_in_fields = 4;

/// Undoes the quotes of a cell that begins with one, in place. @return its new length
std::size_t unquote(char* cell, std::size_t length) {
  std::size_t to = 0;
  bool inside = true;
  for (std::size_t from = 1; from < length; ++from) {
    if (inside && cell[from] == '"') {
      if (from + 1 < length && cell[from + 1] == '"') {
        cell[to++] = '"';
        ++from;
      } else {
        inside = false;
      }
      continue;
    }
    cell[to++] = cell[from];
  }
  return to;
}

}  // namespace

struct RecordScanner::Field {
  std::size_t begin = 0, end = 0;  // of what counts
  std::size_t at = 0;              // of what ends the field; the end of the text where nothing does
  bool is_plain = true;            // false: quotes are still to be undone
};

RecordScanner::RecordScanner(char separator, const TableLimits& limits, std::string what)
    : separator_(separator), limits_(limits), what_(std::move(what)) {
  for (const char letter : {separator, '\n', '\r'}) ends_field_[static_cast<unsigned char>(letter)] = true;
}

void RecordScanner::refuse(const std::string& why) const {
  throw Error(ErrorCode::input, fmt::format("{}, row {}: {}", what_, row_ + 1, why));
}

void RecordScanner::refuse_length() const {
  refuse(
      fmt::format("a cell is longer than {:g} MB; a quote may be missing; if it is right, raise `cell_mb` of the "
                  "source's limits",
                  static_cast<double>(limits_.field_bytes) / 1e6));
}

bool RecordScanner::scan_quoted(const std::string& text, bool is_last, Field& field) {
  const char* const data = text.data();
  const std::size_t opening = field.at;
  std::size_t at = opening + 1;
  for (bool doubled = false;;) {
    const void* found = std::memchr(data + at, '"', text.size() - at);
    const std::size_t quote =
        found == nullptr ? text.size() : static_cast<std::size_t>(static_cast<const char*>(found) - data);
    check_length(opening, quote);
    if (found == nullptr) {
      if (is_last)
        refuse("a quote is opened and never closed, so what follows cannot be told apart; correct the quotes");
      return false;
    }
    at = quote + 1;
    if (at == text.size() && !is_last) return false;
    if (at < text.size() && data[at] == '"') {
      doubled = true;
      ++at;
      continue;
    }
    field.at = at;
    while (field.at < text.size() && !ends_field_[static_cast<unsigned char>(data[field.at])]) ++field.at;
    field.is_plain = !doubled && field.at == at;
    const std::string_view quoted(data + opening, quote - opening), behind(data + at, field.at - at);
    if (!trim(behind).empty() && quoted.find_first_of("\r\n") != std::string_view::npos) is_doubtful_ = true;
    field.begin = field.is_plain ? opening + 1 : opening;
    field.end = field.is_plain ? quote : field.at;
    return true;
  }
}

bool RecordScanner::scan(std::string& text, std::size_t& at, bool is_last, std::vector<RawTable::Span>& cells) {
  const char* const data = text.data();
  const std::size_t size = text.size();
  Field field;
  field.at = at;
  cells.clear();
  doubled_.clear();
  is_doubtful_ = false;
  if (text.size() > RawTable::most_bytes)
    refuse("a block of rows is too large; lower `cell_mb` of the source's limits");
  for (;;) {
    field.begin = field.at;
    field.is_plain = true;
    if (field.at < size && data[field.at] == '"') {
      if (!scan_quoted(text, is_last, field)) break;
    } else {
      while (field.at < size && !ends_field_[static_cast<unsigned char>(data[field.at])]) ++field.at;
      field.end = field.at;
    }
    if (field.at == size && !is_last) break;
    if (!field.is_plain) doubled_.push_back(cells.size());
    check_length(field.begin, field.end);
    cells.push_back({static_cast<std::uint32_t>(field.begin), static_cast<std::uint32_t>(field.end - field.begin)});
    if (static_cast<std::int64_t>(cells.size()) > limits_.columns)
      refuse(
          fmt::format("more than {} columns; is the separator right? If the table has so many, raise `columns` of the "
                      "source's limits",
                      limits_.columns));
    if (field.at < size && data[field.at] == separator_) {
      ++field.at;
      continue;
    }
    // The letter behind a CR tells whether both end the record.
    if (field.at < size && data[field.at] == '\r' && field.at + 1 == size && !is_last) break;
    if (field.at < size)
      field.at += data[field.at] == '\r' && field.at + 1 < size && data[field.at + 1] == '\n' ? 2 : 1;
    for (const std::size_t cell : doubled_)
      cells[cell].length = static_cast<std::uint32_t>(unquote(text.data() + cells[cell].begin, cells[cell].length));
    at = field.at;
    ++row_;
    return true;
  }
  check_length(field.begin, size);
  if (static_cast<std::int64_t>(size - at) / longest_record_in_fields > limits_.field_bytes)
    refuse(
        fmt::format("a record is longer than {:g} MB; a quote may be missing; if it is right, raise `cell_mb` of the "
                    "source's limits",
                    static_cast<double>(limits_.field_bytes * longest_record_in_fields) / 1e6));
  return false;
}

}  // namespace tocsin::data
