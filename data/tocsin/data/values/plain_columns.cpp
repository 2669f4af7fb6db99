#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/values/date_columns.hpp>
#include <tocsin/data/values/number_column.hpp>
#include <tocsin/data/values/plain_columns.hpp>

namespace tocsin::data {
namespace {

bool is_named_as_date(const std::string& column) {
  constexpr std::array names{"date", "from", "to", "date_start", "date_end", "reported"};
  return std::any_of(names.begin(), names.end(), [&](const char* name) { return lower(column) == name; });
}

/// Calls with each cell of a column that is not empty, and its row as a person counts it.
template <typename Visit>
void each_cell(Table& table, std::size_t column, const Visit& visit) {
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    if (std::string& cell = table.rows[row][column]; !trim(cell).empty()) visit(cell, table.row_numbers[row]);
}

bool is_plain_number(std::string_view text) {
  return parse_number(text).has_value();
}

bool is_plain_date(std::string_view text) {
  return (text.size() == 10 || text.size() == 7) && text[4] == '-' && read_written_date(text).has_value();
}

/// True when all cells are dates that need more than reading as they stand.
bool wants_dates(Table& table, std::size_t column) {
  const bool named = is_named_as_date(table.columns[column]);
  bool all = true, any = false;
  each_cell(table, column, [&](const std::string& cell, std::int64_t) {
    const auto date = all ? read_written_date(cell) : std::nullopt;
    // "2021" and "44412" are numbers unless the column says otherwise.
    all = date && (named || !is_plain_number(cell));
    any = any || !is_plain_date(trim(cell));
  });
  return all && any;
}

bool wants_numbers(Table& table, std::size_t column) {
  bool any = false, all = true;
  each_cell(table, column, [&](const std::string& cell, std::int64_t) {
    const bool digits = cell.find_first_of("0123456789") != std::string::npos;
    all = all && (digits || says_unknown(cell));
    any = any || !is_plain_number(cell);
  });
  return all && any;
}

std::string as_text(const DaySpan& span) {
  if (span.first == span.last) return to_string(span.first);
  const Period month = period_of(span.first, Every::month);
  return month.first == span.first && month.last == span.last ? month.label : std::string();
}

/// False, and the column as it was, when a cell would not be plain.
template <typename Plain>
bool rewrite(Table& table, std::size_t column, const Plain& plain) {
  std::vector<std::string> texts;
  bool all = true;
  each_cell(table, column, [&](const std::string& cell, std::int64_t) {
    std::optional<std::string> text = plain(cell);
    all = all && text.has_value();
    texts.push_back(text.value_or(std::string()));
  });
  if (!all) return false;
  std::size_t next = 0;
  each_cell(table, column, [&](std::string& cell, std::int64_t) { cell = texts[next++]; });
  return true;
}

void make_dates_plain(Table& table, std::size_t column, const std::string& source, DateStyle style) {
  DateColumns dates(source, style);
  dates.add_column(table.columns[column]);
  each_cell(table, column, [&](const std::string& cell, std::int64_t row) { dates.observe(0, cell, row); });
  dates.decide();
  const bool done = rewrite(table, column, [&](const std::string& cell) -> std::optional<std::string> {
    const auto span = dates.read(0, cell);
    const std::string text = span ? as_text(*span) : std::string();
    return text.empty() ? std::nullopt : std::optional(text);
  });
  if (!done) return;
  for (const std::string& note : dates.notes()) table.warnings.push_back(note);
}

void make_numbers_plain(Table& table, std::size_t column, const std::string& source, DecimalMark mark) {
  NumberColumn numbers(source, table.columns[column], lower(table.columns[column]) == "persons", mark);
  each_cell(table, column, [&](const std::string& cell, std::int64_t row) { numbers.observe(cell, row); });
  numbers.decide();
  const bool done = rewrite(table, column, [&](const std::string& cell) -> std::optional<std::string> {
    if (says_unknown(cell)) return "";
    const auto value = numbers.read(cell);
    return value && std::isfinite(*value) ? std::optional(fmt::format("{}", *value)) : std::nullopt;
  });
  if (!done) return;
  for (const std::string& note : numbers.notes()) table.warnings.push_back(note);
}

}  // namespace

void make_columns_plain(Table& table, const SourceSpec& spec) {
  const std::string source = fmt::format("source '{}'", spec.name);
  const auto style = parse_date_style(spec.dates);
  const auto mark = parse_decimal_mark(spec.decimal);
  if (!style || !mark)
    throw Error(ErrorCode::scenario, fmt::format("{}: {} is not understood", source, style ? "decimal" : "dates"));
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    try {
      if (wants_dates(table, column)) {
        make_dates_plain(table, column, source, *style);
      } else if (wants_numbers(table, column)) {
        make_numbers_plain(table, column, source, *mark);
      }
    } catch (const Error& error) {
      // Perhaps nobody uses the column; who does will find that its cells are no dates or numbers.
      table.warnings.emplace_back(error.what());
    }
  }
}

}  // namespace tocsin::data
