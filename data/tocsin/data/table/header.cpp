#include <map>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/table/header.hpp>

namespace tocsin::data {
namespace {

std::vector<std::string> column_names(std::vector<std::string> cells, const std::string& what) {
  // Spreadsheets leave unnamed empty columns on the right; those inside get a name by their place.
  while (!cells.empty() && trim(cells.back()).empty()) cells.pop_back();
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = std::string(trim(cells[i]));
    if (cells[i].empty()) cells[i] = fmt::format("column_{}", i + 1);
    const auto [other, is_new] = seen.try_emplace(lower(cells[i]), i);
    if (!is_new)
      throw Error(ErrorCode::input, fmt::format("{}: the columns {} and {} have the same name, '{}'; rename one", what,
                                                other->second + 1, i + 1, cells[i]));
  }
  return cells;
}

}  // namespace

bool is_hashtag_row(std::span<const std::string> cells) {
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

Header find_header(std::span<const HeadRow> rows, const SourceSpec&, const std::string& what) {
  if (rows.empty()) throw Error(ErrorCode::input, what + " is empty; it needs a header row and records");
  Header header;
  header.columns = column_names(rows[0].cells, what);
  header.last_row = rows[0].number;
  if (rows.size() > 1 && is_hashtag_row(rows[1].cells)) {
    header.last_row = rows[1].number;
    header.hxl_tags = rows[1].cells;
    header.hxl_tags.resize(header.columns.size());
    for (std::string& tag : header.hxl_tags) tag = std::string(trim(tag));
  }
  return header;
}

}  // namespace tocsin::data
