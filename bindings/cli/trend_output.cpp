#include "trend_output.hpp"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <tocsin/data/area_table.hpp>
#include <tocsin/grid/raster.hpp>

#include "grid_options.hpp"

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

double percent(double slope) {
  return std::expm1(slope) * 100;
}

double sum_of(std::span<const double> values) {
  double sum = 0;
  bool any = false;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    any = true;
  }
  return any ? sum : not_observed;
}

const char* word_of(TrendModel model) {
  switch (model) {
    case TrendModel::poisson:
      return "poisson";
    case TrendModel::quasi_poisson:
      return "quasi-poisson";
    case TrendModel::negative_binomial:
      break;
  }
  return "negative-binomial";
}

/// The last change point, where there is one.
const ChangePoint* last_change(const SeriesTrend& trend) {
  return trend.changes && !trend.changes->points.empty() ? &trend.changes->points.back() : nullptr;
}

std::vector<data::TableCell> row_of(const ReadPanel& read, const JudgedTrends& trends, std::size_t i) {
  const Panel& panel = read.panel;
  const SeriesTrend& trend = trends.series[i];
  const auto observed = static_cast<int>(trend.kendall.observed);
  std::vector<data::TableCell> row{panel.codes[i],
                                   panel.names[i],
                                   observed,
                                   static_cast<int>(panel.periods.size()) - observed,
                                   cell_of(sum_of(panel.series(i))),
                                   std::string(name(trends.change[i])),
                                   static_cast<double>(trend.kendall.s),
                                   cell_of(trend.kendall.tau_b),
                                   cell_of(trend.kendall.z),
                                   cell_of(trend.kendall.p),
                                   cell_of(trend.seasonal ? trend.seasonal->p : not_observed),
                                   cell_of(trend.autocorrelated ? trend.autocorrelated->p : not_observed),
                                   cell_of(trends.q[i]),
                                   cell_of(trend.sen.slope),
                                   cell_of(trend.sen.lower),
                                   cell_of(trend.sen.upper)};
  if (trend.model) {
    const LogLinearTrend& model = *trend.model;
    const bool fitted = !std::isnan(model.slope);
    row.insert(row.end(),
               {fitted ? data::TableCell(word_of(model.model)) : data::TableCell(), cell_of(percent(model.slope)),
                cell_of(percent(model.interval.lower)), cell_of(percent(model.interval.upper)), cell_of(model.p),
                cell_of(model.theta), cell_of(model.dispersion)});
  } else {
    row.resize(row.size() + 7);
  }
  row.push_back(trend.changes ? data::TableCell(static_cast<int>(trend.changes->points.size())) : data::TableCell());
  if (const ChangePoint* change = last_change(trend)) {
    const auto label = [&](std::size_t t) { return panel.periods[t].label; };
    row.insert(row.end(),
               {label(change->first), label(change->earliest), label(change->latest),
                cell_of(change->before * trends.days_a_period), cell_of(change->after * trends.days_a_period)});
  } else {
    row.resize(row.size() + 5);
  }
  return row;
}

/// "+1.37", "-0.02", "0": no "-0.00".
std::string change_text(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  if (std::isfinite(value) && std::round(value * scale) == 0) return "0";
  return fmt::format("{:+.{}f}", value, digits);
}

/// Three digits, without exponents.
std::string level_text(double value) {
  return value >= 1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

const char* word_of(TrendTest test) {
  switch (test) {
    case TrendTest::seasonal:
      return "Mann-Kendall's test by season";
    case TrendTest::autocorrelated:
      return "Mann-Kendall's test, allowing for memory";
    case TrendTest::mann_kendall:
      break;
  }
  return "Mann-Kendall's test";
}

/// What the test of order says, and Sen's slope with its unit.
std::string verdict(const Panel& panel, const JudgedTrends& trends, std::size_t i) {
  const SeriesTrend& trend = trends.series[i];
  if (trends.change[i] == Change::unknown)
    return fmt::format("no trend can be tested ({} observed periods, all alike or too few)", trend.kendall.observed);
  const std::string word = trends.change[i] == Change::chance ? std::string("no more of a trend than chance would give")
                                                              : fmt::format("a {}", tocsin::name(trends.change[i]));
  const std::string p = trends.q[i] < 0.001 ? std::string("p < 0.001") : fmt::format("p = {:.2g}", trends.q[i]);
  const std::string what =
      trends.counted.empty() ? std::string() : fmt::format(" {} a {},", trends.counted, trends.period);
  return fmt::format("{} ({}{}); median slope {}{} each {} ({} to {})", word, p,
                     panel.size() > 1 ? fmt::format(", {} looked at", panel.size()) : "",
                     change_text(trend.sen.slope, 2), what, trends.unit, change_text(trend.sen.lower, 2),
                     change_text(trend.sen.upper, 2));
}

/// Empty where there is no model.
std::string model_clause(const SeriesTrend& trend, const std::string& unit) {
  if (!trend.model || std::isnan(trend.model->slope)) return {};
  const LogLinearTrend& model = *trend.model;
  return fmt::format("by the {} model {} % a {} ({} % to {} %)", word_of(model.model),
                     change_text(percent(model.slope), 0), unit, change_text(percent(model.interval.lower), 0),
                     change_text(percent(model.interval.upper), 0));
}

/// Empty where the level did not change.
std::string change_clause(const Panel& panel, const SeriesTrend& trend, const JudgedTrends& trends) {
  const ChangePoint* change = last_change(trend);
  if (change == nullptr) return {};
  const std::string counted = trends.counted.empty() ? std::string() : " " + trends.counted;
  return fmt::format("its level last changed in {} ({} to {}), from {} to {}{} a {}",
                     panel.periods[change->first].label, panel.periods[change->earliest].label,
                     panel.periods[change->latest].label, level_text(change->before * trends.days_a_period),
                     level_text(change->after * trends.days_a_period), counted, trends.period);
}

}  // namespace

void write_trends(const std::string& path, const ReadPanel& read, const JudgedTrends& trends) {
  constexpr auto text = data::ColumnType::text, whole = data::ColumnType::whole, real = data::ColumnType::number;
  data::AreaTable table;
  table.layer = "trends";
  table.columns = {{"code", text},
                   {"name", text},
                   {"observed", whole},
                   {"gaps", whole},
                   {"total", real},
                   {"trend", text},
                   {"s", real},
                   {"tau_b", real},
                   {"z", real},
                   {"p", real},
                   {"p_seasonal", real},
                   {"p_autocorrelated", real},
                   {"q", real},
                   {"slope", real},
                   {"slope_lower", real},
                   {"slope_upper", real},
                   {"model", text},
                   {"percent", real},
                   {"percent_lower", real},
                   {"percent_upper", real},
                   {"model_p", real},
                   {"theta", real},
                   {"dispersion", real},
                   {"change_points", whole},
                   {"last_change", text},
                   {"change_from", text},
                   {"change_to", text},
                   {"level_before", real},
                   {"level_after", real}};
  for (std::size_t i = 0; i < read.panel.size(); ++i) {
    table.rows.push_back(row_of(read, trends, i));
    table.area.push_back(i);
  }
  write_whole_file(
      path, [&](const std::string& partial) { data::write_area_table(partial, table, read.areas, read.crs_wkt); });
}

Json json_of(const ReadPanel& read, const JudgedTrends& trends) {
  Json all = Json::array();
  const auto label = [&](std::size_t t) { return read.panel.periods[t].label; };
  for (std::size_t i = 0; i < trends.series.size(); ++i) {
    const SeriesTrend& trend = trends.series[i];
    Json one{{"code", read.panel.codes[i]},
             {"name", read.panel.names[i]},
             {"observed", trend.kendall.observed},
             {"total", number(sum_of(read.panel.series(i)))},
             {"trend", name(trends.change[i])},
             {"p", number(trends.p[i])},
             {"q", number(trends.q[i])},
             {"mann_kendall",
              {{"s", trend.kendall.s},
               {"variance", trend.kendall.variance},
               {"tau_b", number(trend.kendall.tau_b)},
               {"z", number(trend.kendall.z)},
               {"p", number(trend.kendall.p)}}},
             {"sen",
              {{"slope", number(trend.sen.slope)},
               {"lower", number(trend.sen.lower)},
               {"upper", number(trend.sen.upper)},
               {"intercept", number(trend.sen.intercept)}}}};
    if (trend.seasonal)
      one["seasonal"] = {{"s", trend.seasonal->s},
                         {"variance", trend.seasonal->variance},
                         {"z", number(trend.seasonal->z)},
                         {"p", number(trend.seasonal->p)},
                         {"slope", number(trend.seasonal->slope)}};
    if (trend.autocorrelated)
      one["autocorrelated"] = {{"variance_factor", number(trend.autocorrelated->variance_factor)},
                               {"z", number(trend.autocorrelated->z)},
                               {"p", number(trend.autocorrelated->p)}};
    if (trend.model)
      one["model"] = {{"kind", word_of(trend.model->model)},
                      {"intercept", number(trend.model->intercept)},
                      {"slope", number(trend.model->slope)},
                      {"slope_error", number(trend.model->slope_error)},
                      {"percent", number(percent(trend.model->slope))},
                      {"percent_lower", number(percent(trend.model->interval.lower))},
                      {"percent_upper", number(percent(trend.model->interval.upper))},
                      {"p", number(trend.model->p)},
                      {"theta", number(trend.model->theta)},
                      {"dispersion", number(trend.model->dispersion)},
                      {"log_likelihood", number(trend.model->log_likelihood)}};
    if (trend.changes) {
      Json points = Json::array();
      for (const ChangePoint& point : trend.changes->points)
        points.push_back({{"first", label(point.first)},
                          {"earliest", label(point.earliest)},
                          {"latest", label(point.latest)},
                          {"before", point.before * trends.days_a_period},
                          {"after", point.after * trends.days_a_period}});
      one["change_points"] = points;
    }
    all.push_back(std::move(one));
  }
  return all;
}

std::string trend_sentence(const ReadPanel& read, const JudgedTrends& trends, std::size_t i) {
  const Panel& panel = read.panel;
  const SeriesTrend& trend = trends.series[i];
  std::string name = panel.names[i].empty() ? panel.codes[i] : panel.names[i];
  if (name.empty()) name = "not given";
  const std::string tested = verdict(panel, trends, i), model = model_clause(trend, trends.unit);
  const std::string change = change_clause(panel, trend, trends);
  const bool model_is_sure = !model.empty() && (trend.model->interval.lower > 0 || trend.model->interval.upper < 0);
  // A test of order sees a jump late in the series as no trend: what was found comes first, and its word last.
  std::vector<std::string> clauses;
  const std::string named = fmt::format("{}: {}", word_of(trends.test), tested);
  if (!change.empty())
    clauses = {change, model, named};
  else if (model_is_sure)
    clauses = {model, named};
  else
    clauses = {tested, model};
  std::string text = fmt::format("{}, {} to {}:", name, panel.periods.front().label, panel.periods.back().label);
  bool first = true;
  for (std::string& clause : clauses) {
    if (clause.empty()) continue;
    if (!first && clause[0] >= 'a' && clause[0] <= 'z') clause[0] = static_cast<char>(clause[0] - 'a' + 'A');
    text += fmt::format(" {}.", clause);
    first = false;
  }
  return text;
}

}  // namespace tocsin::cli
