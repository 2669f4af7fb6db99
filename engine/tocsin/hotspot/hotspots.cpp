#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include <tocsin/core/error.hpp>
#include <tocsin/hotspot/event_excess.hpp>
#include <tocsin/hotspot/getis_ord.hpp>
#include <tocsin/hotspot/hotspot_class.hpp>
#include <tocsin/hotspot/hotspots.hpp>
#include <tocsin/hotspot/local_geary.hpp>
#include <tocsin/hotspot/local_join_count.hpp>
#include <tocsin/hotspot/local_moran.hpp>

namespace tocsin {
namespace {

using S = HotspotStatistic;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

constexpr std::array<std::pair<std::string_view, S>, 7> statistic_names{{{"gi-star", S::gi_star},
                                                                         {"gi", S::gi},
                                                                         {"moran", S::moran},
                                                                         {"geary", S::geary},
                                                                         {"bivariate", S::bivariate},
                                                                         {"join-count", S::join_count},
                                                                         {"excess", S::excess}}};

std::vector<std::uint8_t> observed(std::span<const double> values, std::span<const double> other) {
  std::vector<std::uint8_t> flags(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    flags[i] = !std::isnan(values[i]) && (other.empty() || !std::isnan(other[i])) ? 1 : 0;
  return flags;
}

/// A map that can say something.
void require_spread(std::span<const double> values, std::span<const std::uint8_t> present, std::string_view what) {
  std::size_t count = 0;
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (present[i] == 0) continue;
    ++count;
    least = std::min(least, values[i]);
    most = std::max(most, values[i]);
  }
  if (count < 3)
    throw Error(ErrorCode::input, fmt::format("only {} of {} places have a {}; a hotspot needs at least 3 to stand out",
                                              count, values.size(), what));
  if (least == most)
    throw Error(ErrorCode::input, fmt::format("the {} is {:g} in all {} places: no place stands out from the others",
                                              what, least, count));
}

/// The values' mean over the places that are observed.
double mean_of(std::span<const double> values, std::span<const std::uint8_t> present) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (present[i] != 0) sum += values[i], count += 1;
  return sum / count;
}

void forget_undefined(HotspotTable& table) {
  for (std::size_t i = 0; i < table.p_greater.size(); ++i)
    if (table.local.undefined[i] != Undefined::no)
      table.p_greater[i] = table.p_less[i] = table.p_sim_error[i] = table.draws[i] = nan;
}

Standing standing_of(HotspotClass value) {
  switch (value) {
    case HotspotClass::hot_90:
    case HotspotClass::hot_95:
    case HotspotClass::hot_99:
      return Standing::high;
    case HotspotClass::cold_90:
    case HotspotClass::cold_95:
    case HotspotClass::cold_99:
      return Standing::low;
    case HotspotClass::not_significant:
      return Standing::not_significant;
    default:
      return Standing::undefined;
  }
}

Standing standing_of(ClusterClass value) {
  switch (value) {
    case ClusterClass::high_high:
      return Standing::high;
    case ClusterClass::low_low:
      return Standing::low;
    case ClusterClass::high_low:
    case ClusterClass::low_high:
      return Standing::other;
    case ClusterClass::not_significant:
      return Standing::not_significant;
    default:
      return Standing::undefined;
  }
}

void classify_hot_and_cold(HotspotTable& table, double level) {
  const std::vector<HotspotClass> classes = hotspot_classes(table.local.z, table.q, table.local.undefined);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    table.classes[i] = name(classes[i]);
    table.standing[i] = standing_of(classes[i]);
    if (table.standing[i] == Standing::undefined) {
      if (table.local.undefined[i] == Undefined::no) table.classes[i] = name(Undefined::no_neighbours);
      continue;
    }
    // What counts as significant is the caller's; the words of 90, 95 and 99 % say more where they hold.
    const bool significant = table.q[i] <= level, worded = table.standing[i] != Standing::not_significant;
    if (!significant) table.classes[i] = name(HotspotClass::not_significant);
    if (significant && !worded) table.classes[i] = table.local.z[i] > 0 ? "hot spot" : "cold spot";
    table.standing[i] = !significant           ? Standing::not_significant
                        : table.local.z[i] > 0 ? Standing::high
                                               : Standing::low;
  }
}

void classify_quadrants(HotspotTable& table, std::span<const double> values, const Neighbours& weights, double level,
                        std::span<const double> other) {
  const LocalMoran moran = other.empty() ? local_moran(values, weights) : bivariate_moran(values, other, weights);
  const auto classes = cluster_classes(moran.quadrant, table.q, table.local.undefined, level);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    table.classes[i] = name(classes[i]);
    table.standing[i] = standing_of(classes[i]);
  }
}

/// Words of a statistic with two ends that are neither hot nor cold.
/// @param undefined_by  what no_variance means here; empty: just that
void classify_ends(HotspotTable& table, double level, std::string_view greater, std::string_view less,
                   Standing of_greater, Standing of_less, std::string_view undefined_by = {}) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table.local.undefined[i] != Undefined::no) {
      const bool no_event = table.local.undefined[i] == Undefined::no_variance && !undefined_by.empty();
      table.classes[i] = no_event ? undefined_by : name(table.local.undefined[i]);
      table.standing[i] = Standing::undefined;
    } else if (!(table.q[i] <= level)) {
      table.classes[i] = name(HotspotClass::not_significant);
      table.standing[i] = Standing::not_significant;
    } else {
      const bool large = table.p_greater[i] < table.p_less[i];
      table.classes[i] = large ? greater : less;
      table.standing[i] = large ? of_greater : of_less;
    }
  }
}

}  // namespace

std::optional<HotspotStatistic> parse_hotspot_statistic(std::string_view text) {
  for (const auto& [word, statistic] : statistic_names)
    if (word == text) return statistic;
  return std::nullopt;
}

std::string_view name(HotspotStatistic statistic) {
  for (const auto& [word, value] : statistic_names)
    if (value == statistic) return word;
  return {};
}

std::optional<Correction> parse_correction(std::string_view text) {
  for (const Correction correction : {Correction::none, Correction::benjamini_hochberg, Correction::benjamini_yekutieli,
                                      Correction::holm, Correction::bonferroni})
    if (name(correction) == text) return correction;
  return std::nullopt;
}

void HotspotOptions::validate() const {
  permutation.validate();
  if (!(level > 0 && level < 1))
    throw Error(ErrorCode::invalid_argument,
                fmt::format("level is {}; what counts as significant lies between 0 and 1", level));
  if (!(self_weight >= 0) || std::isinf(self_weight))
    throw Error(ErrorCode::invalid_argument, fmt::format("self_weight is {}; it is finite and >= 0", self_weight));
}

Neighbours weights_for(std::span<const double> values, const Neighbours& neighbours, const HotspotOptions& options) {
  const Neighbours present = among(neighbours, observed(values, {}));
  if (options.statistic != S::gi_star) return styled(without_self(present), options.weights);
  const bool has_self = [&] {
    for (std::size_t i = 0; i < present.size(); ++i)
      if (std::ranges::binary_search(present.indices(i), static_cast<std::uint32_t>(i))) return true;
    return false;
  }();
  return styled(has_self ? present : with_self(present, options.self_weight), options.weights);
}

LocalStatistic local_statistic(std::span<const double> values, const Neighbours& weights, HotspotStatistic statistic,
                               std::span<const double> other) {
  switch (statistic) {
    case S::gi_star:
      return getis_ord(values, weights, {.include_self = GetisOrdKind::gi_star, .self_weight = 0});
    case S::gi:
      return getis_ord(values, weights, {.include_self = GetisOrdKind::gi});
    case S::moran:
      return local_moran(values, weights).local;
    case S::geary:
      return local_geary(values, weights);
    case S::bivariate:
      return bivariate_moran(values, other, weights).local;
    case S::join_count:
      return local_join_count(values, weights);
    case S::excess:
      return event_excess(values, other, weights).local;
  }
  return {};
}

void classify(HotspotTable& table, std::span<const double> values, const Neighbours& weights,
              const HotspotOptions& options, std::span<const double> other) {
  const std::size_t n = values.size();
  std::vector<double> p(n);
  table.p_sim.resize(n);
  const bool one_sided = options.statistic == S::join_count;
  for (std::size_t i = 0; i < n; ++i) {
    table.p_sim[i] = one_sided ? table.p_greater[i] : folded_p(table.p_greater[i], table.p_less[i]);
    p[i] = one_sided ? table.p_sim[i] : two_sided_p(table.p_greater[i], table.p_less[i]);
  }
  table.q = adjusted(p, options.correction);
  table.classes.assign(n, {});
  table.standing.assign(n, Standing::undefined);
  switch (options.statistic) {
    case S::gi_star:
    case S::gi:
    case S::excess:
      return classify_hot_and_cold(table, options.level);
    case S::moran:
    case S::bivariate:
      return classify_quadrants(table, values, weights, options.level, other);
    case S::geary:
      return classify_ends(table, options.level, "unlike its neighbours", "like its neighbours", Standing::other,
                           Standing::high);
    case S::join_count:
      return classify_ends(table, options.level, "cluster", name(HotspotClass::not_significant), Standing::high,
                           Standing::not_significant, "no event here");
  }
}

PermutationResult permute_statistic(std::span<const double> values, const Neighbours& neighbours,
                                    const HotspotOptions& options, Progress& progress, std::span<const double> other) {
  if (options.statistic == S::excess) {
    EventExcess excess = event_excess(values, other, neighbours);
    const std::vector<double> exact(values.size(), 0.0), none(values.size(), nan);
    return {std::move(excess.p_greater), std::move(excess.p_less), exact, none};
  }
  if (options.statistic == S::geary) return permute_local_geary(values, neighbours, options.permutation, progress);
  PermutationResult result = permute_lags(other.empty() ? values : other, neighbours, options.permutation, progress);
  if (options.statistic != S::moran && options.statistic != S::bivariate) return result;
  // Moran's rises with the lag where the place is above the mean, and falls below.
  const double mean = mean_of(values, observed(values, other));
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] < mean) std::swap(result.p_greater[i], result.p_less[i]);
  return result;
}

HotspotTable find_hotspots(std::span<const double> values, const Neighbours& neighbours, const HotspotOptions& options,
                           Progress& progress, std::span<const double> other) {
  options.validate();
  if (neighbours.size() != values.size() || (!other.empty() && other.size() != values.size()))
    throw Error(ErrorCode::shape_mismatch, fmt::format("{} values for {} places", values.size(), neighbours.size()));
  const bool two = options.statistic == S::bivariate || options.statistic == S::excess;
  if (two == other.empty())
    throw Error(ErrorCode::invalid_argument,
                two ? "this statistic needs a second variable, or exposures" : "this statistic has no second variable");
  const std::vector<std::uint8_t> present = observed(values, other);
  require_spread(values, present, "value");
  if (options.statistic == S::bivariate) require_spread(other, present, "second value");
  // A place counts where both variables are observed.
  std::vector<double> known(values.begin(), values.end()), second(other.begin(), other.end());
  for (std::size_t i = 0; i < known.size(); ++i)
    if (present[i] == 0) known[i] = nan;
  for (std::size_t i = 0; i < second.size(); ++i)
    if (present[i] == 0) second[i] = nan;
  const Neighbours weights = weights_for(known, neighbours, options);

  HotspotTable table;
  table.local = local_statistic(known, weights, options.statistic, second);
  PermutationResult permuted = permute_statistic(known, weights, options, progress, second);
  table.p_greater = std::move(permuted.p_greater);
  table.p_less = std::move(permuted.p_less);
  table.p_sim_error = std::move(permuted.standard_error);
  table.draws = std::move(permuted.draws);
  forget_undefined(table);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto row = weights.indices(i);
    const bool self = std::ranges::binary_search(row, static_cast<std::uint32_t>(i));
    table.neighbours.push_back(static_cast<std::int32_t>(row.size()) - (self ? 1 : 0));
  }
  classify(table, known, weights, options, second);
  return table;
}

}  // namespace tocsin
