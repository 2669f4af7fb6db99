#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include <tocsin/indicators/event_history.hpp>
#include <tocsin/indicators/measures/table_rows.hpp>

namespace tocsin {
namespace {

namespace chrono = std::chrono;

constexpr double least_observed_share = 0.5;  // of a span's days

Day shifted(Day day, chrono::months by) {
  const chrono::year_month_day date{day};
  const chrono::year_month month = date.year() / date.month() + by;
  const chrono::year_month_day last{month / chrono::last};
  return Day{month / std::min(date.day(), last.day())};
}

bool begins_a_month(Day day) {
  return chrono::year_month_day{day}.day() == chrono::day{1};
}

/// Days of the span that are named, each once, by area.
std::vector<double> unreachable_days(const MeasureContext& context, const std::string& pillar, const Period& span) {
  std::vector<double> result(context.areas.size(), 0.0);
  const auto found = context.unreachable.find(pillar);
  if (found == context.unreachable.end()) return result;
  std::vector<std::vector<bool>> closed(result.size());
  for (const UnreachableDays& gap : found->second) {
    const Day first = std::max(gap.first, span.first), last = std::min(gap.last, span.last);
    if (last < first) continue;
    closed[gap.area].resize(static_cast<std::size_t>(span.days()));
    for (Day day = first; day <= last; day += chrono::days{1})
      closed[gap.area][static_cast<std::size_t>(days_between(span.first, day))] = true;
  }
  for (std::size_t area = 0; area < result.size(); ++area)
    result[area] = static_cast<double>(std::count(closed[area].begin(), closed[area].end(), true));
  return result;
}

struct Columns {
  std::size_t code, date, number;
  std::optional<std::size_t> reported;
};

Columns columns_of(const Table& table, const HistoryOf& of) {
  using namespace measures;
  return {of.code_column.empty() ? column_of_any(table, of.source, {"pcode", "code"})
                                 : column_of(table, of.source, of.code_column),
          column_of(table, of.source, of.date_column), column_of(table, of.source, of.field),
          optional_column_of(table, "reported")};
}

/// The last day on which a record of the span counts as known in time.
Day known_by(const MeasureContext& context, const Period& span, const Period& latest) {
  return span.last + chrono::days{std::max(0, days_between(latest.last, context.as_of))};
}

SpanCount count_rows(const MeasureContext& context, const HistoryOf& of, const Period& span, const Period& latest) {
  const Table& table = context.tables.at(of.source);
  const Columns columns = columns_of(table, of);
  const Day latest_known = std::min(known_by(context, span, latest), context.as_of);
  const TableJoin& join = context.table_join(*of.table_join(context));
  CarriedSums sums(join, of.carry);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const measures::TableRow row(table, i);
    const auto day = row.day(columns.date);
    const auto number = row.number(columns.number);
    if (join.parts(i).empty() || !day || !number || *number < 0 || !span.contains(*day)) continue;
    const auto reported = columns.reported ? row.day(*columns.reported) : std::nullopt;
    if (reported.value_or(*day) > latest_known) continue;
    sums.add(i, *day, *number);
  }
  SpanCount count{sums.sums(context.areas.size()), std::vector<double>(context.areas.size(), 0.0)};
  for (std::size_t area = 0; area < count.events.size(); ++area)
    if (!std::isnan(count.events[area])) count.days[area] = span.days();
  return count;
}

}  // namespace

HistoryOf HistoryOf::read(Parameters& parameters, const MeasureSetting& setting) {
  HistoryOf of{setting.source, setting.where, {}, setting.pillar, false, {}, {}, setting.spec.carry};
  of.table = parameters.word_or("from", {"events", "table"}, "events") == "table";
  if (of.table) {
    of.field = parameters.text("field");
    of.code_column = parameters.text_or("code", "");
    of.date_column = parameters.text_or("date", "date");
    if (!setting.where.empty())
      parameters.problem("from", "\"table\" takes no `where`: put it into the source's table");
    return of;
  }
  for (const char* key : {"code", "date"})
    if (parameters.has(key)) parameters.problem(key, "is of tables: set from = \"table\"");
  const std::string by = parameters.word_or("by", {"incident", "survivor"}, "incident");
  of.field = parameters.text_or("field", by == "survivor" ? "persons" : "");
  if (of.field == "survivors") of.field = "persons";
  return of;
}

SourceNeed HistoryOf::need() const {
  if (table) return {source, PortKind::table, {}, {}, {}};
  SourceNeed need{source, PortKind::events, where, {}, {}};
  if (!field.empty() && field != "persons" && field != "weight") need.number_fields.push_back(field);
  return need;
}

std::string HistoryOf::unit() const {
  return field.empty() ? "events" : field;
}

std::optional<TableJoinRequest> HistoryOf::table_join(const MeasureContext& context) const {
  if (!table) return {};
  const Columns columns = columns_of(context.tables.at(source), *this);
  return TableJoinRequest{source, columns.code, columns.date, columns.number, columns.reported};
}

void HistoryOf::account(const MeasureContext& context, Day start, Day end, SourceLedger& ledger) const {
  if (!table) return;
  const Table& rows = context.tables.at(source);
  const Columns columns = columns_of(rows, *this);
  const TableJoin& join = context.table_join(*table_join(context));
  measures::account_rows(rows, source, ledger, [&](const measures::TableRow& row) -> measures::RowVerdict {
    const auto day = row.day(columns.date);
    const auto number = row.number(columns.number);
    if (!day) return {{}, "date not readable", "write dates as 2021-08-31"};
    if (!number) return {{}, "number not readable", fmt::format("column '{}' needs a number", field)};
    if (*number < 0) return {{}, "negative persons or weight", "a count cannot be negative"};
    const auto reported = columns.reported ? row.day(*columns.reported) : std::nullopt;
    if (reported.value_or(*day) > context.as_of) return {"not yet reported", {}, {}};
    if (const std::string outside = join.outside(row.index()); !outside.empty()) return {outside, {}, {}};
    if (*day < start || *day > end) return {"time", {}, {}};
    return {};
  });
}

std::vector<double> span_weights(const MeasureContext& context, const HistoryOf& of, const Period& span,
                                 const Period& latest) {
  const EventLayer& layer = context.events.at(of.source);
  const Events& events = layer.batch.events;
  std::vector<double> weights = layer.weights(of.where, {span.first, span.last, {}}, of.field);
  const Day in_time = known_by(context, span, latest);
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (events.has_reported[i] != 0 && events.reported[i] > in_time) weights[i] = 0;
  return weights;
}

SpanCount count_span(const MeasureContext& context, const HistoryOf& of, const Period& span, const Period& latest) {
  if (of.table) return count_rows(context, of, span, latest);
  const EventLayer& layer = context.events.at(of.source);
  const std::vector<double> weights = span_weights(context, of, span, latest);
  SpanCount count{layer.sums_by_area(weights, context.areas.size()), {}};
  const std::vector<double> closed = unreachable_days(context, of.pillar, span);
  const std::vector<Day>& days = layer.batch.events.first_day;
  // A past before the first record of all would be a quiet one of which nothing is known.
  const bool begun = layer.observed_from || (!days.empty() && *std::min_element(days.begin(), days.end()) <= span.last);
  for (std::size_t area = 0; area < closed.size(); ++area) {
    const double open = layer.observes(span) && begun ? span.days() - closed[area] : 0;
    if (open < least_observed_share * span.days()) count.events[area] = not_observed;
    count.days.push_back(open);
  }
  return count;
}

Period span_before(const Period& span) {
  Period before = span;
  before.last = span.first - chrono::days{1};
  if (begins_a_month(span.first) && begins_a_month(span.last + chrono::days{1})) {
    const chrono::year_month_day first{span.first}, last{span.last};
    const chrono::months whole = (last.year() / last.month()) - (first.year() / first.month()) + chrono::months{1};
    before.first = shifted(span.first, -whole);
  } else {
    before.first = span.first - chrono::days{span.days()};
  }
  return before;
}

Period year_before(const Period& span) {
  Period before = span;
  before.first = shifted(span.first, -chrono::months{12});
  // The last day of a month answers the last day of that month.
  before.last = shifted(span.last + chrono::days{1}, -chrono::months{12}) - chrono::days{1};
  return before;
}

}  // namespace tocsin
