#include "panel_options.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tocsin/core/error.hpp>
#include <tocsin/core/nearest_name.hpp>
#include <tocsin/data/crs.hpp>
#include <tocsin/data/table_source.hpp>

#include "cube_time.hpp"

namespace tocsin::cli {
namespace {

/// Where no areas are asked for, places are not looked at: coordinates stay as they are.
constexpr const char* no_crs = "";

const Categorical& column_of(const Events& events, const std::string& field) {
  const std::map<std::string, const Categorical*> known{{"category", &events.category}, {"actor", &events.actor},
                                                        {"pcode", &events.area_code},   {"admin1", &events.admin1},
                                                        {"admin2", &events.admin2},     {"admin3", &events.admin3}};
  if (const auto found = known.find(field); found != known.end() && !found->second->levels.empty())
    return *found->second;
  return events.texts.at(field);
}

bool of_the_model(const std::string& field) {
  return std::set<std::string>{"category", "actor", "pcode", "admin1", "admin2", "admin3"}.contains(field);
}

/// Days that the source does not cover were observed in no series.
void mark_uncovered(const CubeOptions& options, Panel& panel) {
  if (options.observed_from.empty() && options.observed_to.empty()) return;
  // A cube of one place shows what holds for each.
  SpaceTimeCube one{1, panel.periods, std::vector<double>(panel.periods.size(), 0.0)};
  std::vector<UnobservedDays> days;
  add_uncovered_days(options, one, days);
  const std::vector<double> shares = observed_shares(one, days);
  mark_gaps(one, days, options.gap_share);
  for (std::size_t i = 0; i < panel.values.size(); ++i) {
    const std::size_t t = i % panel.periods.size();
    panel.observed[i] = shares[t];
    if (std::isnan(one.at(t, 0))) panel.values[i] = not_observed;
  }
}

/// Series of a group each, or one of all events; no place is looked at.
void count_groups(const PanelOptions& options, ReadPanel& result) {
  EventOptions events = options.cube.events;
  if (!options.persons.empty()) events.weight = options.persons;
  std::vector<std::string> texts;
  if (!options.by.empty() && !of_the_model(options.by)) texts.push_back(options.by);
  ReadEvents read = read_events(events, no_crs, texts);
  require_usable(read.batch, events.spec.path);
  EventLayer layer;
  layer.as_of = read.as_of;
  layer.batch = std::move(read.batch);
  result.rows_read = layer.batch.rows_read;
  result.warnings = layer.batch.warnings;
  if (std::string unusable = unusable_records(layer.batch); !unusable.empty()) result.warnings.push_back(unusable);
  if (layer.batch.events.size() == 0)
    throw Error(ErrorCode::input, fmt::format("{}: {} records read, but none is left; look at --where, and at the "
                                              "records",
                                              options.cube.events.spec.path, result.rows_read));
  std::vector<Period> periods = periods_of(options.cube.events, options.cube.every, read.window, result.warnings);
  warn_of_ends(options.cube, layer, periods, result.warnings);
  const std::vector<double> weights = layer.weights({}, {Day::min(), Day::max(), {}}, events.weight);
  const Categorical* groups = options.by.empty() ? nullptr : &column_of(layer.batch.events, options.by);
  if (groups != nullptr && groups->levels.empty())
    throw Error(ErrorCode::usage, fmt::format("--by {}: no record of {} says it; name a column that they fill",
                                              options.by, options.cube.events.spec.path));
  result.panel = count_by_group(layer.batch.events, weights, groups, std::move(periods));
  result.reported = reported_by_group(layer.batch.events, weights, groups);
  mark_uncovered(options.cube, result.panel);
}

void count_areas(const PanelOptions& options, double memory_bytes, Progress& progress, ReadPanel& result) {
  CubeOptions cube = options.cube;
  cube.require_usable = true;
  if (!options.persons.empty()) cube.events.weight = options.persons;
  EventCube read = read_cube(cube, memory_bytes, progress);
  result.panel = panel_of(read.cube, read.areas.codes, read.areas.names, read.observed_share);
  result.areas = std::move(read.areas);
  result.reported = std::move(read.reported);
  result.gaps = std::move(read.gaps);
  result.crs_wkt = read.crs_wkt;
  result.rows_read = read.rows_read;
  result.warnings = std::move(read.warnings);
}

std::size_t table_column(const Table& table, const std::string& name, const std::string& path) {
  const auto found = std::find(table.columns.begin(), table.columns.end(), name);
  if (found != table.columns.end()) return static_cast<std::size_t>(found - table.columns.begin());
  throw Error(ErrorCode::usage, fmt::format("{}: has no column '{}'{}", path, name, did_you_mean(name, table.columns)));
}

std::optional<double> number_of(const std::string& text) {
  std::size_t read = 0;
  try {
    const double value = std::stod(text, &read);
    if (read == text.size() && std::isfinite(value)) return value;
  } catch (const std::exception&) {
  }
  return {};
}

/// A period by its label, by a day in it, or by its number.
struct Time {
  std::optional<Period> period;
  std::int64_t number = 0;
};

Time time_of(const std::string& text, Every every, const std::string& where) {
  const auto number = number_of(text);
  if (number && *number == std::floor(*number) && std::abs(*number) < 1000) return {{}, std::int64_t(*number)};
  if (const auto day = parse_day(text)) return {period_of(*day, every), 0};
  if (auto period = parse_period(text)) return {std::move(period), 0};
  throw Error(ErrorCode::input, fmt::format("{} holds no time; write a period (2021-08, 2021-Q3, 2021-W31), a day "
                                            "(2021-08-31), or the numbers 1, 2, 3",
                                            where));
}

/// The periods from the first to the last: none is missing between them.
std::vector<Period> whole_calendar(const std::vector<Time>& times, const std::string& path, bool has_calendar) {
  std::vector<Period> periods;
  if (!has_calendar) {
    const auto [least, most] = std::minmax_element(times.begin(), times.end(),
                                                   [](const Time& a, const Time& b) { return a.number < b.number; });
    for (std::int64_t t = least->number; t <= most->number; ++t) {
      const Day day{std::chrono::days{t}};
      periods.push_back({day, day, std::to_string(t)});
    }
    return periods;
  }
  const auto [least, most] = std::minmax_element(
      times.begin(), times.end(), [](const Time& a, const Time& b) { return a.period->first < b.period->first; });
  for (const Every every : {Every::week, Every::dekad, Every::month, Every::quarter, Every::year})
    if (period_of(least->period->first, every) == *least->period)
      periods = periods_between(least->period->first, most->period->last, every);
  std::set<std::string> labels;
  for (const Period& period : periods) labels.insert(period.label);
  for (const Time& time : times)
    if (!labels.contains(time.period->label))
      throw Error(ErrorCode::input,
                  fmt::format("{}: '{}' is a period of another length than '{}'; give one kind of period", path,
                              time.period->label, least->period->label));
  return periods;
}

/// The columns of a table of numbers.
struct NumberTable {
  Table table;
  std::string path;
  std::size_t value = 0, time = 0, series = 0;
  bool one_series = true;
  std::vector<Time> times;  ///< of each row

  [[nodiscard]] std::string where(std::size_t row) const {
    return fmt::format("{}, row {}", path, table.row_numbers[row]);
  }
  [[nodiscard]] std::string cell(std::size_t row, std::size_t column) const {
    return fmt::format("{}, column '{}'", where(row), table.columns[column]);
  }
};

NumberTable open_numbers(const PanelOptions& options) {
  SourceSpec spec = options.cube.events.spec;
  spec.name = spec.path;
  spec.columns.clear();
  NumberTable numbers{data::open_table(spec)->read(), spec.path, 0, 0, 0, options.series.empty(), {}};
  const Table& table = numbers.table;
  if (table.rows.empty()) throw Error(ErrorCode::input, fmt::format("{}: has no rows", spec.path));
  numbers.value = table_column(table, options.value, spec.path);
  numbers.time = table_column(table, options.time, spec.path);
  if (!numbers.one_series) numbers.series = table_column(table, options.series, spec.path);
  const Every every = parse_every(options.cube.every).value();
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    numbers.times.push_back(time_of(table.rows[i][numbers.time], every, numbers.cell(i, numbers.time)));
    if (numbers.times[i].period.has_value() != numbers.times[0].period.has_value())
      throw Error(ErrorCode::input, fmt::format("{} holds no time as in the rows before; use one way of writing it",
                                                numbers.cell(i, numbers.time)));
  }
  return numbers;
}

void read_table(const PanelOptions& options, ReadPanel& result) {
  const NumberTable numbers = open_numbers(options);
  result.has_calendar = numbers.times.front().period.has_value();
  Panel& panel = result.panel;
  panel.periods = whole_calendar(numbers.times, numbers.path, result.has_calendar);
  std::map<std::string, std::size_t> known_series, known_periods;
  for (std::size_t t = 0; t < panel.periods.size(); ++t) known_periods[panel.periods[t].label] = t;
  const std::size_t length = panel.periods.size();
  for (std::size_t i = 0; i < numbers.table.rows.size(); ++i) {
    const auto& row = numbers.table.rows[i];
    const std::string& code = numbers.one_series ? options.value : row[numbers.series];
    const auto [series, added] = known_series.try_emplace(code, panel.codes.size());
    if (added) {
      panel.codes.push_back(code);
      panel.values.resize(panel.values.size() + length, not_observed);
      panel.observed.resize(panel.values.size(), 0.0);
    }
    const std::string& text = row[numbers.value];
    if (text.empty() || text == "NA" || text == "NaN") continue;
    const auto number = number_of(text);
    if (!number)
      throw Error(ErrorCode::input, fmt::format("{} holds no number; correct it, or leave it empty where nothing was "
                                                "observed",
                                                numbers.cell(i, numbers.value)));
    const Time& time = numbers.times[i];
    const std::string label = time.period ? time.period->label : std::to_string(time.number);
    const std::size_t at = series->second * length + known_periods.at(label);
    if (panel.observed[at] > 0)
      throw Error(ErrorCode::input,
                  fmt::format("{}: period {} of its series stands there twice; keep one row", numbers.where(i), label));
    panel.values[at] = *number;
    panel.observed[at] = 1;
  }
  panel.names = panel.codes;
  result.rows_read = static_cast<std::int64_t>(numbers.table.rows.size());
}

}  // namespace

void add_panel_options(CLI::App& verb, PanelOptions& options) {
  add_event_options(verb, options.cube.events);
  add_series_options(verb, options);
  verb.add_option("--persons", options.persons, "numeric column: count persons instead of incidents");
  add_observation_options(verb, options.cube);
  verb.add_option("--value", options.value, "the file is no list of events but a table: its column of numbers");
  verb.add_option("--time", options.time, "its column of periods (2021-08, 2021-Q3, a day, or 1, 2, 3)");
  verb.add_option("--series", options.series, "its column that tells the series apart (default: one)");
}

void add_series_options(CLI::App& verb, PanelOptions& options) {
  verb.add_option("--every", options.cube.every, "length of a period")
      ->check(CLI::IsMember({"week", "dekad", "month", "quarter", "year"}))
      ->capture_default_str();
  verb.add_option("--areas", options.cube.areas.path, "polygons: a series each (default: one series of all events)");
  verb.add_option("--areas-layer", options.cube.areas.layer, "their layer, where the file has several");
  verb.add_option("--code", options.cube.areas.code_field, "attribute with their codes (default: numbered from 1)");
  verb.add_option("--name", options.cube.areas.name_field, "attribute with their names");
  verb.add_option("--areas-where", options.cube.areas.where, "OGR SQL where clause on them");
  verb.add_option("--by", options.by, "text column of the events: a series for each of its values");
}

std::vector<IdleOptions> idle_panel_options(const PanelOptions& options) {
  const CubeOptions& cube = options.cube;
  const bool table = !options.value.empty(), areas = !cube.areas.path.empty();
  const bool gaps = !cube.not_observed.path.empty() || !cube.observed_from.empty() || !cube.observed_to.empty();
  std::vector<IdleOptions> idle = idle_event_source_options(cube.events);
  idle.insert(idle.begin(),
              {{{"--x",          "--y",           "--date",    "--reported",      "--precision",   "--from",
                 "--to",         "--as-of",       "--weight",  "--placement",     "--admin",       "--admin-code",
                 "--admin-name", "--admin-level", "--persons", "--observed-from", "--observed-to", "--not-observed",
                 "--gap-share",  "--format"},
                table,
                "with --value: the table has its numbers and gaps; remove it"},
               {{"--code", "--name", "--areas-where", "--areas-layer", "--placement", "--admin", "--admin-code",
                 "--admin-layer", "--admin-name", "--admin-level"},
                !areas,
                "without --areas: no place is looked at; give the areas, or remove it"},
               {{"--not-observed-where"},
                cube.not_observed.path.empty(),
                "without --not-observed: give the table, or remove it"},
               {{"--gap-share"},
                !gaps,
                "without --not-observed, --observed-from or --observed-to: there are no gaps; remove it"}});
  return idle;
}

ReadPanel read_panel(const PanelOptions& options, double memory_bytes, Progress& progress) {
  ReadPanel result;
  const bool areas = !options.cube.areas.path.empty(), table = !options.value.empty();
  if (table != !options.time.empty())
    throw Error(ErrorCode::usage, "--value and --time describe a table of numbers: give both, or none");
  if (!table && !options.series.empty())
    throw Error(ErrorCode::usage, "--series is of a table of numbers: give --value and --time too, or use --by");
  if (areas + table + !options.by.empty() > 1)
    throw Error(ErrorCode::usage, "--areas, --by and --value each say what a series is: give one of them");
  if (!areas && !table && !options.cube.not_observed.path.empty())
    throw Error(ErrorCode::usage, "--not-observed is of areas: give --areas and --code, or --observed-from and -to");
  progress.stage("reading", 0);
  if (table)
    read_table(options, result);
  else if (areas)
    count_areas(options, memory_bytes, progress, result);
  else
    count_groups(options, result);
  return result;
}

std::vector<std::string> inputs_of(const PanelOptions& options) {
  return {options.cube.events.spec.path, options.cube.events.admin.path, options.cube.areas.path,
          options.cube.not_observed.path};
}

}  // namespace tocsin::cli
