#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/formats/record_dates.hpp>

namespace tocsin::data {
namespace {

DateStyle style_of(const RawTable& header, const SourceSpec& spec) {
  if (auto style = parse_date_style(spec.dates)) {
    style->epoch_1904 = style->epoch_1904 || header.counts_from_1904;
    return *style;
  }
  throw Error(ErrorCode::scenario, fmt::format("source '{}': dates = \"{}\" is not understood; use \"day-first\", "
                                               "\"month-first\", \"excel-1904\" or \"auto\"",
                                               spec.name, spec.dates));
}

RowProblem unreadable(std::string_view column) {
  return {"date not readable", fmt::format("'{}' holds no date of the years 1900 to 2100 in the order of its column; "
                                           "write it as 2021-08-31, or 2021-08 when only the month is known",
                                           column)};
}

}  // namespace

RecordDates::RecordDates(const RawTable& header, const SourceSpec& spec, const DateFields& fields)
    : columns_(fmt::format("source '{}'", spec.name), style_of(header, spec)),
      date_(add(header, fields.date)),
      start_(add(header, fields.start)),
      end_(add(header, fields.end)),
      reported_(add(header, fields.reported)) {}

RecordDates::Field RecordDates::add(const RawTable& header, const std::optional<std::size_t>& column) {
  Field field{column, 0, {}};
  if (!column) return field;
  field.name = header.columns[*column];
  field.index = columns_.add_column(field.name);
  return field;
}

void RecordDates::observe(const RawTable& block) {
  for (const Field* field : {&date_, &start_, &end_, &reported_}) {
    if (!field->column) continue;
    for (std::size_t row = 0; row < block.rows(); ++row)
      if (!block.is_ragged(row)) columns_.observe(field->index, block.cell(row, *field->column), block.row_number(row));
  }
}

std::optional<RowProblem> RecordDates::read(const RawTable& block, std::size_t row, EventRecord& record) const {
  const std::string_view end = text(block, row, end_), reported = text(block, row, reported_);
  const Field* first = text(block, row, start_).empty() ? &date_ : &start_;
  if (text(block, row, *first).empty()) first = &end_;
  const std::string_view start = text(block, row, *first);
  if (start.empty()) return RowProblem{"no date", "the record has no date; fill it in"};
  const auto began = columns_.read(first->index, start);
  if (!began) return unreadable(first->name);
  record.first_day = began->first;
  record.last_day = began->last;
  if (!end.empty()) {
    const auto ended = columns_.read(end_.index, end);
    if (!ended) return unreadable(end_.name);
    record.last_day = ended->last;
  }
  if (record.last_day < record.first_day)
    return RowProblem{"dates reversed",
                      fmt::format("'{}' is before '{}'; correct one of them", end_.name, first->name)};
  record.reported = record.last_day;
  record.has_reported = !reported.empty();
  if (!record.has_reported) return {};
  const auto known = columns_.read(reported_.index, reported);
  if (!known) return unreadable(reported_.name);
  // Of a month only its last day is sure: nobody may know of a record before it was reported.
  record.reported = known->last;
  if (record.reported < record.first_day)
    return RowProblem{"reported before it happened",
                      fmt::format("reported on {}, but it happened on {} at the earliest; correct one of them",
                                  to_string(record.reported), to_string(record.first_day))};
  return {};
}

}  // namespace tocsin::data
