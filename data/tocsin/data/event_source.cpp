#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>
#include <set>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ogr_spatialref.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/detail/id_set.hpp>
#include <tocsin/data/detail/swapped_coordinates.hpp>
#include <tocsin/data/detail/text.hpp>
#include <tocsin/data/detail/where.hpp>
#include <tocsin/data/drivers.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/formats/event_format.hpp>
#include <tocsin/data/formats/record_number.hpp>
#include <tocsin/data/table/held_reader.hpp>
#include <tocsin/data/table/table_reader.hpp>
#include <tocsin/ports/erase_events.hpp>

namespace tocsin::data {
namespace {

/// What a request asks for beside the format's own columns.
struct Further {
  std::vector<std::size_t> numbers, texts;  ///< columns of the table
};

/// A row of a block, understood or not.
struct ParsedRow {
  bool is_wanted = true;  ///< by the source's where clause
  EventRecord record;
  std::uint64_t id_hash = 0;
  std::vector<double> numbers;
  std::optional<RowProblem> problem;
};

/// Builds the columns of Events one record at a time.
class EventsBuilder {
 public:
  explicit EventsBuilder(const Further& further)
      : further_(further), numbers_(further.numbers.size()), texts_(further.texts.size()) {}

  void reserve(std::size_t count) {
    events_.row.reserve(count);
    for (auto* column : {&events_.x, &events_.y, &events_.weight, &events_.persons}) column->reserve(count);
    for (auto* column : {&events_.first_day, &events_.last_day, &events_.reported}) column->reserve(count);
    events_.precision.reserve(count);
    events_.has_reported.reserve(count);
    for (auto& column : numbers_) column.reserve(count);
  }

  void add(const RawTable& block, std::size_t row, const ParsedRow& parsed) {
    const EventRecord& record = parsed.record;
    events_.row.push_back(block.row_number(row));
    events_.x.push_back(record.x);
    events_.y.push_back(record.y);
    events_.first_day.push_back(record.first_day);
    events_.last_day.push_back(record.last_day);
    events_.reported.push_back(record.reported);
    events_.weight.push_back(record.weight);
    events_.persons.push_back(record.persons);
    events_.precision.push_back(record.precision);
    events_.has_reported.push_back(record.has_reported ? 1 : 0);
    category_.add(record.category);
    actor_.add(record.actor);
    area_code_.add(record.area_code);
    admin1_.add(record.admin1);
    admin2_.add(record.admin2);
    admin3_.add(record.admin3);
    for (std::size_t i = 0; i < numbers_.size(); ++i) numbers_[i].push_back(parsed.numbers[i]);
    for (std::size_t i = 0; i < texts_.size(); ++i) texts_[i].add(block.cell(row, further_.texts[i]));
  }

  Events build(const EventRequest& request) && {
    events_.category = std::move(category_).build();
    events_.actor = std::move(actor_).build();
    events_.area_code = std::move(area_code_).build();
    events_.admin1 = std::move(admin1_).build();
    events_.admin2 = std::move(admin2_).build();
    events_.admin3 = std::move(admin3_).build();
    for (std::size_t i = 0; i < numbers_.size(); ++i)
      events_.numbers[request.number_fields[i]] = std::move(numbers_[i]);
    for (std::size_t i = 0; i < texts_.size(); ++i)
      events_.texts[request.text_fields[i]] = std::move(texts_[i]).build();
    return std::move(events_);
  }

 private:
  const Further& further_;
  Events events_;
  CategoricalBuilder category_, actor_, area_code_, admin1_, admin2_, admin3_;
  std::vector<std::vector<double>> numbers_;
  std::vector<CategoricalBuilder> texts_;
};

std::size_t column_for(const RawTable& table, const EventFormat& format, const SourceSpec& spec,
                       const std::string& field) {
  if (const auto column = table.find(field)) return *column;
  if (const auto column = format.column_of(field)) return *column;
  throw Error(ErrorCode::scenario, fmt::format("source '{}': '{}' has no column '{}'{}", spec.name, spec.path, field,
                                               did_you_mean(field, table.columns)));
}

/// Reads a table twice: to learn what only all its rows can tell, then to understand them.
class EventReading {
 public:
  EventReading(const SourceSpec& spec, const EventRequest& request)
      : spec_(spec), request_(request), reader_(hold_rows(open_table_reader(spec))), block_(reader_->header()) {
    format_ = make_event_format(block_, spec_, format_warnings_);
    for (const auto& field : request.number_fields)
      further_.numbers.push_back(column_for(block_, *format_, spec_, field));
    for (const std::size_t column : further_.numbers) numbers_.emplace_back(block_, spec_, column, false);
    for (const auto& field : request.text_fields) further_.texts.push_back(column_for(block_, *format_, spec_, field));
  }

  EventBatch read() {
    learn();
    EventBatch batch;
    batch.matches.resize(filters_.size());
    EventsBuilder events(further_);
    events.reserve(static_cast<std::size_t>(rows_));
    if (format_->column_of("id")) ids_.reserve(static_cast<std::size_t>(rows_));
    while (reader_->next(block_)) {
      parse_block();
      constexpr std::size_t ahead = 16;
      for (std::size_t row = 0; row < block_.rows(); ++row) {
        if (row + ahead < block_.rows()) ids_.prefetch(parsed_[row + ahead].id_hash);
        take(row, events, batch);
      }
    }
    batch.events = std::move(events).build(request_);
    batch.warnings = reader_->warnings();
    batch.warnings.insert(batch.warnings.end(), format_warnings_.begin(), format_warnings_.end());
    for (const RecordNumber& number : numbers_)
      for (const std::string& note : number.notes()) batch.warnings.push_back(note);
    return batch;
  }

  [[nodiscard]] const EventFormat& format() const { return *format_; }

  /// Moves the events of the mask to the quarantine; their records are read once more.
  void set_aside(std::span<const std::uint8_t> gone, const RowProblem& problem, EventBatch& batch) {
    std::set<std::int64_t> rows;
    for (std::size_t i = 0; i < gone.size(); ++i)
      if (gone[i] != 0) rows.insert(batch.events.row[i]);
    if (rows.empty()) return;
    reader_->rewind();
    while (reader_->next(block_))
      for (std::size_t row = 0; row < block_.rows(); ++row)
        if (rows.contains(block_.row_number(row)))
          batch.quarantined.push_back(
              {spec_.name, block_.row_number(row), problem.reason, problem.detail, block_.record(row)});
    std::stable_sort(batch.quarantined.begin(), batch.quarantined.end(),
                     [](const auto& a, const auto& b) { return a.row < b.row; });
    erase_events(batch, gone);
  }

 private:
  void learn() {
    std::vector<std::string> clauses = request_.filters;
    clauses.push_back(spec_.where);
    ColumnTypes types(block_, clauses);
    while (reader_->next(block_)) {
      types.observe(block_);
      format_->observe(block_);
      for (RecordNumber& number : numbers_) number.observe(block_);
      rows_ += static_cast<std::int64_t>(block_.rows());
    }
    reader_->rewind();
    format_->decide();
    for (RecordNumber& number : numbers_) number.decide();
    if (!spec_.where.empty()) where_.emplace(types, spec_.where, spec_.name);
    for (const std::string& filter : request_.filters) filters_.emplace_back(types, filter, spec_.name);
  }

  void parse_block() {
    parsed_.resize(block_.rows());
    for (std::size_t row = 0; row < block_.rows(); ++row)
      parsed_[row].is_wanted = !where_ || block_.is_ragged(row) || where_->matches(block_, row);
    constexpr std::size_t share = 512;  // rows a task: enough to be worth one
    parallel_for((block_.rows() + share - 1) / share, [&](std::size_t task) {
      const std::size_t end = std::min(block_.rows(), (task + 1) * share);
      for (std::size_t row = task * share; row < end; ++row) parse_row(row, parsed_[row]);
    });
  }

  void parse_row(std::size_t row, ParsedRow& parsed) const {
    parsed.record = {};
    parsed.numbers.assign(further_.numbers.size(), not_observed);
    parsed.problem.reset();
    if (block_.is_ragged(row))
      parsed.problem = RowProblem{"columns do not match",
                                  "the record has more fields than the header, or a quote that is not closed; "
                                  "check its quotes"};
    if (parsed.problem || !parsed.is_wanted) return;
    parsed.problem = format_->parse(block_, row, parsed.record);
    parsed.record.id = unless_unknown(parsed.record.id);
    parsed.id_hash = IdSet::hash(parsed.record.id);
    for (std::size_t i = 0; i < numbers_.size() && !parsed.problem; ++i)
      parsed.problem = numbers_[i].read(block_, row, parsed.numbers[i]);
  }

  /// Puts a row among the events, those outside the where clause, or the quarantine.
  void take(std::size_t row, EventsBuilder& events, EventBatch& batch) {
    ++batch.rows_read;
    ParsedRow& parsed = parsed_[row];
    if (!parsed.is_wanted) {
      ++batch.outside_where;
      return;
    }
    if (!parsed.problem && !parsed.record.id.empty() && !ids_.insert(parsed.record.id, parsed.id_hash))
      parsed.problem = RowProblem{"duplicate id", "an earlier record has the same id; remove one or correct the id"};
    if (!parsed.problem) {
      events.add(block_, row, parsed);
      for (std::size_t i = 0; i < filters_.size(); ++i)
        batch.matches[i].push_back(filters_[i].matches(block_, row) ? 1 : 0);
      return;
    }
    batch.quarantined.push_back({spec_.name, block_.row_number(row), parsed.problem->reason, {}, {}});
    // Once it is sure that so many cannot be used, nobody will read them all: their texts could fill the memory.
    const auto most = std::max(1000.0, spec_.most_unusable * static_cast<double>(rows_));
    if (static_cast<double>(batch.quarantined.size()) > most) return;
    batch.quarantined.back().detail = parsed.problem->detail;
    constexpr std::size_t most_bytes = 256'000'000;
    std::string record = block_.record(row);
    quarantined_bytes_ += record.size();
    batch.quarantined.back().record =
        quarantined_bytes_ <= most_bytes ? std::move(record) : "(left out: too many records are set aside)";
  }

  const SourceSpec& spec_;
  const EventRequest& request_;
  std::unique_ptr<TableReader> reader_;
  RawTable block_;
  std::vector<std::string> format_warnings_;
  std::unique_ptr<EventFormat> format_;
  Further further_;
  std::vector<RecordNumber> numbers_;
  std::int64_t rows_ = 0;
  std::size_t quarantined_bytes_ = 0;
  std::optional<TableFilter> where_;
  std::vector<TableFilter> filters_;
  std::vector<ParsedRow> parsed_;
  IdSet ids_;
};

/// Points that are projected at once.
constexpr std::size_t project_share = 20'000;

/// Projects points, each place once: events pile up on the same named places.
/// @return how many the CRS does not reach
std::int64_t project_some(const Transformer& transformer, std::span<double> x, std::span<double> y) {
  constexpr std::size_t slots = std::bit_ceil(2 * project_share);
  constexpr std::uint32_t none = 0;
  std::vector<std::uint32_t> place_in(slots, none), place_of(x.size(), none);  // numbers of places, from 1
  std::vector<double> place_x, place_y;
  const auto bits_of = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i]) || std::isnan(y[i])) continue;
    const std::uint64_t mixed = (bits_of(x[i]) * 0x9E3779B97F4A7C15ULL + bits_of(y[i])) * 0xD6E8FEB86659FD93ULL;
    std::size_t slot = mixed >> (64 - std::bit_width(slots - 1));
    const auto is_other = [&](std::uint32_t place) {
      return bits_of(place_x[place - 1]) != bits_of(x[i]) || bits_of(place_y[place - 1]) != bits_of(y[i]);
    };
    while (place_in[slot] != none && is_other(place_in[slot])) slot = (slot + 1) & (slots - 1);
    if (place_in[slot] == none) {
      place_x.push_back(x[i]);
      place_y.push_back(y[i]);
      place_in[slot] = static_cast<std::uint32_t>(place_x.size());
    }
    place_of[i] = place_in[slot];
  }
  transformer.transform(place_x, place_y);
  std::int64_t beyond = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (place_of[i] == none) {
      x[i] = y[i] = not_observed;
      continue;
    }
    x[i] = place_x[place_of[i] - 1];
    y[i] = place_y[place_of[i] - 1];
    if (!std::isnan(x[i])) continue;
    x[i] = y[i] = beyond_reach_m;
    ++beyond;
  }
  return beyond;
}

class TableEventSource final : public EventSource {
 public:
  TableEventSource(SourceSpec spec, const std::optional<LonLatBox>& area_degrees)
      : spec_(std::move(spec)), area_degrees_(area_degrees) {}

  EventBatch read(const EventRequest& request) override {
    const ErrorTrap trap;
    EventReading reading(spec_, request);
    EventBatch batch = reading.read();
    if (reading.format().is_hand_made()) {
      const auto swapped = look_swapped(batch.events.x, batch.events.y, area_degrees_);
      reading.set_aside(swapped,
                        {"latitude and longitude swapped?",
                         "they lie far from the others, and among them once exchanged; exchange them if so"},
                        batch);
    }
    if (batch.rows_read == 0)
      throw Error(ErrorCode::input,
                  fmt::format("source '{}': '{}' holds no record; a map of zeros would read as peace: give "
                              "it its records, or leave it out",
                              spec_.name, spec_.path));
    require_usable(spec_, batch.rows_read, batch.quarantined);
    for (const auto& text : reading.format().warnings()) batch.warnings.push_back(text);
    project(reading.format().crs(), request.crs_wkt, batch);
    return batch;
  }

 private:
  void project(const std::string& from, const std::string& to, EventBatch& batch) const {
    Events& events = batch.events;
    if (to.empty() || events.size() == 0) return;
    const Transformer first(*parse_srs(from, fmt::format("source '{}'", spec_.name)), *parse_srs(to, "the grid's CRS"));
    // Each point by itself, so that it does not matter who does which. A transformer serves one thread at a time.
    const std::size_t parts = std::min(thread_count(), (events.size() + project_share - 1) / project_share);
    std::vector<Transformer> transformers;
    for (std::size_t i = 1; i < parts; ++i) transformers.push_back(first.clone());
    std::vector<std::int64_t> counts(parts);
    parallel_for(parts, [&](std::size_t part) {
      const Transformer& transformer = part == 0 ? first : transformers[part - 1];
      const std::size_t end = events.size() * (part + 1) / parts;
      for (std::size_t at = events.size() * part / parts; at < end; at += project_share) {
        const std::size_t size = std::min(project_share, end - at);
        counts[part] +=
            project_some(transformer, std::span(events.x).subspan(at, size), std::span(events.y).subspan(at, size));
      }
    });
    const std::int64_t beyond = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
    if (beyond > 0)
      batch.warnings.push_back(
          fmt::format("source '{}': {} events lie where the grid's CRS does not reach; they count as "
                      "outside the area",
                      spec_.name, beyond));
  }

  SourceSpec spec_;
  std::optional<LonLatBox> area_degrees_;
};

}  // namespace

std::unique_ptr<EventSource> open_events(const SourceSpec& spec, const std::optional<LonLatBox>& area_degrees) {
  require_opens(spec);
  return std::make_unique<TableEventSource>(spec, area_degrees);
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
