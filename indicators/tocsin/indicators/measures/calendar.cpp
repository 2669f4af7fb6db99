#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include <tocsin/indicators/measure_context.hpp>
#include <tocsin/indicators/measures/measures.hpp>
#include <tocsin/indicators/measures/table_rows.hpp>

namespace tocsin::measures {
namespace {

struct Columns {
  std::size_t date;
  std::optional<std::size_t> code, lead, lag;
};

/// A date of a unit with other boundaries is that of an area where half of either lies in the other.
constexpr double mostly = 0.5;

/// Reads "12-01" as month and day.
std::optional<std::chrono::month_day> parse_month_day(const std::string& text) {
  unsigned month = 0, day = 0;
  if (text.size() != 5 || text[2] != '-') return {};
  const bool digits = std::from_chars(text.data(), text.data() + 2, month).ptr == text.data() + 2 &&
                      std::from_chars(text.data() + 3, text.data() + 5, day).ptr == text.data() + 5;
  const std::chrono::month_day date{std::chrono::month{month}, std::chrono::day{day}};
  if (!digits || !date.ok()) return {};
  return date;
}

struct Season {
  std::chrono::month_day from{}, to{};
  [[nodiscard]] bool contains(Day day) const {
    const std::chrono::year_month_day date{day};
    const std::chrono::month_day here{date.month(), date.day()};
    return from <= to ? from <= here && here <= to : here >= from || here <= to;  // 12-01..04-30 passes the new year
  }
};

/// Nearness to dates of a calendar, or the share of days in a season; 0 to 1.
/// A ramp rises linearly over `lead` before the date, is 1 on it, and falls linearly over `lag` after it; a window is 1
/// from `lead` before to `lag` after. A period has its largest daily value; areas without a code share every date.
class CalendarMeasure final : public Measure {
 public:
  CalendarMeasure(Parameters& parameters, const MeasureSetting& setting) : setting_(setting) {
    const std::string season = parameters.text_or("season", "");
    if (!season.empty()) {
      const auto dots = season.find("..");
      const auto from = parse_month_day(season.substr(0, dots));
      const auto to = dots == std::string::npos ? std::nullopt : parse_month_day(season.substr(dots + 2));
      if (from && to)
        season_ = Season{*from, *to};
      else
        parameters.problem("season",
                           fmt::format("'{}' is not a season; write \"12-01..04-30\", or \"observed\"", season));
    } else if (setting.source.empty()) {
      parameters.problem("kind", "needs a `source` with dates, or a `season = \"12-01..04-30\"`");
    }
    lead_ = parameters.optional_duration("lead").value_or(days(30));
    lag_ = parameters.optional_duration("lag").value_or(days(30));
    ramp_ = parameters.word_or("shape", {"ramp", "window"}, "ramp") == "ramp";
    date_column_ = parameters.text_or("date", "date");
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override {
    if (season_) return {};
    return {{setting_.source, PortKind::table, {}, {}, {}}};
  }
  [[nodiscard]] std::string unit() const override { return "nearness 0-1"; }

  [[nodiscard]] std::optional<TableJoinRequest> table_join(const MeasureContext& context) const override {
    if (season_) return {};
    const Columns columns = find(context.tables.at(setting_.source));
    if (!columns.code) return {};
    return TableJoinRequest{setting_.source, *columns.code, columns.date, {}, {}, TableJoinRequest::Rows::list};
  }

  void account(const MeasureContext& context, const Period& first, const Period& last,
               SourceLedger& ledger) const override {
    if (season_) return;
    const Table& table = context.tables.at(setting_.source);
    const Columns columns = find(table);
    const auto request = table_join(context);
    const TableJoin* join = request ? &context.table_join(*request) : nullptr;
    account_rows(table, setting_.source, ledger, [&](const TableRow& row) -> RowVerdict {
      const auto day = row.day(columns.date);
      if (!day) return {{}, "date not readable", "write dates as 2021-08-31"};
      if (join != nullptr && !row.text(*columns.code).empty())
        if (const std::string outside = join->outside(row.index()); !outside.empty()) return {outside, {}, {}};
      const auto [lead, lag] = lead_and_lag(row, columns);
      if (days_between(last.last, *day) > lead || days_between(*day, first.first) > lag) return {"time", {}, {}};
      return {};
    });
  }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period& period) const override {
    std::vector<double> values(context.areas.size(), 0.0);
    if (season_) {
      double inside = 0;
      for (Day day = period.first; day <= period.last; day += std::chrono::days{1}) inside += season_->contains(day);
      std::fill(values.begin(), values.end(), inside / period.days());
      return context.painted(values);
    }
    const Table& table = context.tables.at(setting_.source);
    const Columns columns = find(table);
    const auto request = table_join(context);
    const TableJoin* join = request ? &context.table_join(*request) : nullptr;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const TableRow row(table, i);
      const auto date = row.day(columns.date);
      if (!date) continue;
      const double value = largest(*date, lead_and_lag(row, columns), period);
      if (join == nullptr || row.text(*columns.code).empty()) {
        for (double& area : values) area = std::max(area, value);
        continue;
      }
      for (const AreaPart& part : join->parts(i))
        if (part.of_area >= mostly || part.of_unit >= mostly) values[part.area] = std::max(values[part.area], value);
    }
    return context.painted(values);
  }

 private:
  [[nodiscard]] Columns find(const Table& table) const {
    auto code = optional_column_of(table, "pcode");
    if (!code) code = optional_column_of(table, "code");
    return {column_of(table, setting_.source, date_column_), code, optional_column_of(table, "lead_days"),
            optional_column_of(table, "lag_days")};
  }
  /// A row's own lead_days and lag_days go before the measure's.
  [[nodiscard]] std::pair<double, double> lead_and_lag(const TableRow& row, const Columns& columns) const {
    const auto own = [&](const std::optional<std::size_t>& column, Duration fallback) {
      const auto number = column ? row.number(*column) : std::nullopt;
      return number && *number >= 0 ? *number : fallback.days;
    };
    return {own(columns.lead, lead_), own(columns.lag, lag_)};
  }
  [[nodiscard]] double largest(Day date, const std::pair<double, double>& reach, const Period& period) const {
    // The day of the period nearest to the date has the largest value.
    const Day day = std::clamp(date, period.first, period.last);
    const double before = days_between(day, date), after = -before;
    if (before > reach.first || after > reach.second) return 0;
    if (!ramp_ || before == 0) return 1;
    return before > 0 ? 1 - before / reach.first : 1 - after / reach.second;
  }

  MeasureSetting setting_;
  std::optional<Season> season_;
  Duration lead_, lag_;
  bool ramp_ = true;
  std::string date_column_;
};

}  // namespace

std::unique_ptr<Measure> make_calendar(Parameters& parameters, const MeasureSetting& setting) {
  if (parameters.text_or("season", "") == "observed") return make_season(parameters, setting);
  return std::make_unique<CalendarMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
