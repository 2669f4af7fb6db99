#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/indicators/measures/table_rows.hpp>
#include <tocsin/indicators/value.hpp>

namespace tocsin::measures {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text;
}

/// "50,170": groups of three digits behind commas, which could be decimals as well.
bool is_undecided(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  std::size_t digits = 0;
  bool any = false;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      ++digits;
      continue;
    }
    if (any ? digits != 3 : digits == 0 || digits > 3) return false;
    if (at < text.size() && text[at] != ',') return false;
    any = any || at < text.size();
    digits = 0;
  }
  return any;
}

}  // namespace

std::string TableRow::text(std::size_t column) const {
  return trimmed(table_.rows[row_][column]);
}

std::optional<double> TableRow::number(std::size_t column) const {
  const std::string digits = text(column);
  if (is_undecided(digits))
    throw Error(ErrorCode::input,
                fmt::format("column '{}', row {}: the comma in the number could be decimal or group thousands; say "
                            "decimal = \".\" or decimal = \",\" of the source",
                            table_.columns[column], row_number()));
  double value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (fault != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value)) return {};
  return value;
}

std::optional<Day> TableRow::day(std::size_t column) const {
  return parse_day(text(column));
}

std::string TableRow::record() const {
  return fmt::format("{}", fmt::join(table_.rows[row_], " | "));
}

std::optional<std::size_t> optional_column_of(const Table& table, const std::string& name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (lower(trimmed(table.columns[i])) == lower(name)) return i;
  return {};
}

std::size_t column_of(const Table& table, const std::string& source, const std::string& name) {
  return column_of_any(table, source, {name});
}

std::size_t column_of_any(const Table& table, const std::string& source, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (const auto column = optional_column_of(table, name)) return *column;
  const std::string near = nearest_word(names.front(), table.columns);
  throw Error(
      ErrorCode::input,
      fmt::format("source '{}': column '{}' is missing{}; the table has: {}", source, fmt::join(names, "' or '"),
                  near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near), fmt::join(table.columns, ", ")));
}

void account_rows(const Table& table, const std::string& source, SourceLedger& ledger,
                  const std::function<RowVerdict(const TableRow&)>& judge) {
  if (ledger.has_records(source)) return;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const TableRow row(table, i);
    const RowVerdict verdict = judge(row);
    if (verdict.quarantined.empty())
      ledger.record(source, verdict.outside);
    else
      ledger.quarantine({source, row.row_number(), verdict.quarantined, verdict.detail, row.record()});
  }
}

}  // namespace tocsin::measures
