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

bool has_digit(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos;
}

bool is_plain_date(std::string_view text) {
  return (text.size() == 10 || text.size() == 7) && text[4] == '-' && read_written_date(text).has_value();
}

/// True when all cells are dates that need more than reading as they stand. In a column that is named as one of dates,
/// words ("unknown") stay beside them.
bool wants_dates(Table& table, std::size_t column) {
  const bool named = is_named_as_date(table.columns[column]);
  bool all = true, any = false;
  each_cell(table, column, [&](const std::string& cell, std::int64_t) {
    if (named && !has_digit(cell)) return;
    const auto date = all ? read_written_date(cell) : std::nullopt;
    // "2021" and "44412" are numbers unless the column says otherwise.
    all = date && (named || !is_plain_number(cell));
    any = any || !is_plain_date(trim(cell));
  });
  return all && any;
}

/// Codes rather than numbers: "0012" would lose its zeros, and of more than 15 digits a double keeps not all.
bool is_code(std::string_view text) {
  text = trim(text);
  const bool digits_alone = text.find_first_not_of("0123456789") == std::string_view::npos;
  return digits_alone && text.size() > 1 && (text[0] == '0' || text.size() > 15);
}

/// A column of numbers, to be read by what is decided over all of it.
NumberColumn numbers_of(Table& table, std::size_t column, const std::string& source, DecimalMark mark) {
  NumberColumn numbers(source, table.columns[column], lower(table.columns[column]) == "persons", mark);
  each_cell(table, column, [&](const std::string& cell, std::int64_t row) { numbers.observe(cell, row); });
  numbers.decide();
  return numbers;
}

/// True for a column of numbers of which some need more than reading as they stand: of the cells that hold digits most
/// are numbers in some way of writing, and none is a code. Cells of words alone ("not counted") do not matter.
bool wants_numbers(Table& table, std::size_t column, DecimalMark mark) {
  NumberColumn trial({}, {}, true, DecimalMark::point), comma({}, {}, true, DecimalMark::comma);
  const bool whole = lower(table.columns[column]) == "persons";
  std::size_t numbers = 0, others = 0;
  bool any = false, codes = false;
  each_cell(table, column, [&](const std::string& cell, std::int64_t) {
    codes = codes || is_code(cell);
    if (codes) return;
    const bool pointed = (whole || mark == DecimalMark::comma) && cell.find('.') != std::string::npos;
    any = any || pointed || !is_plain_number(cell);
    if (!has_digit(cell) || says_unknown(cell)) return;
    ++(trial.read(cell) || comma.read(cell) ? numbers : others);
  });
  return any && !codes && numbers > others;
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
  const bool named = is_named_as_date(table.columns[column]);
  const bool done = rewrite(table, column, [&](const std::string& cell) -> std::optional<std::string> {
    if (named && !has_digit(cell)) return cell;
    const auto span = dates.read(0, cell);
    const std::string text = span ? as_text(*span) : std::string();
    return text.empty() ? std::nullopt : std::optional(text);
  });
  if (!done) return;
  for (const std::string& note : dates.notes()) table.warnings.push_back(note);
}

void make_numbers_plain(Table& table, std::size_t column, const std::string& source, DecimalMark mark) {
  const NumberColumn numbers = numbers_of(table, column, source, mark);
  each_cell(table, column, [&](std::string& cell, std::int64_t) {
    const auto value = numbers.read(cell);
    if (says_unknown(cell))
      cell.clear();
    else if (value && std::isfinite(*value))
      cell = fmt::format("{}", *value);
  });
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
      } else if (wants_numbers(table, column, *mark)) {
        make_numbers_plain(table, column, source, *mark);
      }
    } catch (const Error& error) {
      // Perhaps nobody uses the column; who does refuses numbers that are undecided and sets aside such dates.
      table.warnings.emplace_back(error.what());
    }
  }
}

}  // namespace tocsin::data
