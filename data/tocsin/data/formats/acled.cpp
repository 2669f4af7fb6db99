#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/formats/acled.hpp>
#include <tocsin/data/formats/coded_format.hpp>
#include <tocsin/data/formats/record_dates.hpp>
#include <tocsin/data/formats/record_place.hpp>

namespace tocsin::data {
namespace {

using Column = std::optional<std::size_t>;

/// The day of a Unix time between 1990 and 2100; empty for anything else.
std::optional<Day> day_of_unix_time(std::string_view text) {
  const auto seconds = parse_number(text);
  constexpr double from = 631152000, to = 4102444800;
  if (!seconds || !(*seconds >= from && *seconds < to)) return {};
  return std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds{std::chrono::seconds{std::llround(*seconds)}});
}

class Acled final : public EventFormat {
 public:
  Acled(RawTable& header, const SourceSpec& spec)
      : source_(fmt::format("source '{}'", spec.name)),
        reported_(reported_column(header, spec)),
        reported_dates_(source_, parse_date_style(spec.dates).value_or(DateStyle{})),
        dates_(header, spec, {need_column(header, spec, "event_date"), {}, {}, {}}),
        place_(header, spec,
               {need_column(header, spec, "latitude"), need_column(header, spec, "longitude"), {}, {}, {}, {}, {}}) {
    reported_dates_.add_column(reported_ ? header.columns[*reported_] : std::string());
    id_ = header.find("event_id_cnty");
    time_precision_ = header.find("time_precision");
    geo_precision_ = header.find("geo_precision");
    admin1_ = header.find("admin1");
    admin2_ = header.find("admin2");
    admin3_ = header.find("admin3");
    add_words(header);
    columns_ = header.columns;
  }

  void observe(const RawTable& block) override {
    dates_.observe(block);
    place_.observe(block);
    for (std::size_t row = 0; reported_ && row < block.rows(); ++row)
      if (const auto text = block.cell(row, *reported_); !block.is_ragged(row) && !day_of_unix_time(text))
        reported_dates_.observe(0, text, block.row_number(row));
  }

  void decide() override {
    dates_.decide();
    place_.decide();
    reported_dates_.decide();
  }

  std::optional<RowProblem> parse(const RawTable& block, std::size_t row, EventRecord& record) const override {
    const auto text = [&](const Column& column) { return column ? block.cell(row, *column) : std::string_view(); };
    record.id = text(id_);
    record.category = text(category_);
    record.actor = text(actor_);
    record.admin1 = text(admin1_);
    record.admin2 = text(admin2_);
    record.admin3 = text(admin3_);
    if (auto problem = dates_.read(block, row, record)) return problem;
    if (auto problem = stretch(text(time_precision_), record)) return problem;
    if (auto problem = report(unless_unknown(text(reported_)), record)) return problem;
    const auto found = place_.read(block, row, record);
    if (!found.given) return coordinates_missing();
    if (found.problem) return found.problem;
    return place(text(geo_precision_), record);
  }

  [[nodiscard]] std::string crs() const override { return place_.crs(); }

  [[nodiscard]] std::vector<std::string> warnings() const override {
    auto all = dates_.notes();
    for (const std::string& note : reported_dates_.notes()) all.push_back(note);
    if (unknown_place_ > 0)
      all.push_back(
          fmt::format("{}: {} events do not say how exactly their place is known; each is spread within 25 km of its "
                      "point",
                      source_, unknown_place_.load()));
    if (!reported_)
      all.push_back(
          fmt::format("{}: ACLED does not say when an event became known; `timestamp` is its last change, say "
                      "columns = {{ reported = \"timestamp\" }} to count it as that",
                      source_));
    return all;
  }

  [[nodiscard]] std::optional<std::size_t> column_of(std::string_view field) const override {
    return index_of(columns_, field);
  }

 private:
  static Column reported_column(const RawTable& header, const SourceSpec& spec) {
    for (const auto& [field, name] : spec.columns) {
      if (field != "reported")
        throw Error(ErrorCode::scenario,
                    fmt::format("source '{}': of an ACLED export only `reported` can be mapped, not '{}'; use format = "
                                "\"table\" to map all",
                                spec.name, field));
      if (const Column column = header.find(name)) return column;
      throw Error(ErrorCode::scenario,
                  fmt::format("source '{}': columns maps {} to '{}', which '{}' does not have{}", spec.name, field,
                              name, spec.path, did_you_mean(name, header.columns)));
    }
    return {};
  }

  /// Gives where clauses and text fields names that are the same for every export, and for every other source of
  /// events.
  void add_words(RawTable& header) {
    const Column sub_type = header.find("sub_event_type"), type = header.find("event_type"),
                 actor = header.find("actor1");
    if ((sub_type || type) && !header.find("category")) header.add_column("category", sub_type ? *sub_type : *type);
    if (actor && !header.find("actor")) header.add_column("actor", *actor);
    for (const char* name : {"inter1", "inter2"})
      if (const Column code = header.find(name); code && !header.find(fmt::format("{}_kind", name)))
        header.add_column(fmt::format("{}_kind", name), *code, acled_actor_kind);
    category_ = header.find("category");
    actor_ = header.find("actor");
  }

  static std::optional<RowProblem> stretch(std::string_view text, EventRecord& record) {
    namespace chrono = std::chrono;
    const auto code = text.empty() ? 1 : whole_code(text);
    if (code == 1) return {};
    if (code == 2) {
      record.first_day -= chrono::days{3};
      record.last_day += chrono::days{3};
    } else if (code == 3) {
      const chrono::year_month_day date{record.first_day};
      record.first_day = Day{date.year() / date.month() / 1};
      record.last_day = Day{date.year() / date.month() / chrono::last};
    } else {
      return RowProblem{"precision not understood", "time_precision is 1, 2 or 3"};
    }
    record.reported = record.last_day;
    return {};
  }

  std::optional<RowProblem> report(std::string_view text, EventRecord& record) const {
    if (text.empty()) return {};
    auto day = day_of_unix_time(text);
    if (!day)
      if (const auto date = reported_dates_.read(0, text)) day = date->last;
    if (!day)
      return RowProblem{"date not readable",
                        "the reported date is neither a date such as 2021-08-31, in the order of "
                        "its column, nor a Unix time"};
    if (*day < record.first_day)
      return RowProblem{"reported before it happened",
                        fmt::format("reported on {}, but it happened on {} at the earliest; correct one of them",
                                    to_string(*day), to_string(record.first_day))};
    record.reported = *day;
    record.has_reported = true;
    return {};
  }

  std::optional<RowProblem> place(std::string_view code, EventRecord& record) const {
    if (code.empty()) {
      record.precision = acled_unknown_precision;
      ++unknown_place_;
      return {};
    }
    if (const AcledPlacePrecision* precision = entry_of(acled_geo_precision, code)) {
      record.precision = precision->place;
      return {};
    }
    return RowProblem{"precision not understood", "geo_precision is 1, 2 or 3"};
  }

  std::string source_;
  Column reported_;
  DateColumns reported_dates_;
  RecordDates dates_;
  RecordPlace place_;
  Column id_, time_precision_, geo_precision_, admin1_, admin2_, admin3_, category_, actor_;
  std::vector<std::string> columns_;
  mutable Count unknown_place_ = 0;
};

}  // namespace

std::string_view acled_actor_kind(std::string_view code) {
  constexpr std::array<std::string_view, 9> kinds{
      "",        "State forces", "Rebel group", "Political militia",    "Identity militia",
      "Rioters", "Protesters",   "Civilians",   "External/Other forces"};
  const auto number = whole_code(code);
  return number && *number >= 0 && *number <= 8 ? kinds[static_cast<std::size_t>(*number)] : code;
}

bool looks_like_acled(const RawTable& table) {
  for (const char* name : {"event_id_cnty", "event_date", "actor1", "latitude", "longitude"})
    if (!table.find(name)) return false;
  return true;
}

std::unique_ptr<EventFormat> make_acled(RawTable& header, const SourceSpec& spec) {
  return std::make_unique<Acled>(header, spec);
}

}  // namespace tocsin::data
