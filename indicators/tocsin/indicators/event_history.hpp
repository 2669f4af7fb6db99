#pragma once

#include <string>
#include <vector>

#include <tocsin/indicators/measure_context.hpp>

namespace tocsin {

/// What a history counts: events, or the numbers of a table by area and date.
struct HistoryOf {
  std::string source, where;
  std::string field;   ///< "persons", "weight" or a numeric field; empty: incidents. Of a table: its column of numbers
  std::string pillar;  ///< whose reports nobody makes where nobody can go
  bool table = false;
  std::string code_column, date_column;  ///< of a table
  Carry carry = Carry::share;            ///< of a table: what its numbers are

  /// Reads the keys that measures of histories share: `from` = events or table, `by`, `field`, `code`, `date`.
  static HistoryOf read(Parameters& parameters, const MeasureSetting& setting);
  [[nodiscard]] SourceNeed need() const;
  [[nodiscard]] std::string unit() const;
  /// Of a table: Measure::table_join.
  [[nodiscard]] std::optional<TableJoinRequest> table_join(const MeasureContext& context) const;
  /// Enters the rows of a table into the ledger.
  /// @param start  the first day that is looked at
  void account(const MeasureContext& context, Day start, Day end, SourceLedger& ledger) const;
};

/// Events in a span of days, by area. Of a table: the sum of its rows dated in the span; an area without a row there
/// was not observed.
struct SpanCount {
  std::vector<double> events;  ///< NaN where less than half of the days were observed
  std::vector<double> days;    ///< on which somebody could have known of one
};

/// What each event counts in a span (of events alone); 0 for those that count_span() leaves out.
std::vector<double> span_weights(const MeasureContext& context, const HistoryOf& of, const Period& span,
                                 const Period& latest);

/// Counts all spans by the same clock: an event counts in its span when it was known as many days after the span's end
/// as there are between the end of `latest` and the context's as-of day. So a past that had years to fill up is not set
/// beside a present that had two weeks. Events without a reported date count in all. Spans that ended before the
/// source's first record were not observed, unless it says from when on it covers (`observed_from`).
/// @param latest  the span that the others are compared with; its end gives the clock
SpanCount count_span(const MeasureContext& context, const HistoryOf& of, const Period& span, const Period& latest);

/// The span of the same length just before; whole months before whole months, however many days they have.
Period span_before(const Period& span);
/// The same days one year earlier; 29 February becomes 28 February.
Period year_before(const Period& span);

}  // namespace tocsin
