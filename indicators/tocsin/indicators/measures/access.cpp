#include <algorithm>

#include <tocsin/indicators/measure_context.hpp>
#include <tocsin/indicators/measures/measures.hpp>
#include <tocsin/indicators/measures/table_rows.hpp>
#include <tocsin/temporal/delay/access_clock.hpp>

namespace tocsin::measures {
namespace {

struct Columns {
  std::size_t code, from, to;
};

/// Share of the days on which an area could not be reached, from a table of area, from, to. The table lists the gaps:
/// an area without a row was open. An empty `to` means that the gap lasts.
class AccessMeasure final : public Measure {
 public:
  AccessMeasure(Parameters& parameters, const MeasureSetting& setting) : setting_(setting) {
    if (!setting.where.empty()) parameters.problem("kind", "takes no `where`: put it into the source's table");
    window_ = parameters.optional_duration("window");
    mask_.pillars = parameters.texts_or("masks", {"incidents"});
    mask_.from = parameters.number_or("mask_from", 0.5);
    if (!(mask_.from > 0 && mask_.from <= 1)) parameters.problem("mask_from", "must be above 0 and at most 1");
    known_after_ = parameters.optional_duration("known_after");
    code_column_ = parameters.text_or("code", "");
    from_column_ = parameters.text_or("from", "from");
    to_column_ = parameters.text_or("to", "to");
  }

  [[nodiscard]] std::vector<SourceNeed> needs() const override {
    return {{setting_.source, PortKind::table, {}, {}, {}}};
  }
  [[nodiscard]] std::string unit() const override { return "share of days"; }
  [[nodiscard]] Duration lookback() const override { return window_.value_or(days(0)); }
  [[nodiscard]] const AccessMask* mask() const override { return &mask_; }

  [[nodiscard]] std::optional<TableJoinRequest> table_join(const MeasureContext& context) const override {
    const Columns columns = find(context.tables.at(setting_.source));
    return TableJoinRequest{setting_.source, columns.code, columns.from, {}, {}, TableJoinRequest::Rows::list};
  }

  void account(const MeasureContext& context, const Period& first, const Period& last,
               SourceLedger& ledger) const override {
    const Table& table = context.tables.at(setting_.source);
    const Columns columns = find(table);
    const TableJoin& join = context.table_join(*table_join(context));
    const Day start = window_of(first, window_, std::nullopt).first;
    account_rows(table, setting_.source, ledger, [&](const TableRow& row) -> RowVerdict {
      const auto from = row.day(columns.from), to = row.day(columns.to);
      if (!from || (!to && !row.text(columns.to).empty()))
        return {{}, "date not readable", "write dates as 2021-08-31; an empty end means that the gap lasts"};
      if (to && *to < *from) return {{}, "dates reversed", "the gap ends before it begins"};
      if (const std::string outside = join.outside(row.index()); !outside.empty()) return {outside, {}, {}};
      if (*from > last.last || (to && *to < start)) return {"time", {}, {}};
      return {};
    });
  }

  /// Gaps of which nothing is known yet; one without an end lasts for ever.
  [[nodiscard]] std::vector<UnreachableDays> unreachable(const MeasureContext& context) const override {
    std::vector<UnreachableDays> gaps = all_gaps(context);
    if (!known_after_) return gaps;
    std::vector<AccessGap> closed;
    for (const UnreachableDays& gap : gaps) closed.push_back({gap.area, gap.first, gap.last, 0});
    const AccessClock clock(context.areas.size(), closed);
    std::erase_if(gaps, [&](const UnreachableDays& gap) {
      return gap.last < context.as_of &&
             clock.days(gap.area, gap.last + std::chrono::days{1}, context.as_of) >= known_after_->days;
    });
    return gaps;
  }
  [[nodiscard]] Raster<float> masked_share(const MeasureContext& context, const Period& period) const override {
    return share(context, period, unreachable(context));
  }

  [[nodiscard]] Raster<float> evaluate(const MeasureContext& context, const Period& period) const override {
    // Who could have reported has done so once the place was open for long enough; that it was closed stays a risk.
    return setting_.role == Role::reporting ? masked_share(context, period) : share(context, period, all_gaps(context));
  }

 private:
  [[nodiscard]] std::vector<UnreachableDays> all_gaps(const MeasureContext& context) const {
    const Table& table = context.tables.at(setting_.source);
    const Columns columns = find(table);
    const TableJoin& join = context.table_join(*table_join(context));
    AreaSpans closed;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const TableRow row(table, i);
      const auto from = row.day(columns.from), to = row.day(columns.to);
      if (join.parts(i).empty() || !from || (!to && !row.text(columns.to).empty()) || (to && *to < *from)) continue;
      closed.add(join.parts(i), join.unit(i), *from, to.value_or(Day::max()));
    }
    std::vector<UnreachableDays> gaps;
    for (const AreaDays& gap : closed.most()) gaps.push_back({gap.area, gap.first, gap.last});
    return gaps;
  }

  /// Of the days of the window, those in the gaps.
  [[nodiscard]] Raster<float> share(const MeasureContext& context, const Period& period,
                                    std::span<const UnreachableDays> gaps) const {
    const TimeWindow window = window_of(period, window_, std::nullopt);
    const auto length = static_cast<std::size_t>(days_between(window.first, window.last)) + 1;
    // Gaps of one area may overlap: a day counts once.
    std::vector<std::vector<bool>> closed(context.areas.size());
    for (const UnreachableDays& gap : gaps) {
      auto& days_closed = closed[gap.area];
      const Day begin = std::max(gap.first, window.first), end = std::min(gap.last, window.last);
      if (end >= begin) days_closed.resize(length);
      for (Day day = begin; day <= end; day += std::chrono::days{1})
        days_closed[static_cast<std::size_t>(days_between(window.first, day))] = true;
    }
    std::vector<double> shares(context.areas.size());
    for (std::size_t i = 0; i < shares.size(); ++i)
      shares[i] =
          static_cast<double>(std::count(closed[i].begin(), closed[i].end(), true)) / static_cast<double>(length);
    return context.painted(shares);
  }

  [[nodiscard]] Columns find(const Table& table) const {
    const std::vector<std::string> codes =
        code_column_.empty() ? std::vector<std::string>{"pcode", "code"} : std::vector<std::string>{code_column_};
    return {column_of_any(table, setting_.source, codes), column_of(table, setting_.source, from_column_),
            column_of(table, setting_.source, to_column_)};
  }

  MeasureSetting setting_;
  std::optional<Duration> window_, known_after_;
  AccessMask mask_;
  std::string code_column_, from_column_, to_column_;
};

}  // namespace

std::unique_ptr<Measure> make_access(Parameters& parameters, const MeasureSetting& setting) {
  return std::make_unique<AccessMeasure>(parameters, setting);
}

}  // namespace tocsin::measures
