// Dates as people write them, alone and by column: values/written_date, values/date_columns.
#include <algorithm>

#include <tocsin/data/values/date_columns.hpp>
#include <tocsin/data/values/written_date.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const Day first = make_day(1900, 1, 1), last = make_day(2100, 12, 31);
  const auto is_sound = [&](const data::DaySpan& span) {
    // The week in which 1900 begins or 2100 ends reaches beyond them.
    const std::chrono::days week{7};
    return span.first <= span.last && span.first >= first - week && span.last <= last + week;
  };
  const std::string_view text = fuzz::text_of(data, size);
  data::DateColumns columns("source 'x'", {});
  const std::size_t column = columns.add_column("date");
  std::int64_t row = 0;
  const auto each = [&](const auto& call) {
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      call(text.substr(begin, end - begin));
      begin = end + 1;
    }
  };
  each([&](std::string_view line) {
    const auto date = data::read_written_date(line);
    if (date && date->kind == data::WrittenDate::Kind::span)
      fuzz::require(is_sound(date->span), "a date of 1900 to 2100");
    columns.observe(column, line, ++row);
  });
  fuzz::may_refuse([&] {
    columns.decide();
    each([&](std::string_view line) {
      if (const auto span = columns.read(column, line))
        fuzz::require(is_sound(*span), "a date of 1900 to 2100 by column");
    });
    (void)columns.notes();
  });
  return 0;
}
