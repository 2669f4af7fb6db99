#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/values/date_columns.hpp>

namespace tocsin::data {
namespace {

using Order = DateStyle::Order;

const char* in_words(Order order) {
  return order == Order::month_first ? "month first" : "day first";
}

}  // namespace

std::optional<DateStyle> parse_date_style(std::string_view text) {
  DateStyle style;
  const std::string words = lower(trim(text)) + ' ';
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = words.find(' ', at);
    const std::string word = words.substr(at, end - at);
    at = end + 1;
    if (word == "day-first") {
      style.order = Order::day_first;
    } else if (word == "month-first") {
      style.order = Order::month_first;
    } else if (word == "excel-1904") {
      style.epoch_1904 = true;
    } else if (!word.empty() && word != "auto") {
      return {};
    }
  }
  return style;
}

std::size_t DateColumns::add_column(std::string name) {
  columns_.push_back({});
  columns_.back().name = std::move(name);
  return columns_.size() - 1;
}

void DateColumns::observe(std::size_t column, std::string_view text, std::int64_t row) {
  if (text.size() >= 10 && text[4] == '-' && text[7] == '-') return;
  const auto date = read_written_date(text);
  if (!date) return;
  Column& seen = columns_[column];
  if (date->kind == WrittenDate::Kind::serial) ++seen.serials;
  if (date->kind != WrittenDate::Kind::parts || date->first == date->second) return;
  const bool day_first = day_of_parts(date->year, date->second, date->first).has_value();
  const bool month_first = day_of_parts(date->year, date->first, date->second).has_value();
  const auto count = [row](std::int64_t& number, std::int64_t& where) {
    if (++number == 1) where = row;
  };
  if (day_first && month_first) {
    count(seen.either, seen.row_either);
  } else if (day_first) {
    count(seen.day_first, seen.row_day_first);
  } else {
    count(seen.month_first, seen.row_month_first);
  }
}

Order DateColumns::order_of(const Column& column) const {
  if (style_.order != Order::automatic) return style_.order;
  if (column.day_first > 0 && column.month_first == 0) return Order::day_first;
  if (column.month_first > 0 && column.day_first == 0) return Order::month_first;
  return Order::automatic;
}

std::string DateColumns::undecided(const Column& column) const {
  if (column.day_first > 0)
    return fmt::format(
        "{}: column '{}' mixes dates with the day first (row {}) and with the month first (row {}), and has {} that "
        "could "
        "be either (first in row {}); correct them, or say dates = \"day-first\" or \"month-first\", and those that "
        "do not fit are set aside",
        source_, column.name, column.row_day_first, column.row_month_first, column.either, column.row_either);
  return fmt::format(
      "{}: column '{}' has {} dates that could have the day or the month first (first in row {}), and none that "
      "tells; say dates = \"day-first\" or dates = \"month-first\"",
      source_, column.name, column.either, column.row_either);
}

void DateColumns::decide() {
  bool any_day_first = false, any_month_first = false;
  for (Column& column : columns_) {
    column.order = order_of(column);
    any_day_first = any_day_first || column.day_first > 0;
    any_month_first = any_month_first || column.month_first > 0;
  }
  for (Column& column : columns_) {
    if (column.order != Order::automatic || column.either == 0) continue;
    const bool own_evidence = column.day_first > 0;
    if (own_evidence || any_day_first == any_month_first) throw Error(ErrorCode::input, undecided(column));
    column.order = any_day_first ? Order::day_first : Order::month_first;
    column.by_others = true;
  }
}

std::optional<DaySpan> DateColumns::read(std::size_t column, std::string_view text) const {
  const auto date = read_written_date(text);
  if (!date) return {};
  if (date->kind == WrittenDate::Kind::span) return date->span;
  if (date->kind == WrittenDate::Kind::serial) {
    const Day day = day_of_serial(date->serial, style_.epoch_1904);
    return DaySpan{day, day};
  }
  auto day_first = day_of_parts(date->year, date->second, date->first);
  auto month_first = day_of_parts(date->year, date->first, date->second);
  if (columns_[column].order == Order::day_first) month_first = day_first;
  if (columns_[column].order == Order::month_first) day_first = month_first;
  // Without an order each date has to fit one way alone, or both ways alike.
  if (day_first && month_first && *day_first != *month_first) return {};
  const auto day = day_first ? day_first : month_first;
  if (!day) return {};
  return DaySpan{*day, *day};
}

std::vector<std::string> DateColumns::notes() const {
  std::vector<std::string> notes;
  for (const Column& column : columns_) {
    if (column.serials > 0)
      notes.push_back(
          fmt::format("{}: {} dates in column '{}' are serial numbers of a spreadsheet; they were counted "
                      "from {}",
                      source_, column.serials, column.name, style_.epoch_1904 ? 1904 : 1900));
    const std::int64_t parts = column.either + column.day_first + column.month_first;
    if (parts == 0 || style_.order != Order::automatic) continue;
    if (column.order == Order::automatic)
      notes.push_back(
          fmt::format("{}: column '{}' mixes dates with the day first (row {}) and with the month first (row "
                      "{}); each fits one way alone, but look at them",
                      source_, column.name, column.row_day_first, column.row_month_first));
    else
      notes.push_back(fmt::format(
          "{}: the dates in column '{}' were read {}{}", source_, column.name, in_words(column.order),
          column.by_others
              ? ", as those of the other columns are"
              : fmt::format(", as row {} shows",
                            column.order == Order::day_first ? column.row_day_first : column.row_month_first)));
  }
  return notes;
}

}  // namespace tocsin::data
