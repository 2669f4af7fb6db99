#include <algorithm>

#include <fmt/format.h>

#include <tocsin/indicators/measure_context.hpp>
#include <tocsin/indicators/measures/measures.hpp>
#include <tocsin/indicators/measures/table_rows.hpp>
#include <tocsin/indicators/monitored_units.hpp>

namespace tocsin::measures {
namespace {

struct Columns {
  std::size_t area, date, persons;
  std::optional<std::size_t> reported;
};

/// Persons who arrived in an area (or left it) in a window of time, from a table of origin, destination, date, persons.
///
/// An area is observed from a grace (or a period) before its first row to a grace after its last one, and in a window
/// where it is so throughout: a monitoring point that was closed, or that never was, reads as not observed, never as no
/// arrivals. A quiet month is told by a row with 0 persons. See MonitoredUnits for boundaries that changed.
class FlowMeasure final : public Measure {
 public:
  FlowMeasure(Parameters& parameters, const MeasureSetting& setting) : setting_(setting) {
    if (!setting.where.empty()) parameters.problem("kind", "takes no `where`: put it into the source's table");
    window_ = parameters.optional_duration("window");
    grace_ = parameters.optional_duration("grace").value_or(days(31));
    const std::string direction = parameters.word_or("direction", {"in", "out"}, "in");
    area_column_ =
        parameters.text_or(direction == "in" ? "destination" : "origin", direction == "in" ? "destination" : "origin");
    date_column_ = parameters.text_or("date", "date");
    persons_column_ = parameters.text_or("persons", "persons");
    per_population_ = parameters.word_or("per", {"area", "population"}, "area") == "population";
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override {
    return {{setting_.source, PortKind::table, {}, {}, {}}};
  }
  [[nodiscard]] std::string unit() const override { return per_population_ ? "arrivals per resident" : "persons"; }
  [[nodiscard]] Duration lookback() const override { return window_.value_or(days(0)); }
  [[nodiscard]] bool needs_population() const override { return per_population_; }

  [[nodiscard]] std::optional<TableJoinRequest> table_join(const MeasureContext& context) const override {
    const Columns columns = find(context.tables.at(setting_.source));
    return TableJoinRequest{setting_.source, columns.area,     columns.date,
                            columns.persons, columns.reported, TableJoinRequest::Rows::movements};
  }

  void account(const MeasureContext& context, const Period& first, const Period& last,
               SourceLedger& ledger) const override {
    const Table& table = context.tables.at(setting_.source);
    const Columns columns = find(table);
    const TableJoin& join = context.table_join(*table_join(context));
    const Day from = window_of(first, window_, std::nullopt).first;
    account_rows(table, setting_.source, ledger, [&](const TableRow& row) -> RowVerdict {
      const auto day = row.day(columns.date);
      const auto persons = row.number(columns.persons);
      if (!day) return {{}, "date not readable", "write dates as 2021-08-31"};
      if (!persons) return {{}, "number not readable", fmt::format("column '{}' needs a number", persons_column_)};
      if (*persons < 0) return {{}, "negative persons or weight", "persons cannot be negative"};
      if (known_day(row, columns) > context.as_of) return {"not yet reported", {}, {}};
      if (const std::string outside = join.outside(row.index()); !outside.empty()) return {outside, {}, {}};
      if (*day < from || *day > last.last) return {"time", {}, {}};
      return {};
    });
  }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period& period) const override {
    const Table& table = context.tables.at(setting_.source);
    const Columns columns = find(table);
    const TimeWindow window = window_of(period, window_, std::nullopt);
    const TableJoin& join = context.table_join(*table_join(context));
    const std::size_t areas = context.areas.size();
    std::vector<double> persons(areas, 0.0);
    std::vector<bool> doubled(areas);
    // A first row tells of the period that it lies in.
    const int grace_days = static_cast<int>(grace_.days), lead_days = std::max(grace_days, period.days());
    MonitoredUnits monitored(window.first, window.last, lead_days, grace_days);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const TableRow row(table, i);
      const auto day = row.day(columns.date);
      const auto number = row.number(columns.persons);
      if (!day || !number || *number < 0 || join.parts(i).empty() || known_day(row, columns) > context.as_of) continue;
      monitored.add(join.unit(i), join.parts(i), *day);
      if (*day < window.first || *day > window.last) continue;
      for (const AreaPart& part : join.parts(i)) {
        persons[part.area] += *number * join.weight(i) * share_of(part);
        if (join.doubled(i)) doubled[part.area] = true;
      }
    }
    const std::vector<bool> observed = monitored.observed(areas);
    for (std::size_t area = 0; area < areas; ++area) {
      if (!observed[area] || doubled[area])
        persons[area] = not_observed;
      else if (per_population_) {
        const double residents = context.area_population.empty() ? not_observed : context.area_population[area];
        persons[area] = residents > 0 ? persons[area] / residents : not_observed;
      }
    }
    return context.painted(persons);
  }

 private:
  [[nodiscard]] Columns find(const Table& table) const {
    return {column_of(table, setting_.source, area_column_), column_of(table, setting_.source, date_column_),
            column_of(table, setting_.source, persons_column_), optional_column_of(table, "reported")};
  }
  [[nodiscard]] double share_of(const AreaPart& part) const {
    return setting_.spec.carry == Carry::share ? part.of_unit : part.of_area;
  }
  /// The day on which a row became known: its `reported` column, else its own date.
  static Day known_day(const TableRow& row, const Columns& columns) {
    if (columns.reported)
      if (const auto day = row.day(*columns.reported)) return *day;
    return row.day(columns.date).value_or(Day::max());
  }

  MeasureSetting setting_;
  std::optional<Duration> window_;
  Duration grace_;
  std::string area_column_, date_column_, persons_column_;
  bool per_population_ = false;
};

}  // namespace

std::unique_ptr<Measure> make_flow(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<FlowMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
