#include "hotspot_explain.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <tocsin/hotspot/hotspot_class.hpp>

#include "named_place.hpp"

namespace tocsin::cli {
namespace {

using S = HotspotStatistic;

/// A p that doubles can hardly hold.
std::string p_text(double p) {
  return p < 1e-300 ? std::string("< 1e-300") : fmt::format("{:.6g}", p);
}

/// Mean and standard deviation of the values that the statistic compares with.
struct Compared {
  double n = 0, mean = 0, deviation = 0;
};

Compared compared_with(std::span<const double> values, std::size_t without) {
  Compared result;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (i != without && !std::isnan(values[i])) result.mean += values[i], result.n += 1;
  result.mean /= result.n;
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (i != without && !std::isnan(values[i])) squares += (values[i] - result.mean) * (values[i] - result.mean);
  result.deviation = std::sqrt(squares / result.n);
  return result;
}

struct Row {
  double lag = 0, sum = 0, squares = 0;
};

std::string list_neighbours(const HotspotPlaces& places, std::span<const double> lagged, const Neighbours& weights,
                            std::size_t place, Row& row) {
  std::string text = fmt::format("  {:<16} {:<24} {:>14} {:>14}\n", "code", "neighbour", "value", "weight");
  for (std::size_t k = 0; k < weights.count(place); ++k) {
    const std::size_t j = weights.indices(place)[k];
    const double weight = weights.weight(place, k);
    row.lag += weight * lagged[j];
    row.sum += weight;
    row.squares += weight * weight;
    text += fmt::format("  {:<16} {:<24} {:>14.8g} {:>14.8g}\n", places.codes[j],
                        j == place ? places.names[j] + " (itself)" : places.names[j], lagged[j], weight);
  }
  return text;
}

/// Events and exposure of the place and its neighbours, and what the binomial test makes of them.
std::string excess_lines(const HotspotPlaces& places, const HotspotTable& table, const Neighbours& neighbours,
                         std::size_t place) {
  std::string text = fmt::format("  {:<16} {:<24} {:>14} {:>14}\n", "code", "neighbour", "events", "exposure");
  const auto line = [&](std::size_t i, const char* note) {
    if (std::isnan(places.values[i]) || std::isnan(places.second[i])) note = " (not observed)";
    text += fmt::format("  {:<16} {:<24} {:>14.8g} {:>14.8g}\n", places.codes[i], places.names[i] + note,
                        places.values[i], places.second[i]);
  };
  line(place, " (itself)");
  for (const std::uint32_t j : neighbours.indices(place))
    if (j != place) line(j, "");
  const double expected = table.local.expectation[place];
  const double share = 1 - table.local.variance[place] / expected;
  return text +
         fmt::format(
             "  their share of all exposure s {:.8g}, of N = {:.8g} events; by chance N s, variance N s (1 - s)\n",
             share, expected / share);
}

std::string getis_ord_lines(const Row& row, const Compared& all, double z) {
  const double variance = all.deviation * all.deviation * (all.n * row.squares - row.sum * row.sum) / (all.n - 1);
  return fmt::format(
      "  n {:.0f}, mean m {:.8g}, standard deviation s {:.8g} (divisor n)\n"
      "  sum of weights W {:.8g}, of their squares S1 {:.8g}\n"
      "  weighted sum {:.8g}; by chance W m = {:.8g}, variance s^2 (n S1 - W^2) / (n - 1) = {:.8g}\n"
      "  z = ({:.8g} - {:.8g}) / {:.8g} = {:.8g}\n",
      all.n, all.mean, all.deviation, row.sum, row.squares, row.lag, row.sum * all.mean, variance, row.lag,
      row.sum * all.mean, std::sqrt(variance), z);
}

std::string chance_lines(const HotspotTable& table, std::size_t place, S statistic) {
  const std::string maps = statistic == S::excess          ? "binomial, exact"
                           : table.p_sim_error[place] == 0 ? fmt::format("all {:.0f} arrangements", table.draws[place])
                                                           : fmt::format("{:.0f} permutations", table.draws[place]);
  return fmt::format(
      "  {}: p of a statistic at least as large {}, at least as small {}\n"
      "  p_sim, the smaller: {}, standard error {:.2g}\n",
      maps, p_text(table.p_greater[place]), p_text(table.p_less[place]), p_text(table.p_sim[place]),
      table.p_sim_error[place]);
}

}  // namespace

std::string explain_hotspot(const HotspotPlaces& places, const std::string& code, const HotspotTable& table,
                            const Neighbours& neighbours, const HotspotOptions& options) {
  const std::size_t i = place_named("--explain", code, places.codes, places.names);
  const std::span<const double> lagged = places.second.empty() ? places.values : places.second;
  std::string text =
      fmt::format("{} ({}), {}: value {:.8g}{}{}\n", places.names[i], places.codes[i], name(options.statistic),
                  places.values[i], places.unit.empty() ? "" : " ", places.unit);
  if (places.unit == "events per person") text += fmt::format("  {:.6g} per 100,000 persons\n", places.values[i] * 1e5);
  if (table.local.undefined[i] != Undefined::no)
    return text + fmt::format("  undefined: {}\n", name(table.local.undefined[i]));
  std::vector<double> known = places.values;
  for (std::size_t j = 0; j < known.size(); ++j)
    if (std::isnan(lagged[j])) known[j] = lagged[j];
  const Neighbours weights = weights_for(known, neighbours, options);
  Row row;
  if (options.statistic == S::excess) {
    text += excess_lines(places, table, neighbours, i);
  } else {
    text += list_neighbours(places, lagged, weights, i, row);
  }
  if (options.statistic == S::gi_star || options.statistic == S::gi) {
    const std::size_t without = options.statistic == S::gi ? i : places.size();
    text += getis_ord_lines(row, compared_with(places.values, without), table.local.z[i]);
  } else {
    text +=
        fmt::format("  statistic {:.8g}; by chance {:.8g}, variance {:.8g}\n  z = {:.8g}\n", table.local.statistic[i],
                    table.local.expectation[i], table.local.variance[i], table.local.z[i]);
  }
  text += fmt::format("  p from the normal distribution, two-sided: {}\n", p_text(table.local.p[i]));
  text += chance_lines(table, i, options.statistic);
  const auto tested = std::count_if(table.q.begin(), table.q.end(), [](double q) { return !std::isnan(q); });
  text += fmt::format("  q, {} corrected ({}) over {} places: {}\n  class: {}\n",
                      options.statistic == S::join_count ? "p_sim" : "twice p_sim", name(options.correction), tested,
                      p_text(table.q[i]), table.classes[i]);
  return text;
}

}  // namespace tocsin::cli
