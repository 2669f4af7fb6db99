#include "nowcast_output.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/data/area_table.hpp>

#include "grid_options.hpp"
#include "named_place.hpp"

namespace tocsin::cli {
namespace {

/// Shares of events over areas and days add up with rounding, which would hide that two and two are equal.
data::TableCell number(double value) {
  if (std::isnan(value)) return {};
  return std::round(value * 1e6) / 1e6;
}

/// "4", or "3.7" where events were shared over areas or periods.
std::string count(double value) {
  return fmt::format("{:.{}f}", value, std::abs(value - std::round(value)) < 0.05 ? 0 : 1);
}

std::string whose(const ReadPanel& read, std::size_t series) {
  if (read.panel.size() == 1 && read.panel.codes[0] == "all") return "All";
  if (read.panel.codes[series].empty()) return "Without a value";
  return read.panel.codes[series] == read.panel.names[series]
             ? read.panel.names[series]
             : fmt::format("{} ({})", read.panel.names[series], read.panel.codes[series]);
}

/// The accessible days by which a share of all reports is known; empty when it never is.
std::optional<double> days_until(const Nowcast& nowcast, double share) {
  double from_day = 0, from_share = 0;
  for (std::size_t d = 0; d < nowcast.bounds_days.size(); ++d) {
    const double to_day = nowcast.bounds_days[d], to_share = nowcast.reported_by[d];
    if (to_share >= share)
      return to_share > from_share ? from_day + (to_day - from_day) * (share - from_share) / (to_share - from_share)
                                   : to_day;
    from_day = to_day;
    from_share = to_share;
  }
  return {};
}

std::string sentence_of_delays(const Nowcast& nowcast) {
  const auto half = days_until(nowcast, 0.5), most = days_until(nowcast, 0.9);
  const std::string from = fmt::format("as {:.0f} reports say", nowcast.delays.used);
  if (nowcast.delays.used == 0)
    return fmt::format("As of {}: no report tells how long reports take; what is known is taken for all.",
                       to_string(nowcast.as_of));
  return fmt::format(
      "As of {}: half of the reports are in within {:.0f} accessible days and nine in ten within {:.0f}, {}.",
      to_string(nowcast.as_of), half.value_or(nowcast.bounds_days.back()), most.value_or(nowcast.bounds_days.back()),
      from);
}

/// What the number of a closed place is taken from.
std::string assumed_from(const Nowcast& nowcast, std::size_t series, std::size_t period) {
  if (nowcast.usual_from[nowcast.at(series, period)] != UsualFrom::own)
    return "all series together, for of its own past nothing could be known";
  std::size_t t = period;
  while (t > 0 && nowcast.access_share[nowcast.at(series, t - 1)] == 0) --t;
  // A place that was just closed needs no date.
  return t + 1 >= period || t == 0 ? "before"
                                   : fmt::format("before, when it was open last: {}", nowcast.periods[t - 1].label);
}

std::string sentence_of_cell(const ReadPanel& read, const Nowcast& nowcast, std::size_t series, std::size_t period,
                             double level) {
  const std::size_t cell = nowcast.at(series, period);
  const std::string start = fmt::format("{}, {}", whose(read, series), nowcast.periods[period].label);
  const std::string known = count(nowcast.known[cell]);
  if (std::isnan(nowcast.expected[cell]))
    return fmt::format("{}: {} known, and nothing to expect more from: no period before could be known.", start, known);
  const std::string expected = fmt::format("{} ({:.0f} %: {} to {})", count(nowcast.expected[cell]), level * 100,
                                           count(nowcast.low[cell]), count(nowcast.high[cell]));
  if (nowcast.basis[cell] == NowcastBasis::closed)
    return fmt::format(
        "{}: closed for {:.0f} % of the days. {} known; {} assumed from {}. {}", start,
        100 * (1 - nowcast.access_share[cell]), known, expected, assumed_from(nowcast, series, period),
        nowcast.silence[cell] == Silence::blind ? "Nobody could look: this is not calm." : "More may come.");
  std::string text = fmt::format("{}: {} known, {} expected; {:.0f} % of the reports are in.", start, known, expected,
                                 100 * nowcast.p_complete[cell]);
  if (nowcast.silence[cell] == Silence::fewer)
    text +=
        fmt::format(" Fewer than the usual {} explains, though it was reachable: look at services, fear, reprisals.",
                    count(nowcast.usual[cell]));
  if (nowcast.silence[cell] == Silence::fewer_or_ended) text += " Fewer than usual, or the records end before.";
  if (nowcast.silence[cell] == Silence::blind) text += " Few, but access fell: this is not calm.";
  return text;
}

/// "2021-05, 2021-09 to 2021-12": the periods of a series with fewer than chance leaves; empty: none.
std::string silent_periods(const Nowcast& nowcast, std::size_t series) {
  const auto is_fewer = [&](std::size_t t) { return nowcast.silence[nowcast.at(series, t)] == Silence::fewer; };
  std::string text;
  const std::size_t length = nowcast.periods.size();
  for (std::size_t t = 0; t < length; ++t) {
    if (!is_fewer(t)) continue;
    const std::size_t first = t;
    while (t + 1 < length && is_fewer(t + 1)) ++t;
    text += (text.empty() ? "" : ", ") + nowcast.periods[first].label;
    if (t > first) text += (t > first + 1 ? " to " : ", ") + nowcast.periods[t].label;
  }
  return text;
}

/// Which periods of which series are too silent, and that the source may end; empty: none.
std::vector<std::string> sentences_of_silence(const ReadPanel& read, const Nowcast& nowcast) {
  constexpr std::size_t most = 8;
  std::string text;
  std::size_t silent = 0;
  for (std::size_t s = 0; s < nowcast.series; ++s) {
    const std::string periods = silent_periods(nowcast, s);
    if (periods.empty() || ++silent > most) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", whose(read, s), periods);
  }
  if (silent > most) text += fmt::format("; and {} series more", silent - most);
  std::vector<std::string> lines;
  if (silent > 0) lines.push_back(fmt::format("Fewer than chance leaves, though reachable: {}.", text));
  if (const auto& end = nowcast.records_end) {
    const auto after = std::ranges::find_if(nowcast.periods, [&](const Period& period) { return period.first > *end; });
    const std::string &first = after->label, &last = nowcast.periods.back().label;
    lines.push_back(fmt::format("No record is later than {}, and none of {}: the source may end there.",
                                to_string(*end), first == last ? first : first + " to " + last));
  }
  return lines;
}

/// Cells to speak of: those of the last three periods of which reports are still to come or missing, newest first, and
/// in a period those with most to come.
std::vector<std::pair<std::size_t, std::size_t>> told_cells(const Nowcast& nowcast) {
  constexpr std::size_t newest = 3, most = 12;
  std::vector<std::pair<std::size_t, std::size_t>> cells;
  const std::size_t length = nowcast.periods.size();
  for (std::size_t t = length; t-- > length - std::min(length, newest);) {
    std::vector<std::pair<std::size_t, std::size_t>> of_period;
    for (std::size_t s = 0; s < nowcast.series; ++s) {
      const std::size_t cell = nowcast.at(s, t);
      const Silence silence = nowcast.silence[cell];
      if (nowcast.high[cell] >= nowcast.known[cell] + 1 || silence == Silence::fewer || silence == Silence::blind)
        of_period.emplace_back(s, t);
    }
    std::stable_sort(of_period.begin(), of_period.end(), [&](const auto& a, const auto& b) {
      const auto to_come = [&](const auto& at) {
        const std::size_t cell = nowcast.at(at.first, at.second);
        return nowcast.mean[cell] - nowcast.known[cell];
      };
      return to_come(a) > to_come(b);
    });
    cells.insert(cells.end(), of_period.begin(), of_period.end());
  }
  if (cells.size() > most) cells.resize(most);
  return cells;
}

std::string sentence_of_batch(const ReadPanel& read, const ReportBatch& batch) {
  std::string text = fmt::format("{}: {} records became known on {} at once, of events from {} to {}",
                                 whose(read, batch.series), count(batch.records), to_string(batch.reported),
                                 to_string(batch.first_event), to_string(batch.last_event));
  if (batch.closed_share > 0) text += fmt::format(", {:.0f} % of them while it was closed", 100 * batch.closed_share);
  return text + ". They count when they happened, and are no rise in the period in which they became known.";
}

}  // namespace

void write_nowcast(const std::string& path, const ReadPanel& read, const Nowcast& nowcast,
                   const std::vector<Period>& uncovered) {
  using Type = data::ColumnType;
  data::AreaTable table;
  table.layer = "nowcast";
  table.columns = {{"code", Type::text},           {"name", Type::text},       {"period", Type::text},
                   {"known", Type::number},        {"expected", Type::number}, {"low", Type::number},
                   {"high", Type::number},         {"mean", Type::number},     {"p_complete", Type::number},
                   {"access_share", Type::number}, {"usual", Type::number},    {"usual_from", Type::text},
                   {"basis", Type::text},          {"reading", Type::text}};
  for (std::size_t s = 0; s < nowcast.series; ++s) {
    for (std::size_t t = 0; t < nowcast.periods.size(); ++t) {
      const std::size_t i = nowcast.at(s, t);
      table.rows.push_back({read.panel.codes[s], read.panel.names[s], nowcast.periods[t].label,
                            number(nowcast.known[i]), number(nowcast.expected[i]), number(nowcast.low[i]),
                            number(nowcast.high[i]), number(nowcast.mean[i]), number(nowcast.p_complete[i]),
                            number(nowcast.access_share[i]), number(nowcast.usual[i]),
                            std::string(to_string(nowcast.usual_from[i])), std::string(to_string(nowcast.basis[i])),
                            std::string(to_string(nowcast.silence[i]))});
      table.area.push_back(s);
    }
    for (const Period& period : uncovered) {
      std::vector<data::TableCell> row(table.columns.size());
      row[0] = read.panel.codes[s];
      row[1] = read.panel.names[s];
      row[2] = period.label;
      row[table.columns.size() - 2] = std::string("not observed");
      table.rows.push_back(std::move(row));
      table.area.push_back(s);
    }
  }
  write_whole_file(
      path, [&](const std::string& partial) { data::write_area_table(partial, table, read.areas, read.crs_wkt); });
}

std::vector<std::string> sentences_of(const ReadPanel& read, const Nowcast& nowcast, double level) {
  std::vector<std::string> lines{sentence_of_delays(nowcast)};
  for (const auto& [series, period] : told_cells(nowcast))
    lines.push_back(sentence_of_cell(read, nowcast, series, period, level));
  for (std::string& line : sentences_of_silence(read, nowcast)) lines.push_back(std::move(line));
  for (const ReportBatch& batch : nowcast.delays.batches) lines.push_back(sentence_of_batch(read, batch));
  return lines;
}

std::vector<std::string> sentences_of(const NowcastBacktest& backtest, double level) {
  const NowcastScore& all = backtest.all;
  if (all.cells == 0)
    return {
        "Going back: the data are too short to judge past nowcasts; they need six periods before, and reports that "
        "are in."};
  std::vector<std::string> lines{fmt::format(
      "Going back to the ends of {} periods: intervals of {:.0f} % held what came in {:.0f} % of {} nowcasts; on "
      "average "
      "{:.2f} were known, {:.2f} expected, and {:.2f} came; the error (CRPS) was {:.2f}, and {:.2f} by taking what was "
      "known for all.",
      backtest.as_of.size(), level * 100, 100 * all.coverage(), all.cells, all.known, all.expected, all.came,
      all.ranked_score, all.ranked_score_known)};
  if (backtest.closed.cells > 0)
    lines.push_back(
        fmt::format("Of {} in closed places, intervals held what came in {:.0f} %: that is how good the "
                    "assumption was.",
                    backtest.closed.cells, 100 * backtest.closed.coverage()));
  return lines;
}

nlohmann::ordered_json json_of(const ReadPanel& read, const Nowcast& nowcast) {
  nlohmann::ordered_json batches = nlohmann::ordered_json::array();
  for (const ReportBatch& batch : nowcast.delays.batches)
    batches.push_back({{"code", read.panel.codes[batch.series]},
                       {"reported", to_string(batch.reported)},
                       {"records", batch.records},
                       {"first_event", to_string(batch.first_event)},
                       {"last_event", to_string(batch.last_event)},
                       {"closed_share", batch.closed_share}});
  const SeriesDelays& delays = nowcast.delays;
  return {{"accessible_days", nowcast.bounds_days},
          {"reported_by_then", nowcast.reported_by},
          {"reports_used", delays.used},
          {"without_reported", delays.without_reported},
          {"day_unsure", delays.too_long},
          {"while_closed", delays.while_closed},
          {"later_than_longest", delays.beyond},
          {"in_batches", delays.in_batches},
          {"batches", batches}};
}

nlohmann::ordered_json json_of(const NowcastBacktest& backtest) {
  const auto score = [](const NowcastScore& of) {
    nlohmann::ordered_json json{{"nowcasts", of.cells}};
    if (of.cells > 0)
      json.update({{"coverage", of.coverage()},
                   {"known", of.known},
                   {"expected", of.expected},
                   {"came", of.came},
                   {"bias", of.bias()},
                   {"crps", of.ranked_score},
                   {"crps_of_known", of.ranked_score_known}});
    return json;
  };
  nlohmann::ordered_json ages = nlohmann::ordered_json::array();
  for (const NowcastScore& age : backtest.by_age) ages.push_back(score(age));
  return {{"as_of_days", backtest.as_of.size()},
          {"all", score(backtest.all)},
          {"by_periods_since", ages},
          {"closed", score(backtest.closed)}};
}

}  // namespace tocsin::cli
