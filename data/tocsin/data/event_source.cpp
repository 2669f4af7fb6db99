#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ogr_spatialref.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/detail/raw_table.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/detail/where.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/formats/event_format.hpp>

namespace tocsin::data {
namespace {

/// Builds the columns of Events one record at a time.
class EventsBuilder {
 public:
  void add(std::int64_t row, const EventRecord& record) {
    events_.row.push_back(row);
    events_.x.push_back(record.x);
    events_.y.push_back(record.y);
    events_.first_day.push_back(record.first_day);
    events_.last_day.push_back(record.last_day);
    events_.reported.push_back(record.reported);
    events_.weight.push_back(record.weight);
    events_.persons.push_back(record.persons);
    events_.precision.push_back(record.precision);
    events_.has_reported.push_back(record.has_reported ? 1 : 0);
    category_.add(std::string(record.category));
    actor_.add(std::string(record.actor));
    area_code_.add(std::string(record.area_code));
    admin1_.add(std::string(record.admin1));
    admin2_.add(std::string(record.admin2));
    admin3_.add(std::string(record.admin3));
  }

  Events build() && {
    events_.category = std::move(category_).build();
    events_.actor = std::move(actor_).build();
    events_.area_code = std::move(area_code_).build();
    events_.admin1 = std::move(admin1_).build();
    events_.admin2 = std::move(admin2_).build();
    events_.admin3 = std::move(admin3_).build();
    return std::move(events_);
  }

 private:
  Events events_;
  CategoricalBuilder category_, actor_, area_code_, admin1_, admin2_, admin3_;
};

/// Columns that a request asks for beside the format's own.
struct FurtherColumns {
  std::vector<std::size_t> numbers, texts;
};

std::size_t column_for(const RawTable& table, const EventFormat& format, const SourceSpec& spec,
                       const std::string& field) {
  if (const auto column = table.find(field)) return *column;
  if (const auto column = format.column_of(field)) return *column;
  throw Error(ErrorCode::scenario, fmt::format("source '{}': '{}' has no column '{}'{}", spec.name, spec.path, field,
                                               did_you_mean(field, table.columns)));
}

class TableEventSource final : public EventSource {
 public:
  explicit TableEventSource(SourceSpec spec) : spec_(std::move(spec)) {}

  EventBatch read(const EventRequest& request) override {
    EventBatch batch;
    RawTable table = read_table(spec_);
    batch.warnings = table.warnings;
    const auto format = make_event_format(table, spec_, batch.warnings);
    FurtherColumns further;
    for (const auto& field : request.number_fields) further.numbers.push_back(column_for(table, *format, spec_, field));
    for (const auto& field : request.text_fields) further.texts.push_back(column_for(table, *format, spec_, field));
    const auto wanted = matching_rows(table, spec_.where, spec_.name);
    const std::vector<std::size_t> rows = understand(table, *format, wanted, further.numbers, batch);
    if (batch.rows_read == 0)
      throw Error(ErrorCode::input,
                  fmt::format("source '{}': '{}' holds no record; a map of zeros would read as peace: give "
                              "it its records, or leave it out",
                              spec_.name, spec_.path));
    require_usable(spec_, batch.rows_read, batch.quarantined);
    for (const auto& text : format->warnings()) batch.warnings.push_back(text);
    add_further(table, rows, request, further, batch.events);
    for (const auto& filter : request.filters) {
      const auto mask = matching_rows(table, filter, spec_.name);
      std::vector<std::uint8_t> matches(rows.size());
      std::transform(rows.begin(), rows.end(), matches.begin(), [&](std::size_t row) { return mask[row]; });
      batch.matches.push_back(std::move(matches));
    }
    project(format->crs(), request.crs_wkt, batch);
    return batch;
  }

 private:
  /// Splits the rows into events, rows outside the where clause, and quarantine.
  /// @return the table's row of each event
  std::vector<std::size_t> understand(const RawTable& table, EventFormat& format,
                                      const std::vector<std::uint8_t>& wanted, const std::vector<std::size_t>& numbers,
                                      EventBatch& batch) const {
    EventsBuilder events;
    std::vector<std::size_t> rows;
    std::set<std::string_view> ids;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      ++batch.rows_read;
      std::optional<RowProblem> problem;
      EventRecord record;
      if (table.is_ragged(row)) {
        problem = RowProblem{"columns do not match", "the record has more fields than the header; check its quotes"};
      } else if (wanted[row] == 0) {
        ++batch.outside_where;
        continue;
      } else {
        problem = format.parse(row, record);
        for (std::size_t i = 0; i < numbers.size() && !problem; ++i) {
          double value = not_observed;
          problem = parse_cell(table.cell(row, numbers[i]), table.columns[numbers[i]], value);
        }
        if (!problem && !record.id.empty() && !ids.insert(record.id).second)
          problem = RowProblem{"duplicate id", "an earlier record has the same id; remove one or correct the id"};
      }
      if (problem) {
        batch.quarantined.push_back(
            {spec_.name, table.row_number(row), problem->reason, problem->detail, table.record(row)});
        continue;
      }
      events.add(table.row_number(row), record);
      rows.push_back(row);
    }
    batch.events = std::move(events).build();
    return rows;
  }

  static void add_further(const RawTable& table, const std::vector<std::size_t>& rows, const EventRequest& request,
                          const FurtherColumns& further, Events& events) {
    for (std::size_t i = 0; i < further.numbers.size(); ++i) {
      auto& column = events.numbers[request.number_fields[i]];
      column.clear();
      for (const std::size_t row : rows)
        column.push_back(parse_number(table.cell(row, further.numbers[i])).value_or(not_observed));
    }
    for (std::size_t i = 0; i < further.texts.size(); ++i) {
      CategoricalBuilder column;
      for (const std::size_t row : rows) column.add(std::string(table.cell(row, further.texts[i])));
      events.texts[request.text_fields[i]] = std::move(column).build();
    }
  }

  void project(const std::string& from, const std::string& to, EventBatch& batch) const {
    Events& events = batch.events;
    if (to.empty() || events.size() == 0) return;
    const std::vector<double> before = events.x;
    const Transformer transformer(*parse_srs(from, fmt::format("source '{}'", spec_.name)),
                                  *parse_srs(to, "the grid's CRS"));
    transformer.transform(events.x, events.y);
    std::int64_t beyond = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (std::isnan(before[i]) || !std::isnan(events.x[i])) continue;
      events.x[i] = events.y[i] = beyond_reach_m;
      ++beyond;
    }
    if (beyond > 0)
      batch.warnings.push_back(
          fmt::format("source '{}': {} events lie where the grid's CRS does not reach; they count as "
                      "outside the area",
                      spec_.name, beyond));
  }

  SourceSpec spec_;
};

}  // namespace

std::unique_ptr<EventSource> open_events(const SourceSpec& spec) {
  if (!is_delimited(spec.path)) open_vector(spec.name, spec.path);
  require_file(spec.name, spec.path);
  return std::make_unique<TableEventSource>(spec);
}

void require_usable(const SourceSpec& spec, std::int64_t read, const std::vector<QuarantinedRow>& quarantined) {
  const auto count = static_cast<double>(quarantined.size());
  if (read == 0 || count / static_cast<double>(read) <= spec.most_unusable) return;
  std::map<std::string, std::int64_t> reasons;
  for (const auto& row : quarantined) ++reasons[row.reason];
  std::vector<std::pair<std::string, std::int64_t>> sorted(reasons.begin(), reasons.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> top;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, sorted.size()); ++i)
    top.push_back(fmt::format("{} {}", sorted[i].second, sorted[i].first));
  throw Error(ErrorCode::input,
              fmt::format("source '{}': {} of {} records of '{}' cannot be used, more than {:g} % ({}); the "
                          "first is row {}; correct them",
                          spec.name, quarantined.size(), read, spec.path, spec.most_unusable * 100,
                          fmt::join(top, ", "), quarantined.front().row));
}

}  // namespace tocsin::data
