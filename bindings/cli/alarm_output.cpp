#include "alarm_output.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include <tocsin/data/area_table.hpp>

#include "named_place.hpp"

namespace tocsin::cli {
namespace {

using Json = nlohmann::ordered_json;

data::TableCell cell_of(double value) {
  if (!std::isfinite(value)) return {};
  return value;
}

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

std::string label_of(const Panel& panel, std::size_t i) {
  return panel.names[i] == panel.codes[i] || panel.names[i].empty() ? panel.codes[i]
                                                                    : place_label(panel.codes[i], panel.names[i]);
}

std::vector<data::TableCell> row_of(const std::string& code, const std::string& name, const Period& period,
                                    std::string method, const AlarmPoint& point, double adjusted_p) {
  data::TableCell flag;
  if (is_judged(point.reason)) flag = point.flag ? 1 : 0;
  return {code,
          name,
          period.label,
          std::move(method),
          verdict_of(point),
          flag,
          cell_of(point.observed),
          cell_of(point.expected),
          cell_of(point.upper),
          cell_of(point.score),
          cell_of(point.p),
          cell_of(adjusted_p),
          cell_of(point.statistic)};
}

Json point_json(const Period& period, const AlarmPoint& point) {
  return Json{{"period", period.label},
              {"verdict", verdict_of(point)},
              {"reason", name(point.reason)},
              {"observed", number(point.observed)},
              {"expected", number(point.expected)},
              {"upper", number(point.upper)},
              {"score", number(point.score)},
              {"p", number(point.p)},
              {"statistic", number(point.statistic)}};
}

/// "Tambura (SS1009): 9 events, 2.1 expected; more than 6 is an alarm (p 0.0004, 0.004 for 10 series)"
std::string alarm_sentence(const std::string& label, const Period& period, const AlarmPoint& point, double adjusted_p,
                           std::size_t series) {
  std::string text =
      fmt::format("ALARM {}, {}: {:.4g} seen, {:.3g} expected", period.label, label, point.observed, point.expected);
  text += point.upper > point.expected ? fmt::format("; more than {:.4g} is an alarm", point.upper)
                                       : "; what came before is enough for an alarm";
  if (!std::isnan(point.p)) text += fmt::format(" (p {:.2g}", point.p);
  if (!std::isnan(adjusted_p) && series > 1) text += fmt::format(", {:.2g} among {} series", adjusted_p, series);
  return text + (std::isnan(point.p) ? "" : ")");
}

/// "cusum asks for 4 observed periods before the first one judged"
std::string least_in_words(AlarmMethod method, const AlarmOptions& options) {
  const bool sums = method >= AlarmMethod::cusum;
  return fmt::format("{} asks for {} observed periods before {}", name(method), least_history(method, options),
                     sums ? "the first one that is judged (--last)" : "it");
}

/// Names in a row, and how many more.
std::string list_of(const std::vector<std::string>& labels) {
  constexpr std::size_t most = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, labels.size()); ++i) text += (i > 0 ? ", " : "") + labels[i];
  return labels.size() > most ? fmt::format("{} and {} more", text, labels.size() - most) : text;
}

/// "2021-03: Nagero; 2021-06 to 2021-08: Mvolo": the series of a verdict in each judged period; empty: none.
std::string series_of_verdict(const ReadPanel& read, const PanelAlarms& alarms, std::string_view verdict) {
  const Panel& panel = read.panel;
  const std::size_t judged = panel.periods.size() - alarms.first;
  std::vector<std::string> lists(judged);
  for (std::size_t k = 0; k < judged; ++k) {
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < panel.size(); ++i)
      if (verdict_of(alarms.series[i].points[k]) == verdict) labels.push_back(label_of(panel, i));
    lists[k] = list_of(labels);
  }
  std::string text;
  for (std::size_t k = 0; k < judged; ++k) {
    if (lists[k].empty()) continue;
    const std::size_t first = k;
    while (k + 1 < judged && lists[k + 1] == lists[first]) ++k;
    text += (text.empty() ? "" : "; ") + panel.periods[alarms.first + first].label;
    if (k > first) text += " to " + panel.periods[alarms.first + k].label;
    text += ": " + lists[k];
  }
  return text;
}

/// " (highest: Yambio, 15 seen, 4.0 expected; ...)": of the newest period, those without an alarm that come nearest to
/// one; empty where none has more than was expected.
std::string highest_in_words(const ReadPanel& read, const PanelAlarms& alarms) {
  constexpr std::size_t most = 3;
  std::vector<std::size_t> high;
  const auto newest = [&](std::size_t i) -> const AlarmPoint& { return alarms.series[i].points.back(); };
  for (std::size_t i = 0; i < alarms.series.size(); ++i)
    if (is_judged(newest(i).reason) && !newest(i).flag && newest(i).observed > newest(i).expected) high.push_back(i);
  const auto rank = [&](std::size_t i) { return std::isnan(newest(i).score) ? 0 : newest(i).score; };
  std::ranges::stable_sort(high, [&](std::size_t a, std::size_t b) { return rank(a) > rank(b); });
  std::string text;
  for (std::size_t n = 0; n < std::min(most, high.size()); ++n)
    text += fmt::format("{}{}, {:.4g} seen, {:.3g} expected", n == 0 ? " (highest: " : "; ",
                        label_of(read.panel, high[n]), newest(high[n]).observed, newest(high[n]).expected);
  return text.empty() ? text : text + ")";
}

/// "6 periods judged, 2021-03 to 2021-08: 4 alarms, and 1 of sums of series"
std::string judged_in_words(const ReadPanel& read, const PanelAlarms& alarms) {
  const std::vector<Period>& periods = read.panel.periods;
  const std::size_t judged = periods.size() - alarms.first;
  std::size_t flags = 0, of_sums = 0;
  for (const SeriesAlarm& series : alarms.series)
    flags += static_cast<std::size_t>(std::ranges::count_if(series.points, &AlarmPoint::flag));
  for (const AlarmSum& sum : alarms.sums)
    of_sums += static_cast<std::size_t>(std::ranges::count_if(sum.points, &AlarmPoint::flag));
  const std::string which = judged == 1 ? fmt::format("1 period judged, {}", periods.back().label)
                                        : fmt::format("{} periods judged, {} to {}", judged,
                                                      periods[alarms.first].label, periods.back().label);
  return fmt::format("{}: {} alarm{}", which, flags == 0 ? "no" : fmt::format("{}", flags), flags == 1 ? "" : "s") +
         (of_sums == 0 ? "" : fmt::format(", and {} of sums of series", of_sums));
}

}  // namespace

std::optional<Day> end_of_events(const ReadPanel& read) {
  const ReportedEvents& events = read.reported;
  const std::vector<Period>& periods = read.panel.periods;
  if (events.size() == 0) return {};
  const Day begin = std::ranges::min(events.first_day), end = std::ranges::max(events.last_day);
  const auto silent = std::ranges::count_if(periods, [&](const Period& period) { return period.first > end; });
  double all = 0;
  for (const double weight : events.weight) all += weight;
  constexpr double surprising = 5;
  const double a_day = all / (days_between(begin, end) + 1);
  // The newest one is itself among the silent ones.
  return silent > 2 && a_day * days_between(end, periods.back().last) >= surprising ? std::optional(end) : std::nullopt;
}

std::string verdict_of(const AlarmPoint& point) {
  if (is_judged(point.reason)) return point.flag ? "alarm" : "no alarm";
  return std::string(name(point.reason));
}

void write_alarms(const std::string& path, const ReadPanel& read, const PanelAlarms& alarms) {
  constexpr auto text = data::ColumnType::text, whole = data::ColumnType::whole, real = data::ColumnType::number;
  data::AreaTable table;
  table.layer = "alarms";
  table.columns = {{"code", text},   {"name", text},       {"period", text},   {"method", text}, {"verdict", text},
                   {"alarm", whole}, {"observed", real},   {"expected", real}, {"upper", real},  {"score", real},
                   {"p", real},      {"adjusted_p", real}, {"statistic", real}};
  const Panel& panel = read.panel;
  for (std::size_t i = 0; i < panel.size(); ++i)
    for (std::size_t k = 0; k < alarms.series[i].points.size(); ++k) {
      const SeriesAlarm& series = alarms.series[i];
      table.rows.push_back(row_of(panel.codes[i], panel.names[i], panel.periods[alarms.first + k],
                                  std::string(name(series.method)), series.points[k], series.adjusted_p[k]));
      table.area.push_back(i);
    }
  // Sums have no shape of their own.
  if (path.ends_with(".csv"))
    for (const AlarmSum& sum : alarms.sums)
      for (std::size_t k = 0; k < sum.points.size(); ++k) {
        table.rows.push_back(
            row_of(sum.code, sum.name, panel.periods[alarms.first + k], "sum", sum.points[k], AlarmPoint::none));
        table.area.push_back(0);
      }
  data::write_area_table(path, table, read.areas, read.crs_wkt);
}

nlohmann::ordered_json json_of(const ReadPanel& read, const PanelAlarms& alarms) {
  const Panel& panel = read.panel;
  Json series = Json::array(), sums = Json::array();
  for (std::size_t i = 0; i < panel.size(); ++i) {
    const SeriesAlarm& found = alarms.series[i];
    Json points = Json::array();
    for (std::size_t k = 0; k < found.points.size(); ++k) {
      points.push_back(point_json(panel.periods[alarms.first + k], found.points[k]));
      points.back()["adjusted_p"] = number(found.adjusted_p[k]);
    }
    series.push_back({{"code", panel.codes[i]},
                      {"name", panel.names[i]},
                      {"method", name(found.method)},
                      {"observed_before", found.history.observed},
                      {"mean_before", number(found.history.mean)},
                      {"points", std::move(points)}});
  }
  for (const AlarmSum& sum : alarms.sums) {
    Json points = Json::array();
    for (std::size_t k = 0; k < sum.points.size(); ++k)
      points.push_back(point_json(panel.periods[alarms.first + k], sum.points[k]));
    sums.push_back({{"code", sum.code}, {"name", sum.name}, {"parts", sum.parts}, {"points", std::move(points)}});
  }
  Json out{{"alpha", alarms.options.alpha}, {"periods_a_year", alarms.options.season}};
  if (alarms.ends) out["no_event_since"] = to_string(*alarms.ends);
  out["choices"] = choices_in_words(read, alarms);
  if (alarms.budget && alarms.replay)
    out["budget"] = {{"alarms_a_year", *alarms.budget},
                     {"replayed_periods", alarms.replay->judged},
                     {"replayed_alarms", alarms.replay->flagged},
                     {"replayed_a_year", number(alarms.replay->a_year)},
                     {"interval", {number(alarms.replay->interval.lower), number(alarms.replay->interval.upper)}}};
  out["series"] = std::move(series);
  out["sums"] = std::move(sums);
  return out;
}

std::vector<std::string> choices_in_words(const ReadPanel& read, const PanelAlarms& alarms) {
  if (alarms.options.method != AlarmMethod::automatic)
    return {fmt::format("judged by {}, as asked for", name(alarms.options.method))};
  std::map<AlarmMethod, std::vector<std::size_t>> by_method;
  for (std::size_t i = 0; i < alarms.series.size(); ++i) by_method[alarms.series[i].method].push_back(i);
  std::vector<std::string> lines;
  for (const auto& [method, members] : by_method) {
    const std::string why = say_choice(alarms.series[members.front()].history, alarms.options.season);
    lines.push_back(members.size() == 1
                        ? fmt::format("{}: {}", label_of(read.panel, members.front()), why)
                        : fmt::format("{} of {} series by {} (such as {}: {})", members.size(), alarms.series.size(),
                                      name(method), label_of(read.panel, members.front()), why));
  }
  return lines;
}

std::string budget_in_words(const PanelAlarms& alarms) {
  const AlarmReplay& past = alarms.replay.value();
  std::string text = fmt::format("{:.3g} false alarms a year over {} series: alpha {:.2g} in each period",
                                 *alarms.budget, alarms.series.size(), alarms.options.alpha);
  if (past.judged == 0) return text + "; there is no past to try it on";
  return text + fmt::format(
                    "; the past would have had {} in {:.1f} years, {:.1f} a year ({:.1f} to {:.1f}), true ones "
                    "among them",
                    past.flagged, past.years, past.a_year, past.interval.lower, past.interval.upper);
}

std::vector<std::string> alarms_in_words(const ReadPanel& read, const PanelAlarms& alarms) {
  const Panel& panel = read.panel;
  std::vector<std::string> lines;
  std::map<std::string, std::vector<std::string>> newest;  // labels by verdict
  const std::size_t judged = panel.periods.size() - alarms.first;
  for (std::size_t k = 0; k < judged; ++k) {
    const Period& period = panel.periods[alarms.first + k];
    for (const AlarmSum& sum : alarms.sums)
      if (sum.points[k].flag)
        lines.push_back(alarm_sentence(fmt::format("{}, {} series together", sum.name, sum.parts), period,
                                       sum.points[k], AlarmPoint::none, 1));
    for (std::size_t i = 0; i < panel.size(); ++i) {
      const SeriesAlarm& series = alarms.series[i];
      if (series.points[k].flag)
        lines.push_back(
            alarm_sentence(label_of(panel, i), period, series.points[k], series.adjusted_p[k], panel.size()));
      if (k + 1 == judged) newest[verdict_of(series.points[k])].push_back(label_of(panel, i));
    }
  }
  for (const AlarmReason reason : {AlarmReason::blind, AlarmReason::unobserved})
    if (const std::string which = series_of_verdict(read, alarms, name(reason)); !which.empty())
      lines.push_back(fmt::format("{} {} (nobody could look: neither an alarm nor calm)", name(reason), which));
  std::string counts;
  for (const auto& [verdict, labels] : newest) {
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", labels.size(), verdict);
    if (verdict == "no alarm") counts += highest_in_words(read, alarms);
    if (verdict == name(AlarmReason::too_little_past))
      lines.push_back(fmt::format("{} {}: {}; {}", verdict, panel.periods.back().label, list_of(labels),
                                  least_in_words(alarms.series.front().method, alarms.options)));
  }
  lines.push_back(judged_in_words(read, alarms));
  const std::string ends =
      alarms.ends
          ? fmt::format(" (no event since {}: if the source ends there, say --observed-to)", to_string(*alarms.ends))
          : "";
  lines.push_back(fmt::format("{}: {}{}", panel.periods.back().label, counts, ends));
  return lines;
}

}  // namespace tocsin::cli
