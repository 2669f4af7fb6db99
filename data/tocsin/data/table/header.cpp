#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/table/header.hpp>

namespace tocsin::data {
namespace {

using Cells = std::span<const std::string>;

std::string_view at(Cells cells, std::size_t column) {
  return column < cells.size() ? trim(cells[column]) : std::string_view();
}

std::size_t filled(Cells cells) {
  return static_cast<std::size_t>(
      std::count_if(cells.begin(), cells.end(), [](const std::string& cell) { return !trim(cell).empty(); }));
}

/// Numbers and dates begin with a digit, or a sign and a digit; names do not.
bool is_value(std::string_view cell) {
  if (!cell.empty() && (cell[0] == '-' || cell[0] == '+' || cell[0] == '.')) cell.remove_prefix(1);
  return !cell.empty() && cell[0] >= '0' && cell[0] <= '9';
}

bool are_all_words(Cells cells) {
  return std::none_of(cells.begin(), cells.end(), [](const std::string& cell) { return is_value(trim(cell)); });
}

/// A cell of a spreadsheet may break its line between words.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char letter : text) {
    const bool is_space = letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t';
    if (!is_space)
      line += letter;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  return std::string(trim(line));
}

/// The first row that is as wide as a header must be; the first of all where none below it is better.
std::size_t first_wide_row(std::span<const HeadRow> rows) {
  std::vector<std::size_t> counts;
  for (const HeadRow& row : rows) counts.push_back(filled(row.cells));
  // The median: a single row with too many cells says nothing about the others.
  std::vector<std::size_t> sorted = counts;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t usual = sorted[sorted.size() / 2];
  const auto is_wide = [&](std::size_t count) { return count * 2 >= usual && (count > 1 || usual < 2); };
  const auto first = static_cast<std::size_t>(std::find_if(counts.begin(), counts.end(), is_wide) - counts.begin());
  if (first == 0 || first + 1 >= rows.size() || !is_wide(counts[first + 1])) return 0;
  // Under a header with too few names come values at once.
  const auto& cells = rows[first].cells;
  return std::all_of(cells.begin(), cells.end(),
                     [](const auto& cell) { return trim(cell).empty() || is_value(trim(cell)); })
             ? 0
             : first;
}

/// True when the upper of two rows names groups of the lower one's columns.
bool are_one_header(std::span<const HeadRow> rows, std::size_t upper) {
  if (upper + 2 >= rows.size()) return false;
  const Cells groups = rows[upper].cells, names = rows[upper + 1].cells;
  if (filled(groups) < 2 || !are_all_words(groups) || !are_all_words(names) || is_hashtag_row(names)) return false;
  const std::size_t width = std::max(groups.size(), names.size());
  std::size_t merged = 0;
  bool has_values = false, is_within_group = false;
  for (std::size_t i = 0; i < width; ++i) {
    const std::string_view group = at(groups, i), name = at(names, i);
    if (group.ends_with(':')) return false;  // a title such as "Office: | Yambio"
    if (!group.empty()) is_within_group = !name.empty();
    if (group.empty() && !name.empty()) merged += is_within_group ? 1 : 0;
    for (std::size_t row = upper + 2; row < rows.size(); ++row)
      has_values = has_values || (!name.empty() && is_value(at(rows[row].cells, i)));
  }
  return merged > 0 && has_values;
}

std::vector<std::string> joined_names(Cells groups, Cells names) {
  std::vector<std::string> all;
  std::string_view group;
  for (std::size_t i = 0; i < std::max(groups.size(), names.size()); ++i) {
    const std::string_view own = at(groups, i), name = at(names, i);
    if (!own.empty()) group = own;
    all.push_back(group.empty() || name.empty() ? std::string(name.empty() ? own : name)
                                                : fmt::format("{} {}", group, name));
    if (name.empty()) group = {};  // a cell merged downwards names its own column alone
  }
  return all;
}

/// Spreadsheets have empty columns on the right; a column without a name that holds something gets one by its place.
std::vector<std::string> column_names(std::vector<std::string> cells, std::span<const HeadRow> below,
                                      const std::string& what, std::vector<std::string>& warnings) {
  const auto is_used = [&](std::size_t column) {
    return std::any_of(below.begin(), below.end(), [&](const HeadRow& row) { return !at(row.cells, column).empty(); });
  };
  while (!cells.empty() && trim(cells.back()).empty() && !is_used(cells.size() - 1)) cells.pop_back();
  std::map<std::string, std::size_t> seen;
  std::vector<std::string> unnamed;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = on_one_line(trim(cells[i]));
    if (cells[i].empty()) {
      cells[i] = fmt::format("column_{}", i + 1);
      if (is_used(i)) unnamed.push_back(cells[i]);
    }
    const auto [other, is_new] = seen.try_emplace(lower(cells[i]), i);
    // Not what it is: without a header these are cells of a record.
    if (!is_new)
      throw Error(ErrorCode::input, fmt::format("{}: the columns {} and {} have the same name; rename one", what,
                                                other->second + 1, i + 1));
  }
  if (!unnamed.empty())
    warnings.push_back(fmt::format("{}: {} without a name: {}", what,
                                   unnamed.size() == 1 ? "a column is" : "columns are", fmt::join(unnamed, ", ")));
  return cells;
}

/// Where the header is, counted in `rows`.
struct Place {
  std::size_t first = 0, last = 0;
};

Place place_of_header(std::span<const HeadRow> rows, const SourceSpec& spec, const std::string& what,
                      std::vector<std::string>& warnings) {
  if (spec.header_row > 0) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (rows[i].number == spec.header_row) return {i, i};
    throw Error(ErrorCode::scenario,
                fmt::format("{}: header_row is {}, but that row is blank or does not exist", what, spec.header_row));
  }
  Place place;
  place.first = place.last = first_wide_row(rows);
  if (place.first > 0 && are_one_header(rows, place.first - 1))
    --place.first;
  else if (are_one_header(rows, place.first))
    ++place.last;
  if (place.first > 0)
    warnings.push_back(
        fmt::format("{}: row {} was taken for the header, and what stands above it for titles; set the "
                    "source's header_row if that is wrong",
                    what, rows[place.first].number));
  if (place.last > place.first)
    warnings.push_back(
        fmt::format("{}: rows {} and {} were read as one header with merged cells; set the source's "
                    "header_row if that is wrong",
                    what, rows[place.first].number, rows[place.last].number));
  return place;
}

}  // namespace

bool is_head_complete(std::span<const HeadRow> rows, const SourceSpec& spec) {
  return rows.size() >= head_rows && rows.back().number > spec.header_row;
}

bool is_hashtag_row(std::span<const std::string> cells) {
  std::size_t tags = 0;
  for (const std::string& cell : cells) {
    const std::string_view text = trim(cell);
    const char second = text.size() > 1 ? lower(text.substr(1, 1))[0] : ' ';
    if (!text.empty() && text[0] == '#' && second >= 'a' && second <= 'z') ++tags;
  }
  return tags * 2 > filled(cells);
}

Header find_header(std::span<const HeadRow> rows, const SourceSpec& spec, const std::string& what) {
  if (rows.empty()) throw Error(ErrorCode::input, what + " is empty; it needs a header row and records");
  Header header;
  const Place place = place_of_header(rows, spec, what, header.warnings);
  for (std::size_t i = place.first; i <= place.last; ++i) header.rows.push_back(rows[i].cells);
  header.last_row = rows[place.last].number;
  auto below = rows.subspan(place.last + 1);
  const bool has_tags = !below.empty() && is_hashtag_row(below[0].cells);
  if (has_tags) {
    header.last_row = below[0].number;
    for (const std::string& tag : below[0].cells) header.hxl_tags.emplace_back(trim(tag));
  }
  header.columns =
      column_names(place.last > place.first ? joined_names(header.rows[0], header.rows[1]) : header.rows[0],
                   has_tags ? below.subspan(1) : below, what, header.warnings);
  if (has_tags) header.hxl_tags.resize(header.columns.size());
  return header;
}

}  // namespace tocsin::data
