#include "event_options.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/data/event_source.hpp>
#include <tocsin/data/table/encoding.hpp>

namespace tocsin::cli {
namespace {

Day day_option(const std::string& name, const std::string& text, Day fallback) {
  if (text.empty()) return fallback;
  if (const auto day = parse_day(text)) return *day;
  throw Error(ErrorCode::usage, fmt::format("{}: '{}' is not a date; write it as 2021-08-31", name, text));
}

/// What to write, by the reason why a record could not be used. The detail of a record may hold what it says.
std::string advice_on(const std::string& reason) {
  static const std::map<std::string, std::string> advice{
      {"no date", "fill it in"},
      {"date not readable", "write dates as 2021-08-31"},
      {"dates reversed", "correct one of them"},
      {"reported before it happened", "correct one of the dates"},
      {"number not readable", "write numbers with a decimal point and without thousands separators"},
      {"not finite", "leave the number empty when not known"},
      {"coordinates missing", "fill them in or give a pcode"},
      {"coordinates not readable", "write them as decimal numbers: 5.6572 and 27.5884"},
      {"coordinates out of range", "give degrees, or the CRS by --input-crs"},
      {"latitude and longitude swapped?", "exchange them"},
      {"precision not understood", "use point, site, admin1 to admin3, or a distance such as 5 km"},
      {"duplicate id", "keep one of them"},
      {"coordinates 0,0", "leave them empty when not known"},
  };
  const auto found = advice.find(reason);
  return found == advice.end() ? std::string() : found->second;
}

}  // namespace

void add_event_file_options(CLI::App& verb, EventOptions& options) {
  verb.add_option("--format", options.spec.format, "of the events: incidents, acled, ucdp-ged, table or auto")
      ->check(CLI::IsMember({"incidents", "acled", "ucdp-ged", "table", "auto"}))
      ->capture_default_str();
  verb.add_option("--x", options.x, "column of longitude or easting");
  verb.add_option("--y", options.y, "column of latitude or northing");
  verb.add_option("--date", options.date, "column of the date");
  verb.add_option("--reported", options.reported, "column of the date of report");
  verb.add_option("--precision", options.precision, "column of the place's precision");
  verb.add_option("--input-crs", options.spec.crs, "CRS of the events (default: as the data say, else EPSG:4326)");
  verb.add_option("--dates", options.spec.dates, "how dates are written: day-first, month-first or auto")
      ->check(CLI::IsMember({"auto", "day-first", "month-first", "excel-1904"}))
      ->capture_default_str();
  verb.add_option("--decimal", options.spec.decimal, "decimal mark of numbers: . or , (default: as they show)")
      ->check(CLI::IsMember({"auto", ".", ","}));
  std::vector<std::string> encodings = data::known_encodings();
  encodings.emplace_back("auto");
  verb.add_option("--encoding", options.spec.encoding, "of delimited text, such as Windows-1252 (default: as it shows)")
      ->check(CLI::IsMember(encodings, CLI::ignore_case));
  verb.add_option("--separator", options.spec.separator,
                  "of delimited text: comma, semicolon, tab, bar or one character (default: as it shows)");
  verb.add_option("--header-row", options.spec.header_row, "row that names the columns, from 1 (default: found)")
      ->check(CLI::PositiveNumber);
  verb.add_option("--from", options.from, "first day that counts (2021-08-31)");
  verb.add_option("--to", options.to, "last day that counts");
  verb.add_option("--as-of", options.as_of, "only what had been reported by this day");
}

void add_event_source_options(CLI::App& verb, EventOptions& options) {
  verb.add_option("events", options.spec.path, "file of events")->required();
  verb.add_option("--layer", options.spec.layer, "layer or sheet");
  verb.add_option("--where", options.spec.where, "OGR SQL where clause");
  add_event_file_options(verb, options);
}

void add_event_options(CLI::App& verb, EventOptions& options) {
  add_event_source_options(verb, options);
  verb.add_option("--weight", options.weight, "column that an event counts by");
  add_placement_options(verb, options);
}

void add_placement_options(CLI::App& verb, EventOptions& options) {
  verb.add_option("--placement", options.placement,
                  "imprecise events: spread over their place, on their point, or left out")
      ->check(CLI::IsMember({"spread", "point", "exclude"}))
      ->capture_default_str();
  verb.add_option("--admin", options.admin.path, "administrative units to spread events over");
  verb.add_option("--admin-layer", options.admin.layer, "their layer, where the file has several");
  verb.add_option("--admin-code", options.admin.code_field, "their code attribute");
  verb.add_option("--admin-name", options.admin.name_field, "their name attribute");
  verb.add_option("--admin-level", options.admin_level, "their level, 1 to 3")
      ->check(CLI::Range(1, 3))
      ->capture_default_str();
}

std::vector<IdleOptions> idle_event_source_options(const EventOptions& options) {
  return {{{"--x", "--y", "--date", "--reported", "--precision"},
           options.spec.format == "ucdp-ged",
           "with --format ucdp-ged, whose columns have fixed names: remove it, or give --format table"}};
}

std::vector<IdleOptions> idle_placement_options(const EventOptions& options) {
  return {{{"--admin"},
           options.placement != "spread",
           "with --placement point or exclude: nothing is spread over units; remove it"},
          {{"--admin-code", "--admin-layer", "--admin-name", "--admin-level"},
           options.admin.path.empty(),
           "without --admin: give the units, or remove it"}};
}

SourceSpec spec_of(const EventOptions& options) {
  SourceSpec spec = options.spec;
  spec.name = spec.path;
  const auto map = [&](const std::string& column, const char* field) {
    if (!column.empty()) spec.columns[field] = column;
  };
  map(options.x, "longitude");
  map(options.y, "latitude");
  map(options.date, "date");
  map(options.reported, "reported");
  map(options.precision, "precision");
  if (!spec.columns.empty() && spec.format == "auto") spec.format = "table";
  return spec;
}

ReadEvents read_events(const EventOptions& options, const std::string& crs_wkt, std::vector<std::string> text_fields) {
  EventRequest request{crs_wkt, {}, std::move(text_fields), {}};
  if (!options.weight.empty() && options.weight != "weight" && options.weight != "persons")
    request.number_fields.push_back(options.weight);
  ReadEvents read{data::open_events(spec_of(options))->read(request), {}, {}};
  const Events& events = read.batch.events;
  Day first = Day::max(), last = Day::min();
  for (std::size_t i = 0; i < events.size(); ++i) {
    first = std::min(first, events.first_day[i]);
    last = std::max(last, events.last_day[i]);
  }
  if (events.size() == 0) first = last = Day{};
  read.window = {day_option("--from", options.from, first), day_option("--to", options.to, last), {}};
  if (read.window.last < read.window.first)
    throw Error(ErrorCode::usage,
                fmt::format("{} ({}) is before {} ({})", options.to.empty() ? "the last event" : options.to_named,
                            to_string(read.window.last), options.from.empty() ? "the first event" : "--from",
                            to_string(read.window.first)));
  read.as_of = day_option("--as-of", options.as_of, Day::max());
  for (const KnownBy& known : options.known_by)
    for (std::size_t i = 0; i < events.size(); ++i)
      if (known.first <= events.last_day[i] && events.last_day[i] <= known.last && events.reported[i] > known.reported)
        read.batch.events.weight[i] = 0;
  return read;
}

std::string unusable_records(const EventBatch& batch) {
  if (batch.quarantined.empty()) return {};
  struct Kind {
    std::size_t count = 0;
    std::int64_t row = 0;
  };
  std::map<std::string, Kind> kinds;
  for (const QuarantinedRow& row : batch.quarantined) {
    Kind& kind = kinds[row.reason];
    if (kind.count++ == 0 || row.row < kind.row) kind.row = row.row;
  }
  std::vector<std::pair<std::string, Kind>> most(kinds.begin(), kinds.end());
  std::ranges::stable_sort(most, [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
  std::vector<std::string> parts;
  for (const auto& [reason, kind] : most) {
    std::string advice = advice_on(reason);
    if (!advice.empty()) advice = ": " + advice;
    parts.push_back(fmt::format("{} {}, the first in row {}{}", kind.count, reason, kind.row, advice));
  }
  return fmt::format("{} of {} records could not be used ({}) and are in no number", batch.quarantined.size(),
                     batch.rows_read, fmt::join(parts, "; "));
}

void require_usable(const EventBatch& batch, const std::string& path) {
  constexpr std::size_t one_of = 10;
  // Records left out by --where were not asked for.
  if (batch.quarantined.size() * one_of <= batch.quarantined.size() + batch.events.size()) return;
  throw Error(ErrorCode::input,
              fmt::format("{}: {}: too many to go on without them; correct them", path, unusable_records(batch)));
}

Box extent_of(const Events& events) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Box box{infinity, infinity, -infinity, -infinity};
  for (std::size_t i = 0; i < events.size(); ++i) {
    // Points beyond the reach of the CRS carry a stand-in far away.
    if (!std::isfinite(events.x[i]) || std::abs(events.x[i]) >= data::beyond_reach_m) continue;
    box = {std::min(box.min_x, events.x[i]), std::min(box.min_y, events.y[i]), std::max(box.max_x, events.x[i]),
           std::max(box.max_y, events.y[i])};
  }
  if (box.min_x > box.max_x)
    throw Error(ErrorCode::input, "no event has coordinates; give the grid by --area, --bbox or --like");
  return box;
}

}  // namespace tocsin::cli
