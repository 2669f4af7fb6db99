#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tocsin/data/values/written_date.hpp>

namespace tocsin::data {

/// How the dates of a source are written, where its scenario says it.
struct DateStyle {
  enum class Order { automatic, day_first, month_first };
  Order order = Order::automatic;
  bool epoch_1904 = false;  ///< serial numbers count from 1904, as old spreadsheets of the Mac do
};

/// Reads "auto", "day-first", "month-first", "excel-1904", or an order and the epoch, "day-first excel-1904".
std::optional<DateStyle> parse_date_style(std::string_view text);

/// The columns of dates of one table. Whether 03/04/2021 is in March or in April is decided over a whole column, by the
/// dates in it that can be read in one way only; a column without any goes by the others of its table. What cannot be
/// decided is refused rather than guessed.
///
/// Use: observe every text, decide once, then read.
class DateColumns {
 public:
  /// @param source  for messages, such as "source 'incidents'"
  DateColumns(std::string source, DateStyle style) : source_(std::move(source)), style_(style) {}

  /// @param name  as the table calls it
  /// @return the index of the column in the calls below
  std::size_t add_column(std::string name);
  /// Cheap for ISO dates, which say nothing that has to be decided.
  void observe(std::size_t column, std::string_view text, std::int64_t row);
  /// @throws Error input: dates that can be read both ways and nothing in the table that tells, or dates of both orders
  ///         beside some that could be either. The message names two rows and the scenario's key `dates`.
  void decide();
  /// The days that a text stands for; empty when it is no date in the order of its column.
  [[nodiscard]] std::optional<DaySpan> read(std::size_t column, std::string_view text) const;
  /// What was decided, and what serial numbers were taken for; after decide().
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  struct Column {
    std::string name;
    std::int64_t day_first = 0, month_first = 0, either = 0, serials = 0;
    std::int64_t row_day_first = 0, row_month_first = 0, row_either = 0;  ///< the first of each
    DateStyle::Order order = DateStyle::Order::automatic;
    bool by_others = false;
  };
  [[nodiscard]] DateStyle::Order order_of(const Column& column) const;
  [[nodiscard]] std::string undecided(const Column& column) const;

  std::string source_;
  DateStyle style_;
  std::vector<Column> columns_;
};

}  // namespace tocsin::data
