#pragma once

#include <optional>
#include <string_view>

#include <tocsin/core/calendar.hpp>

namespace tocsin::data {

/// First and last day on which something happened, both included; the same day where it is known.
struct DaySpan {
  Day first, last;
  friend bool operator==(const DaySpan&, const DaySpan&) = default;
};

/// What one text says of a date, as far as it can be told without the other texts of its column.
struct WrittenDate {
  enum class Kind {
    span,    ///< a day, week, dekad, month, quarter or year, beyond doubt
    parts,   ///< two numbers and a year, such as 03/04/2021: the column says which number is the day
    serial,  ///< days since the epoch of a spreadsheet, such as 44412
  };
  Kind kind = Kind::span;
  DaySpan span;               ///< of Kind::span
  int first = 0, second = 0;  ///< of Kind::parts, as written
  int year = 0;
  int serial = 0;
};

/// Reads dates as people and programs write them: ISO 8601 (2021-08-31, with or without a time of day; 20210831;
/// 2021-W35), 2021/08/31, 31.08.2021, 31/8/21, "31 August 2021", "28-Jul-21", "August 31st, 2021", "le 31 août 2021",
/// "31 de agosto de 2021", months ("2021-08", "08/2021", "Aug 2021"), "2021-Q3", "2021", serial numbers of
/// spreadsheets. "2021-08-02 to 2021-08-09" with both days so. A time of day and its
/// zone are left out; any other word behind a day makes it none. Years of two digits are 1969 to 2068 (POSIX). Empty
/// when the text is none of these, names a day that does not exist, or its year is not between 1900 and 2100.
std::optional<WrittenDate> read_written_date(std::string_view text);

/// The day of a serial number. Serial numbers from 1900 count the 29 February 1900 that never was, as spreadsheets do.
Day day_of_serial(int serial, bool epoch_1904);

/// Empty unless the three make a day of the years 1900 to 2100.
std::optional<Day> day_of_parts(int year, int month, int day);

}  // namespace tocsin::data
