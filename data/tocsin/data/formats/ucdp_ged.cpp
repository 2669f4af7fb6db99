#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/formats/coded_format.hpp>
#include <tocsin/data/formats/record_dates.hpp>
#include <tocsin/data/formats/record_place.hpp>
#include <tocsin/data/formats/ucdp_ged.hpp>

namespace tocsin::data {
namespace {

using Column = std::optional<std::size_t>;

std::string_view violence_in_words(std::string_view code) {
  switch (whole_code(code).value_or(0)) {
    case 1:
      return "state-based conflict";
    case 2:
      return "non-state conflict";
    case 3:
      return "one-sided violence";
    default:
      return "";
  }
}

class UcdpGed final : public EventFormat {
 public:
  UcdpGed(RawTable& header, const SourceSpec& spec)
      : source_(spec.name),
        date_end_(header.find("date_end")),
        dates_(header, spec, {{}, need_column(header, spec, "date_start"), date_end_, {}}),
        place_(header, spec,
               {need_column(header, spec, "latitude"), need_column(header, spec, "longitude"), {}, {}, {}, {}, {}}) {
    for (const auto& [name, column] : optional_columns()) *column = header.find(name);
    add_words(header);
    columns_ = header.columns;
  }

  void observe(const RawTable& block) override {
    dates_.observe(block);
    place_.observe(block);
  }

  void decide() override {
    dates_.decide();
    place_.decide();
  }

  std::optional<RowProblem> parse(const RawTable& block, std::size_t row, EventRecord& record) const override {
    const auto text = [&](const Column& column) { return column ? block.cell(row, *column) : std::string_view(); };
    record.id = text(id_);
    record.category = text(category_);
    record.actor = text(actor_);
    record.admin1 = text(adm_1_);
    record.admin2 = text(adm_2_);
    if (auto problem = dates_.read(block, row, record)) return problem;
    if (!date_end_) stretch_dates(text(date_prec_), record);
    const auto found = place_.read(block, row, record);
    if (!found.given) return coordinates_missing();
    if (found.problem) return found.problem;
    if (auto problem = place(text(where_prec_), record)) return problem;
    check_deaths(text(best_), text(high_), text(low_));
    if (const auto status = text(code_status_); !status.empty() && lower(status) != "clear") ++unchecked_;
    return {};
  }

  [[nodiscard]] std::string crs() const override { return place_.crs(); }

  [[nodiscard]] std::vector<std::string> warnings() const override {
    std::vector<std::string> all = dates_.notes();
    const auto say = [&](std::int64_t count, std::string_view what) {
      if (count > 0) all.push_back(fmt::format("source '{}': {} {}", source_, count, what));
    };
    say(unknown_place_, "events do not say how exactly their place is known; each is spread within 25 km of its point");
    say(date_end_ ? 0 : events_.load(),
        "events have no date_end; they last as long as date_prec allows, one day without it");
    say(unchecked_, "events are candidates that UCDP has not cleared (code_status); they may change or go");
    say(best_outside_, "events have best outside low..high; the official values are kept");
    say(low_above_high_, "events have low above high; the official values are kept");
    return all;
  }

  [[nodiscard]] std::optional<std::size_t> column_of(std::string_view field) const override {
    return index_of(columns_, field);
  }

 private:
  std::vector<std::pair<const char*, Column*>> optional_columns() {
    return {
        {"id", &id_},       {"where_prec", &where_prec_}, {"date_prec", &date_prec_}, {"code_status", &code_status_},
        {"adm_1", &adm_1_}, {"adm_2", &adm_2_},           {"best", &best_},           {"high", &high_},
        {"low", &low_}};
  }

  /// Gives where clauses and text fields the names that they have for every other source of events.
  void add_words(RawTable& table) {
    const Column type = table.find("type_of_violence"), side = table.find("side_a");
    if (type && !table.find("category")) table.add_column("category", *type, violence_in_words);
    if (side && !table.find("actor")) table.add_column("actor", *side);
    category_ = table.find("category");
    actor_ = table.find("actor");
  }

  static void stretch_dates(std::string_view code, EventRecord& record) {
    if (const DatePrecision* precision = entry_of(ged_date_precision, code))
      record.last_day = record.reported = record.first_day + std::chrono::days{precision->days - 1};
  }

  std::optional<RowProblem> place(std::string_view code, EventRecord& record) const {
    ++events_;
    if (code.empty()) {
      record.precision = ged_unknown_precision;
      ++unknown_place_;
      return {};
    }
    if (const WherePrecision* precision = entry_of(ged_where_precision, code)) {
      record.precision = precision->place;
      return {};
    }
    return RowProblem{"precision not understood", "where_prec is a whole number from 1 to 7"};
  }

  void check_deaths(std::string_view best_text, std::string_view high_text, std::string_view low_text) const {
    const auto best = parse_number(best_text), high = parse_number(high_text), low = parse_number(low_text);
    if (best && high && low && (*best < *low || *best > *high)) ++best_outside_;
    if (high && low && *low > *high) ++low_above_high_;
  }

  std::vector<std::string> columns_;
  std::string source_;
  Column date_end_;
  RecordDates dates_;
  RecordPlace place_;
  Column id_, where_prec_, date_prec_, code_status_, adm_1_, adm_2_, best_, high_, low_, category_, actor_;
  mutable Count events_ = 0, unknown_place_ = 0, best_outside_ = 0, low_above_high_ = 0, unchecked_ = 0;
};

}  // namespace

bool looks_like_ucdp_ged(const RawTable& table) {
  for (const char* name : {"type_of_violence", "side_a", "latitude", "longitude", "date_start", "best"})
    if (!table.find(name)) return false;
  return true;
}

std::unique_ptr<EventFormat> make_ucdp_ged(RawTable& table, const SourceSpec& spec) {
  return std::make_unique<UcdpGed>(table, spec);
}

}  // namespace tocsin::data
