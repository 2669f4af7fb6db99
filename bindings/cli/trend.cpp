#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <tocsin/core/error.hpp>
#include <tocsin/core/parallel.hpp>
#include <tocsin/data/area_table.hpp>
#include <tocsin/grid/raster.hpp>
#include <tocsin/hotspot/multiple_testing.hpp>

#include "console_progress.hpp"
#include "printable.hpp"
#include "trend_output.hpp"
#include "verbs.hpp"

namespace tocsin::cli {
namespace {

/// With fewer nothing stands out; below `good_periods` p is rough (Gilbert 1987).
constexpr std::int64_t least_periods = 4, good_periods = 10;
/// So many series are read out; the table has all.
constexpr std::size_t most_read_out = 10;

struct TrendVerb {
  PanelOptions panel;
  std::string output, test = "mann-kendall", model;
  bool change_points = false;
  ChangePointOptions changes;
  double confidence = 0.95;
};

TrendTest test_of(const std::string& word) {
  if (word == "seasonal") return TrendTest::seasonal;
  return word == "autocorrelated" ? TrendTest::autocorrelated : TrendTest::mann_kendall;
}

/// The length that periods were labelled by.
Every every_of(const Period& period) {
  for (const Every every : {Every::year, Every::quarter, Every::month, Every::dekad})
    if (period_of(period.first, every).label == period.label) return every;
  return Every::week;
}

const char* word_of(Every every) {
  constexpr std::array words{"week", "dekad", "month", "quarter", "year"};
  return words[static_cast<std::size_t>(every)];
}

double periods_a_year(Every every) {
  constexpr std::array numbers{365.25 / 7, 36.0, 12.0, 4.0, 1.0};
  return numbers[static_cast<std::size_t>(every)];
}

PanelTrendOptions options_of(const TrendVerb& verb, const ReadPanel& read) {
  PanelTrendOptions options;
  const Every every = every_of(read.panel.periods.front());
  const bool seasons = read.has_calendar && every != Every::week && every != Every::year;
  options.periods_a_year = read.has_calendar ? periods_a_year(every) : 1;
  options.confidence = verb.confidence;
  options.autocorrelated = true;
  if (seasons) options.seasons = static_cast<std::size_t>(options.periods_a_year);
  if (verb.test == "seasonal" && !seasons)
    throw Error(ErrorCode::usage,
                "--test seasonal compares dekads, months or quarters with those of other years; give "
                "such periods, or another test");
  if (verb.test == "seasonal" && read.panel.periods.size() < 2 * options.seasons)
    throw Error(ErrorCode::input,
                fmt::format("{}: {} periods; --test seasonal needs at least two years, {}",
                            verb.panel.cube.events.spec.path, read.panel.periods.size(), 2 * options.seasons));
  const bool table = !verb.panel.value.empty();
  const std::string model = !verb.model.empty() ? verb.model : table ? "none" : "negative-binomial";
  if (model != "none") {
    options.model = LogLinearOptions{};
    options.model->confidence = verb.confidence;
    options.model->model = model == "poisson"         ? TrendModel::poisson
                           : model == "quasi-poisson" ? TrendModel::quasi_poisson
                                                      : TrendModel::negative_binomial;
  }
  if (verb.change_points) {
    options.changes = verb.changes;
    options.changes->confidence = verb.confidence;
  }
  return options;
}

/// Models and change points are of counts.
void require_counts(const TrendVerb& verb, const PanelTrendOptions& options, const Panel& panel) {
  if (!options.model && !options.changes) return;
  for (std::size_t k = 0; k < panel.values.size(); ++k)
    if (panel.values[k] < 0)
      throw Error(ErrorCode::input,
                  fmt::format("{}: series '{}' is {} in {}; --model and --change-points are of counts, which are not "
                              "negative: leave them out",
                              verb.panel.cube.events.spec.path, panel.codes[k / panel.periods.size()], panel.values[k],
                              panel.periods[k % panel.periods.size()].label));
}

/// Sums of shares of events differ by rounding from what they are; tests of order would take that for a change.
void without_rounding(Panel& panel) {
  constexpr double steps = 1e9;
  for (double& value : panel.values)
    if (std::abs(value) < 1e6) value = std::round(value * steps) / steps;
}

double p_of(const SeriesTrend& trend, TrendTest test) {
  if (trend.kendall.observed < least_periods) return not_observed;
  switch (test) {
    case TrendTest::mann_kendall:
      return trend.kendall.p;
    case TrendTest::seasonal:
      return trend.seasonal->p;
    case TrendTest::autocorrelated:
      // Chance correlations may lower p as well as raise it.
      return std::max(trend.kendall.p, trend.autocorrelated->p);
  }
  return not_observed;
}

JudgedTrends judge(const TrendVerb& verb, const ReadPanel& read, std::vector<SeriesTrend> series) {
  JudgedTrends trends;
  trends.test = test_of(verb.test);
  trends.unit = read.has_calendar ? "year" : "period";
  if (read.has_calendar) trends.period = word_of(every_of(read.panel.periods.front()));
  if (!verb.panel.persons.empty())
    trends.counted = "persons";
  else if (verb.panel.value.empty() && verb.panel.cube.events.weight.empty())
    trends.counted = "incidents";
  trends.series = std::move(series);
  double days = 0;
  for (const Period& period : read.panel.periods) days += period.days();
  trends.days_a_period = days / static_cast<double>(read.panel.periods.size());
  for (const SeriesTrend& trend : trends.series) trends.p.push_back(p_of(trend, trends.test));
  trends.q = adjusted(trends.p, Correction::benjamini_hochberg);
  for (std::size_t i = 0; i < trends.series.size(); ++i) {
    const SeriesTrend& trend = trends.series[i];
    const std::int64_t s = trends.test == TrendTest::seasonal ? trend.seasonal->s : trend.kendall.s;
    trends.change.push_back(change_of(trends.q[i], s > 0 ? 2 : s < 0 ? 0.5 : 1));
  }
  return trends;
}

void require_history(const TrendVerb& verb, const ReadPanel& read, const JudgedTrends& trends,
                     std::vector<std::string>& warnings) {
  std::int64_t most = 0;
  std::size_t few = 0;
  for (const SeriesTrend& trend : trends.series) {
    most = std::max(most, trend.kendall.observed);
    few += trend.kendall.observed < good_periods;
  }
  if (most < least_periods)
    throw Error(ErrorCode::input,
                fmt::format("{}: {} observed periods are too few for a trend; it takes {}, and {} for a p to rely on: "
                            "give more history, or shorter periods by --every",
                            verb.panel.cube.events.spec.path, most, least_periods, good_periods));
  if (few > 0)
    warnings.push_back(fmt::format("{} of {} series have fewer than {} observed periods: their p is rough", few,
                                   read.panel.size(), good_periods));
}

void tell(const TrendVerb& verb, const CommonOptions& common, const ReadPanel& read, const JudgedTrends& trends) {
  if (common.json) {
    nlohmann::ordered_json out{{"read", read.rows_read},
                               {"first_period", read.panel.periods.front().label},
                               {"last_period", read.panel.periods.back().label},
                               {"periods", read.panel.periods.size()},
                               {"test", verb.test},
                               {"slopes_by", trends.unit},
                               {"series", json_of(read, trends)},
                               {"warnings", read.warnings}};
    if (!verb.output.empty()) out["output"] = verb.output;
    fmt::print("{}\n", out.dump(2));
    return;
  }
  std::vector<std::size_t> order(trends.series.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const bool a_known = !std::isnan(trends.p[a]), b_known = !std::isnan(trends.p[b]);
    return a_known != b_known ? a_known : a_known && trends.p[a] < trends.p[b];
  });
  for (std::size_t k = 0; k < std::min(most_read_out, order.size()); ++k)
    fmt::print("{}\n", printable(trend_sentence(read, trends, order[k])));
  if (order.size() > most_read_out)
    fmt::print("{} more series with less of a trend{}.\n", order.size() - most_read_out,
               verb.output.empty() ? "; -o FILE writes them" : "");
  if (common.quiet) return;
  for (const std::string& warning : read.warnings) fmt::print(stderr, "warning: {}\n", printable(warning));
}

void trend_verb(const TrendVerb& verb, const CommonOptions& common) {
  if (!verb.output.empty()) {
    require_output(verb.output, common.overwrite, data::area_table_endings(), inputs_of(verb.panel));
    if (!verb.output.ends_with(".csv") && verb.panel.cube.areas.path.empty())
      throw Error(ErrorCode::usage,
                  fmt::format("-o {}: shapes are of areas; give --areas FILE, or write a .csv", verb.output));
  }
  if (!(verb.confidence > 0 && verb.confidence < 1))
    throw Error(ErrorCode::usage, fmt::format("--confidence {}: above 0 and below 1", verb.confidence));
  verb.changes.validate();
  ConsoleProgress progress(common.quiet);
  const ThreadLimit threads(common.threads);
  ReadPanel read = read_panel(verb.panel, memory_of(common), progress);
  if (verb.panel.value.empty()) without_rounding(read.panel);
  const PanelTrendOptions options = options_of(verb, read);
  require_counts(verb, options, read.panel);
  progress.stage("trends", 0);
  const JudgedTrends trends = judge(verb, read, panel_trends(read.panel, options, progress));
  require_history(verb, read, trends, read.warnings);
  if (!verb.output.empty()) write_trends(verb.output, read, trends);
  tell(verb, common, read, trends);
}

std::vector<IdleOptions> idle_trend_options(const TrendVerb& verb) {
  std::vector<IdleOptions> idle = idle_panel_options(verb.panel);
  idle.push_back(
      {{"--penalty", "--least-periods"}, !verb.change_points, "without --change-points: give that too, or remove it"});
  return idle;
}

constexpr const char* footer =
    "Says of each series whether it rises or falls, by how much, and how sure that is (words as of tocsin compare):\n"
    "  mann-kendall    the order of all pairs of periods; needs no model; trusts periods to be independent\n"
    "  seasonal        the same within Januaries, Februaries, ...: a common season does no harm\n"
    "  autocorrelated  Mann-Kendall with the variance that memory adds (Hamed and Rao); the larger p of both counts\n"
    "Sen's slope is the median slope of all pairs, with its interval, a year (a period without a calendar). --model\n"
    "fits a yearly percentage to counts, with the days observed as exposure: negative-binomial allows for clusters,\n"
    "and is poisson where there are none. --change-points finds where the level changed, exactly, with an interval of\n"
    "when. p is corrected for the number of series (Benjamini-Hochberg: q). What was not observed is a gap, never a\n"
    "zero. A trend says nothing of why: more access makes more reports.\n"
    "\n"
    "Examples, with S for data/samples/western_equatoria:\n"
    "  tocsin trend S/incidents.csv --every month --to 2021-08-31 --by actor --change-points\n"
    "  tocsin trend S/incidents.csv --every month --to 2021-08-31 --areas S/counties.geojson --code pcode \\\n"
    "    --name name --admin S/counties.geojson --admin-code pcode --not-observed S/access.csv \\\n"
    "    --test autocorrelated -o trend.gpkg";

}  // namespace

void add_trend(CLI::App& app, CommonOptions& common) {
  auto verb = std::make_shared<TrendVerb>();
  CLI::App* sub = app.add_subcommand("trend", "Series over time: do they rise or fall, by how much, and since when?");
  add_panel_options(*sub, verb->panel);
  sub->add_option("--test", verb->test, "whose p the word goes by")
      ->check(CLI::IsMember({"mann-kendall", "seasonal", "autocorrelated"}))
      ->capture_default_str();
  sub->add_option("--model", verb->model, "log-linear trend of counts (default: negative-binomial; of a table none)")
      ->check(CLI::IsMember({"none", "poisson", "quasi-poisson", "negative-binomial"}));
  sub->add_flag("--change-points", verb->change_points, "periods from which on the level of counts is another");
  sub->add_option("--penalty", verb->changes.penalty, "that a change point has to gain (default: 3 log n)");
  sub->add_option("--least-periods", verb->changes.least, "observed periods between change points")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  sub->add_option("--confidence", verb->confidence, "of intervals")->capture_default_str();
  sub->add_option("-o,--output", verb->output, "table to write: .csv, or of areas .gpkg or .geojson");
  add_memory_option(*sub, common);
  add_common_options(*sub, common);
  sub->footer(footer);
  sub->callback([verb, sub, &common] {
    refuse_idle_options(*sub, idle_trend_options(*verb));
    trend_verb(*verb, common);
  });
}

}  // namespace tocsin::cli
